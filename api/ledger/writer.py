"""Group commit: what several requests want written goes into one transaction, and each is answered only when it is durable."""

from __future__ import annotations

import hashlib
import json
import queue
import threading
from collections.abc import Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import Any, Final

from sqlalchemy import Connection, Engine, Executable, Table, insert, select, text
from sqlalchemy.exc import IntegrityError

from api.ledger.tables import CHAINED, history

__all__ = ["GENESIS", "ConflictError", "Write", "Writer", "link"]

Row = dict[str, Any]
GENESIS: Final = "0" * 64
_AT_ONCE: Final = 400
_LOCK: Final = 0x53637265656E  # any constant of our own: one writer of the chains at a time on PostgreSQL

_REMEMBER: Final = text(
    "INSERT INTO api_history (record_id, region, party_key, past) VALUES (:record_id, :region, :party_key, :past) "
    "ON CONFLICT (record_id, region) DO UPDATE SET party_key = excluded.party_key, past = excluded.past"
)


class ConflictError(Exception):
    """A row that must be the only one is there already; nothing of this write was kept."""


@dataclass(frozen=True, slots=True)
class Write:
    """What one request wants kept, all of it or nothing: rows by table, then statements."""

    rows: Mapping[Table, Sequence[Row]] = field(default_factory=dict)
    statements: Sequence[Executable] = ()


class Writer:
    """One thread that writes. ``submit`` never blocks; the future is done when the transaction is on disk."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
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
                rows.setdefault(table, []).extend(some)
        with self._engine.begin() as connection:
            if connection.dialect.name == "postgresql":
                connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
            for table, some in rows.items():
                if not some:
                    continue
                if table in CHAINED:
                    _chain(connection, table, some)
                connection.execute(_REMEMBER if table is history else insert(table), some)
            for write in writes:
                for statement in write.statements:
                    connection.execute(statement)


def _chain(connection: Connection, table: Table, rows: Sequence[Row]) -> None:
    last = connection.execute(select(table.c.hash).order_by(table.c.seq.desc()).limit(1)).scalar()
    for row in rows:
        row.pop("hash", None)  # a row that is tried a second time
        row["previous"] = last or GENESIS
        row["hash"] = last = link(row)


def link(row: Mapping[str, Any]) -> str:
    """SM3 over the row's content and the hash before it (``previous``)."""
    content = {name: value for name, value in row.items() if name not in ("seq", "hash")}
    text_ = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.new("sm3", text_.encode("utf-8", "surrogatepass")).hexdigest()
