"""Figures are read as a clerk means them."""

from __future__ import annotations

from decimal import Decimal
from itertools import pairwise
from pathlib import Path

import cn2an
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from screening.quantity import format_amount
from screening.reading.numerals import Numeral, numerals

CASES = yaml.safe_load((Path(__file__).parents[1] / "cases" / "reading" / "numerals.yaml").read_text("utf-8"))
SIGNS = "0123456789０１９,，.． 零〇一二两三九十百千万亿壹拾廿半几数点余多约近上至-～克年月"


def said(text: str, numeral: Numeral) -> str:
    upper = "" if numeral.upper is None else f" .. {format_amount(numeral.upper)}"
    mark = " ~" if numeral.approx else ""
    return f"{text[numeral.start : numeral.end]} = {format_amount(numeral.value)}{upper}{mark}"


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["text"])
def test_a_figure_is_read_as_a_clerk_means_it(case: dict[str, str]) -> None:
    text = case["text"]
    assert [said(text, numeral) for numeral in numerals(text)] == case["read"]


@given(st.integers(0, 10**9))
def test_a_chinese_numeral_is_the_number_it_spells(number: int) -> None:
    text = cn2an.an2cn(number)
    assert [(n.value, n.start, n.end) for n in numerals(text)] == [(number, 0, len(text))]


@given(st.integers(0, 10**9))
def test_a_financial_numeral_is_the_number_it_spells(number: int) -> None:
    text = cn2an.an2cn(number, "up")
    assert [(n.value, n.start, n.end) for n in numerals(text)] == [(number, 0, len(text))]


@given(st.integers(0, 10**9))
def test_the_reading_agrees_with_cn2an(number: int) -> None:
    text = cn2an.an2cn(number)
    assert numerals(text)[0].value == cn2an.cn2an(text, "smart")


@given(st.decimals(0, 10**9, places=2), st.sampled_from(["", ",", "，"]))
def test_thousands_may_be_separated_or_not(number: Decimal, separator: str) -> None:
    text = f"{number:,}".replace(",", separator)
    assert [(n.value, n.start, n.end) for n in numerals(text)] == [(number, 0, len(text))]


@given(st.integers(0, 10**9))
def test_full_width_digits_read_like_ascii(number: int) -> None:
    wide = str(number).translate({ord("0") + i: ord("０") + i for i in range(10)})
    assert [n.value for n in numerals(wide)] == [number]


@given(st.text() | st.text(SIGNS))
def test_any_text_yields_sorted_spans_that_do_not_overlap(text: str) -> None:
    found = numerals(text)
    assert all(0 <= n.start < n.end <= len(text) for n in found)
    assert all(a.end <= b.start for a, b in pairwise(found))


@given(st.text(SIGNS))
def test_an_upper_end_is_above_the_value_and_marks_it_approximate(text: str) -> None:
    for numeral in numerals(text):
        assert numeral.value >= 0
        if numeral.upper is not None:
            assert numeral.approx
            assert numeral.value < numeral.upper


@pytest.mark.parametrize("text", ["9" * 5000, "一" * 5000, "万" * 5000, "1," * 5000, "1亿" * 3000, "三点" * 3000])
def test_endless_runs_are_no_figures_and_no_trouble(text: str) -> None:
    assert all(numeral.end - numeral.start <= 40 for numeral in numerals(text))
