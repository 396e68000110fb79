"""Sold and unsold goods, and both together: 已售得款3万元，库存货值2万元，货值金额合计5万元.

Read in order, such a total seems to be of what was told last; what it sums up says that it is of all the goods. Taken for the
unsold part it would count what was sold twice. Where only one part is told, the other is the rest: 共计98000元，其中已售41000元，
其余为库存.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal

from screening.reading.goods import SOLD, UNSOLD
from screening.reading.mentions import Mentioned
from screening.reading.names import MONEY
from screening.reading.text import Span, Text

__all__ = ["SALES", "VALUE", "of_all_goods"]

SALES, VALUE = "销售金额", "货值金额"
_LOOKED_AT = 12
_REST = re.compile(
    r"(?:其余|剩余|余下|另外)(?:部分|的)?(?:货物|商品|产品)?(?:均|都|全部)?(?:为|系|是)?(?:(?P<unsold>库存|未售|未销售|尚未销售|尚未售出|待售|被扣押|未出售)|(?P<sold>已售|已销售|售出|销售))"
)

_LEFT = re.compile(r"[剩余]")
_IS_LEFT = re.compile(r"(?:剩[下余]?|其余|余下|尚[余存])(?:的)?[^,。;\d]{0,6}\Z")


def of_all_goods(mentions: Sequence[Mentioned], text: Text) -> list[Mentioned]:
    """The mentions of one text, in order: totals of the unsold part that sum up more than it put down to all the goods, rests added."""
    told: list[Mentioned] = []
    found: list[Mentioned] = []
    for mention in mentions:
        if mention.unit == MONEY and mention.counts and not mention.aside:
            if mention.of == UNSOLD and _sums_up(mention, told[-_LOOKED_AT:]):
                mention = mention._replace(of="")  # noqa: PLW2901
            told.append(mention)
        found.append(mention)
    found = _counted_parts(_split(found, told), text)
    rests = _rests(told, text)
    return sorted(found + rests, key=_place) if rests else found


def _split(found: list[Mentioned], told: Sequence[Mentioned]) -> list[Mentioned]:
    """The mentions, a value told first as the total of the sold and the unsold part: 货值5万元，已售得款3.5万元，剩余标价1.5万元."""
    for index, whole in enumerate(told):
        if whole.name != VALUE or whole.of:
            continue
        parts = told[index + 1 : index + 1 + _LOOKED_AT]
        others = {m.value for m in parts if m.of != UNSOLD}
        left = next((m for m in parts if m.of == UNSOLD and whole.value - m.value in others), None)
        if left is not None:
            as_part = left._replace(total=False, part=True)
            return [m._replace(total=True) if m is whole else as_part if m is left else m for m in found]
    return found


def _counted_parts(found: list[Mentioned], text: Text) -> list[Mentioned]:
    """A count told first as the whole of two: 采挖35株，零卖11株，剩24株."""
    if not _LEFT.search(text.folded):
        return found
    told = [m for m in found if m.unit != MONEY and m.counts and not (m.aside or m.derived or m.minus)]
    parts: set[Span] = set()
    for whole, gone, left in zip(told, told[1:], told[2:], strict=False):
        if whole.unit != gone.unit or whole.unit != left.unit or whole.value != gone.value + left.value:
            continue
        if _IS_LEFT.search(text.folded, gone.span[1], left.span[0]):
            parts |= {gone.span, left.span}
    return [m._replace(part=True) if m.span in parts else m for m in found] if parts else found


def _place(mention: Mentioned) -> tuple[int, int]:
    return mention.span


def _sums_up(whole: Mentioned, told: Sequence[Mentioned]) -> bool:
    """Whether a figure is the sum of one of the unsold part and one of the other, or of all that were told."""
    unsold = {m.value for m in told if m.of == UNSOLD}
    others = {m.value for m in told if m.of != UNSOLD}
    if not unsold or not others:
        return False
    items = sum({m.evidence.start: m.value for m in told if not m.total}.values(), Decimal(0))
    return whole.value == items or any(whole.value - value in others for value in unsold)


def _rests(told: Sequence[Mentioned], text: Text) -> list[Mentioned]:
    """What is left of a whole once the part that is told of it (其中) is taken off, where the text says what became of the rest."""
    found: list[Mentioned] = []
    for match in _REST.finditer(text.folded) if len(told) > 1 else ():
        start, end = match.span()
        sentence = text.sentence(start)
        here = [m for m in told if sentence[0] <= m.evidence.start < sentence[1]]
        if len(here) != 2 or here[1].evidence.end > start or not here[1].part or here[1].value >= here[0].value:
            continue
        whole, part = here
        of = UNSOLD if match["unsold"] else SOLD
        if part.of not in ("", of):
            name, evidence = VALUE if of == UNSOLD else SALES, text.evidence(start, end)
            value = whole.value - part.value
            found.append(whole._replace(name=name, value=value, evidence=evidence, total=False, of=of, derived=True))
    return found
