"""Lists of losses: numbered under a heading (各项损失如下：（1）医疗费用23.5万元；……), or before words that say what they are.

医疗费用38.7万元，设备报废34.1万元，以上属直接经济损失；停产减少利润26.4万元，属间接经济损失.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from screening.reading.marks import holder
from screening.reading.text import Span

__all__ = ["HeadedLosses"]

#: What the items of such a list are.
_LOSS, _INDIRECT_LOSS = "直接经济损失", "间接经济损失"
_HEADING = re.compile(
    r"(?<!公私财产)(?<!公共财产)(?<!环境损害)损失[^,。;:\n]{0,16}(?:如下|包括|列明|构成|组成|明细|分项|为|有)[^,。;:\n]{0,4}:\s{0,3}(?=\(?[1一]|①)"
)
_ITEM = re.compile(r"\s{0,3}(?:\(?(?:\d{1,2}|[一二三四五六七八九十])[)、.](?!\d)|[①-⑩])[^。;\n]{0,200}")
#: 损失经造价咨询机构核定：塌落段重建284000元，其余段加固78000元: one after the other, none numbered
_BARE_HEADING = re.compile(
    r"(?<!公私财产)(?<!公共财产)(?<!环境损害)(?<!间接)(?<!间接经济)损失[^,。;:\n]{0,20}(?:核定|核算|认定|评估|鉴定|测算|构成|组成|如下|包括)[为有]?:"
)
_BARE_ITEM = re.compile(r"[^,。;:、\d\n]{2,24}\d[\d.,]{0,12}[千万]?元(?:[,;、]|(?=[。\n])|$)")
_TOTAL = re.compile("合计|共计|总计|以上")
_SUMMED_UP = re.compile(
    r"(?:[,;]|(?<=元))(?P<all>(?:以上|上述|前述)[^,。;:\d]{0,8})?(?:均|都|皆)?(?:属于?|为|系|是|列为|列入|计入)(?P<kind>直接|间接)(?:经济|财产)?损失(?=[,;。]|$)"
)
_SENTENCE = re.compile(r"[^。\n]+")
_PART = re.compile(r"[^,、;:]+")
# What is no direct loss, whatever list it stands on.
_INDIRECT = re.compile(r"间接|停产|减产|停工|停业|产值|预期|可得|商誉|保险|理赔|罚款")


class _Item(NamedTuple):
    """``list``: the place of the words that say what the list is; ``name``: what the item is."""

    span: Span
    list: int
    name: str


class HeadedLosses:
    """Answers whether a figure stands in an item of such a list, and what it is; no direct loss belongs to no list of them."""

    __slots__ = ("_items", "_spans")

    def __init__(self, folded: str) -> None:
        self._items: list[_Item] = []
        if "损失" in folded:
            self._items = list(_headed(folded))
            if not self._items and "直接" in folded:
                sentences = [match.span() for match in _SENTENCE.finditer(folded)]
                self._items = [item for sentence in sentences for item in _summed_up(folded, *sentence)]
            if not self._items:
                self._items = list(_one_after_another(folded))
        self._spans = [item.span for item in self._items]

    def list_of(self, at: int) -> int | None:
        """The place of the words that say what the list is in an item of which ``at`` stands."""
        item = self._item(at)
        return None if item is None else item.list

    def named(self, at: int) -> str | None:
        """The measure of the list in an item of which ``at`` stands."""
        item = self._item(at)
        return None if item is None else item.name

    def _item(self, at: int) -> _Item | None:
        index = holder((at, at + 1), self._spans)
        return None if index is None else self._items[index]


def _headed(folded: str) -> Iterator[_Item]:
    for heading in _HEADING.finditer(folded):
        at = heading.end()
        while item := _ITEM.match(folded, at):
            at = item.end()
            if not _INDIRECT.search(item[0]):
                yield _Item(item.span(), heading.start(), _LOSS)
            if folded[at : at + 1] == ";" or folded.startswith("。\n", at):
                at += 1


def _one_after_another(folded: str) -> Iterator[_Item]:
    for heading in _BARE_HEADING.finditer(folded):
        at = heading.end()
        while (item := _BARE_ITEM.match(folded, at)) and not _TOTAL.search(item[0]):
            at = item.end()
            if not _INDIRECT.search(item[0]):
                yield _Item(item.span(), heading.start(), _LOSS)


def _summed_up(folded: str, at: int, end: int) -> Iterator[_Item]:
    """The items of a sentence before 以上属直接经济损失, and those between it and 属间接经济损失."""
    begun = False
    for match in _SUMMED_UP.finditer(folded, at, end):
        if not begun and not match["all"]:
            return
        begun = True
        direct = match["kind"] == "直接"
        for part in _PART.finditer(folded, at, match.start()):
            if not direct or not _INDIRECT.search(part[0]):
                yield _Item(part.span(), match.start(), _LOSS if direct else _INDIRECT_LOSS)
        at = match.end()
