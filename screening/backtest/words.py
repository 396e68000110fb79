"""Whether a text has the words of a pattern: one pass of an automaton, whatever their number."""

from __future__ import annotations

from collections.abc import Iterable

import daachorse

from screening.backtest.row import Row
from screening.bundle.textrules import Near
from screening.folding import fold

__all__ = ["Patterns"]


class Patterns:
    """Words and sequences. A sequence may be in a text that has a word of each of its steps; where they stand is left open."""

    def __init__(self, patterns: Iterable[str | Near]) -> None:
        self._wanted = [
            tuple(frozenset(map(fold, step)) for step in (p.near if isinstance(p, Near) else ((p,),))) for p in patterns
        ]
        self._words = sorted({word for steps in self._wanted for step in steps for word in step})
        self._automaton = daachorse.CharwiseDoubleArrayAhoCorasick(self._words) if self._words else None

    def within(self, text: str) -> bool:
        """Whether the folded text may have any of them."""
        if self._automaton is None:
            return False
        seen = {self._words[number] for _, _, number in self._automaton.find_overlapping(text)}
        return bool(seen) and any(all(not step.isdisjoint(seen) for step in steps) for steps in self._wanted)

    def in_row(self, row: Row) -> bool:
        """Whether what text rules read of the record may have any of them."""
        return self.within(row.text)
