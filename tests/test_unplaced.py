"""A figure without a name that would reach what a charge asks for is no silent no."""

from __future__ import annotations

from datetime import date

import pytest

from screening.record import read_record
from screening.screener import Screener, Screening

AS_OF = date(2026, 11, 20)


@pytest.fixture(scope="module")
def screener() -> Screener:
    return Screener.from_folder()


def screen(screener: Screener, narrative: str, **fields: object) -> Screening:
    record = {"record_id": "u", "narrative": narrative, "decided_on": "2025-03-01", "transferred": False, **fields}
    return screener.screen(read_record(record), AS_OF)


def rules(screening: Screening) -> set[str]:
    return {finding.rule.id for finding in screening.score.findings}


def test_a_nameless_figure_that_would_reach_is_said_with_its_words(screener: Screener) -> None:
    """传销: thirty people are asked for, the record counts 39 without saying of what."""
    text = "当事人组织、领导传销活动，要求参加者交纳费用取得加入资格，发展成员12人。笔记本载有39人。"
    screening = screen(screener, text)
    found = next(f for f in screening.score.findings if f.rule.id == "evidence.unplaced-figure")
    assert screening.score.level == "watch"
    assert "39人" in found.text and "传销人数" in found.text
    assert any(e.text.startswith("39") for e in found.evidence)


@pytest.mark.parametrize(
    "text",
    [
        "当事人组织、领导传销活动，要求参加者交纳费用取得加入资格，发展成员12人。",
        "当事人组织、领导传销活动，要求参加者交纳费用取得加入资格，发展成员12人。笔记本载有11人。",
        "当事人组织、领导传销活动，要求参加者交纳费用取得加入资格，发展成员12人。另案当事人张某笔记本载有39人。",
    ],
    ids=["none", "too small", "another's"],
)
def test_it_is_silent_without_such_a_figure(screener: Screener, text: str) -> None:
    assert "evidence.unplaced-figure" not in rules(screen(screener, text))


def test_a_reached_charge_needs_no_such_figure(screener: Screener) -> None:
    text = "当事人组织、领导传销活动，要求参加者交纳费用取得加入资格，层级五级，发展成员80人。笔记本载有39人。"
    screening = screen(screener, text)
    assert screening.score.level == "refer"
    assert "evidence.unplaced-figure" not in rules(screening)
