"""Findings → score and level.

The level is the highest that any finding justifies by itself; the score lies in that level's band and grows inside it with
the weights of all findings, each a little less than it would add alone, so it is graded and never saturates.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal
from types import MappingProxyType
from typing import NamedTuple

from screening.bundle.findings import FindingRule
from screening.bundle.policy import Policy
from screening.facts import Evidence

__all__ = ["LEVELS", "Finding", "Score", "band", "score"]

LEVEL_NAMES = MappingProxyType({"refer": "建议移送", "early_intervention": "提前介入", "watch": "关注", "none": "无"})
LEVELS = ("none", "watch", "early_intervention", "refer")
TENTH = Decimal("0.1")
HUNDRED = Decimal(100)


class Finding(NamedTuple):
    """A rule that fired: what it says about which charge, with the words that say so; ``contribution`` in points of the score.

    ``rank``: how strongly the record points to that charge, 1 first; ``records``: other records that the rule rests on.
    """

    rule: FindingRule
    charge: str
    text: str
    evidence: tuple[Evidence, ...]
    ratio: Decimal | None = None
    rank: int = 1
    contribution: Decimal = Decimal(0)
    records: tuple[str, ...] = ()

    @property
    def weight(self) -> Decimal:
        """The rule's weight; one that grows with the ratio gains up to half of what is left to 100, the further beyond."""
        weight = Decimal(self.rule.weight)
        if self.rule.grows_with == "ratio" and self.ratio is not None and self.ratio > 1:
            weight += (HUNDRED - weight) / 2 * (1 - 1 / self.ratio)
        return weight


@dataclass(frozen=True, slots=True)
class Score:
    """The case's score (0–100, one decimal), its level, and the findings with their contributions, largest first."""

    value: Decimal
    level: str
    findings: tuple[Finding, ...]


def band(level: str, policy: Policy) -> tuple[Decimal, Decimal]:
    """The scores of a level: from the first up to, and without, the second."""
    edges = (Decimal(0), policy.watch, policy.early_intervention, policy.refer, HUNDRED)
    at = LEVELS.index(level)
    return edges[at], edges[at + 1]


def score(findings: Sequence[Finding], policy: Policy) -> Score:
    """Score a case. The same findings give the same score, in whatever order they come."""
    if not findings:
        return Score(Decimal("0.0"), "none", ())
    level = max((f.rule.level for f in findings), key=LEVELS.index)
    floor, ceiling = band(level, policy)
    ordered = sorted(findings, key=lambda f: (-LEVELS.index(f.rule.level), f.rank, -f.weight, f.rule.id, f.charge))
    left = Decimal(1)
    parts: list[Finding] = []
    for index, finding in enumerate(ordered):
        share = left * finding.weight / HUNDRED
        left -= share
        points = share * (ceiling - floor) + (floor if index == 0 else 0)
        parts.append(finding._replace(contribution=points.quantize(TENTH, ROUND_HALF_EVEN)))
    value = (floor + (1 - left) * (ceiling - floor)).quantize(TENTH, ROUND_HALF_EVEN)
    return Score(min(value, ceiling - TENTH), level, tuple(parts))
