"""Questions to places and spans that are kept sorted: each looks at a few of them only."""

from __future__ import annotations

from bisect import bisect_left

from screening.reading.text import Span

__all__ = ["any_beside", "any_in", "holder", "inside", "none_in"]


def none_in(places: list[int], start: int, end: int) -> bool:
    """Whether no place lies there."""
    return bisect_left(places, start) == bisect_left(places, end)


def any_in(marks: list[Span], within: Span) -> bool:
    """Whether a mark starts there."""
    if not marks:
        return False
    index = bisect_left(marks, (within[0],))
    return index < len(marks) and marks[index][0] < within[1]


def any_beside(marks: list[Span], span: Span, clause: Span) -> bool:
    """Whether a mark starts in the clause (or sentence) that does not overlap the span."""
    index = bisect_left(marks, (clause[0],))
    while index < len(marks) and marks[index][0] < clause[1]:
        start, end = marks[index]
        if end <= span[0] or start >= span[1]:
            return True
        index += 1
    return False


def holder(span: Span, ranges: list[Span]) -> int | None:
    """The place of the range that holds the span, of ranges that do not overlap; ``None`` for none."""
    index = bisect_left(ranges, (span[0] + 1,)) - 1
    return index if index >= 0 and span[1] <= ranges[index][1] else None


def inside(span: Span, ranges: list[Span], longest: int) -> bool:
    """Whether one of the sorted ranges, none of which is longer than that, holds the span."""
    index = bisect_left(ranges, (span[1] - longest,))
    while index < len(ranges) and ranges[index][0] <= span[0]:
        if span[1] <= ranges[index][1]:
            return True
        index += 1
    return False
