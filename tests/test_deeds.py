"""Facts in the register of judgments that tell the conduct by deeds: the right charge is among those to look at first."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

from screening.record import read_record
from screening.screener import Screener

FACTS = [
    json.loads(text)
    for text in (Path(__file__).parent / "cases" / "deeds.jsonl").read_text(encoding="utf-8").splitlines()
]


def test_nearly_all_are_pointed_to_their_charge(screener: Screener) -> None:
    missed = []
    for number, case in enumerate(FACTS):
        record = read_record({"record_id": str(number), "narrative": case["fact"], "transferred": False})
        found = [a.charge for a in screener.screen(record, date(2026, 11, 20)).assessments[:3]]
        if case["charge"] not in found:
            missed.append((case["charge"], found, case["fact"]))
    assert len(FACTS) > 150
    assert len(missed) <= 0.04 * len(FACTS), missed
