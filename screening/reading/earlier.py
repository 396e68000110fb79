"""Earlier administrative penalties that the narrative itself tells of, with their dates where it gives them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from screening.facts import Evidence
from screening.quantity import Quantity
from screening.reading.dates import DateSpan
from screening.reading.text import Text

__all__ = ["Earlier", "earlier_penalties"]

_NONE = re.compile(
    r"(?:从未|未曾|未|没有|此前无|无(?=因|违法|处罚|前科|同类|类似))(?!经|取得|办|按|依|持|获)[^。;,]{0,14}(?:受过|受到|被|因)[^。;,]{0,24}(?:处罚|查处)|(?:初次|首次)(?:违法|被查|实施|查处)|无(?:违法|处罚|前科)(?:犯罪)?记录"
    r"|(?:没有|无|未见|未发现)[^。;,]{0,10}(?:违法|处罚)记录|系初犯|(?:以前|此前)没有[^。;]{0,10}记录|(?:年内|此前)(?:没有|未|无)[^。;]{0,20}处罚"
)
_TOLD = re.compile(
    r"(?:曾|此前|之前|以前|前次|上次|先后|历史|系统显示|年内|再次|又因|以来|前[一二两三四]次)[^。;]{0,60}?(?:行政处罚|处罚|罚款|查处|处以|拘留)"
    r"|(?:行政处罚|处罚)[^。;]{0,12}(?:[一二两三四五六\d])次|[一二两三四五六七八九\d]次(?:被|受|因)[^。;]{0,24}(?:处罚|罚款|查处)|(?:罚|处罚|查处)过[一二两三四五六七八九\d]次"
)
# After an earlier date: somebody was punished then (被我局罚款, 受到行政处罚, 作出处罚决定).
_THEN = re.compile(r"^[^。]{0,60}?(?:被|受到?|受过|因|作出|给予|处以)[^。]{0,40}?(?:处罚|罚款|查处|拘留)")
# 二年内受过两次以上行政处罚又实施的: the law speaks, not the case.
_RULE = re.compile(r"次以上|又实施|再次实施的|以上行政处罚|的,(?:应|依法|不论)")
_JOINED = re.compile(r"\s*(?:、|和|及|,)\s*")
_COUNT = re.compile(r"([一二两三四五六七八九\d])次[^。;,]{0,12}(?:行政处罚|处罚|查处|罚款)|(?:处罚|查处|罚款|罚过)[^。;,]{0,8}?([一二两三四五六七八九\d])次")
_WINDOW = re.compile(r"([一二两三四五\d])年内")
_DIGIT = {"一": 1, "二": 2, "两": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9}


@dataclass(frozen=True, slots=True)
class Earlier:
    """``denied``: the text says there was none. ``dates``: of the penalties that carry one; ``count``: as told in words.

    ``window_years``: the window the text itself names (二年内), else None.
    """

    denied: bool
    dates: tuple[date, ...]
    count: int
    window_years: int | None
    evidence: tuple[Evidence, ...]

    def within(self, window: Quantity | None, first: date | None, last: date | None) -> int | None:
        """How many fall in a window of that length before the new act (``first`` to ``last``); None where nothing is told."""
        if not self.evidence:
            return None
        if self.denied and not self.dates and not self.count:
            return 0
        if window is None:
            return self.count
        days = int(window.value * {"年": Decimal(366), "个月": Decimal(31), "日": Decimal(1)}[window.unit])
        if self.dates and (first or last):
            start, end = first or last, last or first
            assert start and end
            dated = sum(1 for d in self.dates if (start - d).days <= days and d <= end)
            return max(dated, self.count if dated == len(self.dates) and self.count > dated else dated)
        if self.window_years is not None and self.window_years * 366 > days:
            return None
        return self.count


def earlier_penalties(text: Text, dates: Sequence[DateSpan], before: date | None) -> Earlier:
    """Read them from one text. ``before``: the day the new conduct began; what is dated later is no earlier penalty."""
    found: list[Evidence] = []
    when: list[date] = []
    count = 0
    window: int | None = None
    denied = False
    for match in _NONE.finditer(text.folded):
        denied = True
        found.append(Evidence(text.name, *match.span(), text.raw[match.start() : match.end()]))
    for match in _TOLD.finditer(text.folded):
        if _RULE.search(text.folded[match.start() : match.end() + 24]):
            continue
        if any(n.start() < match.end() and match.start() < n.end() for n in _NONE.finditer(text.folded)):
            continue
        start, end = text.sentence(match.start())
        sentence = text.folded[start:end]
        found.append(Evidence(text.name, *match.span(), text.raw[match.start() : match.end()]))
        for number in _COUNT.finditer(sentence):
            digit = number[1] or number[2]
            count = max(count, int(digit) if digit.isdigit() else _DIGIT[digit])
        if named := _WINDOW.search(sentence):
            window = int(named[1]) if named[1].isdigit() else _DIGIT[named[1]]
        count = max(count, 1)
    earlier_days = [d for d in dates if d.first is not None and before is not None and d.first < before]
    for index, day in enumerate(earlier_days):
        following = next((d for d in earlier_days[index + 1 :] if not _JOINED.fullmatch(text.folded[day.end : d.start])), None)
        until = following.start if following else day.end + 100
        if punished := _THEN.match(text.folded[day.end : until]):
            when.append(day.first)
            end = day.end + punished.end()
            found.append(Evidence(text.name, day.start, end, text.raw[day.start : end]))
    unique = tuple(sorted(set(when)))
    return Earlier(denied, unique, max(count, len(unique)), window, tuple(dict.fromkeys(found)))
