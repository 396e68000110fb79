"""Circumstances are read as there, not there or open, with the words that say so."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from screening.bundle.bundle import Bundle
from screening.logic import State
from screening.reading.reader import Reader
from screening.record import read_record

CASES = yaml.load(
    (Path(__file__).parents[1] / "cases" / "reading" / "circumstances.yaml").read_text("utf-8"), yaml.BaseLoader
)


@pytest.fixture(scope="module")
def reader(bundle: Bundle) -> Reader:
    return Reader(bundle)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["text"])
def test_a_circumstance_is_there_or_not_as_the_words_say(case: dict[str, Any], reader: Reader) -> None:
    reading = reader.read(read_record({"record_id": "1", "narrative": case["text"]}))
    assert {name: reading.circumstance(name).value for name in case["is"]} == case["is"]
    for name, state in case["is"].items():
        if state != State.UNKNOWN:
            assert all(case["text"][e.start : e.end] == e.text for e in reading.evidence_of(name))
            assert reading.evidence_of(name)
