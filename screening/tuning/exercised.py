"""What the cases at hand never exercise: limbs that none reaches, rules that never fire on any, phrases' rules never asserted."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from screening.bundle.bundle import Bundle
from screening.logic import State, Verdict
from screening.record import Record
from screening.screener import Screener

__all__ = ["Exercised", "Unexercised", "exercised", "unexercised"]


@dataclass(frozen=True, slots=True)
class Exercised:
    """What some record did exercise. A limb is (threshold, version's first day, limb id): reached, or near."""

    records: int
    limbs: frozenset[tuple[str, date, str]]
    rules: frozenset[str]
    conducts: frozenset[str]


@dataclass(frozen=True, slots=True)
class Unexercised:
    """What none did, in the order of the bundle, of how many there are."""

    limbs: tuple[tuple[str, date, str], ...]
    rules: tuple[str, ...]
    conducts: tuple[str, ...]
    limbs_in_all: int
    rules_in_all: int
    conducts_in_all: int


def exercised(screener: Screener, records: Iterable[Record], as_of: date) -> Exercised:
    """Screen the records and note the limbs they reach or come near, in either version compared, and the rules they fire."""
    limbs: set[tuple[str, date, str]] = set()
    rules: set[str] = set()
    conducts: set[str] = set()
    number = 0
    for record in records:
        number += 1
        screening = screener.screen(record, as_of)
        rules.update(finding.rule.id for finding in screening.score.findings)
        conducts.update(name for name, asserted in screening.reading.conducts.items() if asserted.state is State.YES)
        for assessment in screening.assessments:
            for measurement in filter(None, (assessment.governing, assessment.other)):
                limbs.update(
                    (assessment.threshold.id, measurement.version.effective_from, result.limb.id)
                    for result in (*measurement.limbs, *measurement.aggravated)
                    if result.verdict in (Verdict.REACHED, Verdict.NEAR)
                )
    return Exercised(number, frozenset(limbs), frozenset(rules), frozenset(conducts))


def unexercised(bundle: Bundle, found: Exercised) -> Unexercised:
    """All that the bundle has and ``found`` has not."""
    limbs = [(t.id, v.effective_from, limb.id) for t in bundle.thresholds for v in t.versions for limb in v.any_of]
    rules = [rule.id for rule in bundle.finding_rules]
    conducts = list(dict.fromkeys(r.asserts.conduct for r in bundle.text_rules if r.asserts.conduct))
    return Unexercised(
        tuple(limb for limb in limbs if limb not in found.limbs),
        tuple(rule for rule in rules if rule not in found.rules),
        tuple(name for name in conducts if name not in found.conducts),
        len(limbs), len(rules), len(conducts),
    )  # fmt: skip
