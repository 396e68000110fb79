"""Earlier administrative penalties that the narrative itself tells of, with their dates where it gives them."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from screening.facts import Evidence
from screening.quantity import Quantity
from screening.reading.dates import DateSpan
from screening.reading.grounds import SAME, Kind, ground_after, ground_before
from screening.reading.numerals import few
from screening.reading.recited import Recited
from screening.reading.text import Span, Text

__all__ = ["Earlier", "Told", "earlier_penalties", "of_earlier", "punished_days"]

_NONE = re.compile(
    r"(?:从未|未曾|未|没有|此前无|无(?=因|违法|处罚|前科|同类|类似))(?!经|取得|办|按|依|持|获)[^。;,]{0,14}(?:受过|受到|受|被|因)[^。;,]{0,24}(?:处罚|查处)|(?:初次|首次)(?:违法|被查|实施|查处)|无(?:违法|处罚|前科)(?:犯罪)?记录"
    r"|(?:没有|无|未见|未发现)[^。;,]{0,10}(?:违法|处罚)记录|系初犯|(?:以前|此前)没有[^。;]{0,10}记录|(?:年内|此前|以前|之前)(?:没有|未|无(?!证|照))[^。;]{0,20}处罚"
)
# What a court or the police in a criminal case do is no administrative penalty: 判处罚金, 刑事处罚, 刑事拘留.
# Each alternative begins with a character of its own, so that a search skips to candidates.
_PENALTY = r"(?:处(?<![判事]处)罚(?!金)|罚款|查处|拘(?<!刑事拘)留|被罚)"
_NUMBER = r"[一二两三四五六七八九\d]"
_TOLD = re.compile(
    rf"(?:曾|此前|之前|以前|前次|上次|先后|历史|系统显示|年内|再次|又因|以来|去年|前年|上年|前[一二两三四]次)[^。;]{{0,60}}?(?:{_PENALTY}|处以|罚过|[被局]罚了?\d)"
    rf"|(?:行政处罚|处(?<!事处)罚)[^。;]{{0,12}}(?:[一二两三四五六\d])次|{_NUMBER}[次度回][都均]?(?:被|受|因)[^。;]{{0,24}}(?:处罚|罚款|查处|罚过)|(?:附有|附|查到|查询到|调取|另有|已有)[^。;,]{{0,10}}处罚决定书?[^。;,\d]{{0,6}}?{_NUMBER}份|(?:罚|处罚|查处)过[^。;,\d]{{0,4}}?{_NUMBER}[次回]|前[一二两三四五][次回][^。;]{{0,40}}?罚过"
)
# After an earlier date: somebody was punished then (被我局罚款, 受到行政处罚, 作出处罚决定), in short 罚过, 再罚3万.
_IN_SHORT = r"挨过?了?[罚处]|吃过?了?罚单|罚过|[再又被各并]罚|罚了?款?[\d一二两三四五六七八九十]"
_THEN = re.compile(
    rf"[^。]{{0,60}}?(?:被|受到?|受过|因|作出|给予|处以)[^。]{{0,40}}?(?:{_PENALTY}|罚[^。]{{0,8}}元)|[^。]{{0,40}}?被罚"
    rf"|[^。,;]{{0,6}},?(?:没收[^。,;]{{0,12}}?|警告)?(?:并处?|[、和及])?(?:{_IN_SHORT})|[^。,;]{{0,16}}(?:{_IN_SHORT}|拘(?<!刑事拘)留)"
)
# 二年内受过两次以上行政处罚又实施的: the law speaks, not the case.
_RULE = re.compile(r"次以上|又实施|再次实施的|以上行政处罚|的,(?:应|依法|不论)")
_JOINED = re.compile(
    r"\s*(?:\((?:[^()。;]|\([^()]{1,12}\)){2,30}\))?\s*(?:、|和|及|,)\s*"
)  # 2021年5月3日(某卫医罚〔2021〕9号)、…
_COUNT = re.compile(
    r"处罚决定书?[^。;,\d]{0,6}?([一二两三四五六七八九\d])份|([一二两三四五六七八九\d])[次度回][^。;,]{0,24}?(?:查处|罚)|(?:处罚|查处|罚款|罚过)[^。;,]{0,8}?([一二两三四五六七八九\d])[次回]"
)
# Without one of these words neither of the first two patterns matches.
_HINT = re.compile(r"处罚|罚款|查处|处以|罚过|被罚|拘留|初次|首次|记录|初犯")
# 此前有两次处罚记录（2022年9月、2023年5月）
_DAYS_BEHIND = re.compile(r"[^,。;(]{0,10}\([^)。]{4,80}\)")
# 去年被罚过一回（货值2.1万元）
_BRACKET = re.compile(r"[^,。;(]{0,4}\([^)。]{2,60}\)")
_OF_ANOTHER = re.compile(
    r"(?:其[胞堂表亲岳前大小]?[父母妻夫子女兄弟姐妹哥儿丈叔侄舅姑伯嫂婿]|案外人|他人|另一)[^,。;]{0,16}\Z"
)
# 2022年7月该店也被处罚，处罚对象是当时的店主蒋某，与当事人无关
_IS_ANOTHERS = re.compile(
    r"[^。;]{0,50}?(?:所列|列明|载明|记载)的?(?:当事人|被处罚人|受罚人)[系是为](?:其(?!本人)|他人|另)|"
    r"[^。;\d]{0,16}(?:(?:(?:被?处罚|受罚)(?:对象|人)|当时的?(?:经营者|店主|老板|承租人|负责人))[^,。;\d]{0,6}[系是为](?!当事人|其本人|本人)|与(?:当事人|其|[^,。;]{0,2}某{1,2}[^,。;]?)(?:本人)?(?:无关|没有关系|无关系|无涉))"
)
_STOP = re.compile(r"[。;]")
# 2023年再次被查获，本次决定处罚款28万元: what is said between a day and the penalty where it is none of that day
_NOW = re.compile(rf"{_NONE.pattern}|[本此]次(?:拟|决定|[^,。;]{{0,6}}处)|现(?:拟|决定|[对依])")
_PUNISHED = re.compile(rf"{_PENALTY}|{_IN_SHORT}")
_TURNS = re.compile(r"[本此这][次回]|本案|又|再次|现|仍|今|继续|重新")
# 今年第三次被查: two earlier ones
_NTH = re.compile(r"第([二三四五六])次(?:又?被)?(?:抓|逮|查获|查处|查到|处罚|罚)")
_WINDOW = re.compile(r"([一二两三四五\d])年内")


class Told(NamedTuple):
    """One telling of earlier penalties: its words, what they were for, the day or how many, and the window it names (二年内)."""

    evidence: Evidence
    ground: str | None
    day: date | None = None
    number: int = 0
    window_years: int | None = None


@dataclass(frozen=True, slots=True)
class Earlier:
    """``denied``: the text says there was none. ``told``: every telling of one, in words (with its count) and by day."""

    denied: tuple[Evidence, ...]
    told: tuple[Told, ...]

    @property
    def evidence(self) -> tuple[Evidence, ...]:
        """All words that speak of earlier penalties or of none."""
        return tuple(dict.fromkeys((*self.denied, *(t.evidence for t in self.told))))

    @property
    def dates(self) -> tuple[date, ...]:
        """The days of the penalties that carry one."""
        return tuple(sorted({t.day for t in self.told if t.day}))

    @property
    def count(self) -> int:
        """How many there were, as told in words or by their days."""
        return max(max((t.number for t in self.told), default=0), len(self.dates))

    def alike(self, words: Sequence[str]) -> Earlier:
        """Only those that are one kind with what the words name, and those of which no kind is told."""
        kind, kept, last = Kind(words), [], True
        for told in sorted(self.told, key=lambda t: (t.evidence.start, t.evidence.end)):
            same = kind.alike(told.ground) if told.ground else None
            if told.ground and SAME.search(told.ground):
                same = last  # 又因同样行为被罚: as the one before it
            if same is not None:
                last = same
            if same is not False:
                kept.append(told)
        return Earlier(self.denied, tuple(kept))

    def within(self, window: Quantity | None, first: date | None, last: date | None) -> int | None:
        """How many fall in a window of that length before the new act (``first`` to ``last``); None where nothing is told."""
        if not self.evidence:
            return None
        dates, count = self.dates, self.count
        if self.denied and not count:
            return 0
        if window is None:
            return count
        days = int(window.value * {"年": Decimal(366), "个月": Decimal(31), "日": Decimal(1)}[window.unit])
        if dates and (first or last):
            start, end = first or last, last or first
            assert start and end
            dated = sum(1 for d in dates if (start - d).days <= days and d <= end)
            return max(dated, count if dated == len(dates) and count > dated else dated)
        named = [t.window_years for t in self.told if t.window_years is not None]
        if named and named[-1] * 366 > days:
            return None
        return count


def earlier_penalties(
    text: Text, days: Sequence[DateSpan], punished: Sequence[tuple[DateSpan, Evidence]], before: date | None
) -> Earlier:
    """Read them from one text. ``days`` are all its days, ``punished`` those that go on with a penalty.

    ``before``: a day of the new conduct; what is dated later is no earlier penalty.
    """
    folded = text.folded
    stretches = _stretches(folded)
    none = [match.span() for start, end in stretches for match in _NONE.finditer(folded, start, end)]
    spans = [match.span() for low, high in stretches for match in _TOLD.finditer(folded, low, high)]
    spans = [s for s in spans if not _RULE.search(folded, s[0], s[1] + 24) and not _overlaps(none, *s)]
    spans = [s for s in spans if not _IS_ANOTHERS.match(folded, s[1])]
    if spans:
        recited = Recited(text)  # 刑法第一百五十三条规定“一年内曾因走私被给予二次行政处罚后又走私的”
        spans = [s for s in spans if not recited.holds(s)]
    told = _in_words(text, [s for s in spans if not _of_another(text, s[0])], days)
    told += [Told(text.evidence(*nth.span()), None, None, few(nth[1]) - 1) for nth in _NTH.finditer(folded)]
    for day, evidence in punished if before else ():
        start, end = evidence.start, evidence.end
        if _IS_ANOTHERS.match(folded, end):
            continue
        if before and day.first < before and not _overlaps(none, start, end) and not _of_another(text, start):
            low, high = text.sentence(start)
            ground = ground_before(folded, start, end, low) or ground_after(folded, end, high)
            told.append(Told(evidence, ground, day.first))
    return Earlier(tuple(text.evidence(*span) for span in none), tuple(told))


def _in_words(text: Text, spans: Sequence[Span], days: Sequence[DateSpan]) -> list[Told]:
    """The tellings that say 曾, 此前, 两次 …, each with what stands between those beside it in its sentence."""
    folded, told = text.folded, list[Told]()
    for index, (start, end) in enumerate(spans):
        floor, ceiling = text.sentence(start)
        if index and spans[index - 1][1] > floor:
            floor = spans[index - 1][1]
        if index + 1 < len(spans):
            ceiling = min(ceiling, spans[index + 1][0])
        counts = [few(n[1] or n[2] or n[3]) for n in _COUNT.finditer(folded, floor, max(end, ceiling))]
        named = _WINDOW.search(folded, floor, max(end, ceiling))
        ground = ground_before(folded, start, end, floor)
        behind = _DAYS_BEHIND.match(folded, end)
        if behind:
            ground = ground or ground_after(folded, end, behind.end())
        years = few(named[1]) if named else None
        told.append(Told(text.evidence(start, end), ground, None, max(1, *counts) if counts else 1, years))
        if behind:
            listed = (day for day in days if end < day.start < behind.end())
            told += [Told(text.evidence(day.start, day.end), ground, day.first) for day in listed]
    return told


def _of_another(text: Text, start: int) -> bool:
    """Whether a telling is of somebody else: 其父曾因……"""
    low = max(text.sentence(start)[0], start - 24)
    return _OF_ANOTHER.search(text.folded, low, start) is not None


def _stretches(folded: str) -> list[Span]:
    """What lies between 。 and ; and can tell of a penalty at all."""
    found: list[Span] = []
    end = 0
    while hint := _HINT.search(folded, end):
        start = 1 + max(folded.rfind(mark, end, hint.start()) for mark in "。;")
        stop = _STOP.search(folded, hint.end())
        found.append((max(start, end), stop.start() if stop else len(folded)))
        end = found[-1][1]
    return found


def punished_days(text: Text, days: Sequence[DateSpan]) -> list[tuple[DateSpan, Evidence]]:
    """The days after which a text goes on with a penalty, each with its words."""
    if not days or (first := _PUNISHED.search(text.folded, days[0].end)) is None:
        return []
    found = []
    for index, day in enumerate(days):
        following = days[index + 1 : index + 3]
        if following and _JOINED.fullmatch(text.folded, day.end, following[0].start):
            following = following[1:]  # 2023年、2024年各被处罚
        until = following[0].start if following else day.end + 100
        if until <= first.start() or not _PUNISHED.search(text.folded, day.end, until):
            continue
        punished = _THEN.match(text.folded, day.end, until)
        if punished and not _NOW.search(text.folded, day.end, punished.end()):
            found.append((day, text.evidence(day.start, punished.end())))
    return found


def of_earlier(text: Text, earlier: Earlier) -> list[Span]:
    """What of a text tells of the penalties that carry a day, or in brackets of any: figures there are never this case's."""
    found = []
    for told in earlier.told:
        behind = _BRACKET.match(text.folded, told.evidence.end)
        if told.day is None and behind:
            found.append((told.evidence.start, behind.end()))
        elif told.day is not None:
            end = text.sentence(told.evidence.start)[1]
            turn = _TURNS.search(text.folded, told.evidence.end, end)
            found.append((told.evidence.start, turn.start() if turn else end))
    return found


def _overlaps(spans: Sequence[Span], start: int, end: int) -> bool:
    """Whether one of the spans, which are in order and apart from each other, overlaps ``text[start:end]``."""
    index = bisect_left(spans, (end,)) - 1
    return index >= 0 and start < spans[index][1]
