"""Series of records of one party: the last is screened with the others as its history (``tests/cases/history/series.jsonl``)."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from screening.history.digest import digest
from screening.history.past import Past, dump, restore
from screening.output import line
from screening.record import read_record
from screening.screener import Screener, Screening

CASES = Path(__file__).resolve().parent.parent / "cases" / "history"
SERIES, CONSIGNMENTS = (
    [json.loads(each) for each in (CASES / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()]
    for name in ("series", "consignments")
)
TODAY = date(2026, 11, 26)


def pasts(screener: Screener, records: list[dict[str, Any]]) -> list[Past]:
    return [digest(screener.screen(read_record(record), TODAY)) for record in records]


def hold(expect: dict[str, Any], screening: Screening) -> None:
    result = line(screening)
    fired = {finding["rule"]: finding["records"] for finding in result["findings"]}
    assert result["level"] == expect["level"], fired
    assert {rule: fired.get(rule) for rule in expect.get("rules", {})} == expect.get("rules", {})
    assert not set(expect.get("silent", ())) & set(fired)
    leading = result["charges"][0] if result["charges"] else {}
    for name in ("verdict", "ratio"):
        if name in expect:
            assert leading[name] == expect[name]


@pytest.mark.parametrize("case", SERIES, ids=[case["name"] for case in SERIES])
def test_what_the_other_records_add(screener: Screener, case: dict[str, Any]) -> None:
    *before, last = case["records"]
    hold(case["expect"], screener.screen(read_record(last), TODAY, pasts(screener, before)))


@pytest.mark.parametrize("case", CONSIGNMENTS, ids=[case["name"] for case in CONSIGNMENTS])
def test_what_records_of_others_about_the_same_consignment_add(screener: Screener, case: dict[str, Any]) -> None:
    *others, last = case["records"]
    hold(case["expect"], screener.screen(read_record(last), TODAY, beside=pasts(screener, others)))


def test_the_order_in_which_history_is_given_changes_nothing(screener: Screener) -> None:
    *before, last = SERIES[0]["records"]
    past, record = pasts(screener, before), read_record(last)
    assert line(screener.screen(record, TODAY, past)) == line(screener.screen(record, TODAY, past[::-1]))


def test_a_record_is_no_history_of_itself(screener: Screener) -> None:
    record = read_record(SERIES[0]["records"][0])
    alone = screener.screen(record, TODAY)
    assert line(screener.screen(record, TODAY, [digest(alone)])) == line(alone)


def test_history_is_made_of_what_a_record_tells_by_itself(screener: Screener) -> None:
    *before, last = SERIES[3]["records"]
    record = read_record(last)
    assert digest(screener.screen(record, TODAY, pasts(screener, before))) == digest(screener.screen(record, TODAY))


def test_what_is_kept_survives_its_line_of_text(screener: Screener) -> None:
    for case in SERIES:
        for past in pasts(screener, case["records"]):
            assert restore(dump(past)) == past
            assert dump(restore(dump(past))) == dump(past)
