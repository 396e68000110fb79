"""One automaton over all literal words of a bundle, and sequences of words (``near``) on top of it.

The scan is one pass in Rust; what follows is work per hit. A sequence is looked for only where the rarest of its steps was
hit and the text has all others.

What a word means to somebody stands in a list by word number (``table``), not in a dict: thousands of words are more than
a processor keeps at hand, and a list is one look at memory.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, islice
from typing import Any, NamedTuple

import daachorse

from screening.folding import fold
from screening.reading.text import Span, Text

__all__ = ["Hits", "Phrases", "Sequenced"]


class Step:
    """Alternatives for one place in a sequence: words by number, and single characters that only sequences ask for.

    The automaton leaves those characters alone: they would be most of its matches, and few are ever looked at.
    """

    __slots__ = ("letters", "number", "words")

    def __init__(self, number: int, words: frozenset[int]) -> None:
        self.number = number
        self.words = words
        self.letters: tuple[str, ...] = ()


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


class _Anchored(NamedTuple):
    """A sequence as its rarest step finds it: its number, its width, and its other steps, the rarer first."""

    sequence: int
    within: int
    others: list[Step]


class Phrases:
    """The words of a bundle. Add all words and sequences, ``freeze``, then ``scan`` texts."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}
        self._asked: set[int] = set()  # words somebody asks for by themselves, not only as steps of sequences
        self._scanned: list[int] = []  # the automaton's pattern → word
        self._sequences: list[Sequenced] = []
        self._steps: dict[frozenset[int], Step] = {}
        self._automaton: daachorse.CharwiseDoubleArrayAhoCorasick | None = None
        self._tables: list[list[Any]] = []
        self._anchored: list[list[_Anchored] | None] = self.table()  # word → the sequences whose rarest step has it

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

    def sequence(self, steps: Sequence[Sequence[str]], width: Width) -> int:
        """The number of a sequence of alternatives."""
        self._sequences.append(Sequenced(tuple([self._step(alternatives) for alternatives in steps]), width))
        return len(self._sequences) - 1

    def _step(self, alternatives: Sequence[str]) -> Step:
        """Many sequences share a step; one copy of it stays at hand."""
        words = frozenset([self._number(word) for word in alternatives])
        return self._steps.setdefault(words, Step(len(self._steps), words))

    def freeze(self, examples: str = "") -> Phrases:
        """Build the automaton; nothing may be added after. ``examples``: text that shows which words are common."""
        whole = _automaton(self._numbers)
        common = Counter([number for _, _, number in whole.find_overlapping(fold(examples))])
        by_rarity = [
            sorted(q.steps, key=lambda step: sum([common[word] for word in step.words])) for q in self._sequences
        ]
        anchoring = {word for steps in by_rarity for word in steps[0].words}
        letters = {
            number: word
            for word, number in self._numbers.items()
            if len(word) == 1 and number not in self._asked and number not in anchoring
        }
        for step in self._steps.values():
            step.letters = tuple(sorted([letters[word] for word in step.words if word in letters]))
            step.words = step.words.difference(letters)
        for number, steps in enumerate(by_rarity):
            anchored = _Anchored(number, self._sequences[number].width.within, steps[1:])
            for word in steps[0].words:
                self._anchored[word] = [*(self._anchored[word] or ()), anchored]
        self._scanned = [number for number in self._numbers.values() if number not in letters]
        self._automaton = _automaton([word for word, number in self._numbers.items() if number not in letters])
        return self

    def scan(self, text: Text) -> Hits:
        """All words in the text, overlapping ones included."""
        assert self._automaton is not None, "freeze() first"
        scanned = self._scanned
        found: dict[int, list[Span]] = {}
        for start, end, pattern in self._automaton.find_overlapping(text.folded):
            word = scanned[pattern]
            if word in found:
                found[word].append((start, end))
            else:
                found[word] = [(start, end)]
        return Hits(text, found)

    def sequences(self, hits: Hits) -> list[tuple[int, tuple[Span, ...]]]:
        """Every place where a sequence holds: its number and the spans of its words as they stand; by number, then by place."""
        anchored, told, beside = self._anchored, hits.told, hits.beside
        candidates: set[int] = set()
        for word, spans in hits.found.items():
            for number, within, others in anchored[word] or ():
                for step in others:
                    if not told(step):
                        break
                else:
                    for step in others:
                        if not beside(step, spans, within):
                            break
                    else:
                        candidates.add(number)
        return [(number, place) for number in sorted(candidates) for place in _places(self._sequences[number], hits)]


class Hits:
    """The words found in a text: number → where they stand, in order."""

    __slots__ = ("_places", "_present", "found", "text", "words")

    def __init__(self, text: Text, found: dict[int, list[Span]]) -> None:
        self.text = text
        self.found = found
        self.words = frozenset(found)
        self._present: dict[int, frozenset[int]] = {}  # many sequences share a step
        self._places: dict[int, list[Span]] = {}

    def spans(self, words: frozenset[int]) -> list[Span]:
        """Where any of these words stands, in order."""
        return self._spans(self.words & words)

    def told(self, step: Step) -> bool:
        """Whether any alternative of a step stands in the text."""
        present = self._present.get(step.number)
        if present is None:
            present = self._present[step.number] = self.words & step.words
        if present:
            return True
        folded = self.text.folded
        for letter in step.letters:  # noqa: SIM110 - making a generator costs more than looking
            if letter in folded:
                return True
        return False

    def beside(self, step: Step, spans: list[Span], within: int) -> bool:
        """Whether any alternative of a step stands so near one of the spans that both fit into the width."""
        places = self.places(step)
        for start, end in spans:
            index = bisect_left(places, (end - within,))
            if index < len(places) and places[index][0] < start + within:
                return True
        return False

    def places(self, step: Step) -> list[Span]:
        """Where any alternative of a step stands, in order."""
        known = self._places.get(step.number)
        if known is None:
            present = self._present.get(step.number)
            known = self._spans(self.words & step.words if present is None else present)
            letters = [span for letter in step.letters for span in _everywhere(letter, self.text.folded)]
            if letters:
                known = sorted([*known, *letters])
            self._places[step.number] = known
        return known

    def _spans(self, present: frozenset[int]) -> list[Span]:
        if not present:
            return []
        if len(present) == 1:
            return self.found[next(iter(present))]
        return sorted(chain.from_iterable([self.found[word] for word in present]))


def _everywhere(letter: str, text: str) -> list[Span]:
    found: list[Span] = []
    at = text.find(letter)
    while at >= 0:
        found.append((at, at + 1))
        at = text.find(letter, at + 1)
    return found


def _automaton(words: Iterable[str]) -> daachorse.CharwiseDoubleArrayAhoCorasick:
    return daachorse.CharwiseDoubleArrayAhoCorasick(list(words))


def _places(sequence: Sequenced, hits: Hits) -> Iterator[tuple[Span, ...]]:
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
        field = max(begins, anchor[1] - within), min(ends, anchor[0] + within)
        found = _around(anchor, others, field)
        if found is not None and found[-1][1] - found[0][0] <= within and found[0][0] >= end:
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
