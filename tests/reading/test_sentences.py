"""Sentences as decisions write them, read with the shipped vocabulary: which figure a measure gets."""

from __future__ import annotations

import re
from decimal import Decimal
from pathlib import Path

import pytest
import yaml

from screening.bundle.loader import load
from screening.reading.reader import Reader
from screening.record import read_record

FILE = Path(__file__).parent.parent / "cases" / "reading" / "sentences.yaml"
CASES = yaml.safe_load(FILE.read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def reader() -> Reader:
    return Reader(load())


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["text"][:24])
def test_a_measure_gets_the_figure_that_the_sentence_means(reader: Reader, case: dict) -> None:
    reading = reader.read(read_record({"record_id": "1", "narrative": case["text"], "decided_on": "2024-06-01"}))
    got, wanted = {}, {}
    for name, value in case["measures"].items():
        measure, part = re.fullmatch(r"(.+?)(?:（(.+)）)?", name).groups()
        measured = reading.measured(measure, part)
        got[name] = measured.value if measured else None
        wanted[name] = None if value is None else Decimal(str(value))
    assert got == wanted
