"""Rule weights proposed from what prosecutors concluded: which should change, how sure that is, and what ranking gains by it.

Only changes that stand out are proposed: the interval of the weight over resampled feedback must leave out the present one. What
ranking gains is measured on cases that the proposal has not seen (cross-validation of the whole procedure).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from math import log
from random import Random
from typing import Any

from screening.bundle.bundle import Bundle
from screening.scoring import LEVELS
from screening.tuning.weights import Case, Fit, Frame, frame, weight

__all__ = ["FEWEST", "Proposal", "Ranking", "Weighing", "cases_of", "concordance", "propose", "ranking"]

FEWEST = 60
"""Concluded cases below which nothing is proposed; of right and of wrong ones at least a quarter of that each."""
_FIRED = 10  # a rule that fired on fewer concluded cases keeps its weight
_RESAMPLES, _IN_A_FOLD, _FOLDS = 100, 40, 5
_INSIDE = 0.025  # what an interval leaves out at each end


@dataclass(frozen=True, slots=True)
class Weighing:
    """One rule: its weight now and as proposed (0–100), the 95 % interval of the fit, and on how many cases it fired and was right."""

    rule: str
    title: str
    level: str
    now: int
    proposed: int
    low: float
    high: float
    cases: int
    right: int


@dataclass(frozen=True, slots=True)
class Ranking:
    """How well cases are ordered within their level (all that weights can change), each 0–1.

    ``concordance``: the share of pairs of a right and a wrong case in which the right one stands higher, ties as half (AUC).
    ``precision``, ``recall``: of the upper half of each level, how many are right; of the right cases, how many stand there.
    """

    concordance: float
    precision: float
    recall: float


@dataclass(frozen=True, slots=True)
class Proposal:
    """``weighings`` of the rules that fired; ``why_not`` says why nothing is proposed, empty where something is.

    ``before`` and ``after`` are of cases left out of the fit; ``gain`` is the 95 % interval of the gain in concordance.
    """

    cases: int
    right: int
    weighings: tuple[Weighing, ...]
    before: Ranking | None
    after: Ranking | None
    gain: tuple[float, float] | None
    why_not: str

    @property
    def points(self) -> dict[str, int]:
        """Rule → proposed weight, of the rules that change; empty where nothing is proposed."""
        return {} if self.why_not else {w.rule: w.proposed for w in self.weighings if w.proposed != w.now}


def cases_of(concluded: Iterable[tuple[bool, Mapping[str, Any]]], bundle: Bundle) -> list[Case]:
    """Cases from result lines and whether each was right. Findings of rules that the bundle no longer has are left out."""
    rules = {rule.id: rule for rule in bundle.finding_rules}
    cases = []
    for right, result in concluded:
        ratios = {charge["threshold"]: charge["ratio"] or 0 for charge in result["charges"]}
        fired = [finding for finding in result["findings"] if finding["rule"] in rules]
        growing = [f["threshold"] for f in fired if rules[f["rule"]].grows_with == "ratio"]
        # Finding.weight: half of what is left to 100 times (1 − 1/ratio); as a force that is −ln((1 + 1/ratio) / 2).
        beyond = sum(-log((1 + 1 / ratios[c]) / 2) for c in growing if ratios.get(c, 0) > 1)
        cases.append(Case(result["level"], tuple(sorted(Counter(f["rule"] for f in fired).items())), beyond, right))
    return cases


def propose(cases: Sequence[Case], bundle: Bundle, seed: int = 1) -> Proposal:
    """Propose weights. Pure: the same cases in the same order, bundle and seed give the same proposal."""
    limits = frame(bundle.finding_rules)
    right = sum(case.right for case in cases)
    if len(cases) < FEWEST or min(right, len(cases) - right) < FEWEST // 4:
        why = (
            f"样本太少：有结论的 {len(cases)} 份，其中准确 {right} 份、排除 {len(cases) - right} 份；"
            f"至少要有 {FEWEST} 份，准确的和排除的各不少于 {FEWEST // 4} 份。"
        )
        return Proposal(len(cases), right, (), None, None, None, why)
    forces, spans = _fitted(cases, limits, Random(seed), _RESAMPLES)
    held_out = _held_out(cases, limits, seed)
    before = ranking([(case.level, case.force(limits.present), case.right) for case in cases])
    after = ranking(held_out)
    gain = _gain(cases, limits, held_out, Random(seed))
    weighings = _weighings(cases, bundle, forces, spans)
    why = ""
    if all(w.proposed == w.now for w in weighings):
        why = "没有一条规则的权重有把握要改。"
    elif gain[0] <= 0:
        why = "用没有参与拟合的案件检验，排序没有变好，或者变好可能只是偶然。"
    return Proposal(len(cases), right, weighings, before, after, gain, why)


Spans = dict[str, tuple[float, float]]


def _fitted(cases: Sequence[Case], limits: Frame, random: Random, resamples: int) -> tuple[Mapping[str, float], Spans]:
    """The proposed forces, and the intervals of the weights of all rules that fired often enough."""
    fired = Counter(rule for case in cases for rule, _ in case.rules)
    enough = {rule for rule in limits.present if fired[rule] >= _FIRED}
    drawn: dict[str, list[float]] = {rule: [] for rule in sorted(enough)}
    for _ in range(resamples):
        sample = Fit(random.choices(cases, k=len(cases)), limits, enough)
        for rule, values in drawn.items():
            values.append(weight(sample.forces[rule]))
    spans = {rule: _middle(values) for rule, values in drawn.items()}
    sure = {rule for rule, (low, high) in spans.items() if not low <= weight(limits.present[rule]) <= high}
    return Fit(cases, limits, sure).forces, spans


def _middle(values: list[float]) -> tuple[float, float]:
    values = sorted(values)
    out = int(len(values) * _INSIDE)
    return values[out], values[-1 - out]


Placed = tuple[str, float, bool]
"""Level, position in it, whether the case was right."""


def _held_out(cases: Sequence[Case], limits: Frame, seed: int) -> list[Placed]:
    """Each case placed by weights that were proposed without it."""
    order = list(range(len(cases)))
    Random(seed).shuffle(order)
    placed: dict[int, Placed] = {}
    for fold in range(_FOLDS):
        left_out = set(order[fold::_FOLDS])
        forces, _ = _fitted(
            [case for i, case in enumerate(cases) if i not in left_out], limits, Random(seed), _IN_A_FOLD
        )
        placed |= {i: (cases[i].level, cases[i].force(forces), cases[i].right) for i in left_out}
    return [placed[i] for i in range(len(cases))]


def _gain(cases: Sequence[Case], limits: Frame, held_out: Sequence[Placed], random: Random) -> tuple[float, float]:
    present = [(case.level, case.force(limits.present), case.right) for case in cases]
    gains = []
    for _ in range(2 * _RESAMPLES):
        drawn = random.choices(range(len(cases)), k=len(cases))
        gains.append(concordance([held_out[i] for i in drawn]) - concordance([present[i] for i in drawn]))
    return _middle(gains)


def _weighings(
    cases: Sequence[Case], bundle: Bundle, forces: Mapping[str, float], spans: Spans
) -> tuple[Weighing, ...]:
    by_level = sorted(bundle.finding_rules, key=lambda r: (-LEVELS.index(r.level), -r.weight, r.id))
    found = []
    for rule in by_level:
        on = [case.right for case in cases if any(r == rule.id for r, _ in case.rules)]
        if rule.id in forces and on:
            low, high = spans.get(rule.id, (float(rule.weight), float(rule.weight)))
            proposed = round(weight(forces[rule.id]))
            found.append(Weighing(rule.id, rule.title, rule.level, rule.weight, proposed, low, high, len(on), sum(on)))
    return tuple(found)


def ranking(placed: Sequence[Placed]) -> Ranking:
    """How well these cases are ordered within their levels."""
    shown = hits = 0.0
    for _, level in _levels(placed):
        left = len(level) / 2
        shown += left
        for _, tied in groupby(sorted(level, key=lambda p: -p[1]), key=lambda p: round(p[1], 6)):
            alike = list(tied)
            taken = min(left, len(alike))  # of cases that stand equal, any may be looked at first
            hits += taken * sum(right for *_, right in alike) / len(alike)
            left -= taken
    right = sum(right for *_, right in placed)
    return Ranking(concordance(placed), hits / shown if shown else 0.0, hits / right if right else 0.0)


def concordance(placed: Collection[Placed]) -> float:
    """The share of pairs (right, wrong) of one level in which the right case stands higher; 0.5 where there are none."""
    good = pairs = 0.0
    for _, level in _levels(placed):
        wrong_below = 0
        wrongs = sum(not right for *_, right in level)
        for _, tied in groupby(sorted(level, key=lambda p: p[1]), key=lambda p: round(p[1], 6)):
            rights = [right for *_, right in tied]
            won, lost = sum(rights), len(rights) - sum(rights)
            good += won * (wrong_below + lost / 2)
            wrong_below += lost
            pairs += won * wrongs
    return good / pairs if pairs else 0.5


def _levels(placed: Iterable[Placed]) -> Iterable[tuple[str, list[Placed]]]:
    levels: dict[str, list[Placed]] = {}
    for one in placed:
        levels.setdefault(one[0], []).append(one)
    return levels.items()
