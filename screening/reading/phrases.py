"""One automaton over all literal words of a bundle, and sequences of words (``near``) on top of it.

The scan is one pass in Rust; what follows is work per hit. A sequence is a candidate only when each of its steps was hit
somewhere, which is decided for all sequences at once with bit masks.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

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
        self._masks: dict[int, list[tuple[int, int]]] = {}
        self._absent: list[int] = []

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
        depth = max((len(s.steps) for s in self._sequences), default=0)
        # masks[word] has, for each step it satisfies somewhere, the bits of those sequences; shorter sequences lack nothing.
        self._absent = [0] * depth
        masks: dict[tuple[int, int], int] = {}
        for number, sequence in enumerate(self._sequences):
            for step in range(depth):
                if step < len(sequence.steps):
                    for word in sequence.steps[step]:
                        masks[word, step] = masks.get((word, step), 0) | 1 << number
                else:
                    self._absent[step] |= 1 << number
        for (word, step), mask in masks.items():
            self._masks.setdefault(word, []).append((step, mask))
        return self

    def scan(self, text: Text) -> Hits:
        """All words in the text, overlapping ones included."""
        assert self._automaton is not None, "freeze() first"
        found: dict[int, list[int]] = {}
        lengths: dict[int, int] = {}
        for word, start, end in self._automaton.find_matches_as_indexes(text.folded, overlapping=True):
            if word in found:
                found[word].append(start)
            else:
                found[word] = [start]
                lengths[word] = end - start
        return Hits(text, found, lengths)

    def sequences(self, hits: Hits) -> Iterator[tuple[int, tuple[Span, ...]]]:
        """Every place where a sequence holds: its number and the spans of its words in order."""
        seen = self._absent.copy()
        for word in hits.found:
            for step, mask in self._masks.get(word, ()):
                seen[step] |= mask
        candidates = seen[0] if seen else 0
        for step_seen in seen[1:]:
            candidates &= step_seen
        while candidates:
            low = candidates & -candidates
            number = low.bit_length() - 1
            candidates ^= low
            for steps in _places(self._sequences[number], hits):
                yield number, steps


@dataclass(slots=True, eq=False)
class Hits:
    """The words found in a text: number → starts in order."""

    text: Text
    found: dict[int, list[int]]
    lengths: dict[int, int]

    def spans(self, word: int) -> Iterator[Span]:
        """Where a word stands."""
        length = self.lengths.get(word, 0)
        for start in self.found.get(word, ()):
            yield start, start + length


def _places(sequence: Sequenced, hits: Hits) -> Iterator[tuple[Span, ...]]:
    """Places where the steps follow one another without overlap inside one sentence and the width; the tightest of each end."""
    steps = [sorted(span for word in step if word in hits.found for span in hits.spans(word)) for step in sequence.steps]
    last: tuple[Span, ...] | None = None
    for first in steps[0]:
        limit = min(first[0] + sequence.within, hits.text.sentence(first[0])[1])
        found = _follow(first, steps[1:], limit)
        if found is None:
            continue
        if last is not None and found[-1] != last[-1]:
            if found[0][0] < last[-1][1]:
                continue  # overlaps a place already given
            yield last
        last = found
    if last is not None:
        yield last


def _follow(first: Span, steps: list[list[Span]], limit: int) -> tuple[Span, ...] | None:
    found = [first]
    for step in steps:
        following = next((span for span in step if span[0] >= found[-1][1] and span[1] <= limit), None)
        if following is None:
            return None
        found.append(following)
    return tuple(found)
