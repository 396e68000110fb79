"""Group commit: what several requests want written goes into one transaction, and each is answered only when it is durable."""

from __future__ import annotations

import json
import queue
import threading
from collections.abc import Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import Any, Final

from sqlalchemy import Connection, Executable, Table, insert, select, text, update
from sqlalchemy.exc import IntegrityError

from api.ledger.tables import audit
from screening.bundle.bundle import Bundle
from screening.store.chain import sm3
from screening.store.decisions import Draft
from screening.store.schema import heads
from screening.store.store import Store

__all__ = ["CHAIN", "ConflictError", "Write", "Writer", "link"]

Row = dict[str, Any]
_AT_ONCE: Final = 400
CHAIN: Final = "audit"
_LOCK: Final = 0x53637265656E  # any constant of our own: one writer of the chains at a time on PostgreSQL


class ConflictError(Exception):
    """A row that must be the only one is there already; nothing of this write was kept."""


@dataclass(frozen=True, slots=True)
class Write:
    """What one request wants kept, all of it or nothing: screenings made under ``bundle``, rows by table, then statements."""

    rows: Mapping[Table, Sequence[Row]] = field(default_factory=dict)
    statements: Sequence[Executable] = ()
    drafts: Sequence[Draft] = ()
    bundle: Bundle | None = None


class Writer:
    """One thread that writes. ``submit`` never blocks; the future is done when the transaction is on disk."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._queue: queue.SimpleQueue[tuple[Write, Future[None]] | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._run, name="ledger-writer", daemon=True)
        self._thread.start()

    def submit(self, write: Write) -> Future[None]:
        """Queue a write; the future raises ``ConflictError`` or what the database raised."""
        done: Future[None] = Future()
        self._queue.put((write, done))
        return done

    def close(self) -> None:
        """Write what is queued, then stop."""
        self._queue.put(None)
        self._thread.join()

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
            self._transaction([write for write, _ in group])
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

    def _transaction(self, writes: Sequence[Write]) -> None:
        rows: dict[Table, list[Row]] = {}
        for write in writes:
            for table, some in write.rows.items():
                if some:
                    rows.setdefault(table, []).extend(some)
        with self._store.engine.begin() as connection:
            if connection.dialect.name == "postgresql":
                connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
            for bundle, drafts in _by_bundle(writes):
                self._store.keep(connection, drafts, bundle)
            for table, some in rows.items():
                if table is audit:
                    _chain(connection, some)
                connection.execute(insert(table), some)
            for write in writes:
                for statement in write.statements:
                    connection.execute(statement)


def _by_bundle(writes: Sequence[Write]) -> list[tuple[Bundle, list[Draft]]]:
    """The screenings of a group; there are two bundles in it where one is being changed."""
    found: dict[str, tuple[Bundle, list[Draft]]] = {}
    for write in writes:
        if write.bundle is not None and write.drafts:
            found.setdefault(write.bundle.revision, (write.bundle, []))[1].extend(write.drafts)
    return list(found.values())


def _chain(connection: Connection, rows: Sequence[Row]) -> None:
    asked = select(heads.c.count, heads.c.hash).where(heads.c.chain == CHAIN).with_for_update()
    count, last = connection.execute(asked).one()
    for row in rows:
        row.pop("hash", None)  # a row that is tried a second time
        row["previous"] = last
        row["hash"] = last = link(row)
    connection.execute(update(heads).where(heads.c.chain == CHAIN).values(count=count + len(rows), hash=last))


def link(row: Mapping[str, Any]) -> str:
    """SM3 over the row's content and the hash before it (``previous``)."""
    content = {name: value for name, value in row.items() if name not in ("seq", "hash")}
    text_ = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return sm3(text_.encode("utf-8", "surrogatepass"))
