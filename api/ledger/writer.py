"""Group commit: what several requests want written goes into one transaction, and each is answered only when it is durable."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future
from contextlib import nullcontext
from dataclasses import dataclass, field
from typing import Any, Final, TypeVar

from sqlalchemy import Connection, Executable, Table, insert, text
from sqlalchemy.exc import IntegrityError

from api.ledger.locks import Locks
from screening.bundle.bundle import Bundle
from screening.store.decisions import Draft
from screening.store.schema import audit
from screening.store.store import Store
from screening.store.trail import append

__all__ = ["ConflictError", "Write", "Writer", "keep"]

T = TypeVar("T")
Row = dict[str, Any]
_AT_ONCE: Final = 400
_LOCK: Final = 0x53637265656E  # any constant of our own: one writer of the chains at a time on PostgreSQL


class ConflictError(Exception):
    """A row that must be the only one is there already; nothing of this write was kept."""


@dataclass(frozen=True, slots=True)
class Write:
    """What one request wants kept, all of it or nothing: ``bundle``, screenings made under it, rows by table, then statements."""

    rows: Mapping[Table, Sequence[Row]] = field(default_factory=dict)
    statements: Sequence[Executable] = ()
    drafts: Sequence[Draft] = ()
    bundle: Bundle | None = None


class Writer:
    """One thread that writes. ``submit`` never blocks; the future is done when the transaction is on disk."""

    def __init__(self, store: Store, locks: Locks | None) -> None:
        self._store, self._locks = store, locks
        self._queue: queue.SimpleQueue[tuple[Write, Future[None]] | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._run, name="ledger-writer", daemon=True)
        self._thread.start()

    def submit(self, write: Write) -> Future[None]:
        """Queue a write; the future raises ``ConflictError`` or what the database raised."""
        done: Future[None] = Future()
        done.set_running_or_notify_cancel()  # who waits may give up; the write goes on, and nothing takes its future away
        self._queue.put((write, done))
        return done

    def close(self) -> None:
        """Write what is queued, then stop."""
        self._queue.put(None)
        self._thread.join()

    def transaction(self, work: Callable[[Connection], T]) -> T:
        """Do something in one transaction, in this thread, which waits for its turn: heads of chains are taken in one order."""
        turn = self._locks.writing() if self._locks is not None else nullcontext()
        with turn, self._store.engine.begin() as connection:
            if connection.dialect.name == "postgresql":
                connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
            return work(connection)

    def _run(self) -> None:
        while (first := self._queue.get()) is not None:
            group, last = [first], False
            while len(group) < _AT_ONCE and not self._queue.empty():
                following = self._queue.get()
                if following is None:
                    last = True
                    break
                group.append(following)
            self._commit(group)
            if last:
                return

    def _commit(self, group: Sequence[tuple[Write, Future[None]]]) -> None:
        try:
            self.transaction(lambda connection: keep(self._store, connection, [write for write, _ in group]))
        except IntegrityError as error:
            if len(group) == 1:
                group[0][1].set_exception(ConflictError(str(error.orig)))
                return
            for one in group:  # one of them clashes; the others must not suffer for it
                self._commit([one])
        except Exception as error:
            for _, done in group:
                done.set_exception(error)
        else:
            for _, done in group:
                done.set_result(None)


def keep(store: Store, connection: Connection, writes: Sequence[Write]) -> None:
    """Write all of it inside the caller's transaction."""
    rows: dict[Table, list[Row]] = {}
    for write in writes:
        for table, some in write.rows.items():
            if some:
                rows.setdefault(table, []).extend(some)
    for bundle, drafts in _by_bundle(writes):
        store.keep(connection, drafts, bundle)
    for table, some in rows.items():
        if table is audit:
            append(connection, some)
        else:
            connection.execute(insert(table), some)
    for write in writes:
        for statement in write.statements:
            connection.execute(statement)


def _by_bundle(writes: Sequence[Write]) -> list[tuple[Bundle, list[Draft]]]:
    """The bundles of a group with their screenings; there are two where one is being changed."""
    found: dict[str, tuple[Bundle, list[Draft]]] = {}
    for write in writes:
        if write.bundle is not None:
            found.setdefault(write.bundle.revision, (write.bundle, []))[1].extend(write.drafts)
    return list(found.values())
