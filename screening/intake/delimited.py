"""CSV in: rows of text cells with the line they begin on, as a stream."""

from __future__ import annotations

import csv
import itertools
from collections.abc import Iterator
from typing import Final, TextIO

from screening.errors import InputError, RecordError
from screening.intake.headers import HeaderMap
from screening.intake.limits import LIMITS, Limits
from screening.intake.tables import HEADER_ROWS, Line

__all__ = ["read_delimited"]

_DELIMITERS: Final = (",", "\t", ";", "|")


def read_delimited(stream: TextIO, headers: HeaderMap, limits: Limits = LIMITS) -> Iterator[Line]:
    """The rows of a CSV or TSV text stream (opened with ``newline=""``).

    A row with broken quotes is a ``Line`` with an error, and reading goes on after it. Raises ``InputError`` for a line
    beyond the limit: what holds no line ends is no table.
    """
    # The csv module has one limit for the whole process, of 131072 characters: too short for a narrative.
    csv.field_size_limit(limits.cell)
    lines = _lines(stream, limits.line)
    head = list(itertools.islice(lines, HEADER_ROWS))
    # Without strict a quote left open would swallow the records after it, and nobody would know.
    reader = csv.reader(itertools.chain(head, lines), delimiter=_delimiter(head, headers), strict=True)
    while True:
        start = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            through = f"（到第 {reader.line_num} 行为止都没有读）" if reader.line_num > start else ""
            yield Line(f"第 {start} 行", (), RecordError("bad_csv", _reason(str(error)) + through))
        else:
            yield Line(f"第 {start} 行", tuple(cells))


def _lines(stream: TextIO, longest: int) -> Iterator[str]:
    """The lines, none of them read beyond ``longest`` characters."""
    for number, line in enumerate(iter(lambda: stream.readline(longest), ""), start=1):
        if len(line) >= longest and not line.endswith(("\n", "\r")):
            detail = f"第 {number} 行超过 {longest} 字符，没有再读下去。"
            raise InputError(getattr(stream, "name", "CSV"), detail, "多半缺少换行或不是 CSV，请重新导出。")
        yield line


def _delimiter(head: list[str], headers: HeaderMap) -> str:
    """The delimiter that makes most headers known. Counting delimiters would be misled by the narratives."""

    def known(delimiter: str) -> int:
        rows = ([cell.strip('" \r\n') for cell in line[:10_000].split(delimiter)] for line in head)
        return max((sum(headers.column(cell) is not None for cell in row) for row in rows), default=0)

    return max(_DELIMITERS, key=known)


def _reason(message: str) -> str:
    if "unexpected end" in message:
        return "从这一行起引号没有配对，一直到文件末尾。"
    if "field larger" in message:
        return "有一格太长，可能是引号没有配对。"
    if "expected after" in message:
        return '引号里面又有引号。格子里的引号要写两遍（""），或者用中文引号。'
    return "不是正确的 CSV。请用 Excel 另存为 CSV UTF-8。"
