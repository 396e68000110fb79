"""Screening with a store at hand: history read, decision kept, answer given only when it is on the disk."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from typing import NamedTuple, TypeVar

from screening.history.digest import digest
from screening.history.past import Past
from screening.record import Record
from screening.screener import Screener, Screening
from screening.store.decisions import Decision, Draft
from screening.store.records import Asked
from screening.store.store import Store, new_id

__all__ = ["Done", "Session", "replay"]

T = TypeVar("T")
_BATCH = 64


class Done(NamedTuple):
    """A screening that is kept, and the id of its decision."""

    screening: Screening
    decision: str


class Session:
    """One screener on one store on one day."""

    def __init__(self, store: Store, screener: Screener, as_of: date) -> None:
        self._store, self._screener, self._as_of = store, screener, as_of

    def one(self, record: Record) -> Done:
        """Screen a record with what the store knows of its party, and keep both."""
        draft = self._draft(record)
        self._store.write([draft], self._screener.bundle)
        return Done(draft.screening, draft.id)

    def many(self, items: Iterable[tuple[T, Record | None]]) -> Iterator[tuple[T, Done | None]]:
        """The same for a stream, in order; an item without a record passes through.

        Records are written together, but none before what it may have to know of is written.
        """
        waiting: list[tuple[T, Draft | None]] = []
        touched: set[str] = set()
        for item, record in items:
            known_by = self._store.ties(record) if record else set()
            if len(waiting) >= _BATCH or not touched.isdisjoint(known_by):
                yield from self._flush(waiting)
                waiting, touched = [], set()
            waiting.append((item, self._draft(record) if record else None))
            touched |= known_by
        yield from self._flush(waiting)

    def _draft(self, record: Record) -> Draft:
        bundle = self._screener.bundle
        past, beside = self._store.history(record, Asked(bundle.revision, self._as_of, self._remade))
        screening = self._screener.screen(record, self._as_of, past, beside)
        return Draft(new_id(), screening, digest(screening), past, beside, bundle.policy.charges_shown)

    def _remade(self, record: Record) -> Past:
        return digest(self._screener.screen(record, self._as_of))

    def _flush(self, waiting: list[tuple[T, Draft | None]]) -> Iterator[tuple[T, Done | None]]:
        drafts = [draft for _, draft in waiting if draft]
        if drafts:
            self._store.write(drafts, self._screener.bundle)
        for item, draft in waiting:
            yield item, Done(draft.screening, draft.id) if draft else None


def replay(decision: Decision, screener: Screener) -> Draft:
    """Make a decision again under the bundle it was made under; its ``result`` is the same bytes."""
    screening = screener.screen(decision.record, decision.as_of, decision.history, decision.beside)
    return Draft(decision.id, screening, digest(screening), decision.history, decision.beside, decision.shown)
