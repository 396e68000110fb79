"""From a screening to what history keeps of it. Only what the record itself tells goes in: no history is made of history."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Protocol

from screening.assess import Assessment
from screening.bundle.conditions import asked
from screening.history.marks import marks_of
from screening.history.past import Amount, Deed, Past
from screening.reading.lists import NOT_ADDED
from screening.reading.reading import Reading
from screening.record import Penalty, Record

__all__ = ["Screened", "digest"]

_SPARED = re.compile(r"不予(?:行政)?处罚|免予(?:行政)?处罚|免于(?:行政)?处罚")


class Screened(Protocol):
    """What is needed of a screening. Its assessments must be of the record alone."""

    @property
    def record(self) -> Record: ...

    @property
    def reading(self) -> Reading: ...

    @property
    def alone(self) -> Sequence[Assessment]: ...


def digest(screening: Screened) -> Past:
    """What history keeps of a screened record."""
    record, reading = screening.record, screening.reading
    return Past(
        record_id=record.record_id,
        agency=record.agency,
        region=record.region,
        party=record.party.name,
        ground=record.case_reason,
        conduct_from=reading.conduct_from,
        conduct_to=reading.conduct_to,
        decided_on=record.decided_on,
        known_on=max((day for day in (record.entered_on, record.decided_on) if day), default=None),
        punished=_punished(record.penalty),
        transferred=record.transferred,
        marks=marks_of(record.narrative),
        deeds=tuple(_deed(assessment, reading) for assessment in screening.alone if assessment.governing),
    )


def _punished(penalty: Penalty) -> bool:
    """Whether a penalty was imposed; 不予处罚 is none (未经处理 in 法释〔2024〕4号 and others means that nothing was imposed)."""
    if penalty.fine or penalty.confiscated:
        return True
    said = "、".join(penalty.types) or penalty.content
    return bool(said.strip()) and not _SPARED.search(said)


def _deed(assessment: Assessment, reading: Reading) -> Deed:
    governing = assessment.governing
    limbs = governing.limbs if governing else ()
    wanted = dict.fromkeys(key for limb in limbs for key in asked(limb.limb.all_of))
    amounts = []
    for name, of in wanted:
        got = reading.measured(name, of)
        if got is not None and got.unit not in NOT_ADDED:
            amounts.append(Amount(name, of, got.value, got.unit))
    id_, charge = assessment.threshold.id, assessment.charge
    return Deed(id_, charge, assessment.verdict, assessment.ratio, tuple(amounts))
