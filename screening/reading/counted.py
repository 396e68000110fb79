"""What a narrative counts without a figure: persons by name and by age, acts by day, months from one day to another, ranks.

One derived mention a measure, which says in its file which words tell of one (``befalls``, ``acts``), how old one must not be
(``younger_than``), what a stretch of time is told with (``lasts``) or ranks are (``ordinals``).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from decimal import Decimal

from screening.bundle.vocabulary import MeasureDefinition
from screening.reading.acts import acts
from screening.reading.ages import BIRTH_WORDS, young
from screening.reading.dates import DateSpan
from screening.reading.downlines import downline
from screening.reading.hits import Hits
from screening.reading.mentions import Mentioned
from screening.reading.numerals import few
from screening.reading.persons import befallen, groups
from screening.reading.phrases import Phrases
from screening.reading.singles import largest_single
from screening.reading.standing import Standing, Standings
from screening.reading.text import Span, Text

__all__ = ["Counted"]

_DAYS = {"年": Decimal(366), "个月": Decimal(31), "日": Decimal(1)}
_AGE = "岁"
_BROUGHT_IN, _RANKS = "传销人数", "传销层级"
# 均为第四级, 发展到第三层; not 位于第二层, 第三层楼
_RANK = re.compile("(?<=[为到至系达属成])第([一二三四五六七八九十]|[1-9][0-9]?)([级层代])(?![人市政中及楼])")
_BESIDE = 40  # between a stretch of time and the word that says what lasted so long


class Counted:
    """Compiles the words of single persons and acts into the common automaton; counts what a scanned text tells of them."""

    def __init__(self, measures: Iterable[MeasureDefinition], phrases: Phrases) -> None:
        self._befalls: dict[int, str] = {}
        self._acts: dict[int, MeasureDefinition] = {}
        self._ages: list[MeasureDefinition] = []
        self._lasting: dict[int, str] = {}
        self._ranks: dict[int, str] = {}
        self._singles: dict[str, str] = {}
        self._definitions: dict[str, MeasureDefinition] = {}
        for definition in measures:
            self._definitions[definition.name] = definition
            self._befalls |= dict.fromkeys(map(phrases.word, definition.befalls), definition.name)
            self._acts |= dict.fromkeys(map(phrases.word, definition.acts), definition)
            self._lasting |= dict.fromkeys(map(phrases.word, definition.lasts), definition.name)
            self._ranks |= dict.fromkeys(map(phrases.word, definition.ordinals), definition.name)
            if definition.single_of:
                self._singles[definition.single_of] = definition.name
            if definition.younger_than:
                self._ages.append(definition)
        self._births = frozenset(map(phrases.word, BIRTH_WORDS))
        self._words = frozenset((*self._befalls, *self._acts))

    def of(
        self, hits: Hits, standings: Standings, named: Sequence[Mentioned], days: Sequence[DateSpan], last: date | None
    ) -> list[Mentioned]:
        """``named`` with what is counted beside it. ``days`` are those of the text, ``last`` the last one of the case."""
        counted = list(named)
        if _AGE in hits.text.folded or not self._births.isdisjoint(hits.words):
            counted = self._by_age(hits, counted, days, last)
        if not hits.words.isdisjoint(self._lasting):
            counted = self._by_months(hits, standings, counted, days)
        if any(m.name == _BROUGHT_IN for m in counted):
            counted = self._step_by_step(hits, counted)
        if not hits.words.isdisjoint(self._ranks):
            counted += self._highest(hits, standings, counted)
        if any(m.name in self._singles for m in counted):
            counted += self._single(hits.text, counted, days)
        if self._words.isdisjoint(hits.words):
            return counted
        present = hits.words & self._words
        told = {m.name for m in counted if m.counts}
        by_kind: dict[str, list[Span]] = {}
        for word in present:
            name = self._befalls.get(word) or self._acts[word].name
            if name not in told:
                by_kind.setdefault(name, []).extend(hits.found[word])
        for name, spans in by_kind.items():
            by_kind[name] = [s for s in _longest(spans) if standings.of(s) is Standing.ASSERTED]
        found: list[tuple[str, tuple[int, int, int]]] = []
        outcomes = {name: spans for name, spans in by_kind.items() if self._definitions[name].befalls}
        if any(outcomes.values()):
            found += befallen(hits.text, groups(hits.text.folded), outcomes).items()
        for name, spans in by_kind.items():
            definition = self._definitions[name]
            if definition.acts and spans and (done := acts(hits.text, spans, days, _window(definition))):
                found.append((name, done))
        return counted + [self._mention(hits, name, *place) for name, place in found]

    def _by_age(
        self, hits: Hits, named: list[Mentioned], days: Sequence[DateSpan], last: date | None
    ) -> list[Mentioned]:
        """With those who were too young; a figure that counted all whose ages are told as young was too large."""
        ages = [m for m in named if m.unit == _AGE]
        for definition in self._ages:
            assert definition.younger_than
            found = young(hits.text, days, ages, int(definition.younger_than.value), last)
            if found is None:
                continue
            told = [m for m in named if m.name == definition.name and m.counts]
            if any(m.value > found.known or m.value == found.number for m in told):
                continue
            named = [m._replace(standing=Standing.ASIDE) if m in told else m for m in named]
            named.append(self._mention(hits, definition.name, found.number, found.start, found.end))
        return named

    def _by_months(
        self, hits: Hits, standings: Standings, named: list[Mentioned], days: Sequence[DateSpan]
    ) -> list[Mentioned]:
        """With the full months of the longest stretch of time that stands beside a word for what lasted, where no figure tells them."""
        told = {m.name for m in named if m.counts}
        wanted = {word: name for word, name in self._lasting.items() if word in hits.words and name not in told}
        found: dict[str, tuple[int, int, int]] = {}
        for day in days:
            number = _months(day)
            for word, name in wanted.items():
                if number <= found.get(name, (0, 0, 0))[0]:
                    continue
                span = next((s for s in hits.found[word] if _is_beside(hits.text, day, s, standings)), None)
                if span:
                    found[name] = number, min(span[0], day.start), max(span[1], day.end)
        return named + [self._mention(hits, name, *place) for name, place in found.items()]

    def _highest(self, hits: Hits, standings: Standings, counted: Sequence[Mentioned]) -> list[Mentioned]:
        """The highest rank in the sentences of a word for it, where no figure tells how many there are."""
        told = {m.name for m in counted if m.counts}
        found: dict[str, tuple[int, int, int]] = {}
        for word in hits.words.intersection(self._ranks):
            name = self._ranks[word]
            if name in told:
                continue
            units = {self._definitions[name].unit, *self._definitions[name].counted_in}
            for sentence in {hits.text.sentence(start) for start, _ in hits.found[word]}:
                for rank in _RANK.finditer(hits.text.folded, *sentence):
                    number = few(rank[1])
                    if rank[2] not in units or number <= found.get(name, (1,))[0]:
                        continue
                    if standings.of(rank.span()) is Standing.ASSERTED:
                        found[name] = number, *rank.span()
        return [self._mention(hits, name, *place) for name, place in found.items()]

    def _step_by_step(self, hits: Hits, counted: list[Mentioned]) -> list[Mentioned]:
        """With all who were brought in step by step and the party, and how many ranks they make, where no more are told."""
        steps = downline(hits.text, counted)
        if not steps:
            return counted
        number, place = int(sum(m.value for m in steps)), (steps[0].span[0], steps[-1].span[1])
        if all(m.value < number for m in counted if m.name == _BROUGHT_IN and m.counts):
            counted = [
                m._replace(standing=Standing.ASIDE) if m.name == _BROUGHT_IN and m.counts else m for m in counted
            ]
            counted.append(self._mention(hits, _BROUGHT_IN, number + 1, *place))
        if _RANKS in self._definitions and not any(m.name == _RANKS and m.counts for m in counted):
            counted.append(self._mention(hits, _RANKS, len(steps) + 1, *place))
        return counted

    def _single(self, text: Text, counted: Sequence[Mentioned], days: Sequence[DateSpan]) -> list[Mentioned]:
        """What the largest single act came to, where no figure tells it under its name."""
        told = {m.name for m in counted if m.counts}
        found: list[Mentioned] = []
        for whole, name in self._singles.items():
            one = largest_single((m for m in counted if m.name == whole), days, text) if name not in told else None
            if one is not None:
                found.append(one._replace(name=name, derived=True))
        return found

    def _mention(self, hits: Hits, name: str, number: int, start: int, end: int) -> Mentioned:
        unit, evidence = self._definitions[name].unit, hits.text.evidence(start, end)
        return Mentioned(name, Decimal(number), unit, False, evidence, Standing.ASSERTED, derived=True)


def _longest(spans: Iterable[Span]) -> list[Span]:
    """The spans in order, without those inside a longer one."""
    kept: list[Span] = []
    for start, end in sorted(spans, key=lambda span: (span[0], -span[1])):
        if not kept or end > kept[-1][1]:
            kept.append((start, end))
    return kept


def _is_beside(text: Text, day: DateSpan, word: Span, standings: Standings) -> bool:
    """Whether a word is asserted in the sentence of a stretch of time and near by."""
    low, high = text.sentence(day.start)
    apart = max(word[0] - day.end, day.start - word[1])
    return low <= word[0] < high and apart <= _BESIDE and standings.of(word) is Standing.ASSERTED


def _months(day: DateSpan) -> int:
    """The full months from the first day to the last."""
    if day.last is None:
        return 0
    until = day.last + timedelta(days=1)
    return (until.year - day.first.year) * 12 + until.month - day.first.month - (until.day < day.first.day)


def _window(definition: MeasureDefinition) -> timedelta | None:
    within = definition.within
    return timedelta(days=int(within.value * _DAYS[within.unit])) if within else None
