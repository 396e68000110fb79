"""A screening → one row of the results."""

from __future__ import annotations

import json
from decimal import ROUND_HALF_EVEN, Context, Decimal
from typing import Any, Final

from screening.output import line, to_json
from screening.screener import Screener, Screening
from screening.store.identity import masked

__all__ = ["row_of", "touched_by"]

_CENT: Final = Decimal("0.01")
_WIDE: Final = Context(prec=60, rounding=ROUND_HALF_EVEN)
_MOST: Final = Decimal(10) ** 36


def row_of(screener: Screener, screening: Screening) -> dict[str, Any]:
    """The columns of ``RESULT`` for one record."""
    record, reading, score = screening.record, screening.reading, screening.score
    told = line(screening, screener.bundle.policy.charges_shown)
    leading: dict[str, Any] = told["charges"][0] if told["charges"] else {}
    least = screening.least_fine
    return {
        "record_id": record.record_id,
        "agency": record.agency,
        "region": record.region,
        "party_name": record.party.name,
        "party_kind": record.party.kind,
        "party_id_masked": masked(record.party.id_no) if record.party.id_no else None,
        "case_reason": record.case_reason,
        "decided_on": record.decided_on,
        "entered_on": record.entered_on,
        "filed_on": record.filed_on,
        "conduct_from": reading.conduct_from,
        "conduct_to": reading.conduct_to,
        "transferred": record.transferred,
        "fine": _money(record.penalty.fine),
        "confiscated": _money(record.penalty.confiscated),
        "case_amount": _money(reading.total.value if reading.total else None),
        "score": told["score"],
        "level": score.level,
        **{name: leading.get(name) for name in _OF_CHARGE},
        "missing": leading.get("missing", []),
        "rules": [f.rule.id for f in score.findings],
        "reasons": [f.text for f in score.findings],
        "draft": leading.get("draft", False),
        "notes": list(screening.notes),
        "warnings": [w.detail for w in record.warnings],
        "legal_basis": record.legal_basis,
        "narrative": record.narrative,
        "least_fine": _money(least.amount if least else None),
        "result": to_json(told),
    }


def touched_by(screener: Screener, screening: Screening) -> dict[str, Any]:
    """What a change of the bundle must meet to touch this result: the last columns of ``KEPT``."""
    postings = [dict(posting.facts) for posting in screener.postings_of(screening)]
    return {
        "charges": [assessment.threshold.id for assessment in screening.assessments],
        "conducts": list(screening.reading.conducts),
        "penalty_content": screening.record.penalty.content,
        "postings": json.dumps(postings, separators=(",", ":")),
    }


_OF_CHARGE: Final = (
    "charge",
    "article",
    "verdict",
    "ratio",
    "threshold",
    "version",
    "document",
    "clause",
    "limb_text",
)


def _money(value: Decimal | None) -> Decimal | None:
    """元 to the 分; None for what no currency has so much of."""
    return value.quantize(_CENT, context=_WIDE) if value is not None and abs(value) < _MOST else None
