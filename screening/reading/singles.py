"""What one act came to, where a limb asks for that and not for the sum of all: 3月21日凭作废提单付汇214万美元, 一笔汇出230万美元."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Sequence

from screening.reading.dates import DateSpan
from screening.reading.mentions import Mentioned
from screening.reading.numerals import few
from screening.reading.text import Text

__all__ = ["largest_single"]

_ONE = re.compile(
    r"(?:(?<![\d一二三四五六七八九十百])一|(?<!\d)1|该|此|单|同一)笔[^,。;\d]{0,12}\Z|一次性[^,。;\d]{0,12}\Z"
)
_SEVERAL = re.compile(
    r"先后|多次|多笔|多家|[分各共总均]|合计|累计|陆续|分别|连续|期间|以来|[二两三四五六七八九十\d]+余?[笔次]|[至到起]\D{0,2}\Z"
)
_SPLIT = re.compile(r"[^。;]{0,16}?(?:分[二两三四五六七八九十\d]+[笔次]|多笔|共?[二两三四五六七八九十\d]+[笔次])")
_LISTED = re.compile(r"[、,和及与至到]|以及")
_OF_EACH = re.compile(
    r"(?:(?<=[。;,])|上述|以上|前述)([两二三四五六七八九]|[2-9])笔(?:款项|付汇|资金|汇款|业务)?(?:合计|共计|累计|均|都|至今|[^,。;\d]{0,4}没有)"
)
_LONGEST = 120


def largest_single(mentions: Iterable[Mentioned], days: Sequence[DateSpan], text: Text) -> Mentioned | None:
    """The largest of the figures that are told of one act: of one day, or of one payment."""
    told = [m for m in mentions if m.counts and not (m.total or m.derived or m.minus)]
    each = [few(found[1]) for found in _OF_EACH.finditer(text.folded)]
    # 2月付汇172万美元，6月又付出61万美元。两笔款项……: each figure is one of them
    single = told if len(told) > 1 and len(told) in each else [m for m in told if _is_single(m, days, text)]
    return max(single, key=lambda m: m.value, default=None)


def _end(day: DateSpan) -> int:
    return day.end


def _is_single(mention: Mentioned, days: Sequence[DateSpan], text: Text) -> bool:
    start, end = mention.span
    clause, folded = text.clause(start), text.folded
    if _SPLIT.match(folded, end, max(end, text.sentence(start)[1])):
        return False
    if _ONE.search(folded, clause[0], start):
        return True
    last = bisect_right(days, start, key=_end)
    before = [day for day in days[max(0, last - 2) : last] if text.sentence(start)[0] <= day.start]
    if not before or before[-1].first != before[-1].last or start - before[-1].end > _LONGEST:
        return False
    if len(before) > 1 and _LISTED.fullmatch(folded, before[-2].end, before[-1].start):
        return False  # 3月2日、3月9日付汇214万美元
    return _SEVERAL.search(folded, before[-1].end, start) is None
