"""Which figures are the price of one piece, and of what kind: asked, on a tag, of the market, appraised, paid, gained.

A rate (35元/公斤, 每条180元) is one by its surface. A plain sum is one by its place: behind 标价, in front of 一箱 or 的银卡52张, behind
一只, discounted by 半价.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal
from enum import IntEnum
from typing import NamedTuple

from screening.facts import Evidence
from screening.reading.goods import SOLD
from screening.reading.mentions import NOT_GOODS, UNNAMED, Mentioned
from screening.reading.names import MONEY
from screening.reading.standing import Standing
from screening.reading.text import Text

__all__ = ["Kind", "Price", "prices", "with_rates"]


class Kind(IntEnum):
    """What a price says of the goods."""

    APPRAISED = 0  # 价格认定
    SALE = 1  # what buyers paid
    TAG = 2
    MARKET = 3  # what they, or goods of the kind, are worth
    COST = 4  # what the party paid
    GAIN = 5  # what it kept of each piece
    OTHER = 6  # of a measure of its own: 每亩减收2900元


class Price(NamedTuple):
    """``value`` 元 for one ``per`` (None: one of whatever is counted). ``mention`` is where it is told, ``kind`` what it says."""

    mention: Mentioned
    value: Decimal
    per: str | None
    kind: Kind


_NO_CLASSIFIER = frozenset({"单价", "均价"})
_ANY = "单价"
# A price that is told without a classifier: 标价100元, 100元的价签. More than this is the price of a lot.
_DEAREST = Decimal(5000)
_PRICE_BEFORE = re.compile(
    r"(?:[标定售单均原特]价|出厂价|批发价|成交价|吊牌价|价签)(?:格|钱)?(?:均|分别|依次|为|是|约|[:：]){0,2}$"
)
_PRICE_AFTER = re.compile(r"的?(?:价签|标价|定价|吊牌)|一口价|包邮")
_OF_ONE_AFTER = "的单价"
_NEXT_PRICE = re.compile(r"[、,][^\W\d]{2,6}|[、和及]")
_JOINED = frozenset("、和及")
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
_DISCOUNT = re.compile(
    r"(?:打|按|以)?(?:(半价|对折)|([一二三四五六七八九]|\d(?:\.\d)?)([一二三四五六七八九]?)折)(?![合算旧抵叠扣])"
)
_TENTH, _HALF = Decimal("0.1"), Decimal("0.5")
_DIGITS = {digit: Decimal(value) for value, digit in enumerate("零一二三四五六七八九")}

_APPRAISED = re.compile(r"价格?(?:认定|认证|鉴定|评估|鉴证)|认定(?:中心|价)|核价|鉴定价|评估价")
_TAG = re.compile(r"标价|标签价?|价签|吊牌|挂牌|定价|价目|零售价")
_MARKET = re.compile(r"市场[^,。;元]{0,6}价")
_BUYING = r"(?:购进|购入|买进|买入|买来|进货|批进|批来|进的|拿货|收购|收来)"
_BOUGHT_BEFORE = re.compile(
    r"(?:进价|购进价|进货价|收购价|拿货价|成本)[^,。;\d]{0,8}$|" + _BUYING + r"[^,。;元]{0,14}$"
)
_BOUGHT_AFTER = re.compile(r"的?(?:价格?|价钱|单价)?(?:从[^,。;\d]{1,12})?" + _BUYING)
_DEAL = re.compile(rf"(?P<bought>{_BUYING})|(?P<sold>[售卖销])")
_SOLD_AFTER = re.compile(r"(?:的?价格?)?[^,。;\d]{0,4}[售卖销]")
_GAINED = re.compile(r"(?:赚|挣|获利|盈利|得利|渔利)[了取得]?$")
_SOLD_HERE = re.compile(r"[售卖销]")
_PRICED = frozenset({"单价", "销售金额", "货值金额", *UNNAMED})
_ASKED_FOR = (_PRICED | {"违法所得"}) - {"货值金额"}  # 价值3000元的手机2部: of both
_OF_ONE = frozenset({"单价", "成本"})
_RUN_UP = 60  # how far its words may stand from a price
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
        elif money.name not in _ASKED_FOR:
            continue
        elif index and named[index - 1].evidence.end >= place.start - _ADJACENT:
            one = named[index - 1]
            if per := _one_before(one, money, named, text):
                start, end = one.evidence.start, place.end
                evidence = Evidence(text.name, start, end, text.raw[start:end])
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


def prices(named: Sequence[Mentioned], text: Text) -> list[Price]:
    """The prices of one piece, in order; one that follows another in a list needs no word of its own."""
    found: list[Price] = []
    row: list[Mentioned] = []  # sums that wait for the price they stand beside: 38元、42元的单价
    for mention in named:
        if mention.unit != MONEY:
            continue
        if mention.standing is not Standing.ASSERTED and not _is_of_market(mention, text):
            continue
        listed = (
            found
            and found[-1].mention.per is None
            and mention.value <= _DEAREST
            and _NEXT_PRICE.fullmatch(text.folded[found[-1].mention.evidence.end : mention.evidence.start])
        )
        start = mention.evidence.start
        if row and (start - row[-1].evidence.end > 1 or text.folded[start - 1] not in _JOINED):
            row = []
        row.append(mention)
        if listed or _is_price(mention, text):
            found += (_price(m, text) for m in row)
            row = []
    return found


def _price(mention: Mentioned, text: Text) -> Price:
    per = None if mention.per in _NO_CLASSIFIER else mention.per
    return Price(mention, _discounted(mention, text), per, _kind(mention, text))


def _is_of_market(mention: Mentioned, text: Text) -> bool:
    """同类合格产品的市场中间价格每公斤34元: a price of other goods that stands for these (法释〔2001〕10号第二条第三款)."""
    if mention.per is None or mention.standing is not Standing.ASIDE:
        return False
    start = mention.span[0]
    return _MARKET.search(text.folded, max(text.clause(start)[0], start - _RUN_UP), start) is not None


def _is_price(mention: Mentioned, text: Text) -> bool:
    if mention.aside and mention.name not in _OF_ONE:
        return False  # 每人罚款500元
    if mention.per is not None:
        return True
    if mention.value > _DEAREST or mention.total:
        return False
    start, end = mention.span
    if text.folded.startswith(_OF_ONE_AFTER, end):
        return True
    before = text.folded[max(0, start - 8) : start]
    return _PRICE_BEFORE.search(before) is not None or _PRICE_AFTER.match(text.folded, end) is not None


def _discounted(mention: Mentioned, text: Text) -> Decimal:
    """The price after 半价, 对折, 八折 in its clause."""
    folded, (start, end) = text.folded, mention.span
    opening, close = text.clause(start)
    opening, close = max(opening, start - _RUN_UP), min(close, end + _RUN_UP)
    if folded.find("折", opening, close) < 0 and folded.find("半价", opening, close) < 0:
        return mention.value
    cut = _DISCOUNT.search(folded, end, close) or _DISCOUNT.search(folded, opening, start)
    if cut is None:
        return mention.value
    if cut[1]:
        return mention.value * _HALF
    tenths = _DIGITS.get(cut[2]) or Decimal(cut[2])
    return mention.value * (tenths + _DIGITS.get(cut[3], Decimal(0)) * _TENTH) * _TENTH


def _is_of_purchase(text: Text, start: int, end: int) -> bool:
    """Whether the deal that the sentence tells of last before a price is buying: 购进农药1000瓶，单价8元."""
    folded = text.folded
    deals = [m.lastgroup for m in _DEAL.finditer(folded, max(text.sentence(start)[0], start - _RUN_UP), start)]
    return bool(deals) and deals[-1] == "bought" and not _SOLD_AFTER.match(folded, end)


def _kind(mention: Mentioned, text: Text) -> Kind:
    folded, (start, end) = text.folded, mention.span
    clause = max(text.clause(start)[0], start - _RUN_UP)
    if mention.name == "违法所得" or _GAINED.search(folded, clause, start):
        return Kind.GAIN
    if mention.name == "成本" or _BOUGHT_BEFORE.search(folded, clause, start) or _BOUGHT_AFTER.match(folded, end):
        return Kind.COST
    if mention.name not in _PRICED:
        return Kind.OTHER
    if mention.name == "单价" and _is_of_purchase(text, start, end):
        return Kind.COST
    before = folded[clause:end]
    if _TAG.search(before) or _PRICE_AFTER.match(folded, end):
        return Kind.TAG
    sentence = max(text.sentence(start)[0], start - _RUN_UP)
    if _APPRAISED.search(folded, sentence, start):
        return Kind.APPRAISED
    return Kind.MARKET if mention.name == "货值金额" or _MARKET.search(before) else Kind.SALE
