"""Locks that all workers of one store share: bytes of a file beside an SQLite store, advisory locks on PostgreSQL.

They go with the process that holds them, however it ends. A process has each of its numbers once: ``api.turns`` sees to that.
"""

from __future__ import annotations

import asyncio
import fcntl
import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager, nullcontext
from threading import Lock
from typing import Final, Protocol

from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import DBAPIError

from screening.store.connect import explained

__all__ = ["AdvisoryLocks", "FileLocks", "Locks"]

_SPACE: Final = 0x5475726E  # any constant of our own: the store's other advisory locks have another form
_WRITING: Final = 1 << 40  # beyond all numbers
_TAKE: Final = text(
    "SELECT number, pg_try_advisory_lock(:space, number) FROM unnest(CAST(:numbers AS integer[])) AS number"
)
_GIVE: Final = text("SELECT pg_advisory_unlock(:space, number) FROM unnest(CAST(:numbers AS integer[])) AS number")


class Locks(Protocol):
    """Numbers, of which one process can have each at a time."""

    async def take(self, numbers: Sequence[int]) -> bool:
        """Have all of them, or none where another process has one. ``StoreError`` where nobody can say."""
        ...

    def give(self, numbers: Sequence[int]) -> None:
        """Let go of them, in the order of the calls; of those that are not held nothing happens."""
        ...

    def writing(self) -> AbstractContextManager[None]:
        """Have the turn of writing while this is open, in a thread that may wait for it."""
        ...

    def close(self) -> None:
        """Let go of everything."""
        ...


class FileLocks:
    """A byte of the file for each number; nothing is ever written to it. Raises ``OSError`` where it can't be made."""

    def __init__(self, path: str) -> None:
        self._file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        self._writer = Lock()

    async def take(self, numbers: Sequence[int]) -> bool:
        for count, number in enumerate(numbers):
            try:
                fcntl.lockf(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB, 1, number)
            except (BlockingIOError, PermissionError):  # which of the two depends on the system
                self.give(numbers[:count])
                return False
        return True

    def give(self, numbers: Sequence[int]) -> None:
        for number in numbers:
            fcntl.lockf(self._file, fcntl.LOCK_UN, 1, number)

    @contextmanager
    def writing(self) -> Iterator[None]:
        """The system wakes who waits here. SQLite would sleep, longer each time, and one writer could be kept out for seconds."""
        with self._writer:  # a process has the byte once
            fcntl.lockf(self._file, fcntl.LOCK_EX, 1, _WRITING)
            try:
                yield
            finally:
                fcntl.lockf(self._file, fcntl.LOCK_UN, 1, _WRITING)

    def close(self) -> None:
        os.close(self._file)


class AdvisoryLocks:
    """Of a session of its own, used by one thread: what is asked first is done first, whoever has given up waiting for it."""

    def __init__(self, engine: Engine, address: str) -> None:
        self._engine, self._address = engine.execution_options(isolation_level="AUTOCOMMIT"), address
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="ledger-locks")
        self._session: Connection | None = None

    async def take(self, numbers: Sequence[int]) -> bool:
        try:
            return await asyncio.get_running_loop().run_in_executor(self._thread, self._take, list(numbers))
        except asyncio.CancelledError:
            self.give(numbers)
            raise

    def give(self, numbers: Sequence[int]) -> None:
        self._thread.submit(self._give, list(numbers))

    def writing(self) -> AbstractContextManager[None]:
        """The transaction itself waits for its turn (``transaction``)."""
        return nullcontext()

    def close(self) -> None:
        self._thread.submit(self._leave)
        self._thread.shutdown()

    def _take(self, numbers: list[int]) -> bool:
        with explained(self._address):
            try:
                got = [number for number, taken in self._ask(numbers) if taken]
            except DBAPIError:  # a session that has gone took its locks with it
                self._leave()
                got = [number for number, taken in self._ask(numbers) if taken]
        if len(got) < len(numbers):
            self._give(got)
        return len(got) == len(numbers)

    def _ask(self, numbers: list[int]) -> Sequence[tuple[int, bool]]:
        if self._session is None:
            self._session = self._engine.connect()
        rows = self._session.execute(_TAKE, {"space": _SPACE, "numbers": numbers}).all()
        return [(row[0], row[1]) for row in rows]

    def _give(self, numbers: list[int]) -> None:
        if self._session is None or not numbers:
            return
        try:
            self._session.execute(_GIVE, {"space": _SPACE, "numbers": numbers})
        except DBAPIError:
            self._leave()

    def _leave(self) -> None:
        if self._session is not None:
            self._session.invalidate()
            self._session.close()
            self._session = None
