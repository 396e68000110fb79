"""Which version governs on a date (从旧兼从轻, 刑法第12条; 高检发释字〔2001〕5号).

The version in force when the conduct ended governs, unless the one in force at ``as_of`` is more favourable to the party in
this case. Where no version was in force at conduct time but one is now, the new one applies. A crime that did not exist when
the conduct ended (``since``) is none.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from screening.bundle.threshold import Threshold, Version

__all__ = ["Applicable", "applicable", "choose"]

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Applicable:
    """The versions to compare: at conduct time and now; ``now`` is None where it is the same. ``crime_then``: see ``since``."""

    then: Version
    now: Version | None
    crime_then: bool
    ended: bool = False


def applicable(threshold: Threshold, conduct: date, as_of: date) -> Applicable | None:
    """The versions that may govern; None where the law at hand says nothing for either day."""
    then = _in_force(threshold, conduct)
    now = _in_force(threshold, as_of)
    crime_then = threshold.since is None or conduct >= threshold.since
    if then is None:
        return Applicable(now, None, crime_then) if now else None
    return Applicable(then, now if now is not then else None, crime_then, ended=now is None)


def choose(then: T, now: T | None, milder: Callable[[T, T], bool]) -> tuple[T, T | None]:
    """(governing, other): the newer only where it is more favourable in this case."""
    if now is not None and milder(now, then):
        return now, then
    return then, now


def _in_force(threshold: Threshold, on: date) -> Version | None:
    newer: Version | None = None
    for version in threshold.versions:
        if version.in_force(on) and (newer is None or on < newer.effective_from):
            return version
        newer = version
    return None
