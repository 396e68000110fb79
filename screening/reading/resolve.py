"""From many mentions of one measure to the one value that stands for the case.

A total told as such is taken; a figure that equals the sum of the others is their total; items of a list without a total
are added up (derived, with the spans of the addends); a figure told twice counts once.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from itertools import pairwise

from screening.facts import Measured
from screening.reading.roles import Mentioned

__all__ = ["NOT_ADDED", "resolve"]

NOT_ADDED = frozenset({"%", "倍", "年", "个月", "日", "小时", "mg/L", "mg/kg", "mg/m3", "dB", "km/h", "层", "级", "岁"})

_SEPARATORS = re.compile(
    r"[、;；]|另|又|第[一二三四五六七八九十]|\d{1,2}月|\d日|次|同年|次年|批|分别|各|还|以及|和|及|,其"
)
_NEXT_ITEM = re.compile(
    r"\s*(?:[(（]?[一二三四五六七八九十\d]{1,2}[)）、.]|第[一二三四五六七八九十]|\d{2,4}[年.]|\d{1,2}月|同[年月日]|次[年月日]|另|又|还|再|最后|随后)"
)
_SAME = re.compile(r"即|折合|相当于|合计|共计|换算|约合|也就是|其中|包括|含")


def resolve(mentions: Sequence[Mentioned], texts: Mapping[str, str]) -> Measured | None:
    """The value of one measure from its mentions (already filtered to those that count), in text order.

    ``texts`` are the folded fields, to see what stands between two mentions. None for no mention.
    """
    if not mentions:
        return None
    totals = [m for m in mentions if m.total]
    if totals:
        return _one(max(totals, key=lambda m: m.value))
    whole = [m for m in mentions if not m.part] or list(mentions)
    distinct = _distinct(whole)
    if len(distinct) == 1:
        return _one(distinct[0])
    largest = max(distinct, key=lambda m: m.value)
    others = sum((m.value for m in distinct if m is not largest), Decimal(0))
    if abs(largest.value - others) <= max(Decimal("0.01"), largest.value / 1000):
        return _one(largest)
    items = _list(distinct, texts) if largest.unit not in NOT_ADDED else []
    if len(items) > 1 and sum(m.value for m in items) > largest.value:
        return Measured(
            items[0].name,
            sum((m.value for m in items), Decimal(0)),
            items[0].unit,
            any(m.approx for m in items),
            True,
            tuple(m.evidence for m in items),
        )
    return _one(largest)


def _one(mention: Mentioned) -> Measured:
    return Measured(mention.name, mention.value, mention.unit, mention.approx, mention.derived, (mention.evidence,))


def _distinct(mentions: Sequence[Mentioned]) -> list[Mentioned]:
    """Each figure once, unless equal figures are items of one list (450元、450元)."""
    kept: list[Mentioned] = []
    first: dict[Decimal, Mentioned] = {}
    for mention in mentions:
        twin = first.setdefault(mention.value, mention)
        beside = twin.evidence.field == mention.evidence.field and 0 < mention.evidence.start - twin.evidence.end <= 3
        if twin is mention or beside:
            kept.append(mention)
    return kept


def _list(mentions: Sequence[Mentioned], texts: Mapping[str, str]) -> list[Mentioned]:
    """The longest run of mentions that are parted like items of a list."""
    runs: list[list[Mentioned]] = [[mentions[0]]]
    for left, right in pairwise(mentions):
        same_field = left.evidence.field == right.evidence.field
        between = texts[left.evidence.field][left.evidence.end : right.evidence.start] if same_field else ""
        if same_field and len(between) <= 90 and (_parted(between) or _parallel(left, right, between, texts)):
            runs[-1].append(right)
        else:
            runs.append([right])
    return max(runs, key=len)


def _parted(between: str) -> bool:
    """Whether what stands between two figures parts items of a list; a new sentence must begin like a further item."""
    sentence = re.split(r"[。;\n]", between)
    if len(sentence) > 1 and not _NEXT_ITEM.match(sentence[-1]):
        return False
    return bool(_SEPARATORS.search(between)) and not _SAME.search(between)


def _parallel(left: Mentioned, right: Mentioned, between: str, texts: Mapping[str, str]) -> bool:
    """Two figures of one sentence with the same word in front of each: 甲书翻印415册，乙书翻印205册."""
    if _SAME.search(between) or any(mark in between for mark in "。;\n"):
        return False
    text = texts[left.evidence.field]
    before = [text[max(0, m.evidence.start - 2) : m.evidence.start] for m in (left, right)]
    return before[0] == before[1] and before[0].isalpha()
