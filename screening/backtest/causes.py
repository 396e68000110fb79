"""Which of the changes a changed case goes back to, in sentences."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from screening.backtest.reach import Reach
from screening.tuning.diff import Change

__all__ = ["causes_of"]

_OF_OTHERS: Final = "改动没有直接触及本案；同一当事人（或同一批货物）其他案件的结果变了，合并考虑的结果随之改变。"
_OF_HEADINGS: Final = "表头的对应改了，记录的栏目读法不同。"
_VERSION: Final = "版本"
_LIMB: Final = "情形"


def causes_of(case: Mapping[str, Any], reaches: Sequence[Reach], headings: bool) -> list[str]:
    """The sentences of the changes that touch the case; of a charge file those about the versions and limbs that its result rests on.

    ``headings``: headings of tables are read otherwise, so that a case may differ though nothing else touches it.
    """
    touching = [reaches[number] for number in case["changes"]]
    near = [change for reach in touching for change in reach.changes if _bears(change, case["places"])]
    told = near or [change for reach in touching for change in reach.changes]
    sentences = list(dict.fromkeys(change.sentence for change in told))
    return sentences or [_OF_HEADINGS if headings else _OF_OTHERS]


def _bears(change: Change, places: Sequence[str]) -> bool:
    """Whether a change of one version or limb is of one that the result rests on; other changes are taken to bear on it."""
    if change.area != "罪名" or not change.path:
        return True
    version, limb = (next(_after(word, change.path), None) for word in (_VERSION, _LIMB))
    of_version = [place.split("|") for place in places if place.startswith(f"{change.path[0]}|")]
    if version is None:
        return True
    return any(since == version and limb in (None, its) for _, since, its in of_version)


def _after(word: str, path: Sequence[str]) -> Iterator[str]:
    return (step.removeprefix(word) for step in path if step.startswith(word))
