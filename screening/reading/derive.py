"""Quantities that follow from what is told: price × quantity, with the spans of both."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from decimal import Decimal
from itertools import pairwise

from screening.facts import Evidence
from screening.reading.columns import rows
from screening.reading.lots import Counts, Lot
from screening.reading.names import MONEY
from screening.reading.prices import Kind, Price, prices, with_rates
from screening.reading.roles import NOT_GOODS, SOLD, UNNAMED, UNSOLD, Mentioned
from screening.reading.standing import Standing
from screening.reading.stock import read_off, sold_of_stock
from screening.reading.text import Text

__all__ = ["derive"]

_SELLING = re.compile(r"(?<![未待零])[销售卖](?!价|后)")
_SALES, _GOODS, _GAIN, _COST = "销售金额", "货值金额", "违法所得", "成本"
_NET = re.compile(
    r"(?:违法所得|获利|利润)[^。;]{0,16}(?:售价|收入|销售金额|销售额|销售款|货款)[^。;]{0,6}(?:减|扣)[^。;]{0,6}(?:成本|进价|购进价|进货)"
)
_FOREIGN = frozenset({"美元", "港元", "欧元", "日元", "英镑", "韩元", "澳元", "加元", "卢布", "泰铢", "越南盾", "澳门元", "新台币"})
_EXCHANGE = re.compile(r"(?:兑换?|折合|折算|折|合|等于|约?=)[成为]?")
_ROUND = frozenset({Decimal(1), Decimal(100)})  # 1美元, 100日元


def derive(named: Sequence[Mentioned], text: Text) -> list[Mentioned]:
    """The mentions of a text and what follows from them, of what was sold and what was not.

    Price × quantity where a price of one piece (180元/条, 每瓶40元, 标价100元) meets a count that it is for; not where the
    product is told. What follows stands behind what is told.
    """
    named = with_rates(_exchanged(named, text), text)
    tables = rows(named, text)
    rates = any(m.per for m in named)
    told_prices = prices(named, text)
    if not (rates or told_prices):
        return [*named, *tables]
    if told_prices:
        named = read_off(named, text)
    counts = Counts(sold_of_stock(named, text) if told_prices else named, text)
    loads = _loads(named, counts, text)
    if not told_prices:
        return [*named, *loads, *tables]
    counts.add(loads)
    lots = counts.lots(told_prices)
    lots += _unsold(lots, counts, named)
    return [*named, *loads, *_products(lots, named, text), *tables]


def _loads(named: Sequence[Mentioned], counts: Counts, text: Text) -> list[Mentioned]:
    """What several carry together: 共9船，每船380吨."""
    loads: list[Mentioned] = []
    for rate in named:
        if not rate.per or rate.unit in NOT_GOODS or rate.standing is not Standing.ASSERTED:
            continue
        found = counts.nearest(rate)
        if found is not None and found[1] > 1:
            start, end = sorted((*found[0].span, *rate.span))[::3]
            evidence = Evidence(text.name, start, end, text.raw[start:end])
            loads.append(rate._replace(value=rate.value * found[1], per=None, derived=True, evidence=evidence))
    return loads


def _unsold(lots: Sequence[Lot], counts: Counts, named: Iterable[Mentioned]) -> list[Lot]:
    """Unsold goods that have no price of their own, at the one price that such goods were sold for (法释〔2004〕19号第十二条)."""
    paid: dict[str, list[Lot]] = {}
    for lot in lots:
        if lot.price.kind == Kind.SALE and SOLD in (lot.count.of, lot.price.mention.of) and lot.count.of != UNSOLD:
            paid.setdefault(lot.count.unit, []).append(lot)
    if not paid or any(m.of == UNSOLD and m.name == _GOODS and m.counts for m in named):
        return []
    priced = {lot.count.span for lot in lots if lot.price.kind != Kind.COST}
    found: list[Lot] = []
    for count in counts.goods():
        like = paid.get(count.unit, ())
        if count.of == UNSOLD and count.span not in priced and len({lot.price.value for lot in like}) == 1:
            sold = like[0]
            if counts.alike(count, sold.count):
                found.append(Lot(sold.price, count, counts.number(count, sold.price)))
    return found


def _products(lots: Sequence[Lot], named: Sequence[Mentioned], text: Text) -> list[Mentioned]:
    """What the lots come to: sales, the value of goods, costs, gains."""
    told = {m.value for m in named if m.per is None and m.unit == MONEY}
    selling = _SELLING.search(text.folded)
    found: list[Mentioned] = []
    for lot in lots:
        price = lot.price.mention
        if lot.value in told:
            continue
        told.add(lot.value)
        part = lot.count.of or price.of
        sold = part == SOLD or (
            part != UNSOLD and selling is not None and selling.end() <= text.sentence(price.span[0])[1]
        )
        found.append(_product(lot, lot.value, _name(lot, sold), part, text))
    if not any(m.name == _GAIN and m.counts for m in (*named, *found)) and _NET.search(text.folded):
        found += _net(lots, text)
    return found


def _name(lot: Lot, sold: bool) -> str:
    match lot.price.kind:
        case Kind.COST:
            return _COST
        case Kind.GAIN:
            return _GAIN
        case Kind.OTHER if not sold:
            return lot.price.mention.name
    return _GOODS if lot.price.mention.name == _GOODS or not sold else _SALES


def _net(lots: Sequence[Lot], text: Text) -> list[Mentioned]:
    """Sales less costs, where the text says that this is the gain; each lot less the cost of its own pieces."""
    costs = {lot.count.span: lot.price.value for lot in lots if lot.price.kind == Kind.COST}
    return [
        _product(lot, (lot.price.value - costs[lot.count.span]) * lot.number, _GAIN, SOLD, text)
        for lot in lots
        if lot.price.kind == Kind.SALE and lot.count.of != UNSOLD and lot.count.span in costs
    ]


def _product(lot: Lot, value: Decimal, name: str, part: str, text: Text) -> Mentioned:
    price, count = lot.price.mention, lot.count
    start, end = min(count.span[0], price.span[0]), max(count.span[1], price.span[1])
    evidence = Evidence(text.name, start, end, text.raw[start:end])
    approx = count.approx or price.approx
    return Mentioned(
        name, value, MONEY, approx, evidence, Standing.ASSERTED, of=part, aside=name == _COST, derived=True
    )


def _exchanged(named: Sequence[Mentioned], text: Text) -> Sequence[Mentioned]:
    """Foreign money in 元 where the text tells the rate (1港元兑0.9元人民币); else it stays what it is."""
    for place, (one, other) in enumerate(pairwise(named)):
        if one.unit in _FOREIGN and other.unit == MONEY and one.value in _ROUND and one.per is None:
            between = text.folded[one.span[1] : other.span[0]]
            if _EXCHANGE.fullmatch(between):
                return [
                    m._replace(standing=Standing.ASIDE)
                    if index in (place, place + 1)
                    else _in_yuan(m, other.value / one.value)
                    if m.unit == one.unit
                    else m
                    for index, m in enumerate(named)
                ]
    return named


def _in_yuan(mention: Mentioned, rate: Decimal) -> Mentioned:
    name = "金额" if mention.name in UNNAMED else mention.name
    return mention._replace(name=name, value=mention.value * rate, unit=MONEY, derived=True)
