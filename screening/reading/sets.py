"""Sets of several pieces, told by what each is made up of: 每套由正标、背标、颈标各一枚组成 are three to a set."""

from __future__ import annotations

import re
from collections.abc import Iterable

from screening.reading.quantities import Amount

__all__ = ["with_sets"]

_MADE_UP = re.compile(
    r"每(?P<set>[套组盒箱份袋包副件瓶])[^,。;\d]{0,8}?(?:由|包?含|包括|配|附|[内共]?有|[内共]?装)(?P<pieces>[^,。;\d]{2,36}?)各\Z"
)
_AND = re.compile(r"[、和及与]|以及")
_LONGEST = 56


def with_sets(folded: str, amounts: Iterable[Amount]) -> list[Amount]:
    """The amounts, with those as rates that say how many there are of each piece of a set."""
    found = []
    for amount in amounts:
        told = None if amount.per else _MADE_UP.search(folded, max(0, amount.start - _LONGEST), amount.start)
        if told:
            pieces = len(_AND.split(told["pieces"]))
            amount = amount._replace(value=amount.value * pieces, per=told["set"])  # noqa: PLW2901
        found.append(amount)
    return found
