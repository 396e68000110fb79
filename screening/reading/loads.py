"""What several carry or hold together: 共9船，每船380吨; 油桶18只，单桶重170公斤."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from screening.quantity import UNITS
from screening.reading.counts import Counted, Counts, nearest
from screening.reading.mentions import NOT_GOODS, UNNAMED, Mentioned, spanning
from screening.reading.standing import Standing
from screening.reading.text import Text

__all__ = ["Load", "as_sets", "loads"]

_CONTAINER = re.compile(r"(空)?([桶袋包箱罐瓶筐])(?:共计?|合计|计)?$")
_NAMED_WITHIN, _MOST_AROUND, _TOLD_BEFORE = 16, 20, 120
# 共印9200套，每套……
_EACH = re.compile("[,(]每")
_ALIKE = re.compile("[都均皆]|全部[为是]|一律")


class Load(NamedTuple):
    """What something holds (``whole``) and what holds it."""

    whole: Mentioned
    of: Mentioned


def loads(named: Sequence[Mentioned], counts: Counts, text: Text) -> list[Load]:
    """What several carry together: 共9船，每船380吨; each of those that are all alike: 卖掉410条，另扣612条，都是每条200支."""
    held: list[Load] = []
    rates = Counter([(m.per, m.unit) for m in named])
    for rate in named:
        if not rate.per or rate.unit in NOT_GOODS or rate.standing is not Standing.ASSERTED:
            continue
        several = [c for c in _around(rate, counts.beside(rate.span[0], rate.per)) if c.number > 1]
        beside = several or _containers(rate, counts, text) or _before(rate, counts)
        introduced = (c for c in beside if _EACH.match(text.folded, c.mention.span[1], rate.span[0]))
        found = next(introduced, None) or nearest(rate, beside)
        if found is None:
            continue
        alike = _ALIKE.search(text.folded, found.mention.span[1], rate.span[0]) is not None
        parts = {one.mention.of for one in beside} - {found.mention.of}
        only = parts and rates[rate.per, rate.unit] == 1
        for one in beside if alike or only else (found,):
            if one.number > 1 and one.mention.unit == found.mention.unit:
                evidence = spanning((one.mention, rate), text)
                as_told = None if rate.as_told is None else rate.as_told * one.number
                value = rate.value * one.number
                of = one.mention.of if only else rate.of
                load = rate._replace(value=value, as_told=as_told, of=of, per=None, derived=True, evidence=evidence)
                if (load.value, load.unit) != (one.mention.value, one.mention.unit):  # 350条 are 70000支 already
                    held.append(Load(load, one.mention))
    return held


def _before(rate: Mentioned, counts: Counts) -> list[Counted]:
    """The only count of what the rate is of, where a sentence before tells it: 夜里拉17桶倒掉。每桶重155公斤."""
    counted = counts.everywhere(rate.per)
    if len(counted) != 1 or not 0 < rate.span[0] - counted[0].mention.span[1] <= _TOLD_BEFORE:
        return []
    return [counted[0]]


def _around(rate: Mentioned, counted: Sequence[Counted]) -> Sequence[Counted]:
    """Those next to a rate: a sentence may have thousands."""
    at = bisect_left(counted, rate.span, key=lambda one: one.mention.span)
    return counted[max(0, at - _MOST_AROUND) : at + _MOST_AROUND]


def _containers(rate: Mentioned, counts: Counts, text: Text) -> list[Counted]:
    """The counts of what the rate's unit names where another word counts it (油桶18只，单桶重170公斤); empty ones where it was full."""
    assert rate.per
    found: dict[bool, list[Counted]] = {True: [], False: []}
    for count in _around(rate, counts.beside(rate.span[0], None)):
        named = _CONTAINER.search(text.folded, max(0, count.mention.span[0] - _NAMED_WITHIN), count.mention.span[0])
        if named and named[2] == rate.per:
            found[bool(named[1])].append(count)
    was_full = "满" + rate.per in text.folded[max(0, rate.span[0] - _NAMED_WITHIN) : rate.span[0]]
    return found[False] or (found[True] if was_full else [])


def as_sets(named: Sequence[Mentioned], loads: Sequence[Load]) -> Sequence[Mentioned]:
    """The mentions, where what holds several is no longer counted as one of them: 9200套，每套由正标、背标各一枚组成."""
    sets = {
        load.of.span
        for load in loads
        if load.of.name == load.whole.name not in UNNAMED and load.of.value != load.whole.value
    }
    return [_in_own_unit(m) if m.span in sets else m for m in named] if sets else named


def _in_own_unit(held: Mentioned) -> Mentioned:
    unit = UNITS.get(held.evidence.text[-1:])
    value = held.value if held.as_told is None else held.as_told
    base = unit.base if unit and unit.factor == 1 else held.unit
    return held._replace(name=UNNAMED[1], value=value, unit=base, as_told=None, derived=False)
