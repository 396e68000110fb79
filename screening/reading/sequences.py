"""Where words stand one after the other, or beside one another, within a width: in one sentence, or over the ends of sentences."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import NamedTuple

from screening.reading.hits import Hits, Step
from screening.reading.text import Span, Text

__all__ = ["Sequenced", "Width", "places"]


class Width(NamedTuple):
    """How far apart the words of a sequence may stand: within so many characters, in order or in any, of one sentence or not."""

    within: int
    ordered: bool = True
    across: bool = False


class Sequenced(NamedTuple):
    """A step for each of its words."""

    steps: tuple[Step, ...]
    width: Width

    def field(self, text: Text, at: int) -> Span:
        """The part of the text that all words must stand in, where one stands there."""
        return (0, len(text.folded)) if self.width.across else text.sentence(at)


def places(sequence: Sequenced, hits: Hits) -> Iterator[tuple[Span, ...]]:
    """Where all words of a sequence stand within its width: a span for each, in the order of the text; places do not overlap."""
    return _followed(sequence, hits) if sequence.width.ordered else _gathered(sequence, hits)


def _followed(sequence: Sequenced, hits: Hits) -> Iterator[tuple[Span, ...]]:
    """Places where the steps follow one another without overlap in the width; the tightest of each end."""
    within = sequence.width.within
    steps = [hits.places(step) for step in sequence.steps]
    last: tuple[Span, ...] | None = None
    for first in _beginnings(steps, within):
        found = _follow(first, steps, first[0] + within)
        if found is not None and found[-1][1] > (end := sequence.field(hits.text, first[0])[1]):
            found = _follow(first, steps, end)
        if found is None:
            continue
        if last is not None and found[-1] != last[-1]:
            if found[0][0] < last[-1][1]:
                continue  # overlaps a place already given
            yield last
        last = found
    if last is not None:
        yield last


def _gathered(sequence: Sequenced, hits: Hits) -> Iterator[tuple[Span, ...]]:
    """Places where the steps stand beside one another, in whatever order; around each word of the rarest step the nearest of each."""
    within = sequence.width.within
    rarest, *others = sorted([hits.places(step) for step in sequence.steps], key=len)
    end = 0
    for anchor in rarest:
        if anchor[0] < end:
            continue  # overlaps a place already given
        begins, ends = sequence.field(hits.text, anchor[0])
        field = max(begins, end, anchor[1] - within), min(ends, anchor[0] + within)
        found = _around(anchor, others, field)
        if found is not None and found[-1][1] - found[0][0] <= within:
            yield found
            end = found[-1][1]


def _around(anchor: Span, others: list[list[Span]], field: Span) -> tuple[Span, ...] | None:
    """The anchor and of each other step the place in the field that is nearest to it and free, in the order of the text."""
    taken = [anchor]
    low, high = field
    for places in others:
        nearest: Span | None = None
        for index in range(bisect_left(places, (low,)), len(places)):
            start, end = place = places[index]
            if start >= high:
                break
            if end > high or any(start < other[1] and end > other[0] for other in taken):
                continue
            if nearest is None or abs(start - anchor[0]) < abs(nearest[0] - anchor[0]):
                nearest = place
        if nearest is None:
            return None
        taken.append(nearest)
    return tuple(sorted(taken))


def _beginnings(steps: list[list[Span]], within: int) -> Iterable[Span]:
    """The first step's words that have one of the rarest step's within the width: a long text repeats a common word."""
    firsts, rarest = steps[0], min(steps, key=len)
    if len(firsts) <= 4 * len(rarest):
        return firsts
    near: list[Span] = []
    index = 0
    for start, end in rarest:
        index = max(index, bisect_left(firsts, (end - within,)))
        while index < len(firsts) and firsts[index][0] <= start:
            near.append(firsts[index])
            index += 1
    return near


def _follow(first: Span, steps: list[list[Span]], limit: int) -> tuple[Span, ...] | None:
    found = [first]
    for step in islice(steps, 1, None):
        for index in range(bisect_left(step, (found[-1][1],)), len(step)):
            following = step[index]
            if following[1] <= limit:
                found.append(following)
                break
            if following[0] >= limit:
                return None
        else:
            return None
    return tuple(found)
