"""How finding rules fire on real records: one that nearly always does says nothing, two that always do together say it twice."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import combinations

from screening.bundle.bundle import Bundle
from screening.errors import Problem
from screening.record import Record
from screening.screener import Screener
from screening.tuning.reminders import Reminder

__all__ = ["Firing", "count_firing", "firing_reminders"]

FEWEST = 5
"""Rules that fired on fewer records than this together prove nothing."""


@dataclass(frozen=True, slots=True)
class Firing:
    """On how many of ``records`` each rule fired, and each pair of rules (ids in order) together."""

    records: int
    alone: Mapping[str, int]
    together: Mapping[tuple[str, str], int]


def count_firing(screener: Screener, records: Iterable[Record], as_of: date) -> Firing:
    """Screen the records and count."""
    alone: Counter[str] = Counter()
    together: Counter[tuple[str, str]] = Counter()
    number = 0
    for record in records:
        number += 1
        fired = sorted({finding.rule.id for finding in screener.screen(record, as_of).score.findings})
        alone.update(fired)
        together.update(combinations(fired, 2))
    return Firing(number, alone, together)


def firing_reminders(bundle: Bundle, firing: Firing, most: float) -> Iterator[Reminder]:
    """Rules that fired on more than the share ``most`` of the records (0–1), and pairs that only ever fired together."""
    for id_, count in sorted(firing.alone.items()):
        if count > most * firing.records:
            message = f"规则“{id_}”在 {firing.records} 条记录里命中 {count} 条（{count / firing.records:.0%}），区分不出什么。"
            yield Reminder("fires-too-often", _at(bundle, id_, message, "请把条件写窄，或降低权重。"))
    for (one, other), count in sorted(firing.together.items()):
        if count >= FEWEST and firing.alone[one] == firing.alone[other] == count:
            message = f"规则“{one}”和“{other}”总是一起命中（{count} 条），同一件事算了两次分。"
            yield Reminder("always-together", _at(bundle, one, message, "请合并，或让其中一条的条件排除另一条。"))


def _at(bundle: Bundle, id_: str, message: str, remedy: str) -> Problem:
    for name, file in bundle.files.items():
        if name.startswith("rules/findings/") and isinstance(file.data, list):
            for index, rule in enumerate(file.data):
                if rule["id"] == id_:
                    return file.problem((index, "id"), message, remedy)
    return Problem("rules/findings", 1, 1, message, remedy)
