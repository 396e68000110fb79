"""A text that left a charge out is milder for conduct from before (从旧兼从轻, 刑法第12条)."""

from __future__ import annotations

from datetime import date

from screening.logic import Verdict
from screening.record import read_record
from screening.screener import Screener

RECORD = {
    "record_id": "r",
    "case_reason": "未取得药品经营许可证经营药品案",
    "narrative": "当事人没有药品经营许可证，向乡村诊所批发药品，账本所记销售药品金额合计178000元。",
    "legal_basis": "《药品管理法》第115条",
    "conduct_to": "2021-03-01",
    "transferred": False,
}


def assessed(screener: Screener, as_of: date):
    assessments = screener.screen(read_record(RECORD), as_of).assessments
    return next(a for a in assessments if a.threshold.id == "illegal-business-drugs")


def test_before_it_was_left_out_the_conduct_reached_the_figure(screener: Screener) -> None:
    assert assessed(screener, date(2021, 6, 1)).verdict is Verdict.REACHED


def test_since_then_it_is_no_crime_of_this_kind_and_the_text_is_named(screener: Screener) -> None:
    found = assessed(screener, date(2026, 11, 20))
    assert found.verdict is Verdict.BELOW
    assert "高检发释字〔2022〕1号" in found.note
    assert found.draft  # nobody has compared that text yet
