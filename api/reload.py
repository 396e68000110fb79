"""The bundle in use, and how another takes its place: loaded beside it, tested, swapped at once; a broken one is refused."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from screening import selftest
from screening.errors import BundleError, Problem
from screening.screener import Screener

__all__ = ["Bundles", "Live", "load_live"]


@dataclass(frozen=True, slots=True)
class Live:
    """A bundle made ready, since when (seconds since the epoch), and how many of its tests passed."""

    screener: Screener
    since: float
    tests: int

    @property
    def loaded_at(self) -> str:
        """``since`` in ISO 8601, UTC."""
        return datetime.fromtimestamp(self.since, UTC).isoformat(timespec="seconds")


def load_live(folder: Path | None, self_test: bool = True) -> Live:
    """Load and test a bundle; ``BundleError`` with every problem where it must not be used."""
    screener = Screener.from_folder(folder)
    if not self_test:
        return Live(screener, time.time(), 0)
    try:
        screener.engine.self_test()
    except ValueError as error:
        raise BundleError([Problem("rules/findings", 1, 1, str(error))]) from None
    ran = selftest.run(screener.bundle)
    if ran.problems:
        raise BundleError(ran.problems)
    return Live(screener, time.time(), ran.ran)


class Bundles:
    """Holds the bundle in use. A request takes ``live`` once and keeps it, so no answer mixes two."""

    def __init__(self, live: Live, folder: Path | None, self_test: bool = True) -> None:
        self.live = live
        self._folder, self._self_test = folder, self_test
        self._one = asyncio.Lock()

    async def reload(self) -> Live:
        """Put what the folder holds now in place; ``BundleError`` where it is broken, and the old one goes on."""
        async with self._one:
            live = await asyncio.to_thread(load_live, self._folder, self._self_test)
            self.live = live
            return live
