"""The shape of ``thresholds/charges/*.yaml``: one charge, its versions, their limbs (conditions: ``conditions.py``).

A limb holds when all its conditions hold and none of its ``unless`` does; a version is met when any limb holds.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Annotated, Literal

from pydantic import Field, TypeAdapter
from pydantic.dataclasses import dataclass

from screening.bundle.conditions import CircumstanceCondition, Condition
from screening.bundle.shapes import STRICT, Day, Figure, Id, Text, Trilean

__all__ = [
    "THRESHOLD",
    "Accumulation",
    "Exit",
    "FormerName",
    "Limb",
    "LimbTest",
    "Linkage",
    "Source",
    "Threshold",
    "Version",
]

PartyKind = Literal["个人", "单位"]


@dataclass(frozen=True, slots=True, config=STRICT)
class Source:
    """Where a figure stands: 文号 (a key of ``documents.yaml``), the clause, and the day somebody compared it with the text."""

    document: Text
    clause: Text
    checked_on: Day | None = None


@dataclass(frozen=True, slots=True, config=STRICT)
class Accumulation:
    """The clause that orders amounts of several acts to be added up; ``within``: none of them longer ago than that."""

    document: Text
    clause: Text
    checked_on: Day | None = None
    within: Figure | None = None


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
    """A boundary test: with these facts exactly these limbs are reached (``expect``), near, or unknown.

    ``exits``: exactly these ways out are there.
    """

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
    exits: tuple[Id, ...] | None = None


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
    accumulates: Accumulation | None = None
    note: str = ""

    def in_force(self, on: date) -> bool:
        """Whether this version was law on that day (``effective_from`` included, ``effective_to`` excluded)."""
        return self.effective_from <= on and (self.effective_to is None or on < self.effective_to)

    def source_of(self, limb: Limb) -> Source:
        """The limb's own source where it has one, else the version's."""
        return limb.source or self.source


@dataclass(frozen=True, slots=True, config=STRICT)
class Exit:
    """A statutory way out: when all of it is asserted (and none of ``unless``), the verdict stands, the level drops.

    ``all_of`` has the conditions of limbs; ``circumstance`` is short for a single one.
    """

    id: Id
    text: Text
    source: Source
    circumstance: Text | None = None
    all_of: tuple[Condition, ...] = ()
    unless: tuple[Text, ...] = ()

    def __post_init__(self) -> None:
        if bool(self.circumstance) == bool(self.all_of):
            raise ValueError("出路要写 circumstance（一个情节）或 all_of（几个条件，都要具备），二者写一个。")

    @property
    def conditions(self) -> tuple[Condition, ...]:
        """What must hold, in either form."""
        return self.all_of or (CircumstanceCondition(self.circumstance or ""),)


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
class FormerName:
    """What the charge was called for conduct that ended before ``until``; ``source`` is the text that changed the name.

    Where one name came in place of several, ``conduct`` says which acts this one was for (as ``rules/text`` asserts them).
    """

    charge: Text
    until: Day
    source: Source
    conduct: tuple[Text, ...] = ()


@dataclass(frozen=True, slots=True, config=STRICT)
class Threshold:
    """One charge (罪名规定's name), optionally one sub-kind of it, with every version, newest first.

    ``former_names``: a name goes with the law of the conduct date, so older conduct is reported under the name of its time.
    ``since``: the day the crime itself came into being; conduct that ended before it is no crime (刑法第12条).
    ``repealed``: the document that left it out when the last version ended; conduct from before is then no crime of this kind any more
    (从旧兼从轻, 刑法第12条).
    ``falls_back_to``: charges that stay in question beside this one, however weakly they are pointed to (刑法第149条第1款,
    法释〔2010〕7号第五条).
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
    repealed: Text | None = None
    exits: tuple[Exit, ...] = ()
    evidence: tuple[Text, ...] = ()
    description: str = ""
    former_names: tuple[FormerName, ...] = ()
    falls_back_to: tuple[Id, ...] = ()

    def words_with(self, of: str | None) -> tuple[str, ...]:
        """Words that name the charge's kind of conduct, ``of`` among them where a condition narrows or widens it."""
        own = (self.charge, *self.linkage.reasons, *self.linkage.conduct, *self.aliases)
        return (of, *own) if of else own

    def names_on(self, day: date) -> tuple[FormerName, ...]:
        """The former names that were in force on that day, in file order; none where the present one already was."""
        later = [name for name in self.former_names if day < name.until]
        first = min((name.until for name in later), default=None)
        return tuple(name for name in later if name.until == first)

    def charge_on(self, day: date, asserted: Callable[[str], bool]) -> str:
        """The charge's name for conduct that ended that day; of several the one whose conduct is ``asserted``, else the first."""
        names = self.names_on(day)
        if not names:
            return self.charge
        return next((name for name in names if any(map(asserted, name.conduct))), names[0]).charge


THRESHOLD: TypeAdapter[Threshold] = TypeAdapter(Threshold)
