"""Acts that are told one by one: 3月2日、4月9日、5月18日 or 第一次, 第二次, 第三次, though nobody says 三次."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from datetime import date, timedelta
from typing import NamedTuple

from screening.reading.dates import DateSpan
from screening.reading.numerals import few
from screening.reading.text import Span, Text

__all__ = ["Acts", "acts"]

_ORDINAL = re.compile(r"第([一二三四五六七八九十]|[1-9])[次起宗]")
_LISTED = re.compile(r"(?:[、,和及]|以及)(?:又?于|在)?\Z")
_REACH = 80


class Acts(NamedTuple):
    """How many acts of one kind are told, and where the first and the last of them stand."""

    number: int
    start: int
    end: int


def acts(text: Text, words: Sequence[Span], days: Sequence[DateSpan], window: timedelta | None) -> Acts | None:
    """The acts that ``words`` (in order) tell of: by their ordinals, else by the days on which they were done.

    ``window``: only acts that lie in a span of time of that length count. None for fewer than two.
    """
    return _numbered(text, words) or _dated(text, words, days, window)


def _numbered(text: Text, words: Sequence[Span]) -> Acts | None:
    """第一次 … 第二次 … in sentences that tell of the act: as many as follow one another from the first on."""
    within = [text.period(start) for start, _ in words]
    told = {
        few(match[1]): match.span()
        for start, end in dict.fromkeys(within)
        for match in _ORDINAL.finditer(text.folded, start, end)
    }
    number = 0
    while number + 1 in told:
        number += 1
    return Acts(number, told[1][0], told[number][1]) if number > 1 else None


def _dated(text: Text, words: Sequence[Span], days: Sequence[DateSpan], window: timedelta | None) -> Acts | None:
    """Each word is of the day before it in its sentence, and of those that are listed with that day."""
    single = [day for day in days if day.last == day.first]
    starts = [day.start for day in single]
    done: dict[date, Span] = {}
    for start, end in words:
        at = bisect_right(starts, start) - 1
        floor = max(text.sentence(start)[0], start - _REACH)
        while at >= 0 and single[at].start >= floor:
            done.setdefault(single[at].first, (single[at].start, end))
            if not at or not _LISTED.fullmatch(text.folded, single[at - 1].end, single[at].start):
                break
            at -= 1
            floor = min(floor, single[at].start)
    number = _most(sorted(done), window)
    if number < 2:
        return None
    return Acts(number, min(start for start, _ in done.values()), max(end for _, end in done.values()))


def _most(on: Sequence[date], window: timedelta | None) -> int:
    """The most of these days that lie in one window; all of them where there is none."""
    if window is None:
        return len(on)
    return max((sum(1 for day in on if first <= day <= first + window) for first in on), default=0)
