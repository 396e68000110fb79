"""Which figures are the price of one piece, and of what kind: asked, on a tag, of the market, appraised, paid, gained.

A rate (35元/公斤, 每条180元) is one by its surface, a plain sum by its place: behind 标价, or as ``rates.py`` says.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal
from enum import IntEnum
from typing import NamedTuple

from screening.reading.mentions import UNNAMED, Mentioned
from screening.reading.names import MONEY
from screening.reading.standing import Standing
from screening.reading.text import Text

__all__ = ["BOUGHT_BEFORE", "DEAREST", "NO_CLASSIFIER", "PRICED", "RUN_UP", "Kind", "Price", "prices"]


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


NO_CLASSIFIER = frozenset({"单价", "均价"})
# A price that is told without a classifier: 标价100元, 100元的价签. More than this is the price of a lot.
DEAREST = Decimal(5000)
_PRICE_BEFORE = re.compile(
    r"(?:[标定售单均原特]价|出厂价|批发价|成交价|吊牌价|价签)(?:格|钱)?(?:均|分别|依次|一律|统一|为|是|约|[:：]){0,2}$"
)
_PRICE_AFTER = re.compile(r"的?(?:价签|标价|定价|吊牌)|一口价|包邮")
_OF_ONE_AFTER = "的单价"
_NEXT_PRICE = re.compile(r"[、,][^\W\d]{2,6}|[、和及]")
_JOINED = frozenset("、和及")
_DISCOUNT = re.compile(
    r"(?:打|按|以)?(?:(半价|对折)|([一二三四五六七八九]|\d(?:\.\d)?)([一二三四五六七八九]?)折)(?![合算旧抵叠扣])"
)
_TENTH, _HALF = Decimal("0.1"), Decimal("0.5")
_DIGITS = {digit: Decimal(value) for value, digit in enumerate("零一二三四五六七八九")}

_APPRAISED = re.compile(r"价格?(?:认定|认证|鉴定|评估|鉴证)|认定(?:中心|价)|核价|鉴定价|评估价")
_TAG = re.compile(r"标价|标签价?|价签|吊牌|挂牌|定价|价目|零售价")
_MARKET = re.compile(r"市场[^,。;元]{0,6}价")
_BUYING = r"(?:购进|购入|买进|买入|买来|进货|批进|批来|进的|拿货|收购|收来)"
BOUGHT_BEFORE = re.compile(
    r"(?:进价|购进价|进货价|收购价|拿货价|成本)[^,。;\d]{0,8}$|" + _BUYING + r"[^,。;元售卖]{0,14}$"
)
_BOUGHT_AFTER = re.compile(rf"的?(?:价格?|价钱|单价)?(?:从[^,。;\d]{{1,12}})?(?:{_BUYING}|进了)")
_DEAL = re.compile(rf"(?P<bought>{_BUYING})|(?P<sold>[售卖销])")
_SOLD_AFTER = re.compile(r"(?:的?价格?)?[^,。;\d]{0,4}[售卖销]")
_GAINED = re.compile(r"(?:赚|挣|获利|盈利|得利|渔利)[了取得]?$")
PRICED = frozenset({"单价", "销售金额", "货值金额", *UNNAMED})
_OF_ONE = frozenset({"单价", "成本"})
RUN_UP = 60  # how far its words may stand from a price


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
            and mention.value <= DEAREST
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
    per = None if mention.per in NO_CLASSIFIER else mention.per
    return Price(mention, _discounted(mention, text), per, _kind(mention, text))


def _is_of_market(mention: Mentioned, text: Text) -> bool:
    """同类合格产品的市场中间价格每公斤34元: a price of other goods that stands for these (法释〔2001〕10号第二条第三款)."""
    if mention.per is None or mention.standing is not Standing.ASIDE:
        return False
    start = mention.span[0]
    return _MARKET.search(text.folded, max(text.clause(start)[0], start - RUN_UP), start) is not None


def _is_price(mention: Mentioned, text: Text) -> bool:
    if mention.aside and mention.name not in _OF_ONE:
        return False  # 每人罚款500元
    if mention.per is not None:
        return True
    if mention.value > DEAREST or mention.total:
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
    opening, close = max(opening, start - RUN_UP), min(close, end + RUN_UP)
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
    deals = [m.lastgroup for m in _DEAL.finditer(folded, max(text.sentence(start)[0], start - RUN_UP), start)]
    return bool(deals) and deals[-1] == "bought" and not _SOLD_AFTER.match(folded, end)


def _kind(mention: Mentioned, text: Text) -> Kind:
    folded, (start, end) = text.folded, mention.span
    clause = max(text.clause(start)[0], start - RUN_UP)
    if mention.name == "违法所得" or _GAINED.search(folded, clause, start):
        return Kind.GAIN
    if mention.name == "成本" or _BOUGHT_AFTER.match(folded, end):
        return Kind.COST
    if BOUGHT_BEFORE.search(folded, clause, start) and not _SOLD_AFTER.match(folded, end):
        return Kind.COST
    if mention.name not in PRICED:
        return Kind.OTHER
    before = folded[clause:end]
    if _TAG.search(before) or _PRICE_AFTER.match(folded, end):
        return Kind.TAG
    if mention.name == "单价" and _is_of_purchase(text, start, end):
        return Kind.COST
    sentence = max(text.sentence(start)[0], start - RUN_UP)
    if _APPRAISED.search(folded, sentence, start):
        return Kind.APPRAISED
    return Kind.MARKET if mention.name == "货值金额" or _MARKET.search(before) else Kind.SALE
