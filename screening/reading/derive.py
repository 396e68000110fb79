"""Quantities that follow from what is told: price × quantity, with the spans of both."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Sequence
from decimal import Decimal

from screening.facts import Evidence
from screening.quantity import UNITS
from screening.reading.roles import SOLD, UNSOLD, Mentioned
from screening.reading.standing import Standing
from screening.reading.text import Text

__all__ = ["derive"]

_SELLING = re.compile(r"(?<![未待零])[销售卖](?!价|后)")


def derive(named: Sequence[Mentioned], text: Text) -> list[Mentioned]:
    """Price × quantity where a rate (180元/条, 每瓶40元) meets a count of the same classifier in its sentence.

    Not where the product is told.
    """
    rates = [
        m
        for m in named
        if m.per is not None and m.unit == "元" and m.standing is Standing.ASSERTED and m.name != "成本"
    ]
    if not rates:
        return []
    told = {m.value for m in named if m.per is None and m.unit == "元"}
    counts = _Counts(named, text)
    selling = _SELLING.search(text.folded)
    derived: list[Mentioned] = []
    for rate in rates:
        found = counts.nearest(rate)
        if found is None:
            continue
        count, number = found
        value = number * rate.value
        if value in told:
            continue
        part = count.of or rate.of
        sentence_end = text.sentence(rate.evidence.start)[1]
        sold = part == SOLD or (part != UNSOLD and selling is not None and selling.end() <= sentence_end)
        name = "货值金额" if rate.name == "货值金额" or not sold else "销售金额"
        start, end = min(count.evidence.start, rate.evidence.start), max(count.evidence.end, rate.evidence.end)
        evidence = Evidence(text.name, start, end, text.raw[start:end])
        approx = count.approx or rate.approx
        derived.append(Mentioned(name, value, "元", approx, evidence, Standing.ASSERTED, of=part, derived=True))
        told.add(value)
    return derived


class _Counts:
    """The counts of a text by sentence; of each sentence and unit of a rate those that count it, looked for once."""

    def __init__(self, named: Sequence[Mentioned], text: Text) -> None:
        self._text = text
        self._by_sentence: dict[int, list[Mentioned]] = defaultdict(list)
        for mention in named:
            if mention.counts:
                self._by_sentence[text.sentence(mention.evidence.start)[0]].append(mention)
        self._known: dict[tuple[int, str], list[tuple[int, Mentioned, Decimal]]] = {}

    def nearest(self, rate: Mentioned) -> tuple[Mentioned, Decimal] | None:
        """The count nearest to a rate in its sentence, the first of two; and how many of the rate's unit it is."""
        at, per = rate.evidence.start, rate.per or ""
        sentence = self._text.sentence(at)[0]
        known = self._known.get((sentence, per))
        if known is None:
            numbers = ((m, _number(m, per)) for m in self._by_sentence[sentence])
            known = [(m.evidence.start, m, number) for m, number in numbers if number is not None]
            self._known[sentence, per] = known
        index = bisect_left(known, (at,))
        beside = known[max(0, index - 1) : index + 1]
        if not beside:
            return None
        _, count, number = min(beside, key=lambda item: abs(item[0] - at))
        return count, number


def _number(mention: Mentioned, per: str) -> Decimal | None:
    """How many of the rate's unit a quantity is (1 千克 at a price per 克 is 1000); None where it counts something else."""
    unit = UNITS.get(per)
    if unit and unit.base == mention.unit and not mention.derived:
        return mention.value / unit.factor
    return mention.value if mention.evidence.text.endswith(per) and not mention.derived else None
