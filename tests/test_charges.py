"""For each charge one record that must be flagged and one that must not, told as clerks tell it."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

from screening.bundle.bundle import Bundle
from screening.logic import Verdict
from screening.record import read_record
from screening.screener import Screener

FOLDER = Path(__file__).parent / "cases" / "charges"
CASES = [
    json.loads(text)
    for file in sorted(FOLDER.glob("*.jsonl"))
    for text in file.read_text(encoding="utf-8").splitlines()
]
AS_OF = date(2026, 11, 22)
ALARM = {"refer", "early_intervention"}


def params(expect: str) -> list:
    """The cases of that kind; ``xfail`` in a case says what is not read as it should be, though the case is right in law."""
    return [
        pytest.param(
            case,
            id=case["threshold"],
            marks=[pytest.mark.xfail(reason=case["xfail"], strict=True)] if "xfail" in case else [],
        )
        for case in CASES
        if case["expect"] == expect
    ]


@pytest.mark.parametrize("case", params("reached"))
def test_a_record_that_reaches_the_charge_is_flagged_for_it(screener: Screener, case: dict) -> None:
    charge = screener.bundle.threshold(case["threshold"]).charge
    as_of = (
        date.fromisoformat(case["as_of"]) if "as_of" in case else AS_OF
    )  # a text that was repealed since reaches nobody today
    assessments = screener.screen(read_record(case["record"]), as_of).assessments
    reached = {a.threshold.charge for a in assessments if a.verdict is Verdict.REACHED}
    assert charge in reached


@pytest.mark.parametrize("case", params("below"))
def test_a_record_that_falls_short_raises_no_alarm(screener: Screener, case: dict) -> None:
    screening = screener.screen(read_record(case["record"]), AS_OF)
    assert screening.score.level not in ALARM, [f.rule.id for f in screening.findings]


def test_every_charge_that_a_record_can_point_to_has_both(bundle: Bundle) -> None:
    linked = {t.id for t in bundle.thresholds if t.linkage.provisions or t.linkage.reasons or t.linkage.conduct}
    for expect in ("reached", "below"):
        assert {case["threshold"] for case in CASES if case["expect"] == expect} == linked


def test_few_of_them_are_still_misread() -> None:
    assert sum("xfail" in case for case in CASES) <= 0.03 * len(CASES)
