"""A batch that is screened and not written yet: its records are found beside those of the store as if they were in it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from itertools import count

from screening.history.marks import marks_of
from screening.history.past import Past
from screening.record import Record
from screening.store.identity import counted, placed
from screening.store.records import BESIDE_DAYS, Asked, key_of, once
from screening.store.store import Store

__all__ = ["Waiting"]


class Waiting:
    """What the store will know when the batch is written, in the order in which records are added."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._owners: dict[str, int] = {}
        self._numbered: set[int] = set()
        self._goes_to: dict[int, int] = {}
        self._new = count(-1, -1)
        self._records: dict[tuple[str, str], tuple[int | None, Record, Past]] = {}

    def history(self, record: Record, asked: Asked) -> tuple[tuple[Past, ...], tuple[Past, ...]]:
        """As ``Store.history``, with what waits."""
        if not self._records:
            return self._store.history(record, asked)
        own = self._store.records.identities.own(record.party, record.region)
        parties = counted(own, self._known(own), self._numbered.__contains__)
        kept = [party for party in {*parties, *self._goes_to} if party > 0 and self._at_last(party) in parties]
        of_store = self._store.records.of_parties(record.record_id, sorted(kept), asked)
        waiting = [
            past
            for party, _, past in self._records.values()
            if party is not None and self._at_last(party) in parties and past.record_id != record.record_id
        ]
        return tuple(once([*self._written(of_store), *waiting])), self._beside(record, asked)

    def add(self, record: Record, past: Past) -> None:
        """The record waits from now on."""
        own = self._store.records.identities.own(record.party, record.region)
        number, names = own
        party = None
        if number or names:
            known = self._known(own)
            party, *same = placed(own, known, self._numbered.__contains__) or [next(self._new)]
            self._goes_to |= dict.fromkeys(same, party)
            for key in (number, *names):
                if key is not None and key not in known:
                    self._owners[key] = party
            if number:
                self._numbered.add(party)
        self._records.pop(key_of(record), None)  # the latest comes last
        self._records[key_of(record)] = party, record, past

    def _written(self, of_store: Sequence[Past]) -> list[Past]:
        """Those that the batch leaves as they are."""
        return [past for past in of_store if key_of(past) not in self._records]

    def _known(self, own: tuple[str | None, tuple[str, ...]]) -> dict[str, int]:
        """Key → party, of those of these keys that somebody has."""
        number, names = own
        found = [key for key in (number, *names) if key is not None]
        for key, (party, numbered) in self._store.records.owners(found).items():
            self._owners.setdefault(key, party)
            if numbered:
                self._numbered.add(party)
        return {key: self._at_last(self._owners[key]) for key in found if key in self._owners}

    def _at_last(self, party: int) -> int:
        while party in self._goes_to:
            party = self._goes_to[party]
        return party

    def _beside(self, record: Record, asked: Asked) -> tuple[Past, ...]:
        if record.decided_on is None or not marks_of(record.narrative):
            return ()
        kept = self._written(self._store.records.beside(record, asked))
        window, day = timedelta(BESIDE_DAYS), record.decided_on
        waiting = (
            past
            for _, other, past in self._records.values()
            if (other.agency, other.case_reason) == (record.agency, record.case_reason)
            and other.decided_on is not None
            and abs(other.decided_on - day) <= window
            and other.record_id != record.record_id
            and other.party.name != record.party.name
        )
        return (*kept, *waiting)
