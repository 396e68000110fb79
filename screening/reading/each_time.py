"""Sums of money that are no total of what was told before: 每售出一瓶获利6元 is told of each sale, 按均价90元计8100元 of what is left."""

from __future__ import annotations

import re

from screening.reading.names import MONEY
from screening.reading.quantities import Amount
from screening.reading.text import Text

__all__ = ["is_valuation", "of_each_time"]

_EACH_TIME = re.compile(
    r"每(?:成功)?(?:售出?|卖出?|销售|出售|推销|超[出过载]?|加工|生产|介绍|发展|办理?|做|收购?|拉|运输?|送|加|多|骗|带|接)?了?\Z"
)
_ONE = re.compile(r"\A[超约近]?[一1](?=[^\d.])")
_WITHIN, _BESIDE = 6, re.compile(r"[^,。;:、()\d]{0,20}")
_VALUED_AT = re.compile(
    r"按(?![^,。;]{0,6}(?:进|购|成本)[^,。;]{0,2}价)[^。;]{0,16}价[^。;]{0,12}(?<![合共总])(?:计算?|折算|折合)[为价值]?\Z"
)


def of_each_time(text: Text, last: Amount | None, amount: Amount) -> str | None:
    """Of what a sum of money is told each time that so much is sold or done: 每售出一瓶获利6元, 每超1吨罚款500元."""
    if last is None or amount.unit != MONEY or amount.per is not None or last.unit == MONEY:
        return None
    start, end = last.start, last.end
    if not _EACH_TIME.search(text.folded, max(0, start - _WITHIN), start):
        return None
    if not _BESIDE.fullmatch(text.folded, end, amount.start):
        return None
    return _ONE.sub("", text.raw[start:end])


def is_valuation(folded: str, clause: int, start: int) -> bool:
    """Whether the words of a clause up to a figure say that goods are worth it: 未销售90条，按实际销售均价90元计8100元."""
    return _VALUED_AT.search(folded, clause, start) is not None
