"""What is taken off a figure told before it: 共5320条，剔除重复318条; 退货9双.

What something cost is not taken off what it was sold for (法释〔2001〕10号第二条第一款: 全部违法收入), and neither is money
that is only said to have been paid back.
"""

from __future__ import annotations

import re

from screening.bundle.vocabulary import MeasureDefinition
from screening.reading.goods import ending
from screening.reading.text import Span, Text

__all__ = ["is_deducted", "is_left_out", "is_said_deducted"]

#: What the money is called that buyers got back.
_BACK = "退赔"
_LABEL = 16  # from 剔除 to the figure: 剔除同号重复、空号、测试号共70条
_COST = re.compile(r"(?:成本|费|税|工资|工钱|运|租|支出|开支|进价|进货|本钱|购)")
_PAID = re.compile("已(?:经)?(?:支付|发放|发|付|结|预支|给付)")
_NET = re.compile("后|外|[还尚仍]有|[还仍]剩|剩余|余下|仍为")
# 刷单12627元不在此数之内: the figure told before is without it
_LEFT_OUT = re.compile(
    "[^。;]{0,14}?(?:不在(?:此|该|上述)|(?:已|均已|先)(?:经|予以)?(?:剔除|扣除|减去|除去)|未计入|没有计入|不含在)"
)
_BEHIND = re.compile(
    "(?:[均都]?[系为是]|属于?)[^,。;、()\\d]{0,6}?(?:刷单|刷的|虚假交易|虚构交易|退货|退单|空单|空包)"
    "|所?对应的?(?:订单|交易)[^,。;、\\d]{0,6}?(?:没有|并?无|未)(?:真实|实际|任何)?(?:物流|发货|发出|实物|交付)"
)

_TAKEN_OUT = re.compile(
    "的?[均都业]?已?(?:经|予以?)?(?:剔除|扣除|去除|核减|剔掉|删除)(?P<left>[,;]?(?:余下|剩余|实际|实有|实为|有效|净|真实|实得|实计))?"
)

# 其中1.3万元系亲友下单，货未发出，应予剔除
_TO_BE_TAKEN = re.compile("[^。;\\d]{0,30}?[,]?(?:应予?|应当|依法|予以)(?:予以)?(?:剔除|扣除|核减)(?!后)")


def is_deducted(
    text: Text, words: list[Span], gap_start: int, start: int, definition: MeasureDefinition | None
) -> bool:
    """Whether the figure at ``start`` is taken off another; ``words`` are those of deducting, ``gap_start`` how far to look.

    ``definition`` is the measure that its own words make of it.
    """
    end = ending(words, gap_start, start)
    if end < 0 or start - end > _LABEL or (definition is not None and definition.aside and definition.name != _BACK):
        return False
    label = text.folded[end:start]
    if _LEFT_OUT.match(text.folded, start):
        return False
    if _NET.search(label):
        return False  # 扣除成本后净利24000元; 扣掉还有248万元
    return _PAID.search(label) is not None or _COST.search(label) is None


def is_left_out(text: Text, words: list[Span], gap_start: int, start: int) -> bool:
    """Whether the figure told before is said to be without the one at ``start``: 刷单12627元已剔除."""
    end = ending(words, gap_start, start)
    return end >= 0 and start - end <= _LABEL and _LEFT_OUT.match(text.folded, start) is not None


def is_said_deducted(text: Text, start: int, end: int) -> bool:
    """Whether it is said behind the figure there: 其中2.4万元系自己刷单; 其中空号820行已剔除; 退货1.4万元已扣除，实际7.2万元."""
    if _BEHIND.match(text.folded, end):
        return True
    of_which = text.folded.startswith("其中", text.clause(start)[0])
    taken = _TAKEN_OUT.match(text.folded, end)
    if taken is None:
        return of_which and _TO_BE_TAKEN.match(text.folded, end) is not None
    return of_which or taken["left"] is not None
