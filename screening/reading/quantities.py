"""Figures with their units, as a narrative writes them: 人民币叁万伍仟元整, 12.9(万元), 3 400多元, 每条180元.

Surface only: what a figure is about (sold, seized, fined) is said elsewhere. A figure is looked at further only where a
unit follows, so dates, case numbers and articles cost one failed look-up each.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from decimal import Decimal

from screening.quantity import UNITS, Unit
from screening.reading.context import (
    denominator_after,
    denominator_before,
    is_date_part,
    is_label,
    is_money_without_unit,
    prefix,
    vague_after,
)
from screening.reading.numerals import CONNECTORS, RUN, imprecise, range_of, value_of
from screening.reading.units import is_word, unit_at

__all__ = ["Amount", "quantities"]


@dataclass(frozen=True, slots=True)
class Amount:
    """A quantity in its base unit: ``2.16万枚`` is 21600 枚, written in 万枚.

    ``text[start:end]`` (code points) holds the figure with 人民币, ￥ or 约 before it and the unit after it. ``value`` is
    the lower bound of a range, ``upper`` its other end. ``approx``: 约, 余, 近, 以上, a range. ``per`` is set for a rate
    (35元/公斤, 每条180元): such an amount is never a sum of money or a count of the case.
    """

    start: int
    end: int
    value: Decimal
    unit: str
    written_unit: str
    approx: bool = False
    upper: Decimal | None = None
    per: str | None = None


@dataclass(frozen=True, slots=True)
class _Written:
    """A unit after a figure: where it ends, its scale, its words, and what stands between (余, 半)."""

    end: int
    unit: Unit
    words: str
    vague: bool = False
    plus: Decimal = Decimal(0)


_YUAN = UNITS["元"]
_BLOCK = Unit("块", "块")
_W = Unit("w", "元", Decimal(10000))
_TENTH, _HALF, _NONE = Decimal("0.1"), Decimal("0.5"), Decimal(0)
_FRACTIONS = {"百": Decimal(1), "千": _TENTH, "万": Decimal("0.01")}

_SPACES = frozenset(" \u3000\u00a0\t")
_VAGUE = frozenset("余多几来")
_JOINTS = frozenset("-－–—~～至到―")
_LIST = frozenset({"、", "和", "及", "或", "，"})

# 12.9(万元), 12.9（单位：万元）
_BRACKET = re.compile(r"[（(](?:单位[:：])?([^（()）\d]{1,6})[)）]")
# 金额(万元)：12.9
_HEADING = re.compile(r"[（(](?:单位[:：])?([^（()）\d]{1,6})[)）][\s:：为是|]{0,4}\Z")
# 35000（叁万伍仟）元
_REPEATED = re.compile(r"[（(][零一二三四五六七八九十百千万亿壹贰叁肆伍陆柒捌玖拾佰仟]{1,20}[)）](?=元)")
_ONE = "[0-9０-９一二三四五六七八九壹贰叁肆伍陆柒捌玖]"
_CENTS = re.compile(
    f"零?(?:({_ONE})[角毛](?:钱)?)?零?(?:({_ONE})分(?![之钟]))?(整(?![改治理体个合修顿])|正(?![式在常值当规面好确]))?"
)
_BLOCK_MONEY = re.compile("[价卖收赚付花售利款费给][^，。；、]{0,5}\\Z")
_NOT_HALVED = frozenset("元级位名人次倍场部门支%")


def quantities(text: str) -> list[Amount]:
    """Every figure with a unit in ``text``, left to right, without overlaps; figures without one are left out.

    Raises nothing, whatever the text, and takes time linear in its length.
    """
    found: list[Amount] = []
    low: re.Match[str] | None = None
    floor = 0
    fraction: tuple[int, Decimal] | None = None
    for match in RUN.finditer(text):
        start, end = match.span()
        if start < floor:
            continue
        if fraction is not None and fraction[0] == end:
            pass
        written = _unit_after(text, match)
    return found
