"""Dates and spans of time in a narrative: 2023年3月至11月, 2024.5.2, 同年8月, 次月15日, 2024年5月至今.

A month spans its days, a year its months. What a date is the date of (conduct, decision, birth) is said elsewhere.
"""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date, timedelta
from typing import NamedTuple

__all__ = ["DateSpan", "dates"]


class DateSpan(NamedTuple):
    """``text[start:end]`` names the days ``first`` to ``last``; ``last`` is ``None`` for 至今 where no day is given."""

    start: int
    end: int
    first: date
    last: date | None


class _Point(NamedTuple):
    """One end of a span. ``inherited``: its year was taken over from the date before."""

    start: int
    end: int
    first: date
    last: date
    inherited: bool


def _chinese_numbers() -> dict[str, int]:
    ones = "一二三四五六七八九"
    small = {c: i for i, c in enumerate(ones, 1)} | {"十": 10}
    small |= {f"{tens}十{one}": 10 * t + o for t, tens in enumerate(["", "二"], 1) for o, one in enumerate(ones, 1)}
    small |= {f"廿{one}": 20 + o for o, one in enumerate(ones, 1)}
    return small | {"二十": 20, "廿": 20, "三十": 30, "三十一": 31, "卅": 30}


_SMALL = _chinese_numbers()
_YEAR_DIGITS = {c: str(i) for i, c in enumerate("〇一二三四五六七八九")} | {"零": "0", "○": "0", "Ｏ": "0", "O": "0"}

_D = "[0-9０-９]"
_C = "[〇○零Ｏ一二三四五六七八九]"
_N = f"(?:{_D}{{1,2}}(?!{_D})|" + "|".join(sorted(_SMALL, key=len, reverse=True)) + ")"
_H = "[一二三四五六七八九十廿卅〇零○]"
_TO = r"\s?(?:[-－–~～至到]|—{1,2})\s?"

#: Where a date may begin; a narrative is scanned once with this, and only its hits are looked at.
_CANDIDATE = re.compile(
    f"[0-9０-９一二三四五六七八九十廿卅〇零○同次翌当今去前本上]"
    # (?<!..) starts at the head of a run only: a run that fails must not be read again from each of its digits.
    f"(?:(?<={_D})(?<!{_D}{_D}){_D}*+|(?<=[同次翌当])(?=[年月])|(?<=[今去前本上])(?=年)|(?<={_H})(?<!{_H}{_H}){_H}*+)"
    r"(?=\s?[年月日号./\-．－–~～至到—、和])"
)
#: 2023年5月3日, 二〇二三年五月, 23年5月, 同年8月, 去年8月, 2024年1到9月. A year alone needs four digits.
_YEAR = re.compile(
    f"(?:(?P<year>{_D}{{4}}|{_D}{{2}}|{_C}{{4}}|{_C}{{2}})\\s?年度?|(?P<same>[同次翌当]年)|(?P<now>[今去前本上]年)度?)"
    f"(?:\\s?(?P<part>[初底末中]|[上下]半年|第?[一二三四1234]季度|前[两二三]个?季度)|\\s?(?P<month>{_N})(?:\\s?月份?|(?={_TO}{_N}\\s?月)))?"
)
#: 5月3日, 同月15日, after a year or alone.
_MONTH = re.compile(f"(?:(?P<month>{_N})\\s?月份?|(?P<same>[同次翌当]月))")
_DAY = re.compile(f"\\s?(?:(?P<day>{_N})(?:\\s?[日号]|(?={_TO}{_N}\\s?[日号]))|(?P<part>[初底末中]旬?|[上下]旬))")
_BARE_DAY = re.compile(f"(?P<day>{_N})\\s?[日号]")
#: 2024-05-28, 2024/5/28, 2024.11.2, 24.11.2, 2024.11
_NUMERIC = re.compile(
    f"(?P<year>{_D}{{4}}|{_D}{{2}})(?P<mark>[-/.．－])(?P<month>{_D}{{1,2}})(?!{_D})(?:(?P=mark)(?P<day>{_D}{{1,2}})(?!{_D}))?"
)
#: the second end of 2024.11.2-11.5, 2024.3-8
_NUMERIC_TAIL = re.compile(f"(?:(?P<month>{_D}{{1,2}})[./．])?(?P<last>{_D}{{1,2}})(?![{_D[1:-1]}.．年月日号])")
_BARE_YEAR = re.compile(f"({_D}{{4}})(?:{_TO}|[、和])(?={_D}{{4}}(?:、{_D}{{4}})?(?:[、和]{_D}{{4}})?\\s?年)")
_LINK = re.compile(r"\s?(?:日?起|\d{1,2}[时点](?:\d{1,2}分)?许?)?\s?(?:[-－–~～至到]|—{1,2})\s?")
_NEXT_DAY = re.compile(r"[次翌]日|第二[日天]")
_NOW = re.compile(r"\s?(?:起)?\s?(?:至今|以来至今|持续至今|延续至今)")
_LISTED = frozenset({"、", "和", "及"})
_CASE_YEAR_ENDS = frozenset({"〕", "]", "］", "】"})
# 2024.5元, 2021.6万 are figures.
_FIGURE_AFTER = re.compile(r"\s?[元万亿千百吨亩克公平立米升斤%％倍号条只支株箱瓶件kKmMtT²/]")


def dates(text: str, as_of: date | None = None, told_on: date | None = None) -> list[DateSpan]:
    """Every date in ``text``, left to right, without overlaps; a range is one span.

    ``as_of`` ends what lasts 至今; 今年, 去年 and 前年 are reckoned from ``told_on``, the day of the
    decision. A month or day without year takes the one of the nearest date before it. Impossible
    dates (2023年13月) are left out. Raises nothing, whatever the text.
    """
    found: list[DateSpan] = []
    before: _Point | None = None
    floor = 0
    for match in _CANDIDATE.finditer(text):
        at = match.start()
        if at < floor:
            continue
        point = _point(text, at, before, told_on=told_on)
        if point is None:
            continue
        start, floor = point.start, point.end
        if text[start - 1 : start] in _CASE_YEAR_ENDS and text[floor - 1] == "号":
            continue  # 〔2021〕9号 is a case number
        first, last = point.first, point.last
        link = _LINK.match(text, floor)
        until = _until(text, link.end(), point, told_on) if link else None
        if until is not None and until.last >= first:
            point, last, floor = until, until.last, until.end
        end: date | None = last
        if now := _NOW.match(text, floor):
            end, floor = as_of, now.end()
            if as_of is not None and as_of < first:
                end = last
        found.append(DateSpan(start, floor, first, end))
        if not text.startswith(("修", "版"), floor):
            # 《…(2021年修正)》 dates a law; the days that follow are not of that year.
            before = point
    return found


def _point(
    text: str, at: int, before: _Point | None, *, linked: bool = False, told_on: date | None = None
) -> _Point | None:
    """The date that begins at ``at``, or ``None``; ``linked`` to the low end of a range by a hyphen or 至."""
    if (match := _YEAR.match(text, at)) is not None:
        if match["year"]:
            year = _year(match["year"], match, text)
        elif match["same"]:
            year = _near(before, match["same"])
        else:
            return _reckoned(text, match, told_on) if told_on and text[at - 1 : at] != "以" else None
        return None if year is None else _in_year(text, match, year, inherited=False)
    if (match := _NUMERIC.match(text, at)) is not None:
        return _numeric(text, match, linked)
    if (match := _BARE_YEAR.match(text, at)) is not None:
        return _make((at, match.end(1)), int(match[1]), None, None)
    if before is None:
        return None
    if (match := _MONTH.match(text, at)) is not None and text[at - 1 : at] != "年":
        return _in_month(text, match, before)
    if at and (text[at - 1] in _LISTED) and before.end == at - 1 and (match := _BARE_DAY.match(text, at)):
        return _make((at, match.end()), before.last.year, before.last.month, _small(match["day"]), inherited=True)
    return None


def _until(text: str, at: int, low: _Point, told_on: date | None) -> _Point | None:
    """The second end of a range that began with ``low``: 11月, 5日, 2024年4月, 次年3月."""
    if (match := _NEXT_DAY.match(text, at)) is not None and low.first == low.last:
        return _Point(at, match.end(), low.last, low.last + timedelta(days=1), True)
    point = _point(text, at, low, linked=True, told_on=told_on)
    if point is None and (match := _BARE_DAY.match(text, at)):
        point = _make((at, match.end()), low.last.year, low.last.month, _small(match["day"]), inherited=True)
    if point is None and (match := _NUMERIC_TAIL.match(text, at)) and text[low.end - 1].isdigit():
        return _numeric_tail(match, low)
    if point is not None and point.inherited and point.last < low.first and point.first.month < low.first.month:
        # 2023年11月至2月: the turn of the year is understood.
        point = _Point(point.start, point.end, _shift(point.first), _shift(point.last), True)
    return point


def _numeric_tail(match: re.Match[str], low: _Point) -> _Point | None:
    last = int(match["last"])
    month_only = low.first.day == 1 and low.first != low.last
    if match["month"]:
        return None if month_only else _make(match.span(), low.first.year, int(match["month"]), last, inherited=True)
    if month_only:
        return _make(match.span(), low.first.year, last, None, inherited=True)
    return _make(match.span(), low.first.year, low.first.month, last, inherited=True)


def _in_year(text: str, match: re.Match[str], year: int, inherited: bool) -> _Point | None:
    """A year with what follows it: 初, 上半年, 5月, 5月3日, 5月底."""
    start, end = match.span()
    part = match["part"]
    if part:
        low, high = _YEAR_PARTS.get(part) or _quarter(part)
        head, tail = _days(year, low, None), _days(year, high, None)
        return _Point(start, end, head[0], tail[1], inherited) if head and tail else None
    if not match["month"]:
        return _make((start, end), year, None, None, inherited=inherited)
    return _with_day(text, (start, end), year, _small(match["month"]), inherited)


def _with_day(text: str, span: tuple[int, int], year: int, month: int | None, inherited: bool) -> _Point | None:
    start, end = span
    day = _DAY.match(text, end)
    if day is None or month is None:
        return _make(span, year, month or 13, None, inherited=inherited)
    if day["day"]:
        return _make((start, day.end()), year, month, _small(day["day"]), inherited=inherited)
    whole = _days(year, month, None)
    if whole is None:
        return None
    low, high = _MONTH_PARTS[day["part"][0]]
    return _Point(start, day.end(), whole[0].replace(day=low), whole[0].replace(day=min(high, whole[1].day)), inherited)


def _in_month(text: str, match: re.Match[str], before: _Point) -> _Point | None:
    """A month without a year: 5月3日, 同月15日, 次月."""
    known = before.last
    if not match["same"]:
        return _with_day(text, match.span(), known.year, _small(match["month"]), True)
    year, month = known.year, known.month
    if match["same"][0] in "次翌":
        year, month = (year + 1, 1) if month == 12 else (year, month + 1)
    return _with_day(text, match.span(), year, month, True)


def _numeric(text: str, match: re.Match[str], linked: bool) -> _Point | None:
    """2024-05-28 and 2024.11; not 3.5, 1.2.3 or 2024.5元."""
    start, end = match.span()
    year, day = match["year"], match["day"]
    before = text[start - 1] if start else " "
    if not linked and (before in "-/.．" or (before.isascii() and before.isalnum())):
        return None
    if day is None and (len(year) != 4 or _FIGURE_AFTER.match(text, end)):
        return None
    number = int(year)
    if len(year) == 2:
        if match["mark"] not in ".．" or text[end : end + 1] in {".", "．"} or not 10 <= number <= 39:
            return None
        number += 2000
    return _make((start, end), number, int(match["month"]), int(day) if day else None)


def _year(written: str, match: re.Match[str], text: str) -> int | None:
    """The year of 2023, 23 (only with a month or beside 自, 至), 二〇二三."""
    digits = "".join(_YEAR_DIGITS.get(c, c) for c in written)
    year = int(digits)
    start = match.start()
    before = text[start - 1] if start else " "
    if before.isascii() and before.isdigit():
        return None
    if len(written) == 4:
        return year
    marked = match["month"] or (match["part"] and match["part"] in "初底末") or before in "自于从至到"
    if not marked or before in "近满超逾约" or 40 <= year < 80:
        return None
    return year + (1900 if year >= 80 else 2000)


def _reckoned(text: str, match: re.Match[str], told_on: date) -> _Point | None:
    """今年3月, 去年底 as told on a day: a part of a year, and not one to come (a text of last year, decided in January)."""
    if not (match["month"] or match["part"]):
        return None
    year = told_on.year - _AGO[match["now"][0]]
    point = _in_year(text, match, year, inherited=False)
    return point if point is None or point.first <= told_on else _in_year(text, match, year - 1, inherited=False)


def _near(before: _Point | None, word: str) -> int | None:
    """同年, 次年 against the date before."""
    if before is None:
        return None
    return before.last.year + (word[0] in "次翌")


_AGO = {"今": 0, "本": 0, "去": 1, "上": 1, "前": 2}
_YEAR_PARTS = {"初": (1, 3), "中": (4, 9), "底": (10, 12), "末": (10, 12), "上半年": (1, 6), "下半年": (7, 12)}
_MONTH_PARTS = {"上": (1, 10), "初": (1, 10), "中": (11, 20), "下": (21, 31), "底": (21, 31), "末": (21, 31)}


def _quarter(part: str) -> tuple[int, int]:
    if part[0] == "前":
        return 1, 9 if "三" in part else 6
    number = "一二三四".find(part[-3]) + 1 or int(part[-3])
    return 3 * number - 2, 3 * number


def _small(written: str) -> int | None:
    """A month or day of one or two digits."""
    return _SMALL.get(written) or (int(written) if written.isdigit() else None)


def _shift(day: date) -> date:
    """A year later; the end of a month stays one (28 February → 29 February)."""
    year = day.year + 1
    length = monthrange(year, day.month)[1]
    return date(year, day.month, length if day.day == monthrange(day.year, day.month)[1] else min(day.day, length))


def _make(
    span: tuple[int, int], year: int, month: int | None, day: int | None, *, inherited: bool = False
) -> _Point | None:
    """The point of a year, month or day; ``None`` for one that no calendar has."""
    days = _days(year, month, day)
    return None if days is None else _Point(*span, *days, inherited)


def _days(year: int, month: int | None, day: int | None) -> tuple[date, date] | None:
    if not 1950 <= year < 2100:
        return None
    if month is None:
        return date(year, 1, 1), date(year, 12, 31)
    if not 1 <= month <= 12:
        return None
    length = monthrange(year, month)[1]
    if day is None:
        return date(year, month, 1), date(year, month, length)
    return (date(year, month, day),) * 2 if 1 <= day <= length else None
