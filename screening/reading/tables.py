"""Tables that were flattened into text: a heading and its rows, each cell with where it stands.

Rows are lines whose cells | or tabs part (品名 | 数量（条）), items that ; parts (1/眼霜/12/88；2/…), or figures that go on
behind a run of headings (品名 数量 单价 金额 甲款水杯 120 35 4200).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from itertools import groupby
from typing import Final, NamedTuple

from screening.reading.text import Span, Text

__all__ = ["FIGURE", "Cell", "Table", "figure", "tables"]

#: A cell that is a figure, with a unit of its own or none; a dash stands for none.
FIGURE = re.compile(r"[¥约]?(\d[\d,]*(?:\.\d+)?)([^\d\s|/,;。]{0,3})")
_NOTHING: Final = frozenset({"-", "--", "—", "——", "/", "无"})
_UNIT = r"(?:\([^()\s]{1,8}\))"
_WORD = (
    r"(?:数量|件数|桶数|箱数|瓶数|盒数|条数|册数|份数|株数|头数|只数|人数|重量|面积"
    rf"|单价|售价|进价|价格|金额|小计|总价|货款|销售额|合计|[^\s\d|/,;:。()]{{1,10}}{_UNIT})"
)
_COLUMN = rf"{_WORD}{_UNIT}?"
_HEADINGS = re.compile(rf"(?<![^\s|:。;,]){_COLUMN}(?:[\s|]+{_COLUMN}){{1,9}}(?=[\s|])")
_ONE_NAMED = re.compile(rf"(?:姓名|品名|名称|年度|工种|品牌|型号|地块)[\s|]+({_COLUMN})(?=[\s|])")
_CELL = re.compile(r"[^\s|]+")
_SLASHED = re.compile(r"(?<![^\s,;:。|])[^\s/,;:。|]{1,12}(?:/[^\s/,;:。|]{1,12}){2,9}[:;]")
_PARTING, _ENDING, _CLOSING = re.compile(r"[;\n]"), re.compile(r"。|,(?!\d{3})"), re.compile(r"[;。]|,(?!\d{3})")
_TOTALS: Final = frozenset({"合计", "总计", "共计"})
_LONGEST_RUN, _LONGEST_NAME, _MOST_OF_NAME = 3000, 16, 3


class Cell(NamedTuple):
    """What stands in a cell, and where in the text."""

    text: str
    span: Span


class Table(NamedTuple):
    """Columns by their headings, the same number of cells in each row."""

    headings: list[Cell]
    rows: list[list[Cell]]

    @property
    def span(self) -> Span:
        """From the first heading to the last cell."""
        return self.headings[0].span[0], self.rows[-1][-1].span[1]


def figure(told: str) -> Decimal:
    """The value of digits with commas."""
    return Decimal(told.replace(",", ""))


def tables(text: Text) -> list[Table]:
    """The tables of a text, in order; none overlaps another."""
    folded = text.folded
    found: list[Table] = []
    if "|" in folded or "\t" in folded:
        found += _of_lines(folded)
    if "/" in folded:
        found += _slashed(folded)
    if not found and " " in folded:
        found += _runs(folded)
    return sorted(found, key=lambda table: table.span)


def _of_lines(folded: str) -> Iterator[Table]:
    """Lines that one mark parts into as many cells each; the first has no figure."""
    for mark in "|\t":
        if mark not in folded:
            continue
        lines: list[list[Cell]] = []
        at = 0
        for line in folded.split("\n"):
            lines.append(_cells(line, at, mark) if mark in line else [])
            at += len(line) + 1
        for cells, group in groupby(lines, len):
            rows = list(group)
            if cells > 1 and len(rows) > 1 and not any(FIGURE.fullmatch(cell.text) for cell in rows[0]):
                yield Table(rows[0], rows[1:])


def _cells(line: str, at: int, mark: str) -> list[Cell]:
    cells: list[Cell] = []
    for piece in line.split(mark):
        told = piece.strip()
        start = at + piece.find(told) if told else at
        cells.append(Cell(told, (start, start + len(told))))
        at += len(piece) + 1
    while cells and not cells[-1].text:
        cells.pop()
    return cells[1:] if cells and not cells[0].text else cells


def _slashed(folded: str) -> Iterator[Table]:
    done = 0
    for match in _SLASHED.finditer(folded):
        headings = _cells(match[0][:-1], match.start(), "/")
        if match.start() < done or any(FIGURE.fullmatch(cell.text) for cell in headings):
            continue
        rows: list[list[Cell]] = []
        at, limit = match.end(), min(len(folded), match.end() + _LONGEST_RUN)
        while at < limit:
            end = part.start() if (part := _PARTING.search(folded, at, limit)) else limit
            ended = _ENDING.search(folded, at, end)
            row = _cells(folded[at : ended.start() if ended else end], at, "/")
            if len(row) != len(headings):
                break
            rows.append(row)
            if ended:
                break
            at = end + 1
        if rows:
            yield Table(headings, rows)
            done = rows[-1][-1].span[1]


def _runs(folded: str) -> Iterator[Table]:
    """Rows in a line: a name and as many figures as there are headings of figures."""
    end = 0
    for match in (*_HEADINGS.finditer(folded), *_ONE_NAMED.finditer(folded)):
        if match.start() < end:
            continue
        start = match.start(1) if match.re is _ONE_NAMED else match.start()
        headings = [Cell(cell[0], cell.span()) for cell in _CELL.finditer(folded, start, match.end())]
        rows = list(_rows(folded, match.end(), len(headings)))
        if rows:
            name = Cell("", (start, start))
            yield Table([name, *headings], rows)
            end = rows[-1][-1].span[1]


def _rows(folded: str, at: int, figures: int) -> Iterator[list[Cell]]:
    name: list[Cell] = []
    told: list[Cell] = []
    for match in _CELL.finditer(folded, at, at + _LONGEST_RUN):
        closing = _CLOSING.search(match[0])
        text = match[0][: closing.start()] if closing else match[0]
        cell = Cell(text, (match.start(), match.start() + len(text)))
        if name and (FIGURE.fullmatch(text) or text in _NOTHING):
            told.append(cell)
        else:
            if told:
                if len(told) < figures:
                    break
                first = _first(told, figures)
                yield _row(folded, [*name, *told[:first]], told[first : first + figures], figures)
                name, told = told[first + figures :], []
            if len(name) == _MOST_OF_NAME or len(text) > _LONGEST_NAME:
                return
            name.append(cell)
        if closing:
            break
    if len(told) >= figures:
        first = _first(told, figures)
        yield _row(folded, [*name, *told[:first]], told[first : first + figures], figures)
    elif told and name[-1].text in _TOTALS:
        yield _row(folded, name, told, figures)


def _first(told: list[Cell], figures: int) -> int:
    """Where the figures of the headings begin: behind one of the name (杉木 8米 320根 260元 83200元) if only there they come out even."""
    last = len(told) - figures
    return last if last and _is_even(told[last:]) and not _is_even(told[:figures]) else 0


def _is_even(told: list[Cell]) -> bool:
    """Whether number × price is the sum."""
    values = [figure(found[1]) for cell in told if (found := FIGURE.fullmatch(cell.text))]
    return len(values) == len(told) == 3 and values[0] * values[1] == values[2]


def _row(folded: str, name: list[Cell], told: list[Cell], figures: int) -> list[Cell]:
    """A row with its name; a total has no price: its last figure stands in the last column."""
    first, last = name[0].span[0], name[-1].span[1]
    nothing = Cell("", (last, last))
    missing = [nothing] * (figures - len(told))
    return [Cell(folded[first:last], (first, last)), *told[:-1], *missing, told[-1]]
