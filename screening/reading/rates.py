"""Which plain sums are the price of one piece by their place: behind 一箱, in front of 的银卡52张, once something was bought for less."""

from __future__ import annotations

import re
from collections.abc import Sequence

from screening.reading.goods import SOLD
from screening.reading.mentions import NOT_GOODS, Mentioned
from screening.reading.names import MONEY
from screening.reading.prices import BOUGHT_BEFORE, NO_CLASSIFIER, PRICED, RUN_UP
from screening.reading.text import Text

__all__ = ["with_rates"]

_ANY = "单价"
_EACH_SOLD = re.compile(r"每[销售卖加办]\w{0,2}$")
_FEW = re.compile(r"一|[2-9](?!\d)")
_APART = frozenset("另第最某同唯低高每出卖售了")  # 另一户18万元, 最低一票9760元: one of several, not each of them
_ASKED = re.compile(r"(?:只|仅|均|统一|一律)?(?:卖|收取?|售|要|按|净?赚|获利|得利)?价?")
_ALL_ALIKE = re.compile(r"[,、(]?(?:其中)?[^,。;\d]{0,6}(?:都是|均[为是]|皆[为是])")
_TIMES = frozenset("×*x")
_EACH_BY = frozenset({"按", "均按", "都按", "各按", "以", "均以", "都以"})
_BY = re.compile(r"按(?:照)?$")
_HANDED_OVER = re.compile(r"的?(?:价格?|价钱|标准)?(?:对外)?(?:出|卖|售|销|批|甩)")
# 5,000元的“尊享卡”84张: a card, a ticket, a model has a price of its own, a lot of rice has not.
_OF_GOODS = re.compile(r"(?:的(?!价)[^,。;:、\d元将把给]{0,9}?|[卖售])(\w)[”\"』」]?")
_MODELS = frozenset("卡票券档款型版套餐证")
_SOLD_HERE = re.compile(r"[售卖销]")
_ASKED_FOR = (PRICED | {"违法所得"}) - {"货值金额"}  # 价值3000元的手机2部: of both
_SELLS_AT = re.compile(r"(?:(?<![售共])卖|(?<![销出])售|出手|转手)(?:到|价|为|给[^,。;\d]{1,6})?\Z")
_RESOLD_WITHIN, _MARKUP = 20, 20
_ROW = 24  # how long a row of count, price and amount may be
_ADJACENT, _ITS_COUNT = 6, 16  # how far a price may stand from the count before it, or behind it


def with_rates(named: Sequence[Mentioned], text: Text) -> Sequence[Mentioned]:
    """The mentions of a text, with those as rates that are prices by their place: 一只950元, 3,000元的银卡52张, 按158元出了108双."""
    rates: dict[int, Mentioned] = {}
    ones: set[int] = set()
    for index, money in enumerate(named):
        if money.unit != MONEY or money.per is not None or money.total:
            continue
        place = money.evidence
        if index and named[index - 1].per and _is_alike(named[index - 1], money, text):
            rates[index] = money._replace(per=named[index - 1].per)
        elif index and (per := _resold(named, index, text)):
            rates[index] = money._replace(name=_ANY, per=per, aside=False)
        elif money.name not in _ASKED_FOR:
            continue
        elif index and named[index - 1].evidence.end >= place.start - _ADJACENT:
            one = named[index - 1]
            if per := _one_before(one, money, named, text):
                start, end = one.evidence.start, place.end
                evidence = text.evidence(start, end)
                rates[index] = money._replace(per=per, evidence=evidence)
                ones.add(index - 1)
            elif _is_multiplied(one, money, text):
                rates[index] = money._replace(per=_ANY)
        if index not in rates and _comes_out_even(named, index):
            rates[index] = money._replace(per=_ANY)
        if index + 1 < len(named) and named[index + 1].evidence.start <= place.end + _ITS_COUNT and index not in rates:
            if _is_handed_over(money, named[index + 1], text):
                rates[index] = money._replace(per=_ANY, of=SOLD)
            elif _is_of_model(named, index, text):
                rates[index] = money._replace(per=_ANY)
    if not rates:
        return named
    return [rates.get(index, mention) for index, mention in enumerate(named) if index not in ones]


def _comes_out_even(named: Sequence[Mentioned], index: int) -> bool:
    """Whether a sum stands between a count and what both come to: 男鞋 120双 135元 16200元."""
    if not 0 < index < len(named) - 1:
        return False
    count, money, product = named[index - 1 : index + 2]
    near = product.span[0] - count.span[1] <= _ROW and count.unit != MONEY and product.unit == MONEY
    return near and product.per is None and count.value > 1 and count.value * money.value == product.value


def _one_before(one: Mentioned, money: Mentioned, named: Sequence[Mentioned], text: Text) -> str | None:
    """The classifier of 一只950元, 5盒100元 or 每卖出一瓶获利26元.

    另一只950元 is one of several, 卖出5盒100元 is what all five fetched.
    """
    folded, number, start = text.folded, _FEW.match(one.evidence.text), one.span[0]
    if number is None or one.unit in NOT_GOODS or not _ASKED.fullmatch(folded[one.span[1] : money.span[0]]):
        return None
    per = one.evidence.text[1:] if number[0] == "一" else one.evidence.text
    if _EACH_SOLD.search(folded, max(0, start - 5), start):
        return per
    if one.per or folded[start - 1 : start] in _APART or folded.startswith("的", money.span[1]):
        return None
    return per if _is_counted(per, named) else None


def _is_counted(per: str, named: Sequence[Mentioned]) -> bool:
    """Whether more of them are counted: 白酒一瓶260元 alone is a bottle and its value."""
    if per[0].isdigit():
        return any(m.counts and m.total and m.of == SOLD and m.evidence.text.endswith(per[1:]) for m in named)
    return any(m.counts and m.evidence.text.endswith(per) and m.evidence.text[0] != "一" for m in named)


def _is_alike(rate: Mentioned, money: Mentioned, text: Text) -> bool:
    """每份价税合计169,500元，其中税额都是19,500元."""
    return rate.unit == MONEY and _ALL_ALIKE.fullmatch(text.folded, rate.evidence.end, money.evidence.start) is not None


def _resold(named: Sequence[Mentioned], index: int, text: Text) -> str | None:
    """The classifier of what one was bought for and then sold for: 每条进价85元，卖110元."""
    folded, money = text.folded, named[index]
    for cost in reversed(named[max(0, index - 2) : index]):
        gap = money.span[0] - cost.span[1]
        if cost.unit != MONEY or not 0 < gap <= _RESOLD_WITHIN or "。" in folded[cost.span[1] : money.span[0]]:
            return None
        if cost.per and cost.per not in NO_CLASSIFIER:
            bought = cost.name == "成本" or BOUGHT_BEFORE.search(folded, max(0, cost.span[0] - RUN_UP), cost.span[0])
            sold = _SELLS_AT.search(folded, cost.span[1], money.span[0])
            return cost.per if bought and sold and money.value <= _MARKUP * cost.value else None
    return None


def _is_multiplied(count: Mentioned, money: Mentioned, text: Text) -> bool:
    """45盒×288元; 108双按158元出."""
    if not _counts_goods(count):
        return False
    between = text.folded[count.span[1] : money.span[0]]
    return between in _TIMES or (between in _EACH_BY and _HANDED_OVER.match(text.folded, money.span[1]) is not None)


def _counts_goods(mention: Mentioned) -> bool:
    return mention.counts and mention.unit not in NOT_GOODS


def _is_handed_over(money: Mentioned, count: Mentioned, text: Text) -> bool:
    """按158元出了108双; 以1500元卖给他人手机2部 is what both fetched."""
    folded, (start, end) = text.folded, money.span
    if not _BY.search(folded, max(0, start - 2), start) or not _counts_goods(count):
        return False
    between = folded[end : count.span[0]]
    return _HANDED_OVER.match(between) is not None and not any(mark in between for mark in ",。;")


def _is_of_model(named: Sequence[Mentioned], index: int, text: Text) -> bool:
    """3,000元的银卡52张: of a card, or one of several kinds that are told alike and sold."""
    noun = _model(named, index, text)
    if noun is None:
        return False
    start = named[index].span[0]
    if not _SOLD_HERE.search(text.folded, text.sentence(start)[0], start):
        return False
    return noun in _MODELS or _model(named, index - 2, text) is not None or _model(named, index + 2, text) is not None


def _model(named: Sequence[Mentioned], index: int, text: Text) -> str | None:
    """The last character between a price and the count behind it: 3,000元的银卡52张, 大款5,800元卖了13张."""
    if not 0 <= index < len(named) - 1 or named[index].unit != MONEY or not _counts_goods(named[index + 1]):
        return None
    match = _OF_GOODS.fullmatch(text.folded[named[index].span[1] : named[index + 1].span[0]])
    return match[1] if match else None
