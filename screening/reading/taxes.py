"""The tax on invoices of which only the price and the rate are told: 不含税金额109.23万元，适用税率13%."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from decimal import Decimal

from screening.reading.mentions import Mentioned
from screening.reading.text import Text

__all__ = ["with_taxes"]

_PRICE, _RATE, _TAX = "不含税金额", "税率", "票面税额"
_TOLD = frozenset({_TAX, "虚开税款数额", "抵扣税额", "税款损失"})
# A rate of refund, of levy or of deduction is another one.
_BEFORE, _AFTER = re.compile(r"(?<!退)税率(?:均|都)?[为是按]?\Z"), re.compile(r"的?(?:增值税)?税率")
_WITHIN = 8
_HUNDRED = Decimal(100)


def with_taxes(named: Sequence[Mentioned], text: Text) -> Sequence[Mentioned]:
    """The mentions of a text, in order, and the tax on each price whose rate its sentence tells, where no figure tells the tax."""
    if not any(m.name == _RATE for m in named) or any(m.name in _TOLD and m.counts for m in named):
        return named
    rates = [m for m in named if m.name == _RATE and _is_of_sales(m, text)]
    prices = [m for m in named if m.name == _PRICE and m.counts]
    found: dict[tuple[Decimal, Decimal], Mentioned] = {}
    for number, price in enumerate(prices):
        following = prices[number + 1].span[0] if number + 1 < len(prices) else len(text.folded)
        if rate := _rate_of(price, following, rates, text):
            found.setdefault((price.value, rate.value), _tax(price, rate, text))
    return sorted([*named, *found.values()], key=lambda m: m.span) if found else named


def _is_of_sales(rate: Mentioned, text: Text) -> bool:
    start, end = rate.span
    before = _BEFORE.search(text.folded, max(0, start - _WITHIN), start)
    return bool(before or _AFTER.match(text.folded, end)) and 0 < rate.value < _HUNDRED


def _rate_of(price: Mentioned, following: int, rates: Sequence[Mentioned], text: Text) -> Mentioned | None:
    """The rate told behind a price and before the next one, else the only one of the sentence."""
    low, high = text.sentence(price.span[0])
    behind = bisect_left(rates, price.span[1], key=_start)
    if behind < len(rates) and rates[behind].span[0] < min(high, following):
        return rates[behind]
    first = bisect_left(rates, low, key=_start)
    only = first < len(rates) and rates[first].span[0] < high
    return rates[first] if only and (first + 1 == len(rates) or rates[first + 1].span[0] >= high) else None


def _start(mention: Mentioned) -> int:
    return mention.span[0]


def _tax(price: Mentioned, rate: Mentioned, text: Text) -> Mentioned:
    start, end = min(price.span[0], rate.span[0]), max(price.span[1], rate.span[1])
    evidence = text.evidence(start, end)
    return price._replace(name=_TAX, value=price.value * rate.value / _HUNDRED, evidence=evidence, derived=True)
