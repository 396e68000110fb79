"""What is kept of another record of a party: enough to count its penalty, to add up its amounts, and to name it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from screening.logic import Verdict
from screening.quantity import format_amount

__all__ = ["Amount", "Deed", "Past", "dump", "restore"]

_ENCODER = json.JSONEncoder(ensure_ascii=False, check_circular=False, separators=(",", ":"))

Json = dict[str, Any]


class Amount(NamedTuple):
    """A measure of a limb as that record alone has it, in its base unit; ``of``: the part of the goods it is about."""

    name: str
    of: str | None
    value: Decimal
    unit: str


class Deed(NamedTuple):
    """A charge that the other record puts in question, as assessed on that record alone.

    ``ratio``: of the deciding limb; ``amounts``: what its limbs ask for and the record tells.
    """

    threshold: str
    charge: str
    verdict: Verdict
    ratio: Decimal | None
    amounts: tuple[Amount, ...]


@dataclass(frozen=True, slots=True)
class Past:
    """Another record. ``known_on``: the day from which it can be known of (entry, else decision); ``punished``: a penalty was imposed.

    ``ground``: its 案由, else what it was about; ``marks``: what tells one consignment from another (plates, batch numbers).
    """

    record_id: str
    agency: str
    region: str | None
    party: str
    ground: str
    conduct_from: date | None
    conduct_to: date | None
    decided_on: date | None
    known_on: date | None
    punished: bool
    transferred: bool | None
    marks: tuple[str, ...]
    deeds: tuple[Deed, ...]

    def deed(self, threshold: str) -> Deed | None:
        """What it comes to under that threshold file; None where the charge is not in question."""
        return next((deed for deed in self.deeds if deed.threshold == threshold), None)

    def known(self, as_of: date) -> bool:
        """Whether it could be known of on that day: later facts never leak into an earlier one."""
        return self.known_on is None or self.known_on <= as_of


def dump(past: Past) -> str:
    """One line of JSON, the same bytes for the same record; ``restore`` reads it."""
    days = {name: day.isoformat() if (day := getattr(past, name)) else None for name in _DAYS}
    deeds = [
        [
            d.threshold,
            d.charge,
            d.verdict.value,
            _text(d.ratio),
            [[a.name, a.of, _text(a.value), a.unit] for a in d.amounts],
        ]
        for d in past.deeds
    ]
    plain = {name: getattr(past, name) for name in _PLAIN}
    return _ENCODER.encode({**plain, **days, "marks": past.marks, "deeds": deeds})


def restore(line: str | bytes) -> Past:
    """The ``Past`` that ``dump`` wrote. Raises ``ValueError`` or ``KeyError`` for anything else."""
    given: Json = json.loads(line)
    for name in _DAYS:
        given[name] = date.fromisoformat(given[name]) if given[name] else None
    return Past(**{**given, "marks": tuple(given["marks"]), "deeds": _deeds(given["deeds"])})


def _deeds(given: Sequence[Sequence[Any]]) -> tuple[Deed, ...]:
    return tuple(
        Deed(
            id_,
            charge,
            Verdict(verdict),
            _number(ratio),
            tuple(Amount(n, of, Decimal(v), u) for n, of, v, u in amounts),
        )
        for id_, charge, verdict, ratio, amounts in given
    )


_PLAIN = ("record_id", "agency", "region", "party", "ground", "punished", "transferred")
_DAYS = ("conduct_from", "conduct_to", "decided_on", "known_on")


def _text(value: Decimal | None) -> str | None:
    return format_amount(value) if value is not None else None


def _number(text: str | None) -> Decimal | None:
    return Decimal(text) if text is not None else None
