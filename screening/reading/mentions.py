"""An amount where it stands in a text, as the reader passes it on: which measure it is, and how it stands."""

from __future__ import annotations

from decimal import Decimal
from typing import NamedTuple

from screening.facts import Evidence
from screening.reading.lists import Link
from screening.reading.names import MONEY
from screening.reading.standing import Standing
from screening.reading.text import Span

__all__ = ["NOT_GOODS", "UNNAMED", "Mentioned"]

#: What counts something else than goods.
NOT_GOODS = frozenset({
    MONEY, "人", "家", "次", "日", "年", "个月", "小时", "周", "%", "倍", "批", "项", "种", "户", "岁", "级", "层", "名", "票",
    "台次", "笔", "份", "个", "辆", "页", "间", "艘",
})  # fmt: skip
#: What a figure is called that no word names.
UNNAMED = ("金额", "数量")


class Mentioned(NamedTuple):
    """An amount where it stands in a text: which measure it is, whether it counts, whether it is told as a total.

    ``as_told`` is the number in the classifier of the text where the measure counts another (320条 are 64000支).
    ``of`` is the part of the goods it is about (``SOLD``, ``UNSOLD`` or empty); ``per`` the unit of a rate (35元/公斤).
    ``item``: how surely it goes on the list that the last figure of its unit stands in. ``minus``: it is taken off what is told before it
    (剔除重复140条).
    """

    name: str
    value: Decimal
    unit: str
    approx: bool
    evidence: Evidence
    standing: Standing
    total: bool = False
    part: bool = False
    of: str = ""
    per: str | None = None
    aside: bool = False
    derived: bool = False
    as_told: Decimal | None = None
    item: Link = Link.NONE
    minus: bool = False

    @property
    def counts(self) -> bool:
        """Whether it can be a fact of this case."""
        return self.standing is Standing.ASSERTED and self.per is None

    @property
    def span(self) -> Span:
        """Where it stands in its field."""
        return self.evidence.start, self.evidence.end
