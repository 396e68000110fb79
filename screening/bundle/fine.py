"""The shape of ``thresholds/fines/*.yaml``: what fine an article of an administrative law allows, version by version.

An entry has steps. A step says for which amounts of its ``base`` it is meant, and its least and its greatest fine: in 元, as a
multiple (倍) or a share (%) of the base, or in 元 for each ``per`` of the base. A step without ``at_least`` has no
least fine, one without any figure is what another text or provision says.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, TypeAdapter
from pydantic.dataclasses import dataclass

from screening.bundle.shapes import STRICT, Day, Figure, Text
from screening.quantity import Quantity

__all__ = ["FINES", "Fine", "FineLaw", "FineStep", "FineVersion"]

_TIMES = frozenset({"倍", "%"})
_PROVISION = re.compile(r"第\d+条(?:之[一二三四五])?(?:第\d+款)?(?:第\d+项)?")
_ARTICLES = re.compile(r"第(\d+)条(?:至第(\d+)条)?")


@dataclass(frozen=True, slots=True, config=STRICT)
class FineStep:
    """One step of an article: the fine where ``base`` is at least ``base_from`` and less than ``base_below``.

    ``base`` is a word of the law for which the vocabulary has a measure; ``unread_base`` one that no measure reads (检验费用).
    ``base_counts_as``: a smaller base counts as so much (不足十万元的，按十万元计算). ``case``: when the step is meant, where no
    figure tells (情节严重的); ``may``: 可以处, the fine is optional; ``party``: only for this kind of party.
    """

    at_least: Figure | None = None
    at_most: Figure | None = None
    base: Text | None = None
    unread_base: Text | None = None
    base_from: Figure | None = None
    base_below: Figure | None = None
    base_counts_as: Figure | None = None
    per: Figure | None = None
    case: str = ""
    party: Literal["个人", "单位"] | None = None
    may: bool = False

    def __post_init__(self) -> None:
        for figure in (self.at_least, self.at_most):
            if figure and figure.unit not in ("元", *_TIMES):
                raise ValueError(f"罚款“{figure.written}”要以元、倍或者 % 计。")
        if self.base and self.unread_base:
            raise ValueError("base 与 unread_base 只写一个：计量里有的写 base，没有的写 unread_base。")
        based = any((self.base_from, self.base_below, self.base_counts_as, self.per)) or self.times
        if based and not (self.base or self.unread_base):
            raise ValueError("按倍数、比例、单位数量或者分档的罚款，要写明以什么为基数（base，例如 货值金额）。")
        if not (self.at_most or self.case):
            raise ValueError("没有数额的一档，要在 case 里写明依照什么处罚。")
        if self.at_least and not self.at_most:
            raise ValueError("写了最低罚款 at_least，还要写最高罚款 at_most。")
        if self.at_least and self.at_most:
            if (self.at_least.unit == "元") != (self.at_most.unit == "元"):
                raise ValueError("最低和最高罚款要么都写元，要么都写倍或者 %。")
            if self.at_least.unit == self.at_most.unit and self.at_least.value > self.at_most.value:
                raise ValueError(f"最低罚款“{self.at_least.written}”高于最高罚款“{self.at_most.written}”。")
        if self.base_from and self.base_below and self.base_from.value >= self.base_below.value:
            raise ValueError("base_from 应小于 base_below。")

    @property
    def times(self) -> bool:
        """Whether the fine is a multiple or a share of the base."""
        return self.at_most is not None and self.at_most.unit in _TIMES

    @property
    def figures(self) -> Iterator[Quantity]:
        """The figures that the base is compared with or divided by."""
        return (f for f in (self.base_from, self.base_below, self.base_counts_as, self.per) if f)


@dataclass(frozen=True, slots=True, config=STRICT)
class Fine:
    """The fine of one or more provisions (``第124条第1款``) that allow the same; the least of its steps that may be meant counts."""

    provisions: Annotated[tuple[Text, ...], Field(min_length=1)]
    steps: Annotated[tuple[FineStep, ...], Field(min_length=1)]
    note: str = ""

    def __post_init__(self) -> None:
        for text in self.provisions:
            if not _PROVISION.fullmatch(text):
                raise ValueError(f"条款“{text}”读不懂，应写成 第124条第1款第2项。")


def _ranges(texts: tuple[str, ...]) -> tuple[str, ...]:
    for text in texts:
        if not _ARTICLES.fullmatch(text):
            raise ValueError(f"“{text}”应写成 第122条 或者 第122条至第149条。")
    return texts


Articles = Annotated[tuple[Text, ...], AfterValidator(_ranges)]


@dataclass(frozen=True, slots=True, config=STRICT)
class FineVersion:
    """The fines of a law as read in the text of the day ``version``, from ``effective_from`` to the next version.

    ``effective_to`` (exclusive) where the next text is not at hand. ``liability``: its articles on penalties, ``harmless``: those
    among them that have no fine here and lower none; any other without a fine leaves open what the least is.
    """

    version: Day
    effective_from: Day
    fines: Annotated[tuple[Fine, ...], Field(min_length=1)]
    effective_to: Day | None = None
    liability: Articles = ()
    harmless: Articles = ()

    def in_force(self, on: date) -> bool:
        """Whether this version was law on that day (``effective_from`` included, ``effective_to`` excluded)."""
        return self.effective_from <= on and (self.effective_to is None or on < self.effective_to)

    @property
    def open_articles(self) -> frozenset[str]:
        """Articles on penalties that may lower a fine or set another, where they are not recorded."""
        return frozenset(_articles(self.liability)) - frozenset(_articles(self.harmless))


def _articles(texts: tuple[str, ...]) -> Iterator[str]:
    for text in texts:
        if match := _ARTICLES.fullmatch(text):
            yield from map(str, range(int(match[1]), int(match[2] or match[1]) + 1))


@dataclass(frozen=True, slots=True, config=STRICT)
class FineLaw:
    """A law or regulation (title without 中华人民共和国) with its versions, newest first."""

    law: Text
    versions: Annotated[tuple[FineVersion, ...], Field(min_length=1)]

    def on(self, day: date) -> FineVersion | None:
        """The version in force that day; None where its text is not at hand."""
        return next((version for version in self.versions if version.in_force(day)), None)


FINES: TypeAdapter[tuple[FineLaw, ...]] = TypeAdapter(tuple[FineLaw, ...])
