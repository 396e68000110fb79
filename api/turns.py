"""Requests whose records have to know of each other take turns, so that it does not matter how many come at the same time."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Collection
from contextlib import asynccontextmanager

__all__ = ["Turns"]


class Turns:
    """The turns of one process. All ties are taken at once, so that nobody waits for one who waits for him."""

    def __init__(self) -> None:
        self._taken: dict[str, asyncio.Event] = {}

    @asynccontextmanager
    async def of(self, ties: Collection[str]) -> AsyncIterator[None]:
        """Wait until nobody else has any of ``ties``, and have them while this is open."""
        while (taken := next((self._taken[tie] for tie in ties if tie in self._taken), None)) is not None:
            await taken.wait()
        over = asyncio.Event()
        self._taken |= dict.fromkeys(ties, over)
        try:
            yield
        finally:
            for tie in ties:
                del self._taken[tie]
            over.set()
