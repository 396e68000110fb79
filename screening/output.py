"""A screening as the JSON line that others hold on to (DESIGN §8). Key order is fixed; the same screening gives the same bytes."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

from screening.assess import Assessment, Measurement
from screening.errors import RecordError
from screening.history.course import Course
from screening.linkage import Pointer
from screening.outcome import ExitResult, LimbResult, Outcome
from screening.quantity import rounded
from screening.reading.assertions import Asserted
from screening.screener import Screening
from screening.shown import evidence_shown, measures_shown
from screening.suggesting import Suggestion

__all__ = ["error_line", "line", "to_json"]

Json = dict[str, Any]
THOUSANDTH = Decimal("0.001")
# Made once; lines are trees, so that looking for circles (a fifth of the time) finds none.
_ENCODER = json.JSONEncoder(ensure_ascii=False, check_circular=False, separators=(", ", ": "))


def to_json(value: Json) -> str:
    """One line of JSON, Chinese as Chinese."""
    return _ENCODER.encode(value)


def line(screening: Screening, charges_shown: int = 5) -> Json:
    """The result of one record."""
    record, reading, score = screening.record, screening.reading, screening.score
    return {
        "record_id": record.record_id,
        "score": float(score.value),
        "level": score.level,
        "revision": screening.revision,
        "as_of": screening.as_of.isoformat(),
        "charges": [_charge(a, screening.courses.get(a.threshold.id)) for a in screening.assessments[:charges_shown]],
        "suggestions": [_suggestion(s) for s in screening.suggestions],
        "measures": measures_shown(reading, screening.assessments[:charges_shown]),
        "circumstances": [_circumstance(c) for c in sorted(reading.circumstances.values(), key=lambda c: c.name)],
        "conducts": [_circumstance(c) for c in sorted(reading.conducts.values(), key=lambda c: c.name)],
        "findings": [
            {
                "rule": f.rule.id,
                "title": f.rule.title,
                "weight": f.rule.weight,
                "contribution": float(f.contribution),
                "threshold": f.charge,
                "text": f.text,
                "evidence": evidence_shown(f.evidence),
                "records": list(f.records),
            }
            for f in score.findings
        ],
        "notes": list(screening.notes),
        "warnings": [{"code": w.code, "detail": w.detail, "pointer": w.pointer} for w in record.warnings],
    }


def error_line(record_id: str | None, error: RecordError) -> Json:
    """A record that can't be read is a line too."""
    return {"record_id": record_id, "error": {"code": error.code, "detail": error.detail, "pointer": error.pointer}}


def _charge(assessment: Assessment, course: Course | None) -> Json:
    limb, source = assessment.limb, assessment.source
    return {
        "charge": assessment.charge,
        "charge_now": assessment.threshold.charge,
        "article": assessment.threshold.article,
        "verdict": assessment.verdict.value,
        "ratio": _ratio(assessment.ratio),
        "threshold": assessment.threshold.id,
        "kind": assessment.threshold.kind,
        "version": assessment.governing.version.effective_from.isoformat() if assessment.governing else None,
        "document": source.document if source else None,
        "clause": source.clause if source else None,
        "limb": limb.limb.id if limb else None,
        "limb_text": limb.limb.text if limb else None,
        "missing": list(assessment.missing),
        "conditions": [_condition(o) for o in limb.outcomes] if limb else [],
        "barred_by": limb.barred_by if limb else "",
        "other_version": _version(assessment.other),
        "aggravated": [r.limb.text for r in assessment.governing.aggravated] if assessment.governing else [],
        "exit": _exit(assessment),
        "exit_in_sight": _in_sight(assessment.exit_in_sight),
        "draft": assessment.draft,
        "note": assessment.note,
        "history": _history(course) if course else None,
        "supposed": assessment.supposed,
        "strength": float(assessment.strength),
        "pointers": [_pointer(p) for p in assessment.pointers],
    }


def _history(course: Course) -> Json:
    """The other records that count, by how they do, and what all unpunished and punished acts come to together."""
    return {
        "accumulated": list(course.behind["accumulated"]),
        "penalties": list(course.behind["same_kind_penalties"]),
        "acts": list(course.behind["together"]),
        "together": _version(course.together),
        "consignment": list(course.behind["consignment"]),
    }


def _suggestion(suggestion: Suggestion) -> Json:
    """A charge worth a look, by likeness of words; no verdict."""
    return {
        "charge": suggestion.threshold.charge,
        "article": suggestion.threshold.article,
        "threshold": suggestion.threshold.id,
        "likeness": suggestion.likeness,
        "words": evidence_shown(suggestion.words),
    }


def _version(measurement: Measurement | None) -> Json | None:
    if measurement is None:
        return None
    best: LimbResult | None = measurement.best
    source = measurement.version.source_of(best.limb) if best else measurement.version.source
    return {
        "version": measurement.version.effective_from.isoformat(),
        "document": source.document,
        "clause": source.clause,
        "verdict": measurement.verdict.value,
        "ratio": _ratio(best.ratio if best else None),
        "limb": best.limb.id if best else None,
    }


def _exit(assessment: Assessment) -> Json | None:
    found = assessment.exit
    return (
        {"id": found.id, "text": found.text, "document": found.source.document, "clause": found.source.clause}
        if found
        else None
    )


def _in_sight(found: ExitResult | None) -> Json | None:
    return {"id": found.exit.id, "text": found.exit.text, "missing": list(found.missing)} if found else None


def _condition(outcome: Outcome) -> Json:
    return {
        "what": outcome.label,
        "state": outcome.state.value,
        "actual": outcome.actual,
        "wanted": outcome.wanted,
        "share": _ratio(outcome.share),
        "evidence": evidence_shown(outcome.evidence),
    }


def _pointer(pointer: Pointer) -> Json:
    return {
        "kind": pointer.kind,
        "text": pointer.text,
        "weight": float(pointer.weight),
        "evidence": evidence_shown(pointer.evidence),
    }


def _circumstance(asserted: Asserted) -> Json:
    return {"name": asserted.name, "state": asserted.state.value, "evidence": evidence_shown(asserted.evidence)}


def _ratio(ratio: Decimal | None) -> float | None:
    return None if ratio is None else float(rounded(ratio, THOUSANDTH))
