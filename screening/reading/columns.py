"""What the columns of a flattened table say: sums, counts and prices under headings that name them.

A row is one item of a list; a row that is headed 合计 is the list's total. Where a table has no sums, a row's count and price
make one.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from enum import Enum, auto
from typing import Final, NamedTuple

from screening.bundle.vocabulary import MeasureDefinition
from screening.quantity import UNITS, Unit
from screening.reading.goods import SOLD, UNSOLD
from screening.reading.lists import Link
from screening.reading.marks import holder
from screening.reading.mentions import UNNAMED, Mentioned
from screening.reading.names import MONEY
from screening.reading.standing import Standing
from screening.reading.tables import FIGURE, Cell, Table, figure, tables
from screening.reading.text import Span, Text

__all__ = ["labelled", "of_columns"]

_HEADING = re.compile(r"(?P<word>[^()]*)(?:\((?P<unit>[^()]{1,8})\))?")
_TOTAL = re.compile(r"(?:总?合计|总计|共计|小计|总数)")
_PRICE = re.compile(r"单价|[售标进定均原]价|收购价|零售价|批发价|价格|人均|每人|每[件条瓶盒箱只]")
_EACH_PERSON = re.compile(r"人均|每人(?:平均)?")
_COST = re.compile(r"进价|购进|收购|进货|成本")
_OF_MONEY = re.compile(r"金额|小计|总价|货款|销售额|货值|价款|总额|案值")
_PLAIN_MONEY: Final = frozenset({"金额", "小计", "总价", "货款", "价款", "总额", "合计", "合计金额", "总金额", "案值"})
_NUMBER_OF = re.compile(r"(?:数量|重量|([件桶箱瓶盒条册份株头只人袋支台]|人员)数)\Z")
_IS_GOT, _IS_SOLD, _IS_LEFT = (
    re.compile("[进购]"),
    re.compile(r"[已售卖销]"),
    re.compile(r"库存|剩余|结存|未售|待售|尚存"),
)
_SALES = re.compile(r"销售(?!单价)|[售卖]出|销货")
_NONE_SOLD = re.compile(
    r"(?:[均都皆]|全部)(?:尚?未|没有?)(?:对外)?[销出]?售|未及销售|尚未(?:销售|售出)|一[件条瓶盒只]未售"
)
_ALL_SOLD = re.compile(r"(?:[均都皆]|全部|悉数)已?经?(?:对外|全部)?(?:销售|售|卖)(?![价前])")
_VALUE, _SALE, _COSTS = "货值金额", "销售金额", "成本"
_LOOKED_AT = 60  # how far from a table what was sold is told
_NUMBER, _UNIT = r"\d[\d,]*(?:\.\d+)?", r"(?:\([^()]{1,6}\))?"
_LABELLED = re.compile(rf"数量{_UNIT}[:为]?\s*({_NUMBER})[\s,;、|]*单价{_UNIT}[:为]?\s*({_NUMBER})(?![\d.])")
_LONGEST = 3000


class _Kind(Enum):
    NAME = auto()
    COUNT = auto()
    PRICE = auto()
    SUM = auto()


class _Column(NamedTuple):
    """``unit`` is what its figures are written in, where the heading says so."""

    place: int
    word: str
    kind: _Kind
    unit: Unit | None


def of_columns(
    named: Sequence[Mentioned], text: Text, headings: Mapping[str, MeasureDefinition]
) -> tuple[Sequence[Mentioned], list[Mentioned]]:
    """The mentions outside a text's tables, and what the columns of its tables say.

    ``headings``: the measures by what may head a column of them.
    """
    found = tables(text)
    if not found:
        return named, []
    called = {m.name for m in named if m.name not in UNNAMED and not m.derived}
    told = [definition for definition in headings.values() if definition.name in called]
    read: list[Mentioned] = []
    taken: list[Span] = []
    for table in found:
        if columns := _Reader(table, text, headings, told).read():
            read += columns
            taken.append(table.span)
    outside = [m for m in named if holder((m.span[0], m.span[0] + 1), taken) is None]
    return outside, sorted(read, key=lambda m: m.span)


def labelled(named: Sequence[Mentioned], text: Text) -> list[Mentioned]:
    """Number × price where each stands behind its label: 数量120 单价35; not what is told as a sum of money as well."""
    if "单价" not in text.folded or "数量" not in text.folded:
        return []
    told = {m.value for m in named if m.unit == MONEY}
    found: list[Mentioned] = []
    for pair in _LABELLED.finditer(text.folded):
        value = figure(pair[1]) * figure(pair[2])
        if value not in told:
            sold = _SALES.search(text.folded, max(0, pair.start() - _LONGEST), pair.start())
            name, evidence = _SALE if sold else _VALUE, text.evidence(*pair.span())
            found.append(Mentioned(name, value, MONEY, False, evidence, Standing.ASSERTED, derived=True))
    return found


class _Reader:
    """Reads one table; ``told`` are the measures that the text tells of elsewhere, which its counts may be of."""

    def __init__(
        self, table: Table, text: Text, headings: Mapping[str, MeasureDefinition], told: Sequence[MeasureDefinition]
    ) -> None:
        self._table, self._text, self._headings, self._told = table, text, headings, told
        self._columns = [self._column(place, cell) for place, cell in enumerate(table.headings)]
        self._part = self._told_part()

    def read(self) -> list[Mentioned]:
        """A mention for each figure that counts or values something; empty where the table has no column of figures."""
        found: list[Mentioned] = []
        sums = [column for column in self._columns if column.kind is _Kind.SUM]
        for column in self._columns:
            if column.kind in (_Kind.SUM, _Kind.COUNT):
                found += self._of(column)
        return found if sums or not found else found + self._products()

    def _column(self, place: int, heading: Cell) -> _Column:
        told = _HEADING.fullmatch(heading.text)
        word, written = (told["word"].strip(), told["unit"]) if told else (heading.text, None)
        rate = written is not None and "/" in written
        unit = UNITS.get(written.split("/")[0]) if written else None
        counted = _NUMBER_OF.search(word)
        if counted and counted[1] and unit is None:
            unit = UNITS.get(counted[1][0])
        known = self._headings.get(word)
        money = (unit.base == MONEY) if unit else bool(_OF_MONEY.search(word) or (known and known.unit == MONEY))
        kind = _Kind.NAME
        if _PRICE.search(word) and (unit is None or unit.base == MONEY):
            kind = _Kind.PRICE
        elif money and not rate:
            kind = _Kind.SUM
        elif not rate and (counted or (unit and known)):
            kind = _Kind.COUNT
        return _Column(place, word, kind, unit)

    def _of(self, column: _Column) -> list[Mentioned]:
        found: list[Mentioned] = []
        for row in self._table.rows:
            told = self._value(row, column)
            if told is None:
                continue
            value, unit = told
            total = bool(_TOTAL.match(row[0].text))
            link = Link.MARKED if found and not total else Link.NONE
            name, unit, value, of = self._named_as(column, unit, value)
            found.append(self._mention(name, value, unit, row[column.place].span, of)._replace(total=total, item=link))
        return found

    def _named_as(self, column: _Column, unit: str, value: Decimal) -> tuple[str, str, Decimal, str]:
        """The measure of a figure, its unit, its value in that unit and the part of the goods."""
        of = self._part_of(column)
        known = self._headings.get(column.word)
        if column.kind is _Kind.SUM:
            if column.word in _PLAIN_MONEY or (known is None and _OF_MONEY.search(column.word)):
                return (_SALE if of == SOLD else _VALUE), MONEY, value, of
            return (known.name if known and known.unit == MONEY else UNNAMED[0]), MONEY, value, of
        for definition in [known] if known else self._told:
            factor = definition.accepts(unit)
            if factor is not None and not definition.aside:
                return definition.name, definition.unit, value * factor, of
        return UNNAMED[1], unit, value, of

    def _products(self) -> list[Mentioned]:
        """Count × price, row by row, where no column has the sums."""
        found: list[Mentioned] = []
        counts = [column for column in self._columns if column.kind is _Kind.COUNT]
        for price in (column for column in self._columns if column.kind is _Kind.PRICE):
            for count in self._counts_of(price, counts):
                first = True
                for row in self._table.rows:
                    one, number = self._value(row, price), self._value(row, count)
                    if one is None or number is None or _TOTAL.match(row[0].text):
                        continue
                    name, of = self._product_name(price, count)
                    spans = sorted((row[price.place].span, row[count.place].span))
                    made = self._mention(name, one[0] * number[0], MONEY, (spans[0][0], spans[1][1]), of)
                    link = Link.NONE if first else Link.MARKED
                    found.append(made._replace(derived=True, item=link, aside=name == _COSTS))
                    first = False
        return found

    def _counts_of(self, price: _Column, counts: list[_Column]) -> list[_Column]:
        if len(counts) < 2:
            return counts
        if _COST.search(price.word):
            return [c for c in counts if _IS_GOT.search(c.word)][:1]
        return [c for c in counts if _IS_SOLD.search(c.word) or _IS_LEFT.search(c.word)]

    def _product_name(self, price: _Column, count: _Column) -> tuple[str, str]:
        if each := _EACH_PERSON.match(price.word):
            known = self._headings.get(price.word[each.end() :])
            return (known.name if known else UNNAMED[0]), ""
        if _COST.search(price.word):
            return _COSTS, ""
        of = self._part_of(count)
        return (_SALE if of == SOLD else _VALUE), of

    def _part_of(self, column: _Column) -> str:
        """The part of the goods that a heading names, else the one that the text tells of."""
        return SOLD if _IS_SOLD.search(column.word) else UNSOLD if _IS_LEFT.search(column.word) else self._part

    def _told_part(self) -> str:
        """What the text in front of the table or behind it says became of all that stands in it."""
        start, end = self._table.span
        folded = self._text.folded
        before, behind = folded[max(0, start - _LOOKED_AT) : start], folded[end : end + _LOOKED_AT]
        if _NONE_SOLD.search(behind) or _IS_LEFT.search(before):
            return UNSOLD
        return SOLD if _SALES.search(before) or _ALL_SOLD.search(behind) else ""

    def _value(self, row: list[Cell], column: _Column) -> tuple[Decimal, str] | None:
        """The figure in a cell and its unit, in base units; None where the cell has none."""
        told = FIGURE.fullmatch(row[column.place].text)
        if told is None:
            return None
        unit = UNITS.get(told[2]) or column.unit
        if told[2] and told[2] not in UNITS:
            return None
        if unit is None:
            unit = UNITS[MONEY] if column.kind in (_Kind.SUM, _Kind.PRICE) else Unit("件", "件")
        return figure(told[1]) * unit.factor, unit.base

    def _mention(self, name: str, value: Decimal, unit: str, span: Span, of: str) -> Mentioned:
        return Mentioned(name, value, unit, False, self._text.evidence(*span), Standing.ASSERTED, of=of)
