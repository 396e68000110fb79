"""One automaton over all literal words of a bundle, and sequences of words (``near``) on top of it.

The scan is one pass in Rust; what follows is work per hit. A sequence is looked for only where the text has each
of its steps, which is decided for all sequences at once with bit masks.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, islice

import ahocorasick_rs

from screening.reading.text import Span, Text, fold

__all__ = ["Hits", "Phrases", "Sequenced"]


@dataclass(frozen=True, slots=True)
class Sequenced:
    """Alternatives (word numbers) for each step, in order, within ``within`` characters of one sentence."""

    steps: tuple[frozenset[int], ...]
    within: int


class Phrases:
    """The words of a bundle. Add all words and sequences, ``freeze``, then ``scan`` texts."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}
        self._sequences: list[Sequenced] = []
        self._automaton: ahocorasick_rs.AhoCorasick | None = None
        # A lane of bits for each step, and in each lane a bit for each sequence: word → the steps that it is.
        self._lanes = 0
        self._masks: dict[int, int] = {}
        self._absent = 0

    def word(self, text: str) -> int:
        """The number of a word, new or known."""
        return self._numbers.setdefault(fold(text), len(self._numbers))

    def sequence(self, steps: Sequence[Sequence[str]], within: int) -> int:
        """The number of a sequence of alternatives."""
        self._sequences.append(Sequenced(tuple(frozenset(map(self.word, step)) for step in steps), within))
        return len(self._sequences) - 1

    def freeze(self) -> Phrases:
        """Build the automaton; nothing may be added after."""
        self._automaton = ahocorasick_rs.AhoCorasick(
            list(self._numbers), matchkind=ahocorasick_rs.MatchKind.Standard, store_patterns=False
        )
        self._lanes = max((len(s.steps) for s in self._sequences), default=0)
        width = len(self._sequences)
        for number, sequence in enumerate(self._sequences):
            for step, words in enumerate(sequence.steps):
                for word in words:
                    self._masks[word] = self._masks.get(word, 0) | 1 << (step * width + number)
            for step in range(len(sequence.steps), self._lanes):  # a step it does not have is never missing
                self._absent |= 1 << (step * width + number)
        return self

    def scan(self, text: Text) -> Hits:
        """All words in the text, overlapping ones included."""
        assert self._automaton is not None, "freeze() first"
        found: dict[int, list[Span]] = {}
        for word, start, end in self._automaton.find_matches_as_indexes(text.folded, overlapping=True):
            if word in found:
                found[word].append((start, end))
            else:
                found[word] = [(start, end)]
        return Hits(text, found)

    def sequences(self, hits: Hits) -> list[tuple[int, tuple[Span, ...]]]:
        """Every place where a sequence holds: its number and the spans of its words in order; by number, then by place."""
        words = frozenset(hits.found)
        places: list[tuple[int, tuple[Span, ...]]] = []
        for number in self._candidates(words):
            sequence = self._sequences[number]
            steps = [hits.spans(words & step) for step in sequence.steps]
            places += [(number, place) for place in _places(steps, sequence.within, hits.text)]
        return places

    def _candidates(self, words: Iterable[int]) -> Iterator[int]:
        """The numbers of the sequences whose every step is among the words."""
        masks, seen = self._masks, self._absent
        for word in words:
            if word in masks:
                seen |= masks[word]
        complete = seen
        for lane in range(1, self._lanes):
            complete &= seen >> lane * len(self._sequences)
        complete &= (1 << len(self._sequences)) - 1
        while complete:
            lowest = complete & -complete
            complete ^= lowest
            yield lowest.bit_length() - 1

@dataclass(slots=True, eq=False)
class Hits:
    """The words found in a text: number → where they stand, in order."""

    text: Text
    found: dict[int, list[Span]]

    def spans(self, words: Iterable[int]) -> list[Span]:
        """Where any of these words stands, in order."""
        found = self.found
        spans = [found[word] for word in words if word in found]
        return spans[0] if len(spans) == 1 else sorted(chain.from_iterable(spans))


def _places(steps: list[list[Span]], within: int, text: Text) -> Iterator[tuple[Span, ...]]:
    """Places where the steps follow one another without overlap in one sentence and the width; the tightest of each end."""
    last: tuple[Span, ...] | None = None
    for first in _beginnings(steps, within):
        found = _follow(first, steps, first[0] + within)
        if found is not None and found[-1][1] > (end := text.sentence(first[0])[1]):
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
