"""How much of an input is read at most: beyond that a file is damaged or hostile, and says so instead of filling the memory."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

__all__ = ["LIMITS", "Limits"]


@dataclass(frozen=True, slots=True)
class Limits:
    """``line``: characters of one line of a text file; ``cell``: of one cell; ``unpacked``: bytes of a workbook when unpacked;
    ``ratio``: how many times its packed size that may be (sheets of text pack to a tenth; small files are let off)."""

    line: int = 32_000_000
    cell: int = 8_000_000
    unpacked: int = 2 * 1024**3
    ratio: int = 200


LIMITS: Final = Limits()
