"""Requests whose records have to know of each other take turns, so that it does not matter how many come at the same time."""

from __future__ import annotations

import asyncio
import random
import zlib
from collections.abc import AsyncIterator, Collection
from contextlib import asynccontextmanager
from typing import Final

from api.ledger.locks import Locks

__all__ = ["Turns"]

_NUMBERS: Final = 1 << 20
_FIRST, _LONGEST = 0.001, 0.05


class Turns:
    """The turns of one process and, by ``locks``, of all that have the same store.

    All ties are taken at once, so that nobody waits for one who waits for him. A tie goes by its number; two that happen to have the
    same wait for each other, and nothing worse.
    """

    def __init__(self, locks: Locks | None = None) -> None:
        self._locks = locks
        self._taken: dict[int, asyncio.Event] = {}

    @asynccontextmanager
    async def of(self, ties: Collection[str]) -> AsyncIterator[None]:
        """Wait until nobody else has any of ``ties``, and have them while this is open."""
        numbers = sorted(set(map(_number, ties)))
        while (taken := next((self._taken[number] for number in numbers if number in self._taken), None)) is not None:
            await taken.wait()
        over = asyncio.Event()
        self._taken |= dict.fromkeys(numbers, over)
        try:
            if self._locks is None:
                yield
            else:
                await _have(self._locks, numbers)
                try:
                    yield
                finally:
                    self._locks.give(numbers)
        finally:
            for number in numbers:
                del self._taken[number]
            over.set()


def _number(tie: str) -> int:
    return zlib.crc32(tie.encode("utf-8", "surrogatepass")) % _NUMBERS


async def _have(locks: Locks, numbers: list[int]) -> None:
    """Ask until no other process has any of them, less often the longer it takes."""
    pause = _FIRST
    while not await locks.take(numbers):
        await asyncio.sleep(pause * random.uniform(0.5, 1))
        pause = min(2 * pause, _LONGEST)
