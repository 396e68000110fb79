"""Figures with their units, as a narrative writes them: 人民币叁万伍仟元整, 12.9(万元), 3 400多元, 每条180元.

Surface only: what a figure is about (sold, seized, fined) is said elsewhere. A figure is looked at further only where a
unit follows, so dates, case numbers and articles cost one failed look-up each.
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import NamedTuple

from screening.reading.context import (
    denominator_after,
    denominator_before,
    is_date_part,
    is_label,
    prefix,
    vague_after,
)
from screening.reading.numerals import CONNECTORS, RUN, digit_value, imprecise, range_of, value_of
from screening.reading.units import is_word
from screening.reading.written import Written, change_after, fraction, unit_after, unit_elsewhere

__all__ = ["Amount", "quantities"]


class Amount(NamedTuple):
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


_HALF, _TENTH = Decimal("0.5"), Decimal("0.1")
_ITEM_AND_YEAR = re.compile(r"\d{1,2}\.(?:19|20)\d\d")  # 1.2017年4月23日: the first item of a list
_ITEM_NUMBER = re.compile(r"\d{1,2}[.．](?=\d+[.．]\d+[^\s.．\d])")
_MEASURED = frozenset({"亩", "千克", "立方米", "元"})
#: An account or identity number, or noise: no case is about a thousand million millions of anything.
_TOO_MUCH = Decimal(10) ** 15
_DATE_ENDS = frozenset({"年", "月", "日", "号"})
_RATE = frozenset("/／每一0123456789")
_JOINTS = frozenset("-－–—~～至到―")
_LISTED = frozenset({"、", "和", "及", "或"})
_NUMBERED = frozenset("第、-~至号")
_OF_BLOOD = re.compile("每(?:一?百|100)(?:毫升|ml|mL)(?:血液?)?(?:中)?[^，。;；\\d]{0,8}\\Z")  # 每百毫升81毫克
_STOPS = frozenset("。;；:：\n \u3000，,")
_NOT_HALVED = frozenset("元级位名人次倍场部双门%起项成")
_MILLIGRAMS = frozenset({"毫克", "mg"})
_TIMES = frozenset({"年", "日", "个月", "小时", "周"})
_DATED = frozenset({"年", "日"})
_TENTH_OF_MU = re.compile("([1-9一二三四五六七八九])分(?![之钟])")  # 6亩2分
_HALVABLE = frozenset("年天日周吨斤亩米倍箱车袋") | {"公斤", "千克", "小时", "公里"}


def quantities(text: str) -> list[Amount]:
    """Every figure with a unit in ``text``, left to right, without overlaps; figures without one are left out.

    Raises nothing, whatever the text, and takes time linear in its length.
    """
    found: list[Amount] = []
    low: re.Match[str] | None = None
    column: Written | None = None  # the heading that the last figure stands under: 人数为312、226、198
    floor = 0
    bare: list[re.Match[str]] = []  # figures that 、 parts, none with a unit of its own: 20、35、12瓶
    for match in RUN.finditer(text):
        bared = _without_number(text, match) if match["dots"] else None
        match = bared or match  # noqa: PLW2901
        start, end = match.span()
        before, after = text[start - 1 : start], text[end : end + 1]
        if start < floor or before == "第" or (after in _DATE_ENDS and _in_date(before, after, match)):
            low = None
            continue
        if start > 2 and text[start - 1] == "之" and text[start - 2] == "分":
            written = fraction(text, match) if start - 3 >= floor else None
        else:
            written = unit_after(text, match) or unit_elsewhere(text, match, floor)
        if written and before == "某" and end - start == 1 and written.unit.base == "元":
            written = None  # 黄某2人民币共计14800元: a name
        if written is None and column and floor == start - 1 and before in _LISTED:
            written = column._replace(end=end, begin=None)
        if written is None:
            low = match if after in _JOINTS else None
            if after == "、" and match[1]:
                if not _goes_on(bare, match):
                    bare = []
                bare.append(match)  # in place: a text may be nothing but bare figures
            continue
        ends = None
        if low is not None and low.start() >= floor and text[low.end() : start] in CONNECTORS:
            ends = range_of(low, match)
        head, low = (low if ends and low else match), None
        figures = ends or value_of(match)
        if figures is None or figures[0] >= _TOO_MUCH or (not bared and _counts_nothing(text, head, written)):
            continue
        amount = _amount(text, (head, match), (floor, *figures), written)
        if amount is None:
            continue
        floor = amount.end
        column = written if written.headed else column if column and written.unit is column.unit else None
        if bare and before == "、" and _goes_on(bare, match):
            found += _sharing(text, bare, match, amount)
        if found and found[-1].end < amount.start <= found[-1].end + 2:
            amount = _linked(text, found, amount)
        found.append(amount)
    return found


def _without_number(text: str, match: re.Match[str]) -> re.Match[str] | None:
    """The figure behind the number of an item, at the beginning of a line: 1.9.6亩位于…… is 9.6亩."""
    number = _ITEM_NUMBER.match(text, match.start())
    if number is None or text[match.start() - 1 : match.start()] != "\n":
        return None
    bared = RUN.match(text, number.end())
    written = unit_after(text, bared) if bared and bared.end() == match.end() else None
    return bared if written and written.unit.base in _MEASURED else None


def _in_date(before: str, after: str, match: re.Match[str]) -> bool:
    """Whether the figure plainly is one of 2024年3月5日: half of a narrative's are, so they are left early."""
    if after == "年":
        return match[1] is not None and (
            match.end() - match.start() == 4 or _ITEM_AND_YEAR.fullmatch(match[0]) is not None
        )
    return after != "日" or before == "月"


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
        return amount._replace(start=before.start, value=ends[0], upper=ends[1], approx=True, per=before.per)
    if gap in _LISTED and before.per and not text.endswith(before.per, before.start, before.end):
        return amount._replace(per=before.per)
    return amount


def _goes_on(bare: list[re.Match[str]], match: re.Match[str]) -> bool:
    """Whether a figure stands right behind the last of those without a unit, 、 in between."""
    return bool(bare) and bare[-1].end() + 1 == match.start()


def _sharing(text: str, bare: list[re.Match[str]], match: re.Match[str], last: Amount) -> list[Amount]:
    """Figures that have the unit of the last one, and its scale: 售出20、35、12瓶; 1.2、0.9、1.5万元. One alone numbers an item."""
    begin = bare[0].start()
    before = text[begin - 1 : begin] or "。"
    if last.upper or last.unit in _TIMES or before in _NUMBERED or (before.isascii() and before.isalpha()):
        return []
    if len(bare) == 1 and before in _STOPS:
        return []  # 1、3000元的货款
    head = RUN.match(text, match.start(), match.end() - len(match["chain"] or ""))  # 1.5 of 1.5万
    value = value_of(head) if head else None
    if not value or not value[0]:
        return []
    factor = last.value / value[0]
    values = ((m, value_of(m)) for m in bare)
    return [last._replace(start=m.start(), end=m.end(), value=v[0] * factor) for m, v in values if v]


def _counts_nothing(text: str, match: re.Match[str], written: Written) -> bool:
    """Labels, words and unknown figures: 第三条, 三门峡, 几十元, 每3个月, 大半年."""
    start = match.start()
    unit = written.unit.name
    if is_label(text, match, unit):
        return prefix(text, start, 0)[2] is None
    if match[1] or written.begin is not None:
        return False
    figure, before = match[0], text[start - 1 : start] or "，"
    if unit == "级" and len(figure) > 1 and "十" not in figure:
        return True  # 四六级
    if figure == "半":
        return unit in _NOT_HALVED or before in "大上下前后多过一" or unit not in written.words
    if unit == "方" and len(figure) == 1:
        return True
    if figure + unit == "一起":
        return before not in "共计仅案"
    return imprecise(text, match) or is_word(figure, written.words, text[written.end : written.end + 1])


def _amount(
    text: str,
    matches: tuple[re.Match[str], re.Match[str]],
    figures: tuple[int, Decimal, Decimal | None],
    written: Written,
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
    begin, approx, currency = prefix(text, start if written.begin is None else written.begin, floor)
    if approx and unit.base in _TIMES and text[begin] == "近":
        begin, approx = begin + 1, False  # 近三年 is the last three years, not nearly three
    factor, words = unit.factor, written.words
    if written.plus:
        value += written.plus
    value *= factor
    if upper is not None:
        upper *= factor
    if unit.base == "元":
        end, change = change_after(text, written)
        value += change
    elif text.startswith("半", end) and unit.name in _HALVABLE:
        value, end = value + _HALF * factor, end + 1
    elif unit.name == "亩" and upper is None and (tenths := _TENTH_OF_MU.match(text, end)):
        value, end = value + digit_value(tenths[1]) * _TENTH * factor, tenths.end()
    per = denominator_before(text, floor, begin)
    after = text[end : end + 1]
    if after in _RATE and (rate := denominator_after(text, end, unit)) is not None:
        end, per = rate if rate[1] != unit.name else (end, per)  # 5人每人
    if per and unit.name in _MILLIGRAMS and _OF_BLOOD.search(text, max(0, begin - 20), begin):
        return Amount(begin, end, value / unit.factor, "mg/100ml", words, approx or upper is not None)
    chain = matches[1]["chain"]
    if chain is not None and not chain[-1].isdigit() and len(chain) < 3:
        words = chain + words
    approx = approx or written.vague or upper is not None or vague_after(text, end)
    base = currency if currency and unit.base == "元" else unit.base  # 美元200元, 港币5000元
    return Amount(begin, end, value, base, words, approx, upper, per)
