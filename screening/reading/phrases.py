"""One automaton over all literal words of a bundle, and sequences of words (``near``) on top of it.

The scan is one pass in Rust; what follows is work per hit. A sequence is looked for only where the rarest of its steps
was hit and the text has all others.

What a word means to somebody stands in a list by word number (``table``), not in a dict: thousands of words are more than
a processor keeps at hand, and a list is one look at memory.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain, islice
from typing import Any

import ahocorasick_rs

from screening.folding import fold
from screening.reading.text import Span, Text

__all__ = ["Hits", "Phrases", "Sequenced"]


@dataclass(slots=True, eq=False)
class Step:
    """Alternatives for one place in a sequence: words by number, and single characters that only sequences ask for.

    The automaton leaves those characters alone: they would be most of its matches, and few are ever looked at.
    """

    words: frozenset[int]
    letters: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Sequenced:
    """A step for each of its words, in order, within ``within`` characters of one sentence."""

    steps: tuple[Step, ...]
    within: int


class Phrases:
    """The words of a bundle. Add all words and sequences, ``freeze``, then ``scan`` texts."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}
        self._asked: set[int] = set()  # words somebody asks for by themselves, not only as steps of sequences
        self._scanned: list[int] = []  # the automaton's pattern → word
        self._sequences: list[Sequenced] = []
        self._steps: dict[frozenset[int], Step] = {}
        self._automaton: ahocorasick_rs.AhoCorasick | None = None
        self._tables: list[list[Any]] = []
        # Word → the sequences whose rarest step has it, with their other steps.
        self._anchored: list[list[tuple[int, list[Step]]] | None] = self.table()

    def word(self, text: str) -> int:
        """The number of a word, new or known."""
        number = self._number(text)
        self._asked.add(number)
        return number

    def _number(self, text: str) -> int:
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
        alternatives = (frozenset(map(self._number, step)) for step in steps)
        # Many sequences share a step; one copy of it stays at hand.
        self._sequences.append(
            Sequenced(tuple(self._steps.setdefault(step, Step(step)) for step in alternatives), within)
        )
        return len(self._sequences) - 1

    def freeze(self, examples: str = "") -> Phrases:
        """Build the automaton; nothing may be added after. ``examples``: text that shows which words are common."""
        whole = _automaton(self._numbers)
        common = Counter(number for number, _, _ in whole.find_matches_as_indexes(fold(examples), overlapping=True))
        for number, sequence in enumerate(self._sequences):
            steps = sorted(sequence.steps, key=lambda step: sum(common[word] for word in step.words))
            for word in steps[0].words:
                self._anchored[word] = [*(self._anchored[word] or ()), (number, steps[1:])]
        letters = {
            number: word
            for word, number in self._numbers.items()
            if len(word) == 1 and number not in self._asked and not self._anchored[number]
        }
        for step in self._steps.values():
            step.letters = tuple(sorted(letters[word] for word in step.words & letters.keys()))
            step.words -= letters.keys()
        self._scanned = [number for number in self._numbers.values() if number not in letters]
        self._automaton = _automaton(word for word, number in self._numbers.items() if number not in letters)
        return self

    def scan(self, text: Text) -> Hits:
        """All words in the text, overlapping ones included."""
        assert self._automaton is not None, "freeze() first"
        scanned = self._scanned
        found: dict[int, list[Span]] = {}
        for pattern, start, end in self._automaton.find_matches_as_indexes(text.folded, overlapping=True):
            word = scanned[pattern]
            if word in found:
                found[word].append((start, end))
            else:
                found[word] = [(start, end)]
        return Hits(text, found, frozenset(found))

    def sequences(self, hits: Hits) -> list[tuple[int, tuple[Span, ...]]]:
        """Every place where a sequence holds: its number and the spans of its words in order; by number, then by place."""
        anchored, told = self._anchored, hits.told
        candidates: set[int] = set()
        for word in hits.found:
            for number, others in anchored[word] or ():
                for step in others:
                    if not told(step):
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
    _told: dict[Step, bool] = field(default_factory=dict)  # many sequences share a step
    _places: dict[Step, list[Span]] = field(default_factory=dict)

    def spans(self, words: frozenset[int]) -> list[Span]:
        """Where any of these words stands, in order."""
        present = self.words & words
        if not present:
            return []
        if len(present) == 1:
            return self.found[next(iter(present))]
        return sorted(chain.from_iterable([self.found[word] for word in present]))

    def told(self, step: Step) -> bool:
        """Whether any alternative of a step stands in the text."""
        known = self._told.get(step)
        if known is None:
            text = self.text.folded
            known = not step.words.isdisjoint(self.words)
            if not known:
                for letter in step.letters:
                    if letter in text:
                        known = True
                        break
            self._told[step] = known
        return known

    def places(self, step: Step) -> list[Span]:
        """Where any alternative of a step stands, in order."""
        known = self._places.get(step)
        if known is None:
            known = self.spans(step.words)
            text = self.text.folded
            letters = [re.escape(letter) for letter in step.letters if letter in text]
            if letters:
                known = sorted([*known, *(match.span() for match in re.finditer("|".join(letters), text))])
            self._places[step] = known
        return known


def _automaton(words: Iterable[str]) -> ahocorasick_rs.AhoCorasick:
    return ahocorasick_rs.AhoCorasick(words, matchkind=ahocorasick_rs.MatchKind.Standard, store_patterns=False)


def _places(sequence: Sequenced, hits: Hits) -> Iterator[tuple[Span, ...]]:
    """Places where the steps follow one another without overlap in one sentence and the width; the tightest of each end."""
    within = sequence.within
    steps = [hits.places(step) for step in sequence.steps]
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
