"""The counts of a text, by sentence and by the unit of a price: 480条 at a price per 条, 1 千克 at a price per 克."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from typing import NamedTuple

from screening.quantity import UNITS
from screening.reading.mentions import NOT_GOODS, Mentioned
from screening.reading.text import Span, Text

__all__ = ["Counted", "Counts", "nearest"]

_SOLD_BEFORE = re.compile(r"[售卖][出了掉]?$")  # 个 counts goods where they are sold: 卖出30个
_SHARED_OUT = re.compile(r"各\w?$")
_SHARES = frozenset({"家", "人", "户", "名", "次"})
_SEVERAL = re.compile(r"\d+")
_WRITTEN = re.compile("千克|公斤|吨|斤|克|亩|公顷|平方米|立方米|方")
_ONE = Decimal(1)
_HUNDREDS = {"百": Decimal(100), "千": Decimal(1000)}
_DAYTIMES = dict.fromkeys(("晚", "天", "日"), "日")
_EVERYWHERE = -1  # in place of where a sentence begins


class Counted(NamedTuple):
    """A count, and how many it is of the unit that was asked for."""

    mention: Mentioned
    number: Decimal


class Counts:
    """The counts of a text; of each sentence and unit those that count it are looked for once."""

    def __init__(self, named: Iterable[Mentioned], text: Text) -> None:
        self._text = text
        self._by_sentence: dict[int, list[Mentioned]] = defaultdict(list)
        self._known: dict[tuple[int, str | None], list[Counted]] = {}
        for mention in named:
            if mention.counts:
                counts = self._by_sentence[text.sentence(mention.span[0])[0]]
                if mention.minus:
                    _take_back(mention, counts)
                else:
                    counts.append(mention)

    def add(self, loads: Iterable[Mentioned]) -> None:
        """Count these as well: what several carry together."""
        for load in loads:
            counts = self._by_sentence[self._text.sentence(load.span[0])[0]]
            counts.insert(bisect_left(counts, load.span, key=_span), load)
            self._known.clear()

    def beside(self, at: int, per: str | None) -> Sequence[Counted]:
        """What the sentence around an offset has that is counted in a unit, in order; of goods in any for None."""
        sentence = self._text.sentence(at)[0]
        known = self._known.get((sentence, per))
        if known is None:
            known = self._known[sentence, per] = list(self._of(self._by_sentence.get(sentence, ()), per))
        return known

    def everywhere(self, per: str | None) -> Sequence[Counted]:
        """Likewise in the whole text."""
        known = self._known.get((_EVERYWHERE, per))
        if known is None:
            known = [found for counts in self._by_sentence.values() for found in self._of(counts, per)]
            self._known[_EVERYWHERE, per] = known
        return known

    def _of(self, counts: Iterable[Mentioned], per: str | None) -> Iterator[Counted]:
        for mention in counts:
            number = _number(mention, per) if per else _pieces(mention) if self._is_of_goods(mention) else None
            if number is not None:
                yield Counted(mention, number * self._shares(mention))

    def _is_of_goods(self, count: Mentioned) -> bool:
        if count.unit not in NOT_GOODS:
            return True
        start = count.span[0]
        return count.unit == "个" and _SOLD_BEFORE.search(self._text.folded, max(0, start - 3), start) is not None

    def _shares(self, count: Mentioned) -> Decimal:
        """给两家店各送120卷: how many times the count was given."""
        start = count.span[0]
        if _SHARED_OUT.search(self._text.folded, max(0, start - 2), start):
            clause, sentence = self._text.clause(start)[0], self._text.sentence(start)[0]
            for given in reversed(self._by_sentence[sentence]):
                if clause <= given.span[0] < start and given.unit in _SHARES:
                    return given.value
        return _ONE


def nearest(mention: Mentioned, counted: Sequence[Counted]) -> Counted | None:
    """The first of the nearest of ``counted``, which is in order."""
    at = mention.span[0]
    index = bisect_left(counted, at, key=lambda found: found.mention.span[0])
    beside = counted[max(0, index - 1) : index + 1]
    return min(beside, key=lambda found: abs(found.mention.span[0] - at), default=None)


def _take_back(returned: Mentioned, counts: list[Mentioned]) -> None:
    """Less for the last count of the kind: 售出42双，其中退货9双. What is left of a stock is known already."""
    for index in range(len(counts) - 1, -1, -1):
        count = counts[index]
        if count.unit == returned.unit:
            if not count.derived and count.value > returned.value:
                counts[index] = count._replace(value=count.value - returned.value)
            return


def _span(mention: Mentioned) -> Span:
    return mention.span


def _pieces(mention: Mentioned) -> Decimal:
    """The number as it is written, since a price without a classifier is for one of what is counted: 35吨，单价4100元."""
    written = _WRITTEN.search(mention.evidence.text)
    unit = UNITS.get(written[0]) if written else None
    return mention.value / unit.factor if unit and unit.base == mention.unit else mention.value


def _number(mention: Mentioned, per: str) -> Decimal | None:
    """How many of the rate's unit a quantity is (1 千克 at a price per 克 is 1000); None where it counts something else."""
    times = _ONE
    if per[0].isdigit() and (several := _SEVERAL.match(per)):
        times, per = Decimal(several[0]), per[several.end() :]  # 10元3双
    elif per[0] in _HUNDREDS and per not in UNITS and per[1:] in UNITS:
        times, per = _HUNDREDS[per[0]], per[1:]  # 每百斤32元
    unit = UNITS.get(_DAYTIMES.get(per, per))
    if not times or not per:
        return None
    if unit and unit.base == mention.unit:
        return mention.value / unit.factor / times
    if not mention.evidence.text.endswith(per):
        return None
    return (mention.value if mention.as_told is None else mention.as_told) / times
