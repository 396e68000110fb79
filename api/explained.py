"""Every rule on a screening, fired or not, condition by condition."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from screening.history.course import Course
from screening.history.telling import course_fields
from screening.screener import Screener, Screening
from screening.signs import fields_of, signs_of

__all__ = ["trace"]


def trace(screener: Screener, screening: Screening) -> list[dict[str, Any]]:
    """For each assessed charge (or once for the record where none is in question): the rules and their conditions."""
    return list(_postings(screener, screening))


def _postings(screener: Screener, screening: Screening) -> Iterator[dict[str, Any]]:
    record, reading = screening.record, screening.reading
    provisions = screener.linkage.cited(record)
    cited = screener.fines.cited(record, reading, provisions)
    signs = signs_of(record, reading, cited, screening.as_of, screener.bundle.policy.limitation)
    for rank, assessment in enumerate(screening.assessments or [None], start=1):
        facts = dict(fields_of(record, reading, signs, assessment, screener.linkage))
        course: Course | None = screening.courses.get(assessment.threshold.id) if assessment else None
        if course is not None and assessment is not None:
            governing = assessment.governing
            facts |= course_fields(course, bool(governing and governing.version.accumulates))
        yield {
            "threshold": assessment.threshold.id if assessment else None,
            "charge": assessment.charge if assessment else None,
            "rules": [
                {
                    "rule": explanation.rule,
                    "fired": explanation.fired,
                    "conditions": [
                        {"field": s.field, "wanted": s.wanted, "actual": s.actual, "held": s.held}
                        for s in explanation.steps
                    ],
                }
                for explanation in screener.engine.explain({**facts, "rank": rank})
            ],
        }
