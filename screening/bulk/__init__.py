"""Rescoring many records: on this machine with some processes, or on Spark; the same rows either way."""
