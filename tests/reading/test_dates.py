"""Dates and spans of time are read with the year they inherit."""

from __future__ import annotations

from datetime import date
from itertools import pairwise
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from screening.reading.dates import DateSpan, dates

CASES = yaml.safe_load((Path(__file__).parents[1] / "cases" / "reading" / "dates.yaml").read_text("utf-8"))
AS_OF = date(2026, 1, 31)
WORDS = [
    "2023", "2024", "23", "1", "2", "13", "31", "99", "二〇二四", "二", "十", "三十一", "年", "月", "日", "号", ".",
    "-", "/", "至", "到", "同年", "次年", "次月", "同月", "初", "底", "上旬", "上半年", "第三季度", "至今", "起", "今年", "去年", "次日",
    "、", "，", " ", "元",
]  # fmt: skip
PIECES = st.lists(st.sampled_from(WORDS), max_size=16).map("".join)


def said(text: str, span: DateSpan) -> str:
    return f"{text[span.start : span.end]} = {span.first} .. {span.last}"


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["text"])
def test_a_date_spans_the_days_it_names(case: dict[str, str]) -> None:
    text = case["text"]
    assert [said(text, span) for span in dates(text, AS_OF, AS_OF)] == case["read"]


def test_what_lasts_until_now_has_no_end_where_no_day_is_given() -> None:
    assert [(span.first, span.last) for span in dates("2024年5月至今")] == [(date(2024, 5, 1), None)]


@given(
    st.dates(date(1950, 1, 1), date(2099, 12, 31)),
    st.sampled_from(["%Y年%m月%d日", "%Y-%m-%d", "%Y.%m.%d", "%Y/%m/%d"]),
)
def test_a_full_date_is_its_day_in_every_form(day: date, form: str) -> None:
    assert [(span.first, span.last) for span in dates(f"于{day.strftime(form)}，")] == [(day, day)]


@given(st.text() | PIECES)
def test_any_text_yields_sorted_spans_that_do_not_overlap(text: str) -> None:
    found = dates(text, AS_OF, AS_OF)
    assert all(0 <= span.start < span.end <= len(text) for span in found)
    assert all(a.end <= b.start for a, b in pairwise(found))
    assert all(span.last is not None and span.first <= span.last for span in found)


@pytest.mark.parametrize(
    "text",
    ["9" * 20000, "一" * 20000, "2023年" * 5000, "2023." * 5000, "2023年" + "3月" * 9000, "2023年" + "同年" * 9000],
)
def test_hostile_texts_are_read_without_complaint(text: str) -> None:
    dates(text)
