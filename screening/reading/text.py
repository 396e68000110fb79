"""One text, folded for matching, with its sentences and clauses.

Folding keeps every code point in place (full-width → half-width, upper → lower), so offsets hold in the original.
"""

from __future__ import annotations

import re
from bisect import bisect_right

from screening.facts import Evidence
from screening.folding import fold

__all__ = ["Span", "Text"]

Span = tuple[int, int]

_SENTENCE_END = re.compile(r"[。!?;\n\r]+")
_FULL_STOP = re.compile(r"。+")
_CLAUSE_END = re.compile(r"[。!?;\n\r:()“”,]+")
# 无人员伤亡但造成损失: what stands against it is another clause.
_AGAINST = re.compile(r"但(?<!不但)|却(?<![冷退忘了]却)")


class Text:
    """A field's text. ``folded`` is what patterns are matched against; offsets are the same in both."""

    __slots__ = ("_clauses", "_periods", "_sentences", "folded", "name", "raw")

    def __init__(self, name: str, raw: str) -> None:
        self.name = name
        self.raw = raw
        self.folded = fold(raw)
        self._sentences = _starts(_SENTENCE_END, self.folded)
        self._clauses = _starts(_CLAUSE_END, self.folded)
        if "但" in self.folded or "却" in self.folded:
            self._clauses = sorted({*self._clauses, *(match.start() for match in _AGAINST.finditer(self.folded))})
        if len(self._clauses) > 1:
            self._clauses = [start for start in self._clauses if not _parts_thousands(self.folded, start)]
        self._periods: list[int] = []

    def evidence(self, start: int, end: int) -> Evidence:
        """The words there, as what is read from them is shown."""
        return Evidence(self.name, start, end, self.raw[start:end])

    def sentence(self, at: int) -> Span:
        """The sentence around an offset (。；！？ and line ends part sentences)."""
        return self._around(self._sentences, at)

    def period(self, at: int) -> Span:
        """The sentence around an offset up to its full stop: ；parts none."""
        if not self._periods:
            self._periods = _starts(_FULL_STOP, self.folded)
        return self._around(self._periods, at)

    def clause(self, at: int) -> Span:
        """The clause around an offset (，：（）“” part clauses as well, and so do 但 and 却; 、 does not)."""
        return self._around(self._clauses, at)

    def _around(self, starts: list[int], at: int) -> Span:
        index = bisect_right(starts, at)
        return starts[index - 1], starts[index] if index < len(starts) else len(self.raw)


def _parts_thousands(text: str, start: int) -> bool:
    """Whether what ends before ``start`` is the comma of 62,350."""
    return start > 1 and text[start - 1] == "," and text[start : start + 1].isdigit() and text[start - 2].isdigit()


def _starts(ends: re.Pattern[str], text: str) -> list[int]:
    starts = [0, *[match.end() for match in ends.finditer(text)]]
    if starts[-1] == len(text) and len(starts) > 1:
        starts.pop()  # nothing follows
    return starts
