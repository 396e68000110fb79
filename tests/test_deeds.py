"""Facts in the register of judgments: which charge they point to when only deeds are told, and what they come to."""

from __future__ import annotations

import json
import re
from datetime import date
from decimal import Decimal
from pathlib import Path

from screening.assess import Assessment
from screening.record import read_record
from screening.screener import Screener, Screening

CASES = Path(__file__).parent / "cases"
AS_OF = date(2026, 11, 20)


def told(name: str) -> list[dict]:
    return [json.loads(text) for text in (CASES / name).read_text(encoding="utf-8").splitlines()]


def screened(screener: Screener, text: str) -> Screening:
    return screener.screen(read_record({"record_id": "f", "narrative": text, "transferred": False}), AS_OF)


def is_right(found: Assessment, case: dict) -> bool:
    """By its name, or by its article where the label has the name of another time."""
    articles = {int(number) for number in re.findall(r"\d{2,3}", found.threshold.article)}
    return found.charge in case["charges"] or not articles.isdisjoint(case["articles"])


def test_nearly_all_are_pointed_to_their_charge(screener: Screener) -> None:
    cases = told("deeds/facts.jsonl")
    missed = [c for c in cases if not any(is_right(a, c) for a in screened(screener, c["fact"]).assessments[:3])]
    assert len(cases) > 250
    assert len(missed) <= 0.05 * len(cases), missed


def test_most_totals_are_those_of_the_case(screener: Screener) -> None:
    cases = told("totals.jsonl")
    totals = [(screened(screener, case["text"]).reading.total, Decimal(case["total"])) for case in cases]
    right = [total for total, wanted in totals if total is not None and abs(total.value - wanted) <= Decimal("0.5")]
    assert len(cases) >= 80
    assert len(right) >= 0.85 * len(cases)
