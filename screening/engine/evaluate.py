"""The meaning of conditions, in plain Python: what the rule engine must agree with, and the trace it can't give.

An absent integer makes a condition on it unknown: the condition does not hold, nor does its negation.
``all`` and ``any`` combine unknowns as in three-valued logic (Kleene); a rule fires where the whole is known to hold.
Whether an integer is there is itself always known: ``{ratio: {present: no}}`` can be asked, and negated.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from screening.bundle.fields import COMPANIONS, FIELDS, Fact, complete
from screening.bundle.findings import AllOf, AnyOf, Condition, FindingRule, Not, OneOf

__all__ = ["Explanation", "Step", "explain", "failed_tests", "holds"]


@dataclass(frozen=True, slots=True)
class Step:
    """One leaf, with the ``not`` around it, against the facts; ``wanted`` and ``actual`` are for people.

    ``held`` is None where the integer is absent.
    """

    field: str
    wanted: str
    actual: str
    held: bool | None


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why a rule fired, or why it did not: its leaves in the order they were written."""

    rule: str
    fired: bool
    steps: tuple[Step, ...]


def holds(condition: Condition, facts: Mapping[str, Fact]) -> bool:
    """Whether the condition is known to hold on ``facts``, which ``complete`` has filled in."""
    return _truth(condition, facts) is True


def explain(rule: FindingRule, facts: Mapping[str, Fact]) -> Explanation:
    """``rule`` on the facts of one posting; unposted fields have their defaults."""
    known = complete(facts)
    return Explanation(rule.id, holds(rule.when, known), tuple(_steps(rule.when, known, True)))


def failed_tests(rule: FindingRule) -> tuple[tuple[str, int], ...]:
    """The rule's own tests that do not come out: ``("fires", 0)`` is the first posting it should have fired on."""
    return tuple(
        (name, index)
        for name, postings, wanted in (("fires", rule.tests.fires, True), ("silent", rule.tests.silent, False))
        for index, facts in enumerate(postings)
        if holds(rule.when, complete(facts)) is not wanted
    )


def _truth(condition: Condition, facts: Mapping[str, Fact]) -> bool | None:
    match condition:
        case AllOf():
            parts = [_truth(part, facts) for part in condition.all]
            return False if False in parts else None if None in parts else True
        case AnyOf():
            parts = [_truth(part, facts) for part in condition.any]
            return True if True in parts else None if None in parts else False
        case Not():
            truth = _truth(condition.not_, facts)
            return None if truth is None else not truth
        case OneOf():
            return facts[condition.field] in condition.values
    number = facts.get(condition.field)
    if not isinstance(number, int):
        return None
    return (condition.low is None or condition.low <= number) and (condition.high is None or number <= condition.high)


def _steps(condition: Condition, facts: Mapping[str, Fact], affirmed: bool) -> Iterator[Step]:
    match condition:
        case AllOf():
            parts = condition.all
        case AnyOf():
            parts = condition.any
        case Not():
            parts, affirmed = (condition.not_,), not affirmed
        case leaf:
            field = FIELDS.get(leaf.field) or COMPANIONS[leaf.field]
            actual = field.show(facts[leaf.field]) if leaf.field in facts else "缺"
            truth = _truth(leaf, facts)
            held = truth if affirmed or truth is None else not truth
            yield Step(leaf.field, leaf.wanted if affirmed else f"并非：{leaf.wanted}", actual, held)
            return
    for part in parts:
        yield from _steps(part, facts, affirmed)
