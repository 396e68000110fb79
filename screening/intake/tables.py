"""Rows of cells → records: finds the header row, maps its columns, types the cells. CSV and Excel share it."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Final

from pydantic_core import PydanticCustomError

from screening.amounts import figure
from screening.errors import InputError, RecordError
from screening.intake.headers import AMOUNTS, CODES, DATES, IGNORED, PERIOD, Column, HeaderMap
from screening.intake.row import Given, identify
from screening.quantity import UNITS
from screening.record import RecordWarning, pointer
from screening.values import is_blank, plain, shown

__all__ = ["HEADER_ROWS", "Line", "Seen", "Table", "find_table", "ignore"]

HEADER_ROWS: Final = 10
"""Title rows are common: the header is looked for in so many rows."""

_STATED: Final = "stated_amounts."
_BARE: Final = re.compile(r"[+-]?[\d,]+(?:\.\d+)?(?:e[+-]?\d+)?", re.ASCII | re.IGNORECASE)
_SCIENTIFIC: Final = re.compile(r"\d(?:\.\d+)?e\+\d+", re.ASCII | re.IGNORECASE)
_DAY: Final = r"\d{4}\s*[-/.年]\s*\d{1,2}\s*[-/.月]\s*\d{1,2}\s*日?"
_PERIOD: Final = re.compile(rf"({_DAY})\s*[-–—~～至到]+\s*({_DAY})")
_TOTALS: Final = frozenset({"合计", "总计", "小计", "共计", "合计:", "总计:", "小计:"})


@dataclass(frozen=True, slots=True)
class Line:
    """One row of a table: where it stands and its cells (text, numbers, dates, ``None``), or why it can't be read."""

    position: str
    cells: tuple[object, ...]
    error: RecordError | None = None


@dataclass(frozen=True, slots=True)
class Table:
    """A table whose header has been understood. ``epoch`` is day 0 of its serial dates, ``None`` where it has none;
    ``source``: the file, and the sheet."""

    columns: tuple[Column | None, ...]
    unknown: tuple[RecordWarning | None, ...]
    header: tuple[str, ...]
    lines: Iterator[Line]
    epoch: datetime | None = None
    source: str = ""

    def rows(self) -> Iterator[Given]:
        """The entries, one by one. Blank lines, subtotals and repeated headers are none."""
        for line in self.lines:
            if line.error is not None:
                yield self._broken(line, line.error)
            elif self._is_record(line):
                yield self._row(line)

    def _broken(self, line: Line, error: RecordError) -> Given:
        return Given(line.position, record_id=self._identify(line), error=error)

    def _is_record(self, line: Line) -> bool:
        filled = [cell for cell in line.cells if not is_blank(cell)]
        # One cell alone in a row is a section title or a merged remark.
        if not filled or (len(filled) == 1 and len(self.columns) > 2):
            return False
        if isinstance(first := plain(filled[0]), str) and re.sub(r"\s", "", first) in _TOTALS:
            return False
        # A header repeated at the head of a printed page; the first comparison spares the others for nearly every row.
        return str(filled[0]).strip() not in self.header or _headings(line.cells) != self.header

    def _identify(self, line: Line) -> str | None:
        for column, cell in zip(self.columns, line.cells, strict=False):
            if column and column.target == "record_id" and not is_blank(cell):
                return identify({"record_id": str(cell)})
        return None

    def _row(self, line: Line) -> Given:
        surplus = [cell for cell in line.cells[len(self.columns) :] if not is_blank(cell)]
        if surplus:
            detail = f"比表头多出 {len(surplus)} 栏，各栏可能错位。请检查多余的逗号或没有配对的引号。"
            return self._broken(line, RecordError("column_count", detail))
        row, sources = _Cells(self.epoch), {}
        for column, note, cell in zip(self.columns, self.unknown, line.cells, strict=False):
            if is_blank(cell):
                continue
            if column is None:
                if note:
                    row.warnings.append(note)
            elif column.target != IGNORED:
                sources[row.put(column, cell)] = column.header
        return Given(line.position, row.data(), warnings=tuple(row.warnings), sources=sources)


Seen = Callable[[Table], None]
"""Is told of every table whose header has been understood."""


def ignore(table: Table) -> None:
    """Take no notice of it."""


class _Cells:
    """Gathers the cells of one row into the shape a JSON record has."""

    def __init__(self, epoch: datetime | None) -> None:
        self.warnings: list[RecordWarning] = []
        self._values: dict[tuple[str, ...], object] = {}
        self._epoch = epoch

    def put(self, column: Column, cell: object) -> str:
        """Take one cell that is not blank; returns the JSON pointer of where it went."""
        target = column.target
        if target.startswith(_STATED):
            return self._set(("stated_amounts", *self._stated(column, target[len(_STATED) :])), _figure(cell, column))
        if target == PERIOD:
            first, last = self._period(cell)
            self._set(("conduct_to",), last)
            return self._set(("conduct_from",), first)
        if target in AMOUNTS:
            cell = _figure(cell, column)
        elif target in DATES:
            cell = self._date(cell)
        elif target in CODES:
            cell = self._code(target, cell)
        elif isinstance(cell, int | float | Decimal | date) and not isinstance(cell, bool):
            cell = _written(cell)
        return self._set(tuple(target.split(".")), cell)

    def data(self) -> dict[str, object]:
        """The row as a JSON-like record."""
        record: dict[str, object] = {}
        for (first, *rest), value in self._values.items():
            if rest:
                nested = record.setdefault(first, {})
                assert isinstance(nested, dict)
                nested[rest[0]] = value
            else:
                record[first] = value
        return record

    def _set(self, path: tuple[str, ...], value: object) -> str:
        place = pointer(*path)
        if value is None:
            return place
        if self._values.setdefault(path, value) != value:
            detail = f"有两栏都是它，内容不同，用的是前一栏，没有用“{shown(value)}”。"
            self.warnings.append(RecordWarning("duplicate_column", detail, place))
        return place

    @staticmethod
    def _stated(column: Column, name: str) -> tuple[str]:
        unit = UNITS.get(column.unit)
        return (f"{name}（{column.unit}）" if unit and unit.base != "元" else name,)

    def _date(self, cell: object) -> object:
        if isinstance(cell, int | float) and not isinstance(cell, bool) and self._epoch and 20_000 <= cell < 80_000:
            from openpyxl.utils.datetime import from_excel  # only cells of a workbook have an epoch

            return from_excel(cell, self._epoch)  # a day whose cell lost its date format: 45324 is 2024-02-02
        return int(cell) if isinstance(cell, float) and cell.is_integer() else cell

    def _period(self, cell: object) -> tuple[object, object]:
        match = _PERIOD.fullmatch(cell.strip()) if isinstance(cell, str) else None
        return (match[1], match[2]) if match else (self._date(cell), self._date(cell))

    def _code(self, target: str, cell: object) -> str | None:
        lost = isinstance(cell, int | float) and abs(cell) >= 10**15
        text = _written(cell)
        # Spreadsheets and those who fight them protect long numbers as '4211… or ="4211…"
        text = re.sub(r"^=\"(.*)\"$|^'", r"\1", text.strip())
        if lost or _SCIENTIFIC.fullmatch(text):
            used = target != "party.id_no"
            detail = "按数字存放，第 15 位以后的数字已经丢失。请把这一栏设为文本后重新录入。"
            # People born on one day in one county share those 15 digits: kept, they would become one person.
            detail += "" if used else "证件号码按未填处理。"
            self.warnings.append(RecordWarning("precision_lost", detail, pointer(*target.split("."))))
            return text if used else None
        return text


def _figure(cell: object, column: Column) -> object:
    """The figure of a cell, with the unit of its column where the cell has none and money is meant."""
    if isinstance(cell, bool) or not isinstance(cell, str | int | float | Decimal):
        return cell
    text = plain(_written(cell))
    unit = UNITS.get(column.unit)
    if isinstance(text, str) and unit and unit.base == "元" and _without_unit(text):
        return text + column.unit
    return text


def _without_unit(text: str) -> bool:
    """Whether a cell holds a figure and no unit: 6.2, 五, 约3."""
    if _BARE.fullmatch(text):
        return True
    try:
        found = figure(text)
    except PydanticCustomError:
        return False
    return found is not None and not found.unit


def _written(cell: object) -> str:
    if isinstance(cell, datetime) and not (cell.hour or cell.minute or cell.second):
        return cell.date().isoformat()
    if isinstance(cell, float):
        # A spreadsheet shows and means 15 digits: 49999.990000000005 is what 49999.99 became in a formula.
        return format(Decimal(format(cell, ".15g")), "f") if abs(cell) < 1e30 else repr(cell)
    return str(cell)


def find_table(lines: Iterable[Line], headers: HeaderMap, source: str, epoch: datetime | None = None) -> Table | None:
    """Find the header within the first rows. ``None`` if nothing looks like one.

    Raises ``InputError`` for a header without the columns every record needs.
    """
    stream = iter(lines)
    head = list(itertools.islice(stream, HEADER_ROWS + 1))
    best: tuple[int, tuple[str, ...], int] | None = None
    for index, line in enumerate(head[:HEADER_ROWS]):
        single = _headings(line.cells)
        candidates = [(single, index + 1)]
        if index + 1 < len(head):
            candidates.append((_two_rows(single, _headings(head[index + 1].cells)), index + 2))
        for header, body in candidates:
            known = len({column.target for name in header if (column := headers.column(name)) and column.target})
            if known >= 2 and (best is None or known > best[0]):
                best = (known, header, body)
    if best is None:
        return None
    _, header, body = best
    columns = tuple(headers.column(name) if name else None for name in header)
    _check(header, columns, headers, source)
    pairs = zip(header, columns, strict=True)
    unknown = tuple(_unknown(name, headers) if name and column is None else None for name, column in pairs)
    return Table(columns, unknown, header, itertools.chain(head[body:], stream), epoch, source)


def _headings(cells: tuple[object, ...]) -> tuple[str, ...]:
    names = ["" if cell is None else re.sub(r"\s+", " ", str(cell)).strip() for cell in cells]
    while names and not names[-1]:
        names.pop()
    return tuple(names)


def _two_rows(upper: tuple[str, ...], lower: tuple[str, ...]) -> tuple[str, ...]:
    """A header of two rows: 违法行为发生日期 merged over 起 and 止."""
    names, above = [], ""
    for top, below in itertools.zip_longest(upper, lower, fillvalue=""):
        above = top or (above if below else "")
        names.append(above + below)
    return tuple(names)


def _check(header: tuple[str, ...], columns: tuple[Column | None, ...], headers: HeaderMap, source: str) -> None:
    targets = {column.target for column in columns if column}
    missing = []
    if "record_id" not in targets:
        missing.append("案号（如“行政处罚决定书文号”）")
    if "narrative" not in targets and not any(target.startswith(_STATED) for target in targets):
        missing.append("违法事实（或者涉案金额）")
    if missing:
        strange = [name for name, column in zip(header, columns, strict=True) if name and not column]
        notes = "".join(_unknown(name, headers).detail for name in strange[:5])
        raise InputError(source, f"表头里没有{'、'.join(missing)}。", f"请补上这一栏。{notes}")


def _unknown(name: str, headers: HeaderMap) -> RecordWarning:
    near = headers.suggestions(name)
    hint = f"是不是“{'”“'.join(near)}”？" if near else ""
    return RecordWarning("unknown_column", f"栏名“{shown(name)}”不认识，没有使用。{hint}", pointer(name))
