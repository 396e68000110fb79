"""Quantities that follow from what is told: price × quantity, with the spans of both."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal
from itertools import compress, pairwise

from screening.reading.columns import labelled
from screening.reading.counts import Counts
from screening.reading.goods import SOLD, UNSOLD
from screening.reading.loads import as_sets, loads
from screening.reading.lots import LIST, Lot, lots, unsold
from screening.reading.mentions import NOT_GOODS, UNNAMED, Mentioned, spanning
from screening.reading.names import MONEY
from screening.reading.prices import Kind, prices
from screening.reading.rates import with_rates
from screening.reading.standing import Standing
from screening.reading.stock import read_off, sold_of_stock
from screening.reading.text import Text

__all__ = ["FOREIGN", "derive"]

# Each alternative begins with a character of its own, so that the search skips to those.
_SELLING = re.compile(
    "|".join(
        f"{verb}(?<![未待零购没专注吊撤核报].)(?<!没有.)(?<!来得及.)(?<!未出.)(?<!未.出.)(?<!未..出.)(?![价后记毁])"
        for verb in "销售卖"
    )
    + "|供应|批发(?![价商店企许市户])|零售(?![价商店企许市])"
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
_ROUND = frozenset({Decimal(1), Decimal(100)})  # 1美元, 100日元
_VALUED = "价值"
"""What a thing is worth by the book stays so where it was sold: 基准价值每只5000元."""


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
    held = loads(named, counts, text)
    counts.add([load.whole for load in held])
    named = as_sets(named, held)
    found = lots(told_prices, counts, text)
    sold = _sold(found, stock, text)
    if not any(m.of == UNSOLD and m.name == _GOODS and m.counts for m in named):
        rest = unsold(found, list(compress(found, sold)), counts, text)
        found, sold = [*found, *rest], [*sold, *(False for _ in rest)]
    called = [(lot, _name(lot, went)) for lot, went in zip(found, sold, strict=True)]
    return [*_recognised(called, named), *(load.whole for load in held), *_products(called, named, text), *pairs]


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


def _sold(priced: Sequence[Lot], stock: Sequence[Mentioned], text: Text) -> list[bool]:
    """Of each lot whether it was sold: its own words say so, or the text tells of selling up to there.

    Not all that has a price on it where fewer are told as sold: 翻印3200册，定价26元，批发售出2000册.
    """
    selling = _SELLING.search(text.folded)
    fewer: dict[str, Decimal] = {}
    for m in stock:
        if m.of == SOLD and m.counts and m.unit not in NOT_GOODS:
            fewer[m.unit] = max(m.value, fewer.get(m.unit, m.value))
    sold: list[bool] = []
    for lot in priced:
        if lot.part in (SOLD, UNSOLD):
            sold.append(lot.part == SOLD)
        elif lot.price.kind == Kind.TAG and lot.goods.value > fewer.get(lot.goods.unit, lot.goods.value):
            sold.append(False)
        else:
            told = selling is not None and selling.end() <= text.sentence(lot.price.mention.span[0])[1]
            sold.append(told or _all_sold_after(lot, text))
    return sold


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
        case Kind.OTHER if not sold or lot.goods.unit in NOT_GOODS or lot.price.mention.name.endswith(_VALUED):
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
        spanning((goods, price), text),
        Standing.ASSERTED,
        of=lot.part,
        aside=name == _COST,
        derived=True,
    )


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
