"""What is counted and what is priced, by the words beside the figures: 电饭煲18台 … 电饭煲每台240元."""

from __future__ import annotations

import re
from itertools import pairwise

from screening.reading.mentions import Mentioned
from screening.reading.text import Text

__all__ = ["item", "may_be_of", "noun_of_price"]

_REACH = 14  # how far the words of a figure may reach
_NEAR = 240  # what is left is told no further off than that
_MARKS = re.compile(r"[,。;:、()\d和]")
_PRICE_WORDS = re.compile(
    r"(?:单价|均价|标签价|吊牌标?价|出厂价|零售价|批发价|标价|定价|售价|售|卖|价签|价|每\w{1,2}|一\w|[均为是按约:的])+$"
)
_NO_NOUN = re.compile(
    r"剩余|剩下|库存|尚有|尚存|现存|另有|还有|现场|当场|仓库|店内|查获|扣押|查封|封存|登记保存|[而尚]?未(?:销售|售出?|卖出?)|待售"
    r"|同款|该批|该种|上述|涉案|侵权|不合格|产品|商品|货物|其余|余|[共有仅存的内中]"
)
_PREDICATE = re.compile("[未待尚在留封扣存被均已没还仍放]")


def noun_of_price(price: Mentioned, text: Text) -> str:
    """The noun that a price stands behind (外套标价180元 → 外套); empty where there is none of two characters."""
    start = price.span[0]
    before = text.folded[max(text.clause(start)[0], start - _REACH) : start]
    noun = _MARKS.split(_PRICE_WORDS.sub("", before))[-1]
    return noun if len(noun) > 1 else ""


def item(count: Mentioned, text: Text) -> tuple[str, str]:
    """The words before and behind a count that may say what is counted."""
    start, end = count.span
    before = _MARKS.split(text.folded[max(0, start - _REACH) : start])[-1]
    return before, _MARKS.split(text.folded[end : end + _REACH])[0]


def may_be_of(rest: Mentioned, sold: Mentioned, text: Text) -> bool:
    """Whether what is left may be of the goods that were sold: told near them, and with no noun that is not theirs.

    灰陶罐7件 … 未售出的铜饰件12件 are two kinds of goods.
    """
    if abs(rest.span[0] - sold.span[0]) > _NEAR:
        return False
    before, behind = item(rest, text)
    told = text.folded[text.sentence(sold.span[0])[0] : sold.span[1] + _REACH]
    nouns = _NO_NOUN.sub("", before), _PREDICATE.split(behind)[0]
    return all(len(noun) < 2 or any(one + other in told for one, other in pairwise(noun)) for noun in nouns)
