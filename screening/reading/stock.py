"""Counts that follow from two others: what went through a meter, what of a stock is gone."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from screening.reading.goods import SOLD
from screening.reading.mentions import NOT_GOODS, Mentioned
from screening.reading.names import MONEY
from screening.reading.standing import Standing
from screening.reading.text import Text

__all__ = ["read_off", "sold_of_stock"]

_READING = re.compile(r"读数|示数(?<!显示数)|表底|底数|封记(?!录)|起码|止码|表码|计数器")
_READING_WITHIN = 30
_DISPENSED = re.compile(r"[加付供售卖销出]")
_REST = re.compile(r"(?:其余|余者|其他的|其它的|余下|差额|差数|剩下的)[^。;]{0,16}?(?:售|卖|销(?!毁))")
# What of a stock is left or was given away; told right before the figure or right behind it.
_LEFT = re.compile(
    r"(?:库存|存货|结存|尚[存有]|还有|现[存有]|仅?剩[余下]?|余|在库|待售|退货|退回|报损|破损|自用|赠送|抽检|查封|扣押|未[售卖销])"
    r"|除(?:其中|了|去)?\Z"  # 除12盒被抽样外，其余……
)
_LEFT_WITHIN = 10
_METER_WITHIN = 80
_STOCK_WITHIN = 200


def read_off(named: Sequence[Mentioned], text: Text) -> Sequence[Mentioned]:
    """The mentions of a text with the difference of two readings in place of the second; the readings count nothing.

    4号枪读数5月21日12,406升，6月12日20,131升 → 7725升.
    """
    if not _READING.search(text.folded):
        return named
    found = list(named)
    counts = [(index, m) for index, m in enumerate(named) if m.counts and m.unit != MONEY]
    for (i, first), (k, second) in pairwise(counts):
        if first.unit != second.unit or first.value >= second.value or second.span[0] - first.span[1] > _METER_WITHIN:
            continue
        period = text.period(first.span[0])
        near = max(period[0], first.span[0] - _READING_WITHIN)
        if second.span[0] >= period[1] or not _READING.search(text.folded, near, second.span[1]):
            continue
        sold = SOLD if _DISPENSED.search(text.folded, first.span[0], period[1]) else ""
        found[i] = first._replace(standing=Standing.ASIDE)
        found[k] = _difference(second, (first, second), text, sold)
    return found


def sold_of_stock(named: Sequence[Mentioned], text: Text) -> Sequence[Mentioned]:
    """The mentions of a text with what was sold of a stock in place of the stock: 进货412双，库存57双，其余均已售出 → 355双."""
    for rest in _REST.finditer(text.folded):
        named = _sold_of(named, rest.start(), rest.end(), text)
    return named


def _sold_of(named: Sequence[Mentioned], at: int, end: int, text: Text) -> Sequence[Mentioned]:
    """The stock told last before ``text[at:end]``, which says that the rest of it was sold, without what is left of it."""
    clause_end = text.clause(end - 1)[1]
    before = [
        (index, m)
        for index, m in enumerate(named)
        if m.counts and m.unit not in NOT_GOODS and at - _STOCK_WITHIN <= m.span[0] < clause_end
    ]
    if len(before) < 2 or before[-1][1].span[0] >= at:
        return named  # 其余355双均已售出: told
    unit = before[-1][1].unit
    left = [m for _, m in before if m.unit == unit and _is_left(m, text)]
    whole = [(index, m) for index, m in before if m.unit == unit and m.span[0] < left[0].span[0]] if left else []
    if not whole:
        return named
    index, stock = whole[-1]
    if sum(m.value for m in left) >= stock.value or stock.of == SOLD:
        return named
    found = list(named)
    found[index] = _difference(stock, (stock, *left), text, SOLD)
    return found


def _is_left(mention: Mentioned, text: Text) -> bool:
    start = mention.span[0]
    return _LEFT.search(text.folded, max(text.clause(start)[0], start - _LEFT_WITHIN), start) is not None


def _difference(place: Mentioned, told: Sequence[Mentioned], text: Text, of: str) -> Mentioned:
    """The greatest of the counts less the others, told where ``place`` is."""
    most = max(told, key=lambda m: m.value)
    start, end = told[0].span[0], told[-1].span[1]
    as_told = None
    if most.as_told is not None:
        as_told = 2 * most.as_told - sum(m.as_told or 0 for m in told)
    return place._replace(
        value=2 * most.value - sum(m.value for m in told),
        as_told=as_told,
        evidence=text.evidence(start, end),
        of=of,
        derived=True,
    )
