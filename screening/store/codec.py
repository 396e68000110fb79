"""A record as it is kept: its values after the edge, so that a replay reads exactly what the screening read.

The party's number is kept masked only; no step of a screening looks at it.
"""

from __future__ import annotations

import json
from dataclasses import fields
from datetime import date
from decimal import Decimal
from typing import Any

from screening.record import Party, Penalty, Record, RecordWarning, StatedAmount
from screening.store.identity import masked

__all__ = ["pack", "unpack"]

_DAYS = ("conduct_from", "conduct_to", "decided_on", "entered_on", "filed_on")
_PLAIN = (
    "record_id", "narrative", "region", "agency", "case_reason", "legal_basis", "transferred", "collectively_discussed", "appraised",
    "field",
)  # fmt: skip


def pack(record: Record) -> str:
    """One line of JSON, the same for the same record."""
    party, penalty = record.party, record.penalty
    data: dict[str, Any] = {name: getattr(record, name) for name in _PLAIN}
    data |= {name: day.isoformat() if (day := getattr(record, name)) else None for name in _DAYS}
    data["party"] = [party.name, party.kind, masked(party.id_no) if party.id_no else None]
    data["penalty"] = [list(penalty.types), _text(penalty.fine), _text(penalty.confiscated), penalty.content]
    data["stated"] = [[s.name, str(s.value)] for s in record.stated_amounts]
    data["attachments"] = list(record.attachments)
    data["warnings"] = [[w.code, w.detail, w.pointer] for w in record.warnings]
    return json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def unpack(line: str) -> Record:
    """The record that ``pack`` wrote; its party's number is the masked one."""
    data = json.loads(line)
    types, fine, confiscated, content = data["penalty"]
    values = {name: data[name] for name in _PLAIN}
    values |= {name: date.fromisoformat(data[name]) if data[name] else None for name in _DAYS}
    return Record(
        **values,
        party=Party(*data["party"]),
        penalty=Penalty(tuple(types), _number(fine), _number(confiscated), content),
        stated_amounts=tuple(StatedAmount(name, Decimal(value)) for name, value in data["stated"]),
        attachments=tuple(data["attachments"]),
        warnings=tuple(RecordWarning(*warning) for warning in data["warnings"]),
    )


def _text(value: Decimal | None) -> str | None:
    return str(value) if value is not None else None


def _number(text: str | None) -> Decimal | None:
    return Decimal(text) if text is not None else None


assert {*_PLAIN, *_DAYS, "party", "penalty", "stated_amounts", "attachments", "warnings"} == {
    f.name for f in fields(Record)
}
