"""Rows of a table that was flattened into text: 品名 数量 单价 金额 甲款水杯 120 35 4200 乙款水杯 80 42 3360."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal

from screening.facts import Evidence
from screening.reading.mentions import Mentioned
from screening.reading.names import MONEY
from screening.reading.standing import Standing
from screening.reading.text import Span, Text

__all__ = ["rows"]

_NUMBER = r"\d[\d,]*(?:\.\d+)?"
_UNIT = r"(?:\([^()]{1,6}\))?"
_HEADER = re.compile(
    rf"(?:数量|件数|重量){_UNIT}[\s|]+(?:单价|价格){_UNIT}[\s|]+(?:金额|小计|总价|货款|销售额){_UNIT}[\s|]"
)
_ROW = re.compile(rf"(?<![\d.])({_NUMBER})[\s|]+({_NUMBER})[\s|]+({_NUMBER})(?![\d.])")
_LABELLED = re.compile(rf"数量{_UNIT}[:为]?\s*({_NUMBER})[\s,;、|]*单价{_UNIT}[:为]?\s*({_NUMBER})(?![\d.])")
_SALES = re.compile(r"销售|[售卖]出|销货")
_LONGEST = 3000


def rows(named: Sequence[Mentioned], text: Text) -> list[Mentioned]:
    """What each row comes to, as sales where the words before it say so, else as value of goods.

    A row is taken where quantity × price is its amount: figures that only happen to stand in line do not come out even.
    Nothing is taken that is told with its unit.
    """
    if "单价" not in text.folded or "数量" not in text.folded:
        return []
    told = {m.value for m in named if m.unit == MONEY}
    found: list[Mentioned] = []
    for span, value in (*_of_table(text.folded), *_labelled(text.folded)):
        if value in told:
            continue
        sold = _SALES.search(text.folded, max(0, span[0] - _LONGEST), span[0])
        name = "销售金额" if sold else "货值金额"
        evidence = Evidence(text.name, *span, text.raw[slice(*span)])
        found.append(Mentioned(name, value, MONEY, False, evidence, Standing.ASSERTED, derived=True))
    return found


def _of_table(folded: str) -> Iterator[tuple[Span, Decimal]]:
    header = _HEADER.search(folded)
    if header is None:
        return
    for row in _ROW.finditer(folded, header.end(), header.end() + _LONGEST):
        number, price, amount = map(_value, row.groups())
        if number * price == amount:
            yield row.span(), amount


def _labelled(folded: str) -> Iterator[tuple[Span, Decimal]]:
    for pair in _LABELLED.finditer(folded):
        yield pair.span(), _value(pair[1]) * _value(pair[2])


def _value(figure: str) -> Decimal:
    return Decimal(figure.replace(",", ""))
