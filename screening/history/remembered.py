"""A reading together with what is known of the party: what limbs ask is answered from both."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal

from screening.bundle.threshold import Threshold
from screening.facts import Evidence, Measured
from screening.history.known import Known
from screening.history.past import Past
from screening.logic import State
from screening.quantity import Quantity

__all__ = ["Remembered"]

SAME_PENALTY = timedelta(15)  # a text dates a penalty by its service or its writing, a record by its decision


class Remembered:
    """``Facts`` of one record under one charge. ``added``: the records whose amounts are added to this one's."""

    __slots__ = ("_known", "_reading", "_threshold", "added")

    def __init__(self, known: Known, threshold: Threshold, added: Sequence[Past] = ()) -> None:
        self._known, self._reading, self._threshold, self.added = known, known.reading, threshold, tuple(added)

    @property
    def region(self) -> str | None:
        """That of the record."""
        return self._reading.region

    @property
    def party_kind(self) -> str | None:
        """That of the record."""
        return self._reading.party_kind

    def measured(self, name: str, of: str | None = None) -> Measured | None:
        """The record's own value and those of the added records; None where the record itself tells none."""
        own = self._reading.measured(name, of)
        if own is None or not self.added:
            return own
        more = [
            amount.value
            for past in self.added
            if (deed := past.deed(self._threshold.id))
            for amount in deed.amounts
            if (amount.name, amount.of, amount.unit) == (name, of, own.unit)
        ]
        if not more:
            return own
        return Measured(name, own.value + sum(more, Decimal(0)), own.unit, own.approx, True, own.evidence)

    def circumstance(self, name: str) -> State:
        """As read."""
        return self._reading.circumstance(name)

    def conduct(self, name: str) -> State:
        """As read."""
        return self._reading.conduct(name)

    def penalties(self, within: Quantity | None, kind: Sequence[str] = ()) -> int | None:
        """Earlier penalties as the narrative tells them and as they are on record, each counted once."""
        told = self._reading.penalties(within, kind)
        days = sorted({p.decided_on for p in self._known.penalties(within, kind, self._threshold.id) if p.decided_on})
        if not days:
            return told
        dated = self._reading.earlier.dates
        untold = sum(not _among(day, dated) for day in days)
        return max(len(days), (told or 0) + untold if dated else (told or 0))

    def evidence_of(self, name: str) -> tuple[Evidence, ...]:
        """The words of the record."""
        return self._reading.evidence_of(name)


def _among(day: date, days: Sequence[date]) -> bool:
    return any(abs(day - other) <= SAME_PENALTY for other in days)
