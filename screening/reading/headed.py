"""Numbered lists under a heading that says what their items are: 各项损失如下：（1）医疗费用23.5万元；……（4）停产损失34万元（间接）."""

from __future__ import annotations

import re
from bisect import bisect_left

from screening.reading.text import Span

__all__ = ["LOSS", "HeadedLosses"]

#: What the items of such a list are.
LOSS = "直接经济损失"
_HEADING = re.compile(
    r"(?<!公私财产)(?<!公共财产)(?<!环境损害)损失[^,。;:\n]{0,16}(?:如下|包括|列明|构成|组成|明细|分项|为|有)[^,。;:\n]{0,4}:\s{0,3}(?=\(?[1一]|①)"
)
_ITEM = re.compile(r"\s{0,3}(?:\(?(?:\d{1,2}|[一二三四五六七八九十])[)、.](?!\d)|[①-⑩])[^。;\n]{0,200}")
# What is no direct loss, whatever list it stands on.
_INDIRECT = re.compile(r"间接|停产|减产|停工|停业|产值|预期|可得|商誉|保险|理赔|罚款")


class HeadedLosses:
    """Answers whether a figure stands in an item of such a list. Items of one list that are no direct losses belong to none."""

    __slots__ = ("_items", "_lists")

    def __init__(self, folded: str) -> None:
        self._items: list[Span] = []
        self._lists: list[int] = []
        if "损失" not in folded:
            return
        for heading in _HEADING.finditer(folded):
            at = heading.end()
            while item := _ITEM.match(folded, at):
                at = item.end()
                if not _INDIRECT.search(item[0]):
                    self._items.append(item.span())
                    self._lists.append(heading.start())
                if folded[at : at + 1] == ";" or folded.startswith("。\n", at):
                    at += 1

    def list_of(self, at: int) -> int | None:
        """The place of the heading of the list in an item of which ``at`` stands."""
        if not self._items:
            return None
        index = bisect_left(self._items, (at + 1,)) - 1
        return self._lists[index] if index >= 0 and at < self._items[index][1] else None
