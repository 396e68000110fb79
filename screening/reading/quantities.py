"""Figures with their units, as a narrative writes them: 人民币叁万伍仟元整, 12.9(万元), 3 400多元, 每条180元.

Surface only: what a figure is about (sold, seized, fined) is said elsewhere. A figure is looked at further only where a
unit follows, so dates, case numbers and articles cost one failed look-up each.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import NamedTuple

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
from screening.reading.numerals import CONNECTORS, RUN, digit_value, imprecise, range_of, value_of
from screening.reading.units import is_word, unit_at

__all__ = ["Amount", "quantities"]


@dataclass(frozen=True, slots=True)
class Amount:
    """A quantity in its base unit: ``2.16万枚`` is 21600 枚, written in 万枚.

    ``text[start:end]`` (code points) holds the figure with 人民币, ￥ or 约 before it and the unit after it. ``value``
    is the lower bound of a range, ``upper`` its other end. ``approx``: 约, 余, 近, 以上, a range. ``per`` is set for a
    rate (35元/公斤, 每条180元): such an amount is never a sum of money or a count of the case.
    """

    start: int
    end: int
    value: Decimal
    unit: str
    written_unit: str
    approx: bool = False
    upper: Decimal | None = None
    per: str | None = None


class _Written(NamedTuple):
    """The unit of a figure: where it ends, the unit and its words, and what stood between the two (余, 半).

    ``begin`` is where the unit starts if it stands before the figure: 百分之三十, (万元)：12.9.
    """

    end: int
    unit: Unit
    words: str
    vague: bool = False
    plus: Decimal = Decimal(0)
    begin: int | None = None


_YUAN = UNITS["元"]
_BLOCK = Unit("块", "块")
_W = Unit("w", "元", Decimal(10000))
_TENTH, _HALF, _NONE = Decimal("0.1"), Decimal("0.5"), Decimal(0)
_FRACTIONS = {"百": Decimal(1), "千": _TENTH, "万": Decimal("0.01")}

_SPACES = frozenset(" \u3000\u00a0\t")
_VAGUE = frozenset("余多几来")
_BETWEEN = _VAGUE | _SPACES
_MORE = frozenset({"余", "多"})
_RATE = frozenset("/／每一")
_JOINTS = frozenset("-－–—~～至到―")
_LISTED = frozenset({"、", "和", "及", "或"})
#: 5万元港币: the first characters of 美元, 港币, 欧元
_ABROAD = frozenset({"美", "港", "欧"})
_CURRENCY_ENDS = frozenset("币￥¥$＄BbYDR€）)：写约近逾过足 \u3000")
_HEADING_ENDS = frozenset("）):： 为是|\t")
_NOT_HALVED = frozenset("元级位名人次倍场部双门%起项成")
_TIMES = frozenset({"年", "日", "个月", "小时", "周"})
_DATED = frozenset({"年", "日"})
_HALVABLE = frozenset("年天日周吨斤亩米倍箱车袋") | {"公斤", "千克", "小时", "公里"}

_HALF_MONTHS = re.compile("个(半|多)(月|小时|星期)")
_LASTING = {"月": UNITS["个月"], "小时": UNITS["小时"], "星期": UNITS["周"]}
# 12.9(万元), 12.9（单位：万元）
_BRACKET = re.compile(r"[（(](?:单位[:：])?([^（()）\d]{1,6})[)）]")
# 金额(万元)：12.9
_HEADING = re.compile(r"[（(](?:单位[:：])?([^（()）\d]{1,6})[)）][\s:：为是|]{0,4}\Z")
# 35000（叁万伍仟）元
_REPEATED = re.compile(r"[（(][零一二三四五六七八九十百千万亿壹贰叁肆伍陆柒捌玖拾佰仟]{1,20}[)）](?=元)")
_ONE = "[0-9０-９一二三四五六七八九壹贰叁肆伍陆柒捌玖]"
_CHANGE = re.compile(
    f"零?(?:({_ONE})[角毛](?:钱)?)?零?(?:({_ONE})分(?![之钟]))?(整(?![改治理体个合修顿])|正(?![式在常值当规面好确]))?"
)
_NO_CHANGE = frozenset({"", "，", "。", "；", "、", "的", "）", ",", "/"})
_BLOCK_MONEY = re.compile("[价卖收赚付花售利款费给][^，。；、]{0,5}\\Z")
_POWER = re.compile("功率|瓦|灯")


def quantities(text: str) -> list[Amount]:
    """Every figure with a unit in ``text``, left to right, without overlaps; figures without one are left out.

    Raises nothing, whatever the text, and takes time linear in its length.
    """
    found: list[Amount] = []
    low: re.Match[str] | None = None
    floor = 0
    for match in RUN.finditer(text):
        start, end = match.span()
        after = text[end : end + 1]
        if start < floor or after == "月" or (after == "年" and end - start == 4 and match[1]):
            # Two thirds of the figures of a narrative are dates.
            low = None
            continue
        if start > 2 and text[start - 1] == "之" and text[start - 2] == "分":
            written = _fraction(text, match) if start - 3 >= floor else None
        else:
            written = _unit_after(text, match) or _unit_elsewhere(text, match, floor)
        if written is None:
            low = match if after in _JOINTS else None
            continue
        ends = None
        if low is not None and low.start() >= floor and text[low.end() : start] in CONNECTORS:
            ends = range_of(low, match)
        head, low = (low if ends and low else match), None
        figures = ends or value_of(match)
        if figures is None or _counts_nothing(text, head, written):
            continue
        amount = _amount(text, (head, match), (floor, *figures), written)
        if amount is None:
            continue
        floor = amount.end
        if found and found[-1].end < amount.start <= found[-1].end + 2:
            amount = _linked(text, found, amount)
        found.append(amount)
    return found


def _linked(text: str, found: list[Amount], amount: Amount) -> Amount:
    """``amount`` with what the one right before says of it: 3万元至5万元 is one range, 单价35元、40元 two rates.

    The low end of a range is taken off ``found``.
    """
    before = found[-1]
    gap = text[before.end : amount.start]
    if before.unit != amount.unit or before.upper is not None or amount.per not in (None, before.per):
        return amount
    if gap in CONNECTORS and amount.upper is None and before.value < amount.value:
        found.pop()
        ends = (before.value, amount.value)
        return replace(amount, start=before.start, value=ends[0], upper=ends[1], approx=True, per=before.per)
    if gap in _LISTED and before.per and not text.endswith(before.per, before.start, before.end):
        return replace(amount, per=before.per)
    return amount


def _unit_after(text: str, match: re.Match[str]) -> _Written | None:
    """The unit that follows the figure, with 余, spaces or brackets between."""
    at = match.end()
    first = text[at : at + 1]
    vague = False
    if first in _BETWEEN:
        if first in _VAGUE and (first != "来" or match[0][-1] in "十百0"):
            vague, at = True, at + 1
            first = text[at : at + 1]
        while first in _SPACES and at - match.end() < 3:
            at += 1
            first = text[at : at + 1]
    if first == "个" and (odd := _HALF_MONTHS.match(text, at)):
        half = odd[1] == "半"
        return _Written(odd.end(), _LASTING[odd[2]], text[at : odd.end()], vague or not half, _HALF if half else _NONE)
    here = unit_at(text, at)
    if here is not None:
        end, unit = here
        if unit is _YUAN and text[end : end + 1] in _ABROAD and (foreign := unit_at(text, end)):
            end, unit = foreign
        return _Written(end, unit, text[at:end], vague)
    if first in {"(", "（"}:
        return _bracketed(text, at, vague)
    if first in {"块", "角"}:
        return _coin(text, match.start(), at, vague)
    if first in {"w", "W"} and match[1]:
        end = at + 1 + text.startswith("元", at + 1)
        after = text[end : end + 1]
        if not (after.isascii() and after.isalnum()):
            power = _POWER.search(text, max(0, match.start() - 6), match.start())
            return _Written(end, UNITS["瓦"] if power else _W, text[at:end], vague)
    return None


def _fraction(text: str, match: re.Match[str]) -> _Written | None:
    """百分之三十 is 30 %, 千分之五 0.5 %; 三分之一 is nothing we keep."""
    start, end = match.span()
    factor = _FRACTIONS.get(text[start - 3])
    return None if factor is None else _Written(end, Unit("%", "%", factor), "%", begin=start - 3)


def _bracketed(text: str, at: int, vague: bool) -> _Written | None:
    """12.9(万元), 35000（叁万伍仟）元."""
    if again := _REPEATED.match(text, at):
        return _Written(again.end() + 1, _YUAN, "元", vague)
    inside = _BRACKET.match(text, at)
    if inside is None:
        return None
    here = unit_at(inside[1], 0)
    if here is None or here[0] != len(inside[1]):
        return None
    return _Written(inside.end(), here[1], inside[1], vague)


def _coin(text: str, start: int, at: int, vague: bool) -> _Written | None:
    """块 is money after words of money, else a classifier (电瓶5块); 角 is money where nothing else can follow."""
    if text[at] == "块":
        change = _CHANGE.match(text, at + 1)
        money = (change and change[0]) or _BLOCK_MONEY.search(text, max(0, start - 7), start)
        return _Written(at + 1, _YUAN if money else _BLOCK, "块", vague)
    if text.startswith("角钱", at) or (text[at - 1].isdigit() and not text[at + 1 : at + 2].isalnum()):
        return _Written(at + 1, UNITS["角"], "角", vague)
    return None


def _unit_elsewhere(text: str, match: re.Match[str], floor: int) -> _Written | None:
    """A figure that no unit follows: ￥3500, 金额(万元)：12.9, 获利2.9万."""
    start, end = match.span()
    before = text[start - 1] if start > floor else ""
    more = text[end : end + 1] in _MORE
    if before in _CURRENCY_ENDS and (money := prefix(text, start, floor)[2]):
        return _Written(end + more, UNITS[money], "", more)
    if match[1] and before in _HEADING_ENDS and (heading := _HEADING.search(text, max(floor, start - 16), start)):
        here = unit_at(heading[1], 0)
        if here is not None and here[0] == len(heading[1]):
            return _Written(end, here[1], heading[1], begin=heading.start())
    if is_money_without_unit(text, floor, match):
        return _Written(end + more, _YUAN, "", more)
    return None


def _counts_nothing(text: str, match: re.Match[str], written: _Written) -> bool:
    """Labels, words and unknown figures: 第三条, 三门峡, 几十元, 每3个月, 大半年."""
    start = match.start()
    if is_label(text, match, written.unit.name):
        return prefix(text, start, 0)[2] is None
    if match[1] or written.begin is not None:
        return False
    figure, unit, before = match[0], written.unit.name, text[start - 1 : start] or "，"
    if figure == "半":
        return unit in _NOT_HALVED or before in "大上下前后多过一" or written.unit.name not in written.words
    if unit == "方" and len(figure) == 1:
        return True
    if figure + unit == "一起":
        return before not in "共计仅"
    return imprecise(text, match) or is_word(figure, written.words, text[written.end : written.end + 1])


def _amount(
    text: str,
    matches: tuple[re.Match[str], re.Match[str]],
    figures: tuple[int, Decimal, Decimal | None],
    written: _Written,
) -> Amount | None:
    """The amount of ``figures`` (end of the amount before, value, upper end); ``None`` if it is part of a date.

    ``matches`` are the first and the last figure of a range, or one figure twice.
    """
    floor, value, upper = figures
    start, end, unit = matches[0].start(), written.end, written.unit
    if unit.name in _DATED and is_date_part(text, (start, end), unit, value):
        return None
    if matches[0][0] == "一一":
        value, upper = Decimal(1), None  # 唯一一次
        start += 1
    begin, approx, _ = prefix(text, start if written.begin is None else written.begin, floor)
    if approx and unit.base in _TIMES and text[begin] == "近":
        begin, approx = begin + 1, False  # 近三年 is the last three years, not nearly three
    factor, words = unit.factor, written.words
    if written.plus:
        value += written.plus
    value *= factor
    if upper is not None:
        upper *= factor
    if unit.base == "元":
        end, change = _change(text, written)
        value += change
    elif text.startswith("半", end) and unit.name in _HALVABLE:
        value, end = value + _HALF * factor, end + 1
    per = denominator_before(text, floor, begin)
    after = text[end : end + 1]
    if after in _RATE and (rate := denominator_after(text, end, unit)) is not None:
        end, per = rate
    chain = matches[1]["chain"]
    if chain is not None and not chain[-1].isdigit() and len(chain) < 3:
        words = chain + words
    approx = approx or written.vague or upper is not None or vague_after(text, end)
    return Amount(begin, end, value, unit.base, words, approx, upper, per)


def _change(text: str, written: _Written) -> tuple[int, Decimal]:
    """Past 5角2分 and 整 after 元: (end, what they add in 元)."""
    end = written.end
    if written.unit.name not in {"元", "块", "圆"} or text[end - 1] not in "元块圆":
        return end, _NONE
    if text[end : end + 1] in _NO_CHANGE:
        return end, _NONE
    change = _CHANGE.match(text, end)
    if change is None or not (change[1] or change[2] or change[3]):
        return end, _NONE
    tenths, cents = digit_value(change[1]), digit_value(change[2])
    return change.end(), tenths * _TENTH + cents * _TENTH * _TENTH
