"""What is owed to several who were to get so much a month: 拖欠6名工人2023年4月至7月工资，每人每月5500元."""

from __future__ import annotations

import re
from collections.abc import Sequence

from screening.reading.mentions import Mentioned, spanning
from screening.reading.standing import Standing
from screening.reading.text import Text

__all__ = ["with_wages"]

_OWED, _WAGE, _MONTHS, _PERSONS = "拖欠工资数额", "计薪标准", "拖欠工资月数", "劳动者人数"
_PER_MONTH = frozenset({"月", "个月", None})  # 人均月薪6000元
_EACH = re.compile(
    r"(?:每人|人均|每位|每名\w{0,3})(?:均|都)?(?:每个?月|月)[^,。;\d]{0,8}\Z|每个?月每人[^,。;\d]{0,8}\Z"
)
_EACH_WITHIN = 16
_AROUND = 120  # how far the persons and months may stand from the rate


def with_wages(named: Sequence[Mentioned], text: Text) -> Sequence[Mentioned]:
    """The mentions of a text, in order, and persons × months × rate, where no figure tells what is owed."""
    if not any(m.name == _MONTHS and m.counts for m in named):
        return named
    if any(m.name == _OWED and m.counts for m in named):
        return named
    for rate in named:
        if rate.name not in (_OWED, _WAGE) or rate.per not in _PER_MONTH or rate.standing is not Standing.ASSERTED:
            continue
        start = rate.span[0]
        if not _EACH.search(text.folded, max(0, start - _EACH_WITHIN), start):
            continue
        persons, months = _nearest(named, _PERSONS, start), _nearest(named, _MONTHS, start)
        if persons is None or months is None:
            continue
        owed = rate._replace(
            name=_OWED,
            value=rate.value * months.value * persons.value,
            evidence=spanning((persons, months, rate), text),
            per=None,
            aside=False,
            derived=True,
        )
        return sorted([*named, owed], key=lambda m: m.span)
    return named


def _nearest(named: Sequence[Mentioned], name: str, at: int) -> Mentioned | None:
    near = [m for m in named if m.name == name and m.counts and abs(m.span[0] - at) <= _AROUND]
    return min(near, key=lambda m: abs(m.span[0] - at), default=None)
