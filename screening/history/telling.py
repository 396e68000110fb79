"""A course of conduct as the typed fields that finding rules ask about, and as the words of their sentences."""

from __future__ import annotations

from collections.abc import Mapping

from screening.assess import Measurement
from screening.bundle.fields import LARGEST, Fact
from screening.history.course import Course
from screening.quantity import format_amount

__all__ = ["course_fields", "course_words"]


def course_fields(course: Course, law_adds: bool) -> Mapping[str, Fact]:
    """The posting of one charge's history; what is not known of stays at its default."""
    facts: dict[str, Fact] = {
        "accumulated": len(course.counted),
        "same_kind_penalties": len(course.penalties),
        "near_misses": len(course.near_misses),
        "law_adds": _flag(law_adds),
        "split": _flag(course.split),
        "separated": course.separated.value,
    }
    for name, measured in (("together", course.together), ("consignment", course.shared)):
        if measured is not None:
            facts[name] = measured.verdict.value
    if course.together is not None and course.together.best and course.together.best.ratio is not None:
        facts["together_ratio"] = min(LARGEST - 1, int(course.together.best.ratio * 1000))
    return facts


def course_words(course: Course) -> Mapping[str, str]:
    """The placeholders of a rule's sentence that tell of other records."""
    last = course.penalties[-1].decided_on if course.penalties else None
    return {
        "penalties": str(len(course.penalties)),
        "penalty_records": _ids(course.behind["same_kind_penalties"]),
        "last_penalty": last.isoformat() if last else "",
        "acts": str(len(course.acts) + 1),
        "act_records": _ids(course.behind["together"]),
        "counted_records": _ids(course.behind["accumulated"]),
        "near_miss_records": _ids(course.behind["near_misses"]),
        "consignment_records": _ids(course.behind["consignment"]),
        "sharers": "、".join(dict.fromkeys(past.party for past in course.consignment if past.party)),
        **_sum("together", course.together),
        **_sum("shared", course.shared),
    }


def _sum(name: str, measured: Measurement | None) -> dict[str, str]:
    best = measured.best if measured else None
    told = best.decisive if best else None
    ratio = best.ratio if best else None
    return {
        name: f"{told.label}{told.actual}" if told else "",
        f"{name}_ratio": f"{format_amount(round(ratio * 100, 1))}%" if ratio is not None else "",
        f"{name}_wanted": told.wanted if told else "",
    }


def _ids(ids: tuple[str, ...]) -> str:
    return "、".join(ids[:6]) + (f"等{len(ids)}件" if len(ids) > 6 else "")


def _flag(holds: bool) -> str:
    return "yes" if holds else "no"
