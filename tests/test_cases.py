"""Our own labelled records: invented decisions of all domains and registers, labelled from the law, not from the rules."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

from screening.record import read_record
from screening.screener import Screener

FILE = Path(__file__).parent / "cases" / "records.jsonl"
CASES = [json.loads(text) for text in FILE.read_text(encoding="utf-8").splitlines()]
AS_OF = date(2026, 11, 22)
FLOOR = 0.75  # what must never be lost again; docs/measured.md has the figures


def level(screener: Screener, case: dict) -> str:
    found = screener.screen(read_record(case["record"]), AS_OF).score.level
    return found if found in ("refer", "early_intervention") else "below"


def test_most_cases_come_out_at_the_level_the_law_gives_them(screener: Screener) -> None:
    right = sum(level(screener, case) == case["gold"]["level"] for case in CASES)
    assert right / len(CASES) >= FLOOR


def test_an_ordinary_case_raises_no_alarm(screener: Screener) -> None:
    ordinary = [case for case in CASES if not case["gold"]["charges"]]
    assert ordinary
    assert all(level(screener, case) == "below" for case in ordinary)
