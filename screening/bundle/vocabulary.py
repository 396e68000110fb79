"""The words of the house as data: measures, circumstances, documents, regions.

``thresholds/measures/*.yaml`` and ``thresholds/circumstances/*.yaml`` are lists of these; ``thresholds/documents.yaml`` is a
list of documents; ``thresholds/regions/NNNNNN.yaml`` holds what one province has fixed within a national range.
"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Annotated

from pydantic import BeforeValidator, TypeAdapter, WithJsonSchema
from pydantic import Field as Rule
from pydantic.dataclasses import dataclass

from screening.bundle.conditions import PenaltiesCondition, Term, read_term
from screening.bundle.shapes import STRICT, Day, Figure, Id, Text
from screening.bundle.threshold import Source

__all__ = [
    "ALIASES",
    "CIRCUMSTANCES",
    "DOCUMENTS",
    "MEASURES",
    "MISSING",
    "REGION",
    "CircumstanceDefinition",
    "Document",
    "Formula",
    "MeasureDefinition",
    "MissingCharge",
    "Region",
    "RegionalFigure",
    "Renamed",
]


@dataclass(frozen=True, slots=True)
class Formula:
    """How a measure follows from others: ``terms`` added up, or the one term over ``divisor`` (逃税数额 ÷ 应纳税总额).

    What is taken off has negative ``times`` (评估值 - 实际价值).
    """

    terms: tuple[Term, ...]
    divisor: Term | None = None


def _formula(text: str) -> Formula:
    above, *below = text.replace("−", "-").split("÷")
    terms = tuple(_signed(part) for part in _ADDENDS.findall(above)) or (read_term(above),)
    if len(below) > 1 or (below and (len(terms) > 1 or "+" in below[0])):
        raise ValueError(f"“{text}”：商只能写成“计量 ÷ 计量”，两边各一个计量。")
    return Formula(terms, read_term(below[0]) if below else None)


_ADDENDS = re.compile(r"[+-]?[^+-]+")


def _signed(part: str) -> Term:
    """An addend with its sign."""
    term = read_term(part.lstrip("+-"))
    return replace(term, times=-term.times) if part.startswith("-") else term


def _formulas(value: object) -> object:
    if not isinstance(value, list | tuple):
        return value
    return tuple(_formula(text) if isinstance(text, str) else text for text in value)


_FORMULAS_SCHEMA = {"type": "array", "items": {"type": "string"}, "examples": [["销售金额 + 货值金额（尚未销售）"]]}

Formulas = Annotated[tuple[Formula, ...], BeforeValidator(_formulas), WithJsonSchema(_FORMULAS_SCHEMA)]


@dataclass(frozen=True, slots=True, config=STRICT)
class MeasureDefinition:
    """A named quantity and how narratives call it.

    ``unit`` is its base unit; ``counted_in`` other classifiers that count the same thing one to one (份 ← 册, 张, 盒);
    ``converts`` those that count several (条: 200 支).
    ``words`` may stand on either side of the figure, ``before`` only in front of it, ``after`` only right behind it.
    ``made_of``: sums of other measures, or the quotient of two, that stand for it when it is not told itself, best first
    ("销售金额 + 货值金额（尚未销售）", "原木材积 ÷ 出材率").
    ``unnamed_in``: a figure that nothing names is this one when it is counted so and a limb asks for it (612册).
    ``sum_of``: a bare 金额 told in the same sentence behind a count of that measure is this one (发票12份给3家公司，金额43万元),
    and so is a figure under the general name that it is ``made_of`` (总镍2.1mg/L，超过限值3.2倍).
    ``single_of``: the largest figure of that measure that is told of one act (一笔, one day).
    ``holds``: measures that are items of this one where they stand on a list of it (运费 among losses).
    ``aside``: never the amount of the case (fines, deposits, costs, limits of a standard). ``total_rank``: which measure is
    what a case as a whole is about; the lowest rank that is told wins. ``of_one``: a price of one piece, so never a total.
    ``collective``: sums of several kinds, each shown under the text's own word (退赔: 退款, 赔偿金).
    Counted without a figure: ``befalls``, words that say of a person named before them that he is one (秦某重伤);
    ``younger_than``, persons below that age when they began to work; ``acts``, words that tell of one act, so that each day or
    ordinal they are told with is one, of which only those ``within`` one such span of time count; ``lasts``, words with which a
    stretch of time is told that counts its full months (2022年8月至12月的工资); ``ordinals``, words in whose sentence the highest
    ordinal of its units counts (发展的9人为第二级).
    """

    name: Text
    unit: Text
    meaning: str = ""
    counted_in: tuple[Text, ...] = ()
    converts: dict[str, Figure] = Rule(default_factory=dict)
    words: tuple[Text, ...] = ()
    before: tuple[Text, ...] = ()
    after: tuple[Text, ...] = ()
    made_of: Formulas = ()
    unnamed_in: tuple[Text, ...] = ()
    sum_of: Text | None = None
    single_of: Text | None = None
    holds: tuple[Text, ...] = ()
    aside: bool = False
    of_one: bool = False
    collective: bool = False
    befalls: tuple[Text, ...] = ()
    younger_than: Figure | None = None
    acts: tuple[Text, ...] = ()
    lasts: tuple[Text, ...] = ()
    ordinals: tuple[Text, ...] = ()
    within: Figure | None = None
    total_rank: Annotated[int, Rule(ge=1, le=99)] | None = None

    def accepts(self, unit: str) -> Decimal | None:
        """The factor from that unit to this measure's own; None where the unit counts something else."""
        if unit == self.unit or unit in self.counted_in:
            return Decimal(1)
        return self.converts[unit].value if unit in self.converts else None


@dataclass(frozen=True, slots=True, config=STRICT)
class CircumstanceDefinition:
    """A yes / no / unknown fact that limbs, exits and rules ask for. ``ask``: what to obtain where it is missing (待补充事实).

    ``told_by``: circumstances that include this one, so that where one of them holds this one does. ``excludes``: those that
    can't hold where this one does (全部售出: nothing is unsold). ``counted``: earlier penalties that make it hold, whatever words
    it is told in.
    """

    name: Text
    meaning: str = ""
    ask: str = ""
    told_by: tuple[Text, ...] = ()
    excludes: tuple[Text, ...] = ()
    counted: PenaltiesCondition | None = None


@dataclass(frozen=True, slots=True, config=STRICT)
class Document:
    """A source of law: 文号, title, issuer, dates, what it replaced. ``text_seen: no`` makes everything that rests on it draft."""

    number: Text
    title: Text
    effective_from: Day
    effective_to: Day | None = None
    issuer: str = ""
    short: str = ""
    replaces: tuple[Text, ...] = ()
    text_seen: bool = True
    note: str = ""

    def in_force(self, on: date) -> bool:
        """Whether the document was in force on that day."""
        return self.effective_from <= on and (self.effective_to is None or on < self.effective_to)


@dataclass(frozen=True, slots=True, config=STRICT)
class MissingCharge:
    """A charge in scope for which there is no file, and why not."""

    charge: Text
    article: Text
    why: Text


@dataclass(frozen=True, slots=True, config=STRICT)
class RegionalFigure:
    """What a province fixed for one limb's range: the limb (``threshold`` / ``limb``), the figure, since when, by which text."""

    threshold: Id
    limb: Id
    measure: Text
    figure: Figure
    effective_from: Day
    source: Source


@dataclass(frozen=True, slots=True, config=STRICT)
class Region:
    """A province (first two digits of the 区划代码) and its figures."""

    code: Annotated[str, Rule(pattern=r"^\d{6}$")]
    name: Text
    figures: tuple[RegionalFigure, ...]
    draft: bool = False


MEASURES: TypeAdapter[tuple[MeasureDefinition, ...]] = TypeAdapter(tuple[MeasureDefinition, ...])


@dataclass(frozen=True, slots=True, config=STRICT)
class Renamed:
    """An organisation that was renamed, or that took another over: one identity under its present and its former names."""

    name: Text
    formerly: Annotated[tuple[Text, ...], Rule(min_length=1)]
    note: str = ""


ALIASES: TypeAdapter[tuple[Renamed, ...]] = TypeAdapter(tuple[Renamed, ...])
CIRCUMSTANCES: TypeAdapter[tuple[CircumstanceDefinition, ...]] = TypeAdapter(tuple[CircumstanceDefinition, ...])
DOCUMENTS: TypeAdapter[tuple[Document, ...]] = TypeAdapter(tuple[Document, ...])
MISSING: TypeAdapter[tuple[MissingCharge, ...]] = TypeAdapter(tuple[MissingCharge, ...])
REGION: TypeAdapter[Region] = TypeAdapter(Region)
