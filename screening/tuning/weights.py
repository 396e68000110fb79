"""Weights of finding rules fitted to conclusions: logistic, drawn to the present weights, monotone by construction.

Scoring gives a case of one level the position 1 − ∏(1 − w/100) in the band of that level (scoring.py). With the *force* of a rule,
θ = −ln(1 − w/100), that is 1 − exp(−Σθ): forces add up, and what ``grows_with`` adds for a ratio does not depend on w. So the chance
that a case is right is modelled as logistic(a[level] + k·(beyond + Σθ)): ``k``, how much a force is worth, comes from the present
weights; θ is then fitted with a penalty on its distance from the present one (MAP; minimised coordinate by coordinate with the
bound 1/4 on the logistic's curvature, Böhning & Lindsay 1988, so that no step can overshoot). No θ is ever negative, and a rule
that stands over one of a lower level now goes on doing so. A weight can't move a case to another level: levels are not fitted.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from math import exp, log
from typing import NamedTuple

from screening.bundle.findings import FindingRule
from screening.scoring import LEVELS

__all__ = ["Case", "Fit", "Frame", "force", "frame", "weight"]

PRIOR = 16.0
"""As if this many even cases of each rule had spoken for its present weight."""
_WORTH = (1.0, 8.0)
_LEAST, _MOST = 1.0, 95.0  # weight 0 means "says something, adds nothing"; 100 would hide every other rule
_SWEEPS, _STILL = 200, 1e-3


class Case(NamedTuple):
    """A screening that somebody concluded on: its level, how often each rule fired, the force that ratios added, the conclusion."""

    level: str
    rules: tuple[tuple[str, int], ...]
    beyond: float
    right: bool

    def force(self, forces: Mapping[str, float]) -> float:
        """Its position in the band of its level, as a force: the larger the higher it stands there."""
        return self.beyond + sum(forces.get(rule, 0.0) * times for rule, times in self.rules)


def force(points: float) -> float:
    """θ of a weight of 0 to less than 100."""
    return -log(1 - points / 100)


def weight(theta: float) -> float:
    """The weight, 0–100, of a force."""
    return 100 * (1 - exp(-theta))


@dataclass(frozen=True, slots=True)
class Frame:
    """What holds of any fit: present forces of the rules that have any, and for each rule those it must not fall below or rise above."""

    present: Mapping[str, float]
    over: Mapping[str, tuple[str, ...]]
    under: Mapping[str, tuple[str, ...]]


def frame(rules: Iterable[FindingRule]) -> Frame:
    """The frame of a bundle's rules.

    Rules that name no level have no order to keep, and pairs that stand against the order of their levels now are let be.
    """
    weighty = [rule for rule in rules if 0 < rule.weight < 100]
    present = {rule.id: force(rule.weight) for rule in weighty}
    pairs = [
        (high.id, low.id)
        for high in weighty
        for low in weighty
        if LEVELS.index(high.level) > LEVELS.index(low.level) > 0 and high.weight >= low.weight
    ]
    return Frame(
        present,
        {id_: tuple(low for high, low in pairs if high == id_) for id_ in present},
        {id_: tuple(high for high, low in pairs if low == id_) for id_ in present},
    )


class _Row(NamedTuple):
    """Cases that are alike but for the conclusion."""

    level: str
    rules: tuple[tuple[str, int], ...]
    beyond: float
    cases: int
    right: int


class Fit:
    """A fit to some cases: ``forces`` of all weighty rules; those not ``free`` keep the present one."""

    def __init__(self, cases: Iterable[Case], limits: Frame, free: Collection[str]) -> None:
        self._rows = _rows(cases)
        self._limits = limits
        self.forces = dict(limits.present)
        self._base = dict.fromkeys(LEVELS, 0.0)
        self._worth = sum(_WORTH) / 2
        self._sums = [row.beyond + sum(self.forces.get(r, 0.0) * n for r, n in row.rules) for row in self._rows]
        self._settle(())
        self._settle(sorted(free))

    def _settle(self, free: Collection[str]) -> None:
        """Go round the coordinates until none moves: worth and levels first, then levels and forces."""
        told = {rule: [(i, n) for i, row in enumerate(self._rows) for r, n in row.rules if r == rule] for rule in free}
        for _ in range(_SWEEPS):
            moved = self._move_levels()
            moved = max(
                [moved, *(self._move(rule, told[rule]) for rule in free)] if free else [moved, self._move_worth()]
            )
            if moved < _STILL:
                break

    def _miss(self, index: int) -> float:
        """Expected minus counted right cases of a row."""
        row = self._rows[index]
        return row.cases / (1 + exp(-self._base[row.level] - self._worth * self._sums[index])) - row.right

    def _move_levels(self) -> float:
        slope = dict.fromkeys(LEVELS, 0.0)
        bend = dict.fromkeys(LEVELS, 0.0)
        for index, row in enumerate(self._rows):
            slope[row.level] += self._miss(index)
            bend[row.level] += row.cases / 4
        # A faint pull to 0 keeps a level finite whose cases were all right, or all wrong.
        steps = {level: (slope[level] + 0.1 * at) / (bend[level] + 0.1) for level, at in self._base.items()}
        self._base = {level: at - steps[level] for level, at in self._base.items()}
        return max(map(abs, steps.values()))

    def _move_worth(self) -> float:
        slope = sum(self._miss(i) * s for i, s in enumerate(self._sums))
        bend = sum(row.cases * s * s for row, s in zip(self._rows, self._sums, strict=True)) / 4
        before = self._worth
        self._worth = min(max(before - slope / max(bend, 1e-9), _WORTH[0]), _WORTH[1])
        return abs(self._worth - before)

    def _move(self, rule: str, told: list[tuple[int, int]]) -> float:
        worth, before = self._worth, self.forces[rule]
        away = before - self._limits.present[rule]
        # An even case has the curvature 1/4, so the penalty is that of PRIOR such cases.
        slope = worth * sum(self._miss(i) * n for i, n in told) + worth * worth * PRIOR / 4 * away
        bend = worth * worth * (sum(self._rows[i].cases * n * n for i, n in told) + PRIOR) / 4
        low = max([force(_LEAST), *(self.forces[other] for other in self._limits.over[rule])])
        high = min([force(_MOST), *(self.forces[other] for other in self._limits.under[rule])])
        step = min(max(before - slope / bend, low), high) - before
        self.forces[rule] = before + step
        for index, times in told:
            self._sums[index] += step * times
        return abs(step)


def _rows(cases: Iterable[Case]) -> list[_Row]:
    tally: dict[tuple[str, tuple[tuple[str, int], ...], float], list[int]] = {}
    for case in cases:
        counted = tally.setdefault((case.level, case.rules, round(case.beyond, 2)), [0, 0])
        counted[0] += 1
        counted[1] += case.right
    return [_Row(*alike, *counted) for alike, counted in sorted(tally.items())]
