"""The bundle in use, and how another takes its place: loaded beside it, tested, swapped at once; a broken one is refused."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from screening.screener import Screener
from screening.selftest import proven
from screening.store.releases import active
from screening.store.store import Store

__all__ = ["Bundles", "Live", "load_active", "load_kept", "load_live"]


@dataclass(frozen=True, slots=True)
class Live:
    """A bundle made ready, since when (seconds since the epoch), and how many of its tests passed."""

    screener: Screener
    since: float
    tests: int

    @classmethod
    def of(cls, screener: Screener, tests: int) -> Live:
        """In use from now on, with all built that a first request would wait for."""
        screener.prepare()
        return cls(screener, time.time(), tests)

    @property
    def loaded_at(self) -> str:
        """``since`` in ISO 8601, UTC."""
        return datetime.fromtimestamp(self.since, UTC).isoformat(timespec="seconds")


def load_live(folder: Path | None, self_test: bool = True) -> Live:
    """Load and test a bundle; ``BundleError`` with every problem where it must not be used."""
    screener, tests = proven(folder) if self_test else (Screener.from_folder(folder), 0)
    return Live.of(screener, tests)


def load_kept(store: Store, revision: str) -> Live:
    """A bundle that the store keeps, tested anew; ``StoreError`` or ``BundleError``."""
    screener, tests = store.proven(revision)
    return Live.of(screener, tests)


def load_active(store: Store, folder: Path | None, self_test: bool = True) -> Live:
    """The bundle that was made the active one; where none ever was, that of the folder."""
    line = active(store.releases.all())
    return load_kept(store, line.revision) if line else load_live(folder, self_test)


class Bundles:
    """Holds the bundle in use. A request takes ``live`` once and keeps it, so no answer mixes two."""

    def __init__(self, live: Live, wanted: Callable[[], Live]) -> None:
        self.live = live
        self._wanted = wanted
        self._one = asyncio.Lock()

    async def reload(self, noted: Callable[[Live], Awaitable[None]] | None = None) -> Live:
        """Put the active bundle, or what the folder holds now, in place; ``BundleError`` where it is broken, and the old one goes on.

        ``noted``: what has to be kept before it answers.
        """
        async with self._one:
            live = await asyncio.to_thread(self._wanted)
            if noted:
                await noted(live)
            self.live = live
            return live

    async def use(self, live: Live) -> None:
        """Put one that has just become the active one in place, behind a reload that began before."""
        async with self._one:
            self.live = live
