"""Amounts are read from the surface of a narrative: figure, unit, rate, span."""

from __future__ import annotations

from decimal import Decimal
from itertools import pairwise
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from screening.quantity import UNITS, format_amount
from screening.reading.quantities import Amount, quantities

CASES = yaml.safe_load((Path(__file__).parents[1] / "cases" / "reading" / "quantities.yaml").read_text("utf-8"))
WORDS = [
    "人民币", "￥", "RMB", "约", "近", "上", "每", "每条", "单价", "第", "3", "12", "1,200", "3 400", "6.2",
    "三百二十", "两", "半", "叁万", "一", "十几", "几", "万", "亿", "千", "w", "余", "多", "元", "角", "分", "整",
    "块", "公斤", "/", "一瓶", "条", "个", "月", "年", "日", "%", "百分之", "成", "倍", "(万元)", "（万元）：", "(",
    "）", "至", "-", "、", "，", " ", "〔2024〕", "号", "m2", "mg/L", "A", "\n",
]  # fmt: skip
PIECES = st.lists(st.sampled_from(WORDS), max_size=20).map("".join)


def said(text: str, amount: Amount) -> str:
    upper = "" if amount.upper is None else f" .. {format_amount(amount.upper)}"
    rate = "" if amount.per is None else f" / {amount.per}"
    mark = " ~" if amount.approx else ""
    return f"{text[amount.start : amount.end]} = {format_amount(amount.value)} {amount.unit}{upper}{rate}{mark}"


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["text"])
def test_an_amount_is_read_as_a_clerk_means_it(case: dict[str, str]) -> None:
    text = case["text"]
    assert [said(text, amount) for amount in quantities(text)] == case["read"]


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("6.2万元", "万元"),
        ("2.16万枚", "万枚"),
        ("12.9(万元)", "万元"),
        ("3-5万元", "万元"),
        ("4.3w", "w"),
        ("1200㎡", "㎡"),
        ("三百条", "条"),
        ("1.2万公斤", "万公斤"),
        ("3万4千元", "元"),
        ("860斤", "斤"),
    ],
)
def test_the_unit_is_kept_as_it_was_written(text: str, written: str) -> None:
    assert [amount.written_unit for amount in quantities(text)] == [written]


@given(st.text() | PIECES)
def test_any_text_yields_sorted_spans_that_do_not_overlap(text: str) -> None:
    found = quantities(text)
    assert all(0 <= amount.start < amount.end <= len(text) for amount in found)
    assert all(a.end <= b.start for a, b in pairwise(found))


@given(PIECES)
def test_amounts_are_not_negative_and_ranges_rise(text: str) -> None:
    for amount in quantities(text):
        assert amount.value >= 0
        assert amount.per != ""
        assert amount.upper is None or (amount.approx and amount.value < amount.upper)


@given(st.decimals(0, 10**8, places=2), st.sampled_from(["元", "万元", "亩", "公斤", "吨", "条", "立方米", "㎡", "%"]))
def test_a_figure_before_a_unit_is_converted_to_the_base_unit(number: Decimal, unit: str) -> None:
    (amount,) = quantities(f"共计{number}{unit}。")
    assert (amount.value, amount.unit) == (number * UNITS[unit].factor, UNITS[unit].base)


@given(PIECES, PIECES)
def test_a_full_stop_parts_what_is_read(left: str, right: str) -> None:
    joined = quantities(f"{left}。\n{right}")
    assert all(amount.end <= len(left) or amount.start > len(left) for amount in joined)


@pytest.mark.parametrize(
    "text",
    ["9" * 20000, "一" * 20000, "," * 20000, "(" * 20000, "(万元)1" * 5000, "每1元" * 5000, "3-" * 9000, "1、" * 9000],
)
def test_hostile_texts_are_read_without_complaint(text: str) -> None:
    quantities(text)
