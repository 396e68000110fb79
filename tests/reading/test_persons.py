"""Persons, acts, earlier penalties, whose conduct it is, what is denied or only said: sentences of many trades."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import yaml

from screening.quantity import Quantity
from screening.record import read_record
from screening.screener import Screener

FILE = Path(__file__).parent.parent / "cases" / "reading" / "persons.yaml"
CASES = [
    case | {"theme": group["theme"]}
    for group in yaml.safe_load(FILE.read_text(encoding="utf-8"))
    for case in group["cases"]
]


def told(screener: Screener, case: dict[str, Any]) -> dict[str, Any]:
    """What the reader finds of what the case asks for, in the shape of the case."""
    record = {"record_id": "1", "narrative": case["text"]}
    if day := case.get("day"):
        record |= {"conduct_from": str(day), "conduct_to": str(day)}
    reading = screener.reader.read(read_record(record))
    found: dict[str, Any] = {}
    for name in case.get("measures", ()):
        measured = reading.measured(name)
        found.setdefault("measures", {})[name] = measured.value if measured else None
    for window in case.get("penalties", ()):
        within = None if window == "无" else Quantity(Decimal(window.split()[0]), "年")
        found.setdefault("penalties", {})[window] = reading.penalties(within)
    for name in case.get("circumstances", ()):
        found.setdefault("circumstances", {})[name] = reading.circumstance(name).value
    for name in case.get("conducts", ()):
        found.setdefault("conducts", {})[name] = reading.conduct(name).value
    return found


def marked(case: dict[str, Any]) -> Any:
    marks = [pytest.mark.xfail(reason=case["not_yet"], strict=True)] if "not_yet" in case else []
    return pytest.param(case, marks=marks, id=f"{case['theme']}: {case['text'][:24]}")


@pytest.mark.parametrize("case", [marked(case) for case in CASES])
def test_persons_acts_and_standing_are_read_as_they_are_told(screener: Screener, case: dict[str, Any]) -> None:
    wanted = {key: dict(case[key]) for key in ("measures", "penalties", "circumstances", "conducts") if key in case}
    for state in ("circumstances", "conducts"):
        for name, value in wanted.get(state, {}).items():
            wanted[state][name] = {True: "yes", False: "no"}.get(value, value)
    assert told(screener, case) == wanted
