"""One automaton over all literal words of a bundle, and sequences of words (``near``) on top of it.

The scan is one pass in Rust; what follows is work per hit. A sequence is looked for only where the rarest of its steps was
hit and the text has all others.

What a word means to somebody stands in a list by word number (``table``), not in a dict: thousands of words are more than
a processor keeps at hand, and a list is one look at memory.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any, Final, NamedTuple

import daachorse

from screening.folding import fold
from screening.reading.hits import Hits, Step
from screening.reading.sequences import Sequenced, Width, places
from screening.reading.text import Span, Text

__all__ = ["Phrases"]

_AT_ONCE: Final = 20_000
"""So many code points go through the automaton in one call, during which no other thread of the process runs: some 30 ms."""

# 没有证据 is not 没有证.
_LICENCE: Final = "证"
_EVIDENCE: Final = "证据"


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
        self._longest = 1  # of its words
        self._licences: frozenset[int] = frozenset()  # words that end in 证
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
        words = [word for word, number in self._numbers.items() if number not in letters]
        self._longest = max(map(len, words), default=1)
        self._licences = frozenset([number for word, number in self._numbers.items() if word.endswith(_LICENCE)])
        self._automaton = _automaton(words)
        return self

    def scan(self, text: Text) -> Hits:
        """All words in the text, overlapping ones included."""
        assert self._automaton is not None, "freeze() first"
        scanned, folded = self._scanned, text.folded
        found: dict[int, list[Span]] = {}
        for begin in range(0, len(folded), _AT_ONCE):
            part = folded if len(folded) <= _AT_ONCE else folded[begin : begin + _AT_ONCE + self._longest - 1]
            for start, end, pattern in self._automaton.find_overlapping(part):
                if start >= _AT_ONCE:  # it begins in the next part
                    continue
                word = scanned[pattern]
                if word in found:
                    found[word].append((begin + start, begin + end))
                else:
                    found[word] = [(begin + start, begin + end)]
        if _EVIDENCE in folded:
            for word in [word for word in self._licences if word in found]:
                found[word] = [span for span in found[word] if not folded.startswith(_EVIDENCE, span[1] - 1)]
                if not found[word]:
                    del found[word]
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
        return [(number, place) for number in sorted(candidates) for place in places(self._sequences[number], hits)]


def _automaton(words: Iterable[str]) -> daachorse.CharwiseDoubleArrayAhoCorasick:
    return daachorse.CharwiseDoubleArrayAhoCorasick(list(words))
