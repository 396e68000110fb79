"""How far it is, for the person who waits: how many, how fast, how long still."""

from __future__ import annotations

import sys
import time
from dataclasses import dataclass
from typing import Final, TextIO

__all__ = ["Pace", "Progress"]

_TERMINAL, _LOG = 1.0, 30.0
_WIDTH: Final = 76


@dataclass(frozen=True, slots=True)
class Pace:
    """How far a stage is: ``done`` records of ``total`` (None: not known yet), ``rate`` a second, ``left`` seconds still."""

    stage: str
    done: int
    total: int | None
    rate: float
    left: float | None


class Progress:
    """Writes to standard error: one line that is renewed on a terminal, a line now and then into a log."""

    def __init__(self, stream: TextIO | None = None) -> None:
        self._stream = stream or sys.stderr
        self._live = self._stream.isatty()
        self._last = 0.0
        self.stage("")

    def stage(self, name: str, total: int | None = None) -> None:
        """Begin a stage of ``total`` records; None where that is not known yet."""
        self._name, self.total, self._done, self._since = name, total, 0, time.monotonic()
        if name and not self._live:
            self._stream.write(f"{name} …\n")

    def add(self, records: int) -> None:
        """So many more are done."""
        self._done += records

    def pace(self) -> Pace:
        """How far it is now."""
        rate = self._done / max(time.monotonic() - self._since, 1e-3)
        left = max(0, self.total - self._done) / rate if self.total and rate else None
        return Pace(self._name, self._done, self.total, rate, left)

    def show(self) -> None:
        """Say how far it is, if it was not said just now."""
        now = time.monotonic()
        if not self._done or now - self._last < (_TERMINAL if self._live else _LOG):
            return
        self._last = now
        pace = self.pace()
        words = f"{pace.stage} {pace.done:,}"
        if pace.total and pace.left is not None:
            words += f"/{pace.total:,} 条，每秒 {pace.rate:,.0f} 条，还要 {_duration(pace.left)}"
        else:
            words += f" 条，每秒 {pace.rate:,.0f} 条"
        self._stream.write(f"\r{words:<{_WIDTH}}" if self._live else f"{words}\n")
        self._stream.flush()

    def say(self, words: str) -> None:
        """A line that stays."""
        self._stream.write(f"\r{'':{_WIDTH}}\r{words}\n" if self._live else f"{words}\n")
        self._stream.flush()


def _duration(seconds: float) -> str:
    if seconds < 90:
        return f"{seconds:.0f} 秒"
    minutes = round(seconds / 60)
    return f"{minutes} 分钟" if minutes < 90 else f"{minutes / 60:.1f} 小时"
