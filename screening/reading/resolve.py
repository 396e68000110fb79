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
    r"\s*(?:[(（]?[一二三四五六七八九十\d]{1,2}[)）、.]|第[一二三四五六七八九十]|\d{2,8}[年.批]|\d{1,2}月|同[年月日]|次[年月日]|另|又|还|再|最后|随后)"
)
_SENTENCE = re.compile(r"[。\n]")
_LONGEST_GAP = 90
_SAME = re.compile(
    r"即\D{0,4}$|折合|相当于|合计|共计|换算|约合|也就是|其中|包括|更正|实际应?为|复核|(?<!不)含(?![铅铬镍镉汞砷铜锌锰油酸碱氰硫氟税有水量])"
)


def resolve(mentions: Sequence[Mentioned], texts: Mapping[str, str]) -> Measured | None:
    """The value of one measure from its mentions (already filtered to those that count), in text order.

    ``texts`` are the folded fields, to see what stands between two mentions. None for no mention.
    """
    if not mentions:
        return None
    whole = [m for m in mentions if not m.part]
    if not whole or max(m.value for m in mentions) > max(m.value for m in whole):
        whole = list(mentions)  # 其中甲书415册，乙书205册: parts of a whole that is not told
    distinct = _distinct(whole, texts)
    items = _list(distinct, texts) if distinct[0].unit not in NOT_ADDED else distinct[:1]
    total = max((m for m in mentions if m.total), key=lambda m: m.value, default=None)
    # A total among the items of a list is one item's: 4月1850吨，5月两处合计1420吨; 甲批计2万元；乙批计3万元
    if total and not (total in items and any(m.value > total.value or (m.total and m is not total) for m in items)):
        return _one(total)
    if len(distinct) == 1:
        return _one(distinct[0])
    largest = max(distinct, key=lambda m: m.value)
    others = sum((m.value for m in distinct if m is not largest), Decimal(0))
    if abs(largest.value - others) <= max(Decimal("0.01"), largest.value / 1000):
        return _one(largest)
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


def _distinct(mentions: Sequence[Mentioned], texts: Mapping[str, str]) -> list[Mentioned]:
    """Each figure once, unless equal figures are items of one list (甲450元、乙300元、丙450元)."""
    kept: list[Mentioned] = []
    told: dict[Decimal, int] = {}  # value → the list it was told in first
    number = 0
    for index, mention in enumerate(mentions):
        if index and not _listed(mentions[index - 1], mention, texts):
            number += 1
        if told.setdefault(mention.value, number) == number:
            kept.append(mention)
    return kept


def _list(mentions: Sequence[Mentioned], texts: Mapping[str, str]) -> list[Mentioned]:
    """The run of mentions, parted like items of a list, that comes to most."""
    runs: list[list[Mentioned]] = [[mentions[0]]]
    for left, right in pairwise(mentions):
        if _listed(left, right, texts):
            runs[-1].append(right)
        else:
            runs.append([right])
    return max(runs, key=lambda run: (len(run) > 1, sum(m.value for m in run)))


def _listed(left: Mentioned, right: Mentioned, texts: Mapping[str, str]) -> bool:
    """Whether two mentions are items of one list, by what stands between them."""
    if left.evidence.field != right.evidence.field:
        return False
    text = texts[left.evidence.field]
    between = text[left.evidence.end : right.evidence.start]
    if left.derived and right.derived:
        return len(between) <= 2 * _LONGEST_GAP  # each is a price times a quantity of its own
    if len(between) > _LONGEST_GAP or _SAME.search(between):
        return False
    sentences = _SENTENCE.split(between)
    if len(sentences) > 1:
        return any(map(_NEXT_ITEM.match, sentences[1:]))
    return bool(_SEPARATORS.search(between)) or _parallel(left, right, text)


def _parallel(left: Mentioned, right: Mentioned, text: str) -> bool:
    """Two figures with the same word in front of each: 甲书翻印415册，乙书翻印205册."""
    before = [text[max(0, m.evidence.start - 2) : m.evidence.start] for m in (left, right)]
    return before[0] == before[1] and before[0].isalpha()
