"""Quantities that follow from what is told: price × quantity, with the spans of both."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from decimal import Decimal
from itertools import compress, pairwise
from typing import NamedTuple

from screening.facts import Evidence
from screening.quantity import UNITS
from screening.reading.columns import labelled
from screening.reading.counts import Counted, Counts, nearest
from screening.reading.goods import SOLD, UNSOLD
from screening.reading.lots import LIST, Lot, lots, unsold
from screening.reading.mentions import NOT_GOODS, UNNAMED, Mentioned
from screening.reading.names import MONEY
from screening.reading.prices import Kind, prices
from screening.reading.rates import with_rates
from screening.reading.standing import Standing
from screening.reading.stock import read_off, sold_of_stock
from screening.reading.text import Text

__all__ = ["FOREIGN", "derive"]

# Each alternative begins with a character of its own, so that the search skips to those.
_SELLING = re.compile(
    "|".join(f"{verb}(?<![未待零购没].)(?<!没有.)(?<!来得及.)(?![价后记])" for verb in "销售卖")
    + "|供应|批发(?![价商店企许市])|零售(?![价商店企许市])"
)
_ALL_SOLD = re.compile(
    r"[,;](?:以上|上述)?[^,;。\d]{0,6}(?:均|都|全部|皆|悉数)已?经?(?:对外|全部)?(?:销售|售|卖)(?:完|出|罄|空|掉|$|[,;。])"
)
_ALL_THESE_SOLD = re.compile(
    r"[。\n](?:以上|上述|前述)[^,;。\d]{0,8}(?:均|都|全部|皆|悉数)已?经?(?:对外|全部)?(?:销售|售|卖)"
)
_PRICE = "单价"
_SALES, _GOODS, _GAIN, _COST = "销售金额", "货值金额", "违法所得", "成本"
_NET = re.compile(
    r"(?:违法所得|获利|利润)[^。;]{0,16}(?:售价|收入|销售金额|销售额|销售款|货款)[^。;]{0,6}(?:减|扣)[^。;]{0,6}(?:成本|进价|购进价|进货)"
)
FOREIGN = frozenset(
    {"美元", "港元", "欧元", "日元", "英镑", "韩元", "澳元", "加元", "卢布", "泰铢", "越南盾", "澳门元", "新台币"}
)
_EXCHANGE = re.compile(r"(?:兑换?|折合|折算|折|合|等于|约?=)[成为]?")
_CONTAINER = re.compile(r"(空)?([桶袋包箱罐瓶筐])(?:共计?|合计|计)?$")
_NAMED_WITHIN, _MOST_AROUND = 16, 20
_ROUND = frozenset({Decimal(1), Decimal(100)})  # 1美元, 100日元
# 共印9200套，每套……
_EACH = re.compile("[,(]每")
_ALIKE = re.compile("[都均皆]|全部[为是]|一律")
_VALUED = "价值"
"""What a thing is worth by the book stays so where it was sold: 基准价值每只5000元."""


class Load(NamedTuple):
    """What something holds (``whole``) and what holds it."""

    whole: Mentioned
    of: Mentioned


def derive(named: Sequence[Mentioned], text: Text) -> list[Mentioned]:
    """The mentions of a text and what follows from them, of what was sold and what was not.

    Price × quantity where a price of one piece (180元/条, 每瓶40元, 标价100元) meets a count that it is for; not where the
    product is told. What follows stands behind what is told.
    """
    units = {m.unit for m in named}
    if not FOREIGN.isdisjoint(units):
        named = _exchanged(named, text)
    if MONEY in units:
        named = with_rates(_with_takings(named), text)
    told_prices = prices(named, text)
    pairs = labelled(named, text)
    if told_prices:
        named = read_off(named, text)
        stock = sold_of_stock(named, text)
    elif any(m.per for m in named):
        stock = named
    else:
        return [*named, *pairs]
    counts = Counts(stock, text)
    loads = _loads(named, counts, text)
    counts.add([load.whole for load in loads])
    named = _as_sets(named, loads)
    found = lots(told_prices, counts, text)
    sold = _sold(found, text)
    if not any(m.of == UNSOLD and m.name == _GOODS and m.counts for m in named):
        rest = unsold(found, list(compress(found, sold)), counts, text)
        found, sold = [*found, *rest], [*sold, *(False for _ in rest)]
    called = [(lot, _name(lot, went)) for lot, went in zip(found, sold, strict=True)]
    return [*_recognised(called, named), *(load.whole for load in loads), *_products(called, named, text), *pairs]


def _with_takings(named: Sequence[Mentioned]) -> Sequence[Mentioned]:
    """The mentions, with those as sums that are called prices but come to their total: 售价分别为1500元、1600元，合计3100元."""
    sums: set[int] = set()
    run: list[int] = []
    for index, money in enumerate(named):
        if money.unit != MONEY or money.name != _PRICE or money.per is not None:
            continue
        if money.total and len(run) > 1 and sum(named[place].value for place in run) == money.value:
            sums.update((*run, index))
        run = [] if money.total or (run and not money.item) else run
        run.append(index)
    return [m._replace(name=UNNAMED[0]) if index in sums else m for index, m in enumerate(named)] if sums else named


def _recognised(called: Sequence[tuple[Lot, str]], named: Sequence[Mentioned]) -> Sequence[Mentioned]:
    """Sums that no word names but that are the product of a price and a count have the product's name: 8600只，每只20元，合计172000元."""
    goods = [(lot, name) for lot, name in called if lot.price.kind not in (Kind.COST, Kind.GAIN)]
    products = {lot.value: (lot, name) for lot, name in goods}
    if len(goods) > 1 and len({(name, lot.part) for lot, name in goods}) == 1:
        products.setdefault(sum((lot.value for lot, _ in goods), Decimal(0)), goods[0])
    return [
        m._replace(name=m.name if m.name == _GOODS else product[1], of=product[0].part)
        if m.unit == MONEY
        and (m.name in UNNAMED or (m.name == _GOODS and not m.of))
        and m.per is None
        and m.value > 0
        and (product := products.get(m.value))
        else m
        for m in named
    ]


def _loads(named: Sequence[Mentioned], counts: Counts, text: Text) -> list[Load]:
    """What several carry together: 共9船，每船380吨; each of those that are all alike: 卖掉410条，另扣612条，都是每条200支."""
    loads: list[Load] = []
    for rate in named:
        if not rate.per or rate.unit in NOT_GOODS or rate.standing is not Standing.ASSERTED:
            continue
        several = [c for c in _around(rate, counts.beside(rate.span[0], rate.per)) if c.number > 1]
        beside = several or _containers(rate, counts, text)
        introduced = (c for c in beside if _EACH.match(text.folded, c.mention.span[1], rate.span[0]))
        found = next(introduced, None) or nearest(rate, beside)
        if found is None:
            continue
        alike = _ALIKE.search(text.folded, found.mention.span[1], rate.span[0]) is not None
        for one in beside if alike else (found,):
            if one.number > 1 and one.mention.unit == found.mention.unit:
                evidence = _evidence((one.mention, rate), text)
                load = rate._replace(value=rate.value * one.number, per=None, derived=True, evidence=evidence)
                if (load.value, load.unit) != (one.mention.value, one.mention.unit):  # 350条 are 70000支 already
                    loads.append(Load(load, one.mention))
    return loads


def _around(rate: Mentioned, counted: Sequence[Counted]) -> Sequence[Counted]:
    """Those next to a rate: a sentence may have thousands."""
    at = bisect_left(counted, rate.span, key=lambda one: one.mention.span)
    return counted[max(0, at - _MOST_AROUND) : at + _MOST_AROUND]


def _containers(rate: Mentioned, counts: Counts, text: Text) -> list[Counted]:
    """The counts of what the rate's unit names where another word counts it (油桶18只，单桶重170公斤); empty ones where it was full."""
    assert rate.per
    found: dict[bool, list[Counted]] = {True: [], False: []}
    for count in _around(rate, counts.beside(rate.span[0], None)):
        named = _CONTAINER.search(text.folded, max(0, count.mention.span[0] - _NAMED_WITHIN), count.mention.span[0])
        if named and named[2] == rate.per:
            found[bool(named[1])].append(count)
    was_full = "满" + rate.per in text.folded[max(0, rate.span[0] - _NAMED_WITHIN) : rate.span[0]]
    return found[False] or (found[True] if was_full else [])


def _as_sets(named: Sequence[Mentioned], loads: Sequence[Load]) -> Sequence[Mentioned]:
    """The mentions, where what holds several is no longer counted as one of them: 9200套，每套由正标、背标各一枚组成."""
    sets = {
        load.of.span
        for load in loads
        if load.of.name == load.whole.name not in UNNAMED and load.of.value != load.whole.value
    }
    return [_in_own_unit(m) if m.span in sets else m for m in named] if sets else named


def _in_own_unit(held: Mentioned) -> Mentioned:
    unit = UNITS.get(held.evidence.text[-1:])
    value = held.value if held.as_told is None else held.as_told
    base = unit.base if unit and unit.factor == 1 else held.unit
    return held._replace(name=UNNAMED[1], value=value, unit=base, as_told=None, derived=False)


def _products(called: Sequence[tuple[Lot, str]], named: Sequence[Mentioned], text: Text) -> list[Mentioned]:
    """What the lots come to: sales, the value of goods, costs, gains."""
    told = {m.value for m in named if m.per is None and m.unit == MONEY}
    found: list[Mentioned] = []
    once: set[tuple[Decimal, Decimal]] = set()
    for lot, name in called:
        if lot.value in told or (lot.value, lot.number) in once:
            continue
        once.add((lot.value, lot.number))
        found.append(_product(lot, lot.value, name, text))
    priced = [lot for lot, _ in called]
    costs = any(lot.price.kind == Kind.COST for lot in priced)
    if costs and _NET.search(text.folded) and not any(m.name == _GAIN and m.counts for m in (*named, *found)):
        found += _net(priced, text)
    return found


def _sold(priced: Sequence[Lot], text: Text) -> list[bool]:
    """Of each lot whether it was sold: its own words say so, or the text tells of selling up to there."""
    selling = _SELLING.search(text.folded)
    return [
        lot.part == SOLD
        if lot.part in (SOLD, UNSOLD)
        else (selling is not None and selling.end() <= text.sentence(lot.price.mention.span[0])[1])
        or _all_sold_after(lot, text)
        for lot in priced
    ]


def _all_sold_after(lot: Lot, text: Text) -> bool:
    """Whether the list that the lot is an item of ends in 均已售完."""
    start = lot.price.mention.span[1]
    end = min(text.period(start)[1], start + LIST)
    if _ALL_SOLD.search(text.folded, start, end):
        return True
    return _ALL_THESE_SOLD.search(text.folded, start, start + LIST) is not None


def _name(lot: Lot, sold: bool) -> str:
    match lot.price.kind:
        case Kind.COST:
            return _COST
        case Kind.GAIN:
            return _GAIN
        case Kind.OTHER if not sold or lot.price.mention.name.endswith(_VALUED):
            return lot.price.mention.name
    return _GOODS if lot.price.mention.name == _GOODS or not sold else _SALES


def _net(priced: Sequence[Lot], text: Text) -> list[Mentioned]:
    """Sales less costs, where the text says that this is the gain; each lot less the cost of its own pieces."""
    costs = {lot.goods.span: lot.price.value for lot in priced if lot.price.kind == Kind.COST}
    return [
        _product(lot, (lot.price.value - costs[lot.goods.span]) * lot.number, _GAIN, text)
        for lot in priced
        if lot.price.kind == Kind.SALE and lot.goods.of != UNSOLD and lot.goods.span in costs
    ]


def _product(lot: Lot, value: Decimal, name: str, text: Text) -> Mentioned:
    price, goods = lot.price.mention, lot.goods
    return Mentioned(
        name,
        value,
        MONEY,
        goods.approx or price.approx,
        _evidence((goods, price), text),
        Standing.ASSERTED,
        of=lot.part,
        aside=name == _COST,
        derived=True,
    )


def _evidence(told: Sequence[Mentioned], text: Text) -> Evidence:
    """All from the first to the last of them."""
    start, end = min(m.span[0] for m in told), max(m.span[1] for m in told)
    return Evidence(text.name, start, end, text.raw[start:end])


def _exchanged(named: Sequence[Mentioned], text: Text) -> Sequence[Mentioned]:
    """Foreign money in 元 where the text tells the rate (1港元兑0.9元人民币); else it stays what it is."""
    for place, (one, other) in enumerate(pairwise(named)):
        if one.unit in FOREIGN and other.unit == MONEY and one.value in _ROUND and one.per is None:
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
