"""Excel for people: text stays text, numbers are numbers, and nothing that stands in data is ever run."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from pathlib import Path
from types import TracebackType
from typing import Any, Final

import xlsxwriter

__all__ = ["Column", "Sheets"]

_ROWS: Final = 1_048_576
_CHARACTERS: Final = 32_767
_EXACT: Final = 10**13  # 元: beyond it a spreadsheet's number no longer tells every 分
_CUT: Final = "……（超出 Excel 单元格长度，全文见结果文件）"


@dataclass(frozen=True, slots=True)
class Column:
    """``key`` of the row, its heading, and its width in characters."""

    key: str
    heading: str
    width: int = 14


class Sheets:
    """A workbook written row by row in constant memory, put in place only when complete."""

    def __init__(self, path: Path, names: Sequence[str], limit: int = _ROWS) -> None:
        """``names`` of the sheets in the order in which they stand; they may be filled in any other."""
        self.path, self.limit = path, limit
        self.notes: list[str] = []
        self._partial = path.with_name(path.name + ".part")
        options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
        self._book = xlsxwriter.Workbook(str(self._partial), options)
        self._sheets = {name: self._book.add_worksheet(name) for name in names}
        self._head = self._book.add_format({"bold": True, "bg_color": "#E8EDF3", "border": 1, "text_wrap": True})
        self._text = self._book.add_format({"num_format": "@", "valign": "top", "text_wrap": True})
        self._day = self._book.add_format({"num_format": "yyyy-mm-dd", "valign": "top"})
        self._number = self._book.add_format({"num_format": "#,##0.00", "valign": "top"})
        self._count = self._book.add_format({"num_format": "#,##0", "valign": "top"})
        self._share = self._book.add_format({"num_format": "0.000", "valign": "top"})

    def __enter__(self) -> Sheets:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._book.close()
        if kind is None:
            self._partial.replace(self.path)
        else:
            self._partial.unlink(missing_ok=True)

    def fill(self, name: str, columns: Sequence[Column], rows: Iterable[dict[str, Any]]) -> int:
        """One sheet with header, filter and widths; what doesn't fit is counted in a last row. Returns the rows written."""
        sheet = self._sheets[name]
        sheet.freeze_panes(1, 1)
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(0)
        for index, column in enumerate(columns):
            sheet.set_column(index, index, column.width)
            sheet.write_string(0, index, column.heading, self._head)
        written = left = 0
        for row in rows:
            if written >= self.limit - 2:
                left += 1
                continue
            written += 1
            for index, column in enumerate(columns):
                self._write(sheet, written, index, row[column.key])
        if left:
            note = f"“{name}”另有 {left} 条超出 Excel 的行数限制，见结果文件（Parquet）。"
            self.notes.append(note)
            sheet.write_string(written + 1, 0, note)
        sheet.autofilter(0, 0, max(1, written), len(columns) - 1)
        return written

    def _write(self, sheet: Any, row: int, column: int, value: Any) -> None:
        if value is None:
            return
        if isinstance(value, list):
            value = "\n".join(map(str, value))
        if isinstance(value, bool):
            value = "是" if value else "否"
        if isinstance(value, date):
            if value.year >= 1900:
                sheet.write_datetime(row, column, datetime.combine(value, time()), self._day)
                return
            value = value.isoformat()
        if isinstance(value, Decimal | float | int) and abs(float(value)) < _EXACT:
            kind = (
                self._number if isinstance(value, Decimal) else self._count if isinstance(value, int) else self._share
            )
            sheet.write_number(row, column, float(value), kind)
            return
        text = str(value)
        # Excel counts UTF-16 units: a rare character takes two.
        if len(text.encode("utf-16-le", "replace")) // 2 > _CHARACTERS:
            room = (_CHARACTERS - len(_CUT)) * 2
            text = text.encode("utf-16-le", "replace")[:room].decode("utf-16-le", "ignore") + _CUT
        if text:
            sheet.write_string(row, column, text, self._text)
