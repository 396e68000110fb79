"""Sets of several pieces, told by what each is made up of: 每套由正标、背标、颈标各一枚组成 are three to a set."""

from __future__ import annotations

import re
from collections.abc import Sequence

from screening.reading.quantities import Amount

__all__ = ["with_sets"]

_MADE_UP = re.compile(
    r"每(?P<set>[套组盒箱份袋包副件瓶])[^,。;\d]{0,8}?(?:由|包?含|包括|配|附|[内共]?有|[内共]?装)(?P<pieces>[^,。;\d]{2,36}?)各\Z"
)
_AND = re.compile(r"[、和及与]|以及")
_LONGEST = 56
_SETS = frozenset("套副组")


def with_sets(folded: str, amounts: Sequence[Amount]) -> list[Amount]:
    """The amounts, with those as rates that say how many there are of each piece of a set, or of all (酒标3500套，一套两枚)."""
    found: list[Amount] = []
    for amount in amounts:
        if found and _is_one_set(found, amount, folded):
            amount = amount._replace(per=found.pop().written_unit)  # noqa: PLW2901
            found.append(amount)
            continue
        told = None if amount.per else _MADE_UP.search(folded, max(0, amount.start - _LONGEST), amount.start)
        if told:
            pieces = len(_AND.split(told["pieces"]))
            amount = amount._replace(value=amount.value * pieces, per=told["set"])  # noqa: PLW2901
        found.append(amount)
    return found


def _is_one_set(before: Sequence[Amount], amount: Amount, folded: str) -> bool:
    """Whether the last of ``before`` is one set of those that were counted, and ``amount`` what is in it."""
    one = before[-1]
    if one.end != amount.start or one.value != 1 or one.per or amount.per or one.written_unit not in _SETS:
        return False
    return folded[one.start] in "一1" and any(m.written_unit == one.written_unit for m in before[:-1])
