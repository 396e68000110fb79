"""Totals over sold and unsold goods together: 已售得款3万元，库存货值2万元，货值金额合计5万元.

Read in order, such a total seems to be of what was told last; what it sums up says that it is of all the goods. Taken for the
unsold part it would count what was sold twice.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from screening.reading.names import MONEY
from screening.reading.roles import UNSOLD, Mentioned

__all__ = ["of_all_goods"]

_LOOKED_AT = 12


def of_all_goods(mentions: Sequence[Mentioned]) -> list[Mentioned]:
    """The mentions of one text, in order, with totals of the unsold part that sum up more than it put down to all the goods."""
    told: list[Mentioned] = []
    found: list[Mentioned] = []
    for mention in mentions:
        if mention.unit == MONEY and mention.counts and not mention.aside:
            if mention.of == UNSOLD and _sums_up(mention, told[-_LOOKED_AT:]):
                mention = mention._replace(of="")  # noqa: PLW2901
            told.append(mention)
        found.append(mention)
    return found


def _sums_up(whole: Mentioned, told: Sequence[Mentioned]) -> bool:
    """Whether a figure is the sum of one of the unsold part and one of the other, or of all that were told."""
    unsold = {m.value for m in told if m.of == UNSOLD}
    others = {m.value for m in told if m.of != UNSOLD}
    if not unsold or not others:
        return False
    items = sum({m.evidence.start: m.value for m in told if not m.total}.values(), Decimal(0))
    return whole.value == items or any(whole.value - value in others for value in unsold)
