"""What an explanation is made of: plain values for people, in the order in which a result came about."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from screening.linkage import Pointer
from screening.tuning.reading_shown import ReadingShown

__all__ = [
    "ChargeExplained",
    "ConditionShown",
    "Explanation",
    "LimbShown",
    "RuleExplained",
    "ScoreStep",
    "StepShown",
    "VersionShown",
]


@dataclass(frozen=True, slots=True)
class ConditionShown:
    """One condition of a limb or of a way out: what is asked, what the record says, what is missing. ``share``: 1 is all of the figure."""

    what: str
    wanted: str
    actual: str
    state: str
    share: Decimal | None
    missing: tuple[str, ...]
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class LimbShown:
    """A limb, or a way out (``verdict`` is then a state), with each of its conditions.

    ``speaks``: the record says something about it at all.
    """

    id: str
    text: str
    document: str
    clause: str
    verdict: str
    ratio: Decimal | None
    conditions: tuple[ConditionShown, ...]
    missing: tuple[str, ...] = ()
    barred_by: str = ""
    draft: bool = False
    speaks: bool = True


@dataclass(frozen=True, slots=True)
class VersionShown:
    """One version against the case, its limbs with what speaks most for prosecution first."""

    effective_from: date
    document: str
    clause: str
    verdict: str
    limbs: tuple[LimbShown, ...]
    aggravated: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ChargeExplained:
    """A charge in question: ``pointers`` say why (kind, words, weight), ``choice`` why this version and not the other.

    ``asked``: whether the finding rules were asked about it; a charge pointed to weakly is only listed. ``supposed``: only likeness
    points to it.
    """

    threshold: str
    charge: str
    article: str
    strength: Decimal
    pointers: tuple[Pointer, ...]
    verdict: str
    ratio: Decimal | None
    draft: bool
    asked: bool
    supposed: bool
    choice: str
    governing: VersionShown | None
    other: VersionShown | None
    exits: tuple[LimbShown, ...]


@dataclass(frozen=True, slots=True)
class StepShown:
    """One condition of a rule. ``field`` is its name in the file, ``meaning`` in words; ``held`` is None where the figure is absent."""

    field: str
    meaning: str
    wanted: str
    actual: str
    held: bool | None


@dataclass(frozen=True, slots=True)
class RuleExplained:
    """One rule on one posting: each condition with what it wanted and what was there. ``charge``: about which charge it was asked."""

    rule: str
    title: str
    charge: str
    level: str
    weight: int
    fired: bool
    steps: tuple[StepShown, ...]


@dataclass(frozen=True, slots=True)
class ScoreStep:
    """What a finding brought: points of the score, after the weight (which a ratio may have raised) was put on what was left."""

    rule: str
    title: str
    charge: str
    level: str
    weight: Decimal
    contribution: Decimal
    text: str


@dataclass(frozen=True, slots=True)
class Explanation:
    """Everything about one result. ``why_level`` and ``why_score`` are sentences."""

    record_id: str
    party: str
    agency: str
    case_reason: str
    revision: str
    as_of: date
    score: Decimal
    level: str
    reading: ReadingShown
    charges: tuple[ChargeExplained, ...]
    rules: tuple[RuleExplained, ...]
    steps: tuple[ScoreStep, ...]
    why_level: str
    why_score: str
    notes: tuple[str, ...]

    def rules_about(self, charge: str) -> tuple[RuleExplained, ...]:
        """The rules as asked about one charge, in bundle order."""
        return tuple(rule for rule in self.rules if rule.charge == charge)
