"""One entry of an input file: a record, or why it isn't one."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from screening.errors import RecordError
from screening.record import Record, RecordWarning, read_record
from screening.values import printable

__all__ = ["Row", "entry", "identify"]


@dataclass(frozen=True, slots=True)
class Row:
    """Where an entry stands (``第 3 行``, ``第 3 条``, ``Sheet1!3``) and what it holds: ``record`` or ``error``.

    ``record_id`` is what could be made out of it, even where the record can't be read.
    """

    position: str
    record_id: str | None
    record: Record | None = None
    error: RecordError | None = None


def entry(position: str, data: object, warnings: Iterable[RecordWarning] = ()) -> Row:
    """Read one entry; ``warnings`` are what the file's own reader found odd and come first."""
    try:
        record = read_record(data)
    except RecordError as error:
        return Row(position, identify(data), error=error)
    first = tuple(warnings)
    return Row(position, record.record_id, replace(record, warnings=first + record.warnings) if first else record)


def identify(data: object) -> str | None:
    """The id of an entry that can't be read, printable and short, if there is one."""
    given = data.get("record_id") if isinstance(data, dict) else None
    if isinstance(given, bool) or not isinstance(given, str | int) or (isinstance(given, int) and given >= 10**40):
        return None
    return printable(str(given)).strip()[:500] or None
