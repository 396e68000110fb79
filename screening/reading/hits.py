"""The words found in one text, and where the steps of sequences stand in it."""

from __future__ import annotations

from bisect import bisect_left
from itertools import chain

from screening.reading.text import Span, Text

__all__ = ["Hits", "Step"]


class Step:
    """Alternatives for one place in a sequence: words by number, and single characters that only sequences ask for.

    The automaton leaves those characters alone: they would be most of its matches, and few are ever looked at.
    """

    __slots__ = ("letters", "number", "words")

    def __init__(self, number: int, words: frozenset[int]) -> None:
        self.number = number
        self.words = words
        self.letters: tuple[str, ...] = ()


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
