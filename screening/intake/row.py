"""One entry of an input file: as the file holds it, and as a record, or why it isn't one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from screening.errors import RecordError
from screening.record import Record, RecordWarning, read_record
from screening.values import printable

__all__ = ["Given", "Row", "entry", "identify"]


@dataclass(frozen=True, slots=True)
class Given:
    """An entry as its file holds it, cut out and not yet read: cheap to make, and to be read elsewhere.

    Where it stands (``第 3 行``), and its ``data``, or its JSON ``text``, or an ``error``. ``sources``: of a table, the
    JSON pointer of each member → the header of its column. ``warnings``: what the file's own reader found odd.
    """

    position: str
    data: object = None
    text: str | None = None
    warnings: tuple[RecordWarning, ...] = ()
    sources: Mapping[str, str] = field(default_factory=dict)
    record_id: str | None = None
    error: RecordError | None = None

    def column(self, place: str) -> str | None:
        """The header of the column that the member at this JSON pointer came from."""
        return next((h for start, h in self.sources.items() if place == start or place.startswith(f"{start}/")), None)


@dataclass(frozen=True, slots=True)
class Row:
    """Where an entry stands (``第 3 行``, ``第 3 条``, ``Sheet1!3``) and what it holds: ``record`` or ``error``.

    ``record_id`` is what could be made out of it, even where the record can't be read; ``column``: the header of the
    column that is at fault.
    """

    position: str
    record_id: str | None
    record: Record | None = None
    error: RecordError | None = None
    column: str | None = None


def entry(given: Given) -> Row:
    """Read one entry from its ``data``; ``warnings`` of the file's own reader come first."""
    if given.error is not None:
        return Row(given.position, given.record_id, error=given.error)
    try:
        record = read_record(given.data)
    except RecordError as error:
        column = given.column(error.pointer)
        named = RecordError(error.code, f"{error.detail}（“{column}”栏）", error.pointer) if column else error
        return Row(given.position, identify(given.data), error=named, column=column)
    return Row(given.position, record.record_id, _warned(record, given.warnings))


def _warned(record: Record, first: Iterable[RecordWarning]) -> Record:
    first = tuple(first)
    return replace(record, warnings=first + record.warnings) if first else record


def identify(data: object) -> str | None:
    """The id of an entry that can't be read, printable and short, if there is one."""
    given = data.get("record_id") if isinstance(data, dict) else None
    if isinstance(given, bool) or not isinstance(given, str | int) or (isinstance(given, int) and given >= 10**40):
        return None
    return printable(str(given)).strip()[:500] or None
