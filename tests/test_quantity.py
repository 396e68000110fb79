"""Figures with units as bundle files write them."""

from __future__ import annotations

from decimal import Decimal

import pytest

from screening.quantity import UnknownUnit, format_amount, parse_quantity


@pytest.mark.parametrize(
    ("text", "value", "unit"),
    [
        ("5 万元", "50000", "元"),
        ("49999.99 元", "49999.99", "元"),
        ("1,560立方米", "1560", "立方米"),
        ("2 公顷", "30", "亩"),
        ("860 斤", "430", "千克"),
        ("3 吨", "3000", "千克"),
        ("10 %", "10", "%"),
        ("20 万支", "200000", "支"),
        ("2 年", "2", "年"),
    ],
)
def test_a_figure_is_converted_to_its_base_unit(text: str, value: str, unit: str) -> None:
    quantity = parse_quantity(text)
    assert (quantity.value, quantity.unit) == (Decimal(value), unit)


def test_square_metres_become_mu_without_rounding() -> None:
    assert parse_quantity("3333.5 平方米").value == Decimal("5.00025")


def test_an_unknown_unit_is_named() -> None:
    with pytest.raises(UnknownUnit, match="万无"):
        parse_quantity("5 万无")


@pytest.mark.parametrize("text", ["五万元", "", "元", "5..3 元"])
def test_what_is_no_figure_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"数字|单位"):
        parse_quantity(text)


@pytest.mark.parametrize(("value", "text"), [("62000", "62000"), ("12.60", "12.6"), ("0.00", "0"), ("1E+5", "100000")])
def test_amounts_are_printed_without_exponent_or_trailing_zeros(value: str, text: str) -> None:
    assert format_amount(Decimal(value)) == text
