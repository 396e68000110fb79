"""What a finished run has to say: the rejected rows as a list for people, the records by level."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import pyarrow.parquet as pq

from screening.bulk.files import whole
from screening.scoring import LEVELS

__all__ = ["rejected_in", "totals_of", "write_rejected"]

_HEADER: Final = ("文件", "行", "栏", "案号", "原因")
_COLUMNS: Final = ("rejected_file", "rejected_row", "rejected_column", "record_id", "rejected_reason")


def write_rejected(rows: Iterable[Mapping[str, Any]], target: Path) -> int:
    """``rejected.csv`` (UTF-8 with its mark, as Excel wants it) of rows of ``ALONE``; returns their number."""
    count = 0
    with whole(target) as partial, partial.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(_HEADER)
        for row in rows:
            writer.writerow([_inert(row[name]) for name in _COLUMNS])
            count += 1
    return count


def rejected_in(alone: Path) -> Iterator[dict[str, Any]]:
    """The rejected rows of a folder of shards of ``ALONE``, in the order of the input."""
    for path in sorted(alone.glob("part-*.parquet")):
        for row in pq.read_table(path, columns=list(_COLUMNS)).to_pylist():
            if row["rejected_reason"] is not None:
                yield row


def _inert(text: str | None) -> str:
    """A cell that a spreadsheet takes for text: one that begins like a formula would be run."""
    return f"'{text}" if text and text.startswith(("=", "+", "-", "@", "\t", "\r")) else text or ""


def totals_of(results: Path) -> dict[str, int]:
    """Records by level, the gravest first."""
    counts: Counter[str] = Counter()
    for path in results.glob("part-*.parquet"):
        counts.update(pq.read_table(path, columns=["level"])["level"].to_pylist())
    return {level: counts[level] for level in reversed(LEVELS)}
