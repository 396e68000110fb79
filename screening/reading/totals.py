"""涉案金额: the single best figure, in 元, of what the case as a whole is about."""

from __future__ import annotations

from dataclasses import replace

from screening.facts import Measured
from screening.reading.reading import Reading

__all__ = ["case_total"]


def case_total(reading: Reading) -> Measured | None:
    """The measure with the best rank that is told (``total_rank``), else the largest sum that money mentions make."""
    ranked = sorted((d.total_rank, name) for name, d in reading.vocabulary.items() if d.total_rank is not None)
    for _, name in ranked:
        found = reading.measured(name)
        if found is not None:
            return replace(found, name="涉案金额")
    found = reading.measured("金额")
    return replace(found, name="涉案金额") if found else None
