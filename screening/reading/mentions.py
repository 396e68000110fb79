"""An amount where it stands in a text, as the reader passes it on: which measure it is, how it stands, what stood before it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal
from typing import NamedTuple

from screening.facts import Evidence
from screening.reading.lists import Link
from screening.reading.names import MONEY
from screening.reading.standing import Standing
from screening.reading.text import Span, Text

__all__ = ["NOT_GOODS", "UNNAMED", "Before", "Mentioned", "is_led_up_to", "spanning"]

_TOTAL_REACH = 300

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


def spanning(told: Sequence[Mentioned], text: Text) -> Evidence:
    """The words from the first to the last of several mentions of a text."""
    start, end = min(m.span[0] for m in told), max(m.span[1] for m in told)
    return text.evidence(start, end)


def is_led_up_to(pattern: re.Pattern[str], mention: Mentioned, text: Text) -> bool:
    """Whether the words of its clause lead up to a figure in that way."""
    start = mention.span[0]
    return pattern.search(text.folded, text.clause(start)[0], start) is not None


class Before:
    """The last figures before the one that is looked at, by unit.

    ``alike``: whatever it was, by the unit as written and as counted. ``told``: one that is a measure. ``facts``: one that is
    not set aside (a fine of old is not totalled with the sales). ``goods_part``: the part that goods were counted of last
    (待售卷烟118条，核价合计21463元).
    """

    __slots__ = ("alike", "facts", "goods_part", "told")

    def __init__(self) -> None:
        self.alike: dict[str, Mentioned] = {}
        self.told: dict[str, Mentioned] = {}
        self.facts: dict[str, Mentioned] = {}
        self.goods_part = ""

    def named_in(self, text: Text, unit: str, at: int) -> Mentioned | None:
        """What a total or a deduction at that place is of: what was told last, in another sentence only near by."""
        told = self.told.get(unit)
        if told is not None and text.sentence(told.evidence.start)[0] == text.sentence(at)[0]:
            return told
        fact = self.facts.get(unit)
        return fact if fact is not None and _within_reach(text, fact.evidence.end, at) else None

    def keep(self, mention: Mentioned, unit: str) -> None:
        """Remember a figure; ``unit`` is the one it is written in."""
        kind = mention.unit
        self.alike[unit] = self.alike[kind] = mention
        if unit not in NOT_GOODS:
            self.goods_part = mention.of
        if mention.name in UNNAMED:
            return
        if not mention.aside:
            self.told[kind] = self.facts[kind] = mention
            self.told[unit] = self.facts[unit] = mention  # 40条和65条，共计105条 are all 支
        elif not mention.per:
            self.told[kind] = mention


def _within_reach(text: Text, start: int, end: int) -> bool:
    """Whether a total may look back so far: over one line end, not over whole paragraphs."""
    return end - start <= _TOTAL_REACH and text.folded.count("\n", start, end) <= 1
