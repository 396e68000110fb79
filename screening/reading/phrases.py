"""One automaton over all literal words of a bundle, and sequences of words (``near``) on top of it.

The scan is one pass in Rust; what follows is work per hit. A sequence is looked for only where the rarest of its steps
was hit and the text has all others.

What a word means to somebody stands in a list by word number (``table``), not in a dict: thousands of words are more than
a processor keeps at hand, and a list is one look at memory.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, islice
from typing import Any

import ahocorasick_rs

from screening.folding import fold
from screening.reading.text import Span, Text

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
        self._steps: dict[frozenset[int], frozenset[int]] = {}
        self._automaton: ahocorasick_rs.AhoCorasick | None = None
        self._tables: list[list[Any]] = []
        # Word → the sequences whose rarest step has it, with their other steps.
        self._anchored: list[list[tuple[int, list[frozenset[int]]]] | None] = self.table()

    def word(self, text: str) -> int:
        """The number of a word, new or known."""
        folded = fold(text)
        number = self._numbers.get(folded)
        if number is None:
            number = self._numbers[folded] = len(self._numbers)
            for table in self._tables:
                table.append(None)
        return number

    def table(self) -> list[Any]:
        """A list by word number, of None to begin with; it grows with the words."""
        self._tables.append([None] * len(self._numbers))
        return self._tables[-1]

    def sequence(self, steps: Sequence[Sequence[str]], within: int) -> int:
        """The number of a sequence of alternatives."""
        alternatives = (frozenset(map(self.word, step)) for step in steps)
        # Many sequences share a step; one copy of it stays at hand.
        self._sequences.append(Sequenced(tuple(self._steps.setdefault(step, step) for step in alternatives), within))
        return len(self._sequences) - 1

    def freeze(self) -> Phrases:
        """Build the automaton; nothing may be added after."""
        self._automaton = ahocorasick_rs.AhoCorasick(
            list(self._numbers), matchkind=ahocorasick_rs.MatchKind.Standard, store_patterns=False
        )
        # What is part of many words of the bundle is what many texts have.
        common = Counter(
            part
            for word in self._numbers
            for part, _, _ in self._automaton.find_matches_as_indexes(word, overlapping=True)
        )
        for number, sequence in enumerate(self._sequences):
            steps = sorted(sequence.steps, key=lambda step: sum(common[word] for word in step))
            for word in steps[0]:
                self._anchored[word] = [*(self._anchored[word] or ()), (number, steps[1:])]
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
        return Hits(text, found, frozenset(found))

    def sequences(self, hits: Hits) -> list[tuple[int, tuple[Span, ...]]]:
        """Every place where a sequence holds: its number and the spans of its words in order; by number, then by place."""
        words, anchored = hits.words, self._anchored
        candidates: set[int] = set()
        for word in hits.found:
            for number, others in anchored[word] or ():
                for step in others:
                    if step.isdisjoint(words):
                        break
                else:
                    candidates.add(number)
        return [(number, place) for number in sorted(candidates) for place in _places(self._sequences[number], hits)]


@dataclass(slots=True, eq=False)
class Hits:
    """The words found in a text: number → where they stand, in order."""

    text: Text
    found: dict[int, list[Span]]
    words: frozenset[int]

    def spans(self, words: frozenset[int]) -> list[Span]:
        """Where any of these words stands, in order."""
        present = self.words & words
        if not present:
            return []
        if len(present) == 1:
            return self.found[next(iter(present))]
        return sorted(chain.from_iterable([self.found[word] for word in present]))


def _places(sequence: Sequenced, hits: Hits) -> Iterator[tuple[Span, ...]]:
    """Places where the steps follow one another without overlap in one sentence and the width; the tightest of each end."""
    within = sequence.within
    steps = [hits.spans(step) for step in sequence.steps]
    last: tuple[Span, ...] | None = None
    for first in _beginnings(steps, within):
        found = _follow(first, steps, first[0] + within)
        if found is not None and found[-1][1] > (end := hits.text.sentence(first[0])[1]):
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
