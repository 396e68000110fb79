"""What an earlier penalty was for, as the words beside it tell (因…被处罚), and whether that is one kind with a charge.

A law that counts penalties means penalties for the same kind of conduct. The ground is compared with the charge's own
words (its reasons, conducts, names): two characters in a row that are telling, or most of its characters, make it alike.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

from screening.folding import fold

__all__ = ["SAME", "Kind", "ground_after", "ground_before"]

SAME = re.compile(r"同因|同类|同种|同样|同一|相同|类似|此类|该类|此种|这类|上述|前述|本案|该行为|此行为")
_ADVERBS = r"(?:而|就|即|已|曾|先后|分别|各|均|都|又|也|再次|再|屡次|多次|[一二两三四五六七八九十\d]{1,2}次)*"
_GROUND = re.compile(
    r"因(?!此|而)为?(?:涉嫌)?(?P<for>[^,。;因]{1,40}?)(?:,?于[^,。;]{2,24}?)?,?"
    + _ADVERBS
    + r"(?:被|遭|受到|受过|受|获|作出|给予|予以|处以|罚(?![款金没]))"
    r"|对(?:其|他|她|你|该|当事人)?(?P<of>[^,。;对]{2,40}?)的?(?:违法)?行为(?:作出|给予|予以|处以|进行)"
)
_BEHIND = re.compile(
    r"(?:[均都皆][因系为]|事由[均都]?[为是系:]|原因[均都]?[为是系:])(?:[均都]?[为是系])?(?P<for>[^,。;()]{2,30})"
)
_BESIDE = re.compile(r"[^,。;(]{0,8}\((?P<for>[\u4e00-\u9fff]{2,16})\)")
# What the agency took it for: 被本关按走私行为罚款, 以非医师行医罚过.
_TAKEN_FOR = re.compile(r"[按以](?P<for>[^,。;按以\d]{2,14}?)(?:的?行为)?(?:定性)?(?:予以|给予|被)?(?:罚款|处罚|查处|罚过)")
# What says nothing about the kind of conduct.
_GENERAL = re.compile(
    r"违法|违规|违反|违章|非法|擅自|私自|未经|未取得|未办理|未按|无证|没有|许可证?|批准|行为|规定|有关|相关|管理|条例|法律|法规|办法|制度|实施|从事|进行|"
    r"销售|出售|售卖|生产|经营|使用|案件?|当事人|本局|公司|涉嫌|多次|先后|另一处|产品|商品|物品|活动|"
    r"\d+|[年月日号元次在于的了其等并和与及或、,\s“”\"']"
)


def ground_before(folded: str, start: int, end: int, floor: int) -> str | None:
    """The ground of the penalty told at ``folded[start:end]``, looked for from ``floor`` on; None where none is told."""
    found = None
    for match in _GROUND.finditer(folded, max(floor, start - 60), end):
        if match.end() > start:
            found = match["for"] or match["of"]
    if taken := _TAKEN_FOR.search(folded, max(floor, start - 60), end):
        return (found or "") + taken["for"]
    return found


def ground_after(folded: str, end: int, ceiling: int) -> str | None:
    """The ground told behind penalties (均因无证行医, 行政拘留五日（盗窃）), up to the end of their sentence."""
    found = _BESIDE.match(folded, end, ceiling) or _BEHIND.search(folded, end, ceiling)
    return found["for"] if found else None


class Kind:
    """A kind of conduct, by the words that name it; asked of any number of grounds."""

    __slots__ = ("_known", "_letters", "_pairs")

    def __init__(self, words: Sequence[str]) -> None:
        self._pairs, self._letters = _traits_of(tuple(words))
        self._known: dict[str, bool | None] = {}

    def alike(self, ground: str) -> bool | None:
        """Whether the ground is of this kind; None where it says nothing about the kind."""
        if ground not in self._known:
            self._known[ground] = self._alike(ground)
        return self._known[ground]

    def _alike(self, ground: str) -> bool | None:
        if SAME.search(ground):
            return True
        pieces = _telling(ground)
        if not pieces:
            return None
        if any(pair in self._pairs for piece in pieces for pair in pairwise(piece)):
            return True
        letters = set("".join(pieces))
        return len(letters) > 2 and 3 * len(letters & self._letters) >= 2 * len(letters)


class _Traits(NamedTuple):
    """By what a ground is known to be of a kind: pairs of neighbouring characters, and characters."""

    pairs: frozenset[tuple[str, str]]
    letters: frozenset[str]


@lru_cache(maxsize=1024)
def _traits_of(words: tuple[str, ...]) -> _Traits:
    """Of the words of a charge, which every record that tells of earlier penalties asks for again."""
    pieces = [piece for word in words for piece in _telling(fold(word))]
    return _Traits(frozenset(pair for piece in pieces for pair in pairwise(piece)), frozenset("".join(pieces)))


def _telling(text: str) -> list[str]:
    """What is left of a text without the words that any conduct may be told in."""
    return [piece for piece in _GENERAL.split(text) if piece]
