"""The ledger: the store and the service's own tables in one database, one writing thread, a few reading ones."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

from sqlalchemy import Connection, event
from sqlalchemy.exc import IntegrityError

from api.ledger.locks import AdvisoryLocks, FileLocks, Locks
from api.ledger.writer import ConflictError, Write, Writer, keep
from screening.errors import StoreError
from screening.history.past import Past
from screening.record import Record
from screening.store.connect import explained
from screening.store.records import Asked
from screening.store.store import Store
from screening.store.waiting import Waiting

__all__ = ["Ledger"]

T = TypeVar("T")


class Ledger:
    """What the service keeps. Open it in the process that uses it; ``close`` writes what is queued."""

    def __init__(self, url: str, wait: float = 10.0, former: Mapping[str, Sequence[str]] | None = None) -> None:
        """Open the store; ``StoreError`` where that can't be done, or where its schema is of another version.

        ``wait``: seconds for a lock (SQLite); ``former``: former names of organisations.
        """
        self.address = url
        self.store = Store(url, former=former)
        engine = self.store.engine
        self._local = engine.dialect.name == "sqlite"
        if self._local:

            @event.listens_for(engine, "connect")
            def shorter(connection: Any, _: object) -> None:
                connection.execute(f"PRAGMA busy_timeout={int(wait * 1000)}").close()

            engine.dispose()
        self.locks = self._shared()
        self._writer = Writer(self.store, self.locks)
        self._threads = ThreadPoolExecutor(4, thread_name_prefix="ledger-reader")

    def _shared(self) -> Locks | None:
        """What the workers of this store tell each other by; None for a store in memory, which has one."""
        engine = self.store.engine
        if not self._local:
            return AdvisoryLocks(engine, self.address)
        path = engine.url.database
        if not path or path == ":memory:":
            return None
        try:
            return FileLocks(f"{path}.turns")
        except OSError as error:
            self.store.close()
            raise StoreError(
                f"{path}.turns：写不进去（{error.strerror}）。", "请检查文件夹是否存在、有无写权限。"
            ) from None

    async def write(self, write: Write) -> None:
        """Return when it is durable. Raises ``ConflictError`` or ``StoreError``."""
        with explained(self.address):
            await asyncio.wrap_future(self._writer.submit(write))

    async def act(self, work: Callable[[Connection], tuple[T, Write]]) -> T:
        """Do something with the store and keep what goes with it, all in one transaction of its own, in a thread.

        Returns what ``work`` gives when it is durable; raises what ``work`` raises, ``ConflictError`` or ``StoreError``.
        """

        def acted(connection: Connection) -> T:
            done, write = work(connection)
            keep(self.store, connection, [write])
            return done

        def away() -> T:
            with explained(self.address):
                try:
                    return self._writer.transaction(acted)
                except IntegrityError as error:
                    raise ConflictError(str(error.orig)) from error

        return await asyncio.get_running_loop().run_in_executor(self._threads, away)

    def write_now(self, write: Write) -> None:
        """The same for a command, which has no loop."""
        with explained(self.address):
            self._writer.submit(write).result()

    def read_now(self, query: Callable[[Connection], T]) -> T:
        """Run a query in this thread."""
        with explained(self.address), self.store.engine.connect().execution_options(reads=True) as connection:
            return query(connection)

    async def read(self, query: Callable[[Connection], T], quick: bool = False) -> T:
        """Run a query in a thread, or here where it is ``quick`` (by key) and the database is a file beside us."""
        return await self._away(lambda: self.read_now(query), quick)

    async def history(
        self, record: Record, asked: Asked, waiting: Waiting | None = None
    ) -> tuple[tuple[Past, ...], tuple[Past, ...]]:
        """What is known beside a record: the party's other records, and those of others that may be of one consignment.

        ``waiting``: records that count as if they were in the store.
        """
        known = waiting or self.store
        return await self._away(lambda: known.history(record, asked), quick=True)

    async def join(self, waiting: Waiting, record: Record, past: Past) -> None:
        """The record waits with its batch from now on; whose it is, the store is asked in a thread."""
        await self._away(lambda: waiting.add(record, past), quick=False)

    def close(self) -> None:
        """Write what is queued and let the connections go; in the thread that read, so that its connection goes too."""
        self._writer.close()
        if not self._local:
            list(self._threads.map(lambda _: self.store.records.close(), range(4)))
        self._threads.shutdown()
        if self.locks is not None:
            self.locks.close()
        self.store.close()

    async def _away(self, work: Callable[[], T], quick: bool) -> T:
        if quick and self._local:
            return work()
        return await asyncio.get_running_loop().run_in_executor(self._threads, work)
