"""The shape of ``thresholds/charges/*.yaml``: one charge, its versions, their limbs and conditions.

A limb holds when all its conditions hold and none of its ``unless`` does; a version is met when any limb holds.
"""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import AliasChoices, BeforeValidator, Discriminator, Field, Tag, TypeAdapter
from pydantic.dataclasses import dataclass

from screening.bundle.shapes import STRICT, Day, Figure, Id, Text, Trilean

__all__ = [
    "THRESHOLD",
    "AnyOf",
    "CircumstanceCondition",
    "Condition",
    "ConductCondition",
    "Exit",
    "Limb",
    "LimbCondition",
    "LimbTest",
    "Linkage",
    "MeasureCondition",
    "MixCondition",
    "MixPart",
    "PenaltiesCondition",
    "Source",
    "SumCondition",
    "Term",
    "Threshold",
    "Version",
    "read_term",
]

PartyKind = Literal["个人", "单位"]


@dataclass(frozen=True, slots=True, config=STRICT)
class Source:
    """Where a figure stands: 文号 (a key of ``documents.yaml``), the clause, and the day somebody compared it with the text."""

    document: Text
    clause: Text
    checked_on: Day | None = None


@dataclass(frozen=True, slots=True, config=STRICT)
class MeasureCondition:
    """A measured quantity against a figure. ``between`` is a range within which each province fixes its own figure.

    ``of`` names the circumstance that the measured part must be in (货值金额 of 尚未销售). ``more_than`` excludes the number.
    ``gate``: a qualification rather than a size (年利率超过36%), so that falling short of it is not "near".
    """

    measure: Text
    at_least: Figure | None = None
    more_than: Figure | None = None
    less_than: Figure | None = None
    between: tuple[Figure, Figure] | None = None
    of: Text | None = None
    gate: bool = False

    def __post_init__(self) -> None:
        floors = [f for f in (self.at_least, self.more_than, self.between) if f is not None]
        if len(floors) > 1 or not (floors or self.less_than):
            raise ValueError("计量条件要写 at_least、more_than、between 中的一个，或只写 less_than。")
        if self.between and not self.between[0].value < self.between[1].value:
            raise ValueError("between 的两端应由小到大。")


@dataclass(frozen=True, slots=True)
class Term:
    """One addend of a weighted sum: ``销售金额 × 3``, ``货值金额（尚未销售）``."""

    measure: str
    times: Decimal = Decimal(1)
    of: str | None = None


def read_term(value: object) -> Term:
    """An addend as text: a measure, optionally only its part in a circumstance, optionally weighted."""
    if isinstance(value, Term):
        return value
    match = re.fullmatch(r"([^×*\s（）()]+)(?:[（(]([^）)]+)[）)])?(?:\s*[×*]\s*(\d+(?:\.\d+)?))?", str(value).strip())
    if not match:
        raise ValueError(f"“{value}”应写成“计量名”“计量名 × 倍数”或“计量名（情节）”。")
    return Term(match[1], Decimal(match[3] or 1), match[2])


@dataclass(frozen=True, slots=True, config=STRICT)
class SumCondition:
    """A weighted sum of measures against a figure: 销售金额 × 3 + 货值金额 at least 15 万元."""

    sum: tuple[Annotated[Term, BeforeValidator(read_term)], ...]
    at_least: Figure


@dataclass(frozen=True, slots=True, config=STRICT)
class MixPart:
    """One kind of a proportional mix and the figure that alone would suffice."""

    measure: Text
    per: Figure
    of: Text | None = None


@dataclass(frozen=True, slots=True, config=STRICT)
class MixCondition:
    """Different kinds converted in proportion: Σ measured / figure ≥ 1 (e.g. 林种折算, 法释〔2023〕8号第一条第二款)."""

    mix: tuple[MixPart, ...]


@dataclass(frozen=True, slots=True, config=STRICT)
class CircumstanceCondition:
    """A circumstance that must be asserted (``is: yes``), or must be denied (``is: no``)."""

    circumstance: Text
    is_: Annotated[Literal["yes", "no"], Field(validation_alias=AliasChoices("is", "is_"))] = "yes"


@dataclass(frozen=True, slots=True, config=STRICT)
class ConductCondition:
    """The conduct itself, as ``rules/text`` asserts it; for limbs that need no figure."""

    conduct: Text


@dataclass(frozen=True, slots=True, config=STRICT)
class PenaltiesCondition:
    """Earlier administrative penalties in a window that runs from the first one's effect to the new act (no window: ever).

    ``of`` narrows the kind (e.g. 走私); without it a penalty for the same kind of conduct.
    """

    penalties: Figure
    within: Figure | None = None
    of: Text | None = None


@dataclass(frozen=True, slots=True, config=STRICT)
class LimbCondition:
    """A relative condition: the measured part of another limb of this version reaches a share of its figure."""

    limb: tuple[Id, ...]
    at_least: Figure


@dataclass(frozen=True, slots=True, config=STRICT)
class AnyOf:
    """``count`` of these conditions must hold (one, where nothing is said)."""

    any_of: tuple[Condition, ...]
    count: Annotated[int, Field(ge=1)] = 1


_KINDS = ("measure", "sum", "mix", "circumstance", "conduct", "penalties", "limb", "any_of")


def _kind(value: Any) -> str | None:
    for kind in _KINDS:
        if (isinstance(value, dict) and kind in value) or (not isinstance(value, dict) and hasattr(value, kind)):
            return f"<{kind}>"  # no key looks like this, so that a place in the file is never mistaken for a tag
    return None


Condition = Annotated[
    Annotated[MeasureCondition, Tag("<measure>")]
    | Annotated[SumCondition, Tag("<sum>")]
    | Annotated[MixCondition, Tag("<mix>")]
    | Annotated[CircumstanceCondition, Tag("<circumstance>")]
    | Annotated[ConductCondition, Tag("<conduct>")]
    | Annotated[PenaltiesCondition, Tag("<penalties>")]
    | Annotated[LimbCondition, Tag("<limb>")]
    | Annotated[AnyOf, Tag("<any_of>")],
    Discriminator(_kind),
]


@dataclass(frozen=True, slots=True, config=STRICT)
class Limb:
    """One alternative of a version. ``tier: 加重`` is shown as information and never decides whether to refer."""

    id: Id
    text: Text
    all_of: Annotated[tuple[Condition, ...], Field(min_length=1)]
    unless: tuple[Text, ...] = ()
    source: Source | None = None
    party: PartyKind | None = None
    tier: Literal["入罪", "加重"] = "入罪"
    draft: bool = False


@dataclass(frozen=True, slots=True, config=STRICT)
class LimbTest:
    """A boundary test: with these facts exactly these limbs are reached (``expect``), near, or unknown."""

    name: Text
    expect: tuple[Id, ...]
    measures: dict[str, Figure] = Field(default_factory=dict)
    circumstances: dict[str, Trilean] = Field(default_factory=dict)
    conduct: tuple[Text, ...] = ()
    penalties: int = 0
    region: str | None = None
    party: PartyKind | None = None
    near: tuple[Id, ...] | None = None
    unknown: tuple[Id, ...] | None = None


@dataclass(frozen=True, slots=True, config=STRICT)
class Version:
    """What the law said from ``effective_from`` until the next version (or ``effective_to``, exclusive).

    ``accumulates``: amounts of several acts none of which was punished are added up, as the law of this version orders.
    """

    effective_from: Day
    source: Source
    any_of: Annotated[tuple[Limb, ...], Field(min_length=1)]
    tests: tuple[LimbTest, ...] = ()
    effective_to: Day | None = None
    draft: bool = False
    accumulates: Source | None = None
    note: str = ""

    def in_force(self, on: date) -> bool:
        """Whether this version was law on that day (``effective_from`` included, ``effective_to`` excluded)."""
        return self.effective_from <= on and (self.effective_to is None or on < self.effective_to)

    def source_of(self, limb: Limb) -> Source:
        """The limb's own source where it has one, else the version's."""
        return limb.source or self.source


@dataclass(frozen=True, slots=True, config=STRICT)
class Exit:
    """A statutory way out: when ``circumstance`` is asserted (and none of ``unless``), the verdict stands, the level drops."""

    id: Id
    text: Text
    circumstance: Text
    source: Source
    unless: tuple[Text, ...] = ()


@dataclass(frozen=True, slots=True, config=STRICT)
class Linkage:
    """What puts the charge in question: cited provisions, 案由 phrases, conducts that ``rules/text`` asserts.

    ``not_with``: conducts that point to another charge instead and withdraw this one.
    """

    provisions: tuple[Text, ...] = ()
    reasons: tuple[Text, ...] = ()
    conduct: tuple[Text, ...] = ()
    not_with: tuple[Text, ...] = ()


@dataclass(frozen=True, slots=True, config=STRICT)
class Threshold:
    """One charge (罪名规定's name), optionally one sub-kind of it, with every version, newest first.

    ``since``: the day the crime itself came into being; conduct that ended before it is no crime (刑法第12条).
    ``evidence``: the kinds of appraisal or record its limbs stand on (检验报告, 价格认定, 称重 …).
    """

    id: Id
    charge: Text
    article: Text
    linkage: Linkage
    versions: Annotated[tuple[Version, ...], Field(min_length=1)]
    kind: str = ""
    aliases: tuple[Text, ...] = ()
    agencies: tuple[Text, ...] = ()
    since: Day | None = None
    exits: tuple[Exit, ...] = ()
    evidence: tuple[Text, ...] = ()
    description: str = ""


THRESHOLD: TypeAdapter[Threshold] = TypeAdapter(Threshold)
