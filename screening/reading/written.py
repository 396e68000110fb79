"""The unit of a figure, where a clerk puts it: after it, in brackets, before it, or nowhere (￥3500, 获利2.9万)."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import NamedTuple

from screening.quantity import UNITS, Unit
from screening.reading.bare import is_money_without_unit
from screening.reading.context import prefix
from screening.reading.numerals import digit_value
from screening.reading.units import unit_at

__all__ = ["Written", "change_after", "fraction", "unit_after", "unit_elsewhere"]

# 阅读量1.2万, 转发600
_VIEWS = re.compile("(?:点击|浏览|阅读|播放|观看|访问|点播|转发)(?:量|数|次数)?[为达约超共已仅]{0,2}\\Z")
_TIMES = UNITS["次"]


class Written(NamedTuple):
    """The unit of a figure: where it ends, the unit and its words, and what stood between the two (余, 半).

    ``begin`` is where the unit starts if it stands before the figure: 百分之三十, (万元)：12.9. ``headed``: it is that of a
    column, and of further figures in it.
    """

    end: int
    unit: Unit
    words: str
    vague: bool = False
    plus: Decimal = Decimal(0)
    begin: int | None = None
    headed: bool = False


_YUAN = UNITS["元"]
_BLOCK = Unit("块", "块")
_W = Unit("w", "元", Decimal(10000))
_TENTH, _HALF, _NONE = Decimal("0.1"), Decimal("0.5"), Decimal(0)
_FRACTIONS = {"百": Decimal(1), "千": _TENTH, "万": Decimal("0.01")}
_SPACES = frozenset(" \u3000\u00a0\t")
_VAGUE = frozenset("余多几来")
_BETWEEN = _VAGUE | _SPACES
_MORE = frozenset({"余", "多"})
#: 5万元港币: the first characters of 美元, 港币, 欧元
_ABROAD = frozenset({"美", "港", "欧"})
_CURRENCY_ENDS = frozenset("币￥¥$＄BbYDR€）)：写约近逾过足 \u3000")
_HEADING_ENDS = frozenset("）):： 为是|\t")
_COUNTED_ENDS = frozenset(":：为是数达有共")
_HALF_MONTHS = re.compile("个(半|多)(月|小时|星期)")
_LASTING = {"月": UNITS["个月"], "小时": UNITS["小时"], "星期": UNITS["周"]}
# 12.9(万元), 12.9（单位：万元）
_BRACKET = re.compile(r"[（(](?:单位[:：])?([^（()）\d]{1,6})[)）]")
# 金额(万元)：12.9
_HEADING = re.compile(r"[（(](?:单位[:：])?([^（()）\d]{1,6})[)）][\s:：为是|]{0,4}\Z")
# 人数为312
_COUNTED = re.compile(r"([人户件份张盒瓶箱台条头只册辆套袋桶株双])数(?:分别|依次|均|共|已?达|有)?[:：为是]?\Z")
# 35000（叁万伍仟）元
_REPEATED = re.compile(r"[（(][零一二三四五六七八九十百千万亿壹贰叁肆伍陆柒捌玖拾佰仟]{1,20}[)）](?=元)")
_MG = UNITS["mg/L"]
_METAL = "[铅汞镉铬砷铊锑镍铜锌银钒锰钴]"
_LIMIT = "(?:标准|限值)[为是:：]?"
# 总锌16.8(限值1.5): a reading next to its limit
_READING_BEFORE = re.compile(_METAL + r"[:：为]?\Z")
_LIMIT_AFTER = re.compile(r"[(（,，]?(?:排放|执行)?" + _LIMIT + r"\d")
# 4.9mg/L(标准1.0), 16.8(限值1.5)
_LIMIT_BEFORE = re.compile(
    rf"(?:mg/[lL]|毫克/升|毫克每升|{_METAL}[:：为]?[\d.]{{1,8}})[(（,，]?(?:排放|执行)?" + _LIMIT + r"\Z", re.IGNORECASE
)
_METALS_END = frozenset("铅汞镉铬砷铊锑镍铜锌银钒锰钴:：为")
_LIMITS_END = frozenset("准值为是:：")
_ONE = "[0-9０-９一二三四五六七八九壹贰叁肆伍陆柒捌玖]"
_CHANGE = re.compile(
    f"零?(?:({_ONE})[角毛](?:钱)?)?零?(?:({_ONE})分(?![之钟]))?(整(?![改治理体个合修顿])|正(?![式在常值当规面好确]))?"
)
_NO_CHANGE = frozenset({"", "，", "。", "；", "、", "的", "）", ",", "/"})
_BLOCK_MONEY = re.compile(
    "(?:[价卖赚付花售利款费给欠得拿抽挣罚赔借骗垫]|转[帐账]|微信|支付宝|红包|到手|实收|(?<!没)收)[^，。；、]{0,5}\\Z|[一每][碗杯斤瓶位张本个只条包袋箱件双人次晚天]\\Z"
)
#: 十二万八千块: nobody writes goods out like that.
_THOUSANDS = re.compile("[一二两三四五六七八九十][千万]")
# 块 counts goods where the price of one is told in 元.
_PER_BLOCK, _PRICED_WITHIN = re.compile("元[/／]块|每块[^，。；、块]{0,8}元"), 100
# 功率60W, 架设中继台，25W: watts, where else w is short for 万
_POWER = re.compile(
    "(?:功率|瓦|灯).{0,5}\\Z|(?:电台|中继|发射机|发射台|对讲机|车载台|手持台|功放|逆变器)[^。；费款价元钱卖收值额售利]{0,12}\\Z"
)


def unit_after(text: str, match: re.Match[str]) -> Written | None:
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
        return Written(odd.end(), _LASTING[odd[2]], text[at : odd.end()], vague or not half, _HALF if half else _NONE)
    here = unit_at(text, at)
    if here is not None:
        end, unit = here
        if unit is _YUAN and text[end : end + 1] in _ABROAD and (foreign := unit_at(text, end)):
            end, unit = foreign
        return Written(end, unit, text[at:end], vague)
    if first in {"(", "（"}:
        return _bracketed(text, at, vague)
    if first in {"块", "角", "毛"}:
        return _coin(text, match.start(), at, vague)
    if first in {"w", "W"} and match[1]:
        end = at + 1 + text.startswith("元", at + 1)
        after = text[end : end + 1]
        if not (after.isascii() and after.isalnum()):
            power = _POWER.search(text, max(0, match.start() - 16), match.start())
            return Written(end, UNITS["瓦"] if power else _W, text[at:end], vague)
    return None


def fraction(text: str, match: re.Match[str]) -> Written | None:
    """百分之三十 is 30 %, 千分之五 0.5 %; 三分之一 is nothing we keep."""
    start, end = match.span()
    factor = _FRACTIONS.get(text[start - 3])
    return None if factor is None else Written(end, Unit("%", "%", factor), "%", begin=start - 3)


def _bracketed(text: str, at: int, vague: bool) -> Written | None:
    """12.9(万元), 35000（叁万伍仟）元."""
    if again := _REPEATED.match(text, at):
        return Written(again.end() + 1, _YUAN, "元", vague)
    inside = _BRACKET.match(text, at)
    if inside is None:
        return None
    here = unit_at(inside[1], 0)
    if here is None or here[0] != len(inside[1]):
        return None
    return Written(inside.end(), here[1], inside[1], vague)


def _coin(text: str, start: int, at: int, vague: bool) -> Written | None:
    """块 is money after words of money, else a classifier (电瓶5块); 角 is money where nothing else can follow."""
    if text[at] == "块":
        change = _CHANGE.match(text, at + 1)
        money = (
            (change and change[0])
            or _THOUSANDS.search(text, start, at)
            or _BLOCK_MONEY.search(text, max(0, start - 7), start)
        )
        if money and _PER_BLOCK.search(text, max(0, start - _PRICED_WITHIN), at + _PRICED_WITHIN):
            money = change and change[0]  # 电池1260块，按标价30元/块计
        return Written(at + 1, _YUAN if money else _BLOCK, "块", vague)
    if text[at] == "毛":
        paid = text.startswith("钱", at + 1) or text[at + 1 : at + 2] in _NO_CHANGE
        return Written(at + 1, UNITS["角"], "毛", vague) if paid else None
    if text.startswith("角钱", at) or (text[at - 1].isdigit() and not text[at + 1 : at + 2].isalnum()):
        return Written(at + 1, UNITS["角"], "角", vague)
    return None


def unit_elsewhere(text: str, match: re.Match[str], floor: int) -> Written | None:
    """A figure that no unit follows: ￥3500, 金额(万元)：12.9, 获利2.9万."""
    start, end = match.span()
    before = text[start - 1] if start > floor else ""
    more = text[end : end + 1] in _MORE
    if before in _CURRENCY_ENDS and (money := prefix(text, start, floor)[2]):
        return Written(end + more, UNITS[money], "", more)
    if match[1] and before in _HEADING_ENDS and (heading := _HEADING.search(text, max(floor, start - 16), start)):
        here = unit_at(heading[1], 0)
        if here is not None and here[0] == len(heading[1]):
            return Written(end, here[1], heading[1], begin=heading.start(), headed=True)
    if match[1] and before in _COUNTED_ENDS and (counted := _COUNTED.search(text, max(floor, start - 8), start)):
        return Written(end, UNITS[counted[1]], counted[1], headed=True)
    if is_money_without_unit(text, floor, match):
        return Written(end + more, _YUAN, "", more)
    if match[1] and not text[end + more : end + more + 1].isalnum() and _VIEWS.search(text, max(floor, start - 8), start):
        return Written(end + more, _TIMES, "", more)
    if match[1] and _is_of_metal(text, floor, start, end):
        return Written(end, _MG, "")
    return None


def _is_of_metal(text: str, floor: int, start: int, end: int) -> bool:
    """Whether the number is the reading of a metal beside its limit, or that limit: 总锌16.8(限值1.5)."""
    before = text[start - 1] if start > floor else ""
    if before in _LIMITS_END and _LIMIT_BEFORE.search(text, max(0, start - 24), start):
        return True
    return (
        before in _METALS_END
        and _READING_BEFORE.search(text, max(floor, start - 2), start) is not None
        and _LIMIT_AFTER.match(text, end) is not None
    )


def change_after(text: str, written: Written) -> tuple[int, Decimal]:
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
