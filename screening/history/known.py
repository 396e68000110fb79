"""Which other records count for this one: known on the day of screening, decided no later than it, never itself.

A record sees what came before it, so that a series shows at the record that completes it and is not reported twice; the
answer depends on dates alone and not on the order in which records were entered.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from screening.history.past import Past
from screening.quantity import Quantity
from screening.reading.grounds import Kind
from screening.reading.reading import Reading
from screening.record import Record

__all__ = ["Known", "counts_for", "days_of"]


def days_of(window: Quantity) -> int:
    """The length of a window in days, at its longest: 二年 may hold a 29 February in each year."""
    per = {"年": 366, "个月": 31, "日": 1}[window.unit]
    return int(window.value * per)


def counts_for(record: Record, past: Past, as_of: date) -> bool:
    """Whether another record could be known of when this one was decided, under the knowledge of ``as_of``."""
    if past.record_id == record.record_id or not past.known(as_of):
        return False
    return past.decided_on is not None and past.decided_on <= (record.decided_on or as_of)


@dataclass(frozen=True, slots=True)
class Known:
    """One record with what is known beside it: ``own``, the party's other records, ``beside``, those of other parties."""

    record: Record
    reading: Reading
    own: tuple[Past, ...] = ()
    beside: tuple[Past, ...] = ()

    @classmethod
    def of(cls, record: Record, reading: Reading, as_of: date, past: Iterable[Past], beside: Iterable[Past]) -> Known:
        """What of the given records counts for this one, the earliest decision first."""
        own = sorted((p for p in past if counts_for(record, p, as_of)), key=_order)
        others = sorted((p for p in beside if counts_for(record, p, as_of)), key=_order)
        return cls(record, reading, tuple(own), tuple(others))

    @property
    def start(self) -> date | None:
        """When the conduct began, else when it ended, else when it was decided on."""
        return self.reading.conduct_from or self.reading.conduct_to or self.record.decided_on

    @property
    def end(self) -> date | None:
        """When the conduct ended, else when it was decided on."""
        return self.reading.conduct_to or self.record.decided_on

    def penalties(self, window: Quantity | None, kind: Sequence[str], threshold: str) -> tuple[Past, ...]:
        """Penalties for the same kind of conduct within ``window`` before the new act (法释〔2023〕7号第十九条 and others).

        The window runs from the penalty to the new act; one imposed while the act went on counts, one after it does not.
        """
        alike = Kind(kind)
        return tuple(
            past
            for past in self.own
            if past.punished
            and self._before(past, window)
            and (past.deed(threshold) is not None or (past.ground and alike.alike(past.ground)))
        )

    def _before(self, past: Past, window: Quantity | None) -> bool:
        if past.decided_on is None or self.start is None or self.end is None or past.decided_on > self.end:
            return False
        return window is None or self.start - past.decided_on <= timedelta(days_of(window))

    def acts(self, threshold: str, window: Quantity) -> tuple[Past, ...]:
        """The party's other acts under a charge within ``window`` of this one, handed over or not, that have amounts to add."""
        return tuple(p for p in self.own if (d := p.deed(threshold)) and d.amounts and self._near(p, window))

    def _near(self, past: Past, window: Quantity) -> bool:
        act = past.conduct_to or past.decided_on
        return act is not None and self.end is not None and abs(self.end - act) <= timedelta(days_of(window))


def _order(past: Past) -> tuple[date, str]:
    return past.decided_on or date.max, past.record_id
