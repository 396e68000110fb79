"""Input files → records: JSON lines and arrays, CSV, Excel. One entry point: ``read_inputs``."""

from __future__ import annotations

from screening.intake.headers import Column, HeaderMap, load_headers
from screening.intake.jsonl import JsonDecoder
from screening.intake.reader import read_inputs
from screening.intake.row import Row

__all__ = ["Column", "HeaderMap", "JsonDecoder", "Row", "load_headers", "read_inputs"]
