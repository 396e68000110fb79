"""A consultation as JSON (DESIGN §8): the same for the command line and the service."""

from __future__ import annotations

from typing import Any

from screening.bundle.bundle import Bundle
from screening.bundle.conditions import (
    AnyOf,
    CircumstanceCondition,
    Condition,
    ConductCondition,
    LimbCondition,
    MeasureCondition,
    MixCondition,
    PenaltiesCondition,
    SumCondition,
)
from screening.bundle.threshold import Accumulation, Exit, Limb, Version
from screening.consult import Consultation
from screening.outcome import ExitResult, LimbResult
from screening.quantity import format_amount

__all__ = ["as_json", "in_file_order"]


def as_json(bundle: Bundle, answer: Consultation) -> dict[str, Any]:
    """The answer in full: the version, its limbs with figures and sources, and verdicts where facts were given."""
    measurement = answer.measurement
    version = measurement.version if measurement else None
    measured = {e.exit.id: e for e in measurement.exits} if measurement else {}
    return {
        "charge": answer.charge,
        "charge_now": answer.threshold.charge,
        "kind": answer.threshold.kind,
        "article": answer.threshold.article,
        "threshold": answer.threshold.id,
        "on": answer.on.isoformat(),
        "note": answer.note,
        "version": version.effective_from.isoformat() if version else None,
        "document": version.source.document if version else None,
        "clause": version.source.clause if version else None,
        "accumulates": _accumulates(version.accumulates) if version and version.accumulates else None,
        "verdict": measurement.verdict.value if measurement else None,
        "limbs": [_limb(bundle, version, result) for result in in_file_order(answer)] if version else [],
        "exits": [_exit(e, measured.get(e.id)) for e in answer.threshold.exits],
    }


def _accumulates(law: Accumulation) -> dict[str, Any]:
    within = {"within": str(law.within)} if law.within else {}
    return {"document": law.document, "clause": law.clause, **within}


def _exit(exit_: Exit, measured: ExitResult | None) -> dict[str, Any]:
    return {
        "id": exit_.id,
        "text": exit_.text,
        "document": exit_.source.document,
        "clause": exit_.source.clause,
        "conditions": [_condition(c) for c in exit_.conditions],
        "unless": list(exit_.unless),
        "state": measured.state.value if measured else None,
        "missing": list(measured.missing) if measured else [],
    }


def in_file_order(answer: Consultation) -> list[LimbResult]:
    """The limbs as the threshold file has them, each with its verdict."""
    if answer.measurement is None:
        return []
    by_id = {result.limb.id: result for result in answer.measurement.limbs}
    return [by_id[limb.id] for limb in answer.measurement.version.any_of if limb.id in by_id]


def _limb(bundle: Bundle, version: Version, result: LimbResult) -> dict[str, Any]:
    limb: Limb = result.limb
    source = version.source_of(limb)
    return {
        "id": limb.id,
        "text": limb.text,
        "document": source.document,
        "clause": source.clause,
        "party": limb.party,
        "draft": bundle.is_draft(version, limb),
        "conditions": [_condition(c) for c in limb.all_of],
        "unless": list(limb.unless),
        "verdict": result.verdict.value,
        "ratio": float(round(result.ratio, 3)) if result.ratio is not None else None,
        "missing": list(result.missing),
    }


def _condition(condition: Condition) -> dict[str, Any]:
    match condition:
        case MeasureCondition():
            figure = condition.at_least or condition.more_than or condition.less_than
            result: dict[str, Any] = {"measure": condition.measure}
            if condition.between:
                result |= {
                    "between": [format_amount(q.value) for q in condition.between],
                    "unit": condition.between[0].unit,
                }
            for key in ("at_least", "more_than", "less_than"):
                quantity = getattr(condition, key)
                result |= {key: format_amount(quantity.value)} if quantity else {}
            if figure:
                result["unit"] = figure.unit
            return result | ({"of": condition.of} if condition.of else {})
        case SumCondition():
            terms = [{"measure": t.measure, "times": format_amount(t.times)} for t in condition.sum]
            return {"sum": terms, "at_least": format_amount(condition.at_least.value), "unit": condition.at_least.unit}
        case MixCondition():
            return {
                "mix": [
                    {"measure": p.measure, "per": format_amount(p.per.value), "unit": p.per.unit} for p in condition.mix
                ]
            }
        case CircumstanceCondition():
            return {"circumstance": condition.circumstance, "is": condition.is_}
        case ConductCondition():
            return {"conduct": condition.conduct}
        case PenaltiesCondition():
            return (
                {"penalties": format_amount(condition.penalties.value)}
                | ({"within": condition.within.written} if condition.within else {})
                | ({"of": condition.of} if condition.of else {})
            )
        case LimbCondition():
            return {
                "limb": list(condition.limb),
                "at_least": format_amount(condition.at_least.value),
                "unit": condition.at_least.unit,
            }
        case AnyOf():
            return {"any_of": [_condition(c) for c in condition.any_of], "count": condition.count}
