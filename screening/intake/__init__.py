"""Input files → records: JSON lines and arrays, CSV, Excel, Parquet. One entry point: ``read_inputs``."""

from __future__ import annotations

from screening.intake.headers import Column, HeaderMap, load_headers
from screening.intake.jsonl import JsonDecoder, decoded
from screening.intake.limits import LIMITS, Limits
from screening.intake.reader import KINDS, given_inputs, read_inputs
from screening.intake.row import Given, Row
from screening.intake.tables import Table

__all__ = [
    "KINDS",
    "LIMITS",
    "Column",
    "Given",
    "HeaderMap",
    "JsonDecoder",
    "Limits",
    "Row",
    "Table",
    "decoded",
    "given_inputs",
    "load_headers",
    "read_inputs",
]
