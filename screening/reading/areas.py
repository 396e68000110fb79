"""Areas told part by part: what was permitted, or is no such land, is taken off the whole.

项目实际扰动土地18.5亩：9.6亩位于批准四至以内，属依法使用；2.1亩地类为建设用地；6.8亩擅自弃渣形成.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal

from screening.reading.mentions import UNNAMED, Mentioned
from screening.reading.standing import Standing
from screening.reading.text import Text

__all__ = ["with_areas"]

_MU = "亩"
_MOST_PARTS, _WITHIN = 6, 400
_ITEM_END = re.compile(r"[;。\n]")
_UNLAWFUL = re.compile(
    r"擅自|私自|非法|违法|超出|越界|界外|未(?:经|依法)?(?:办理?|取得|批准?|许可|审批|报批)|[无没](?:有)?[^,。;]{0,6}(?:手续|许可|审批)"
)
_LAWFUL = re.compile(
    r"依法使用|合法使用|(?:批准|许可|审批|批复|红线)[^,。;]{0,6}(?:以内|之内|范围内|四至内)"
    r"|不(?:属于?|是|占)(?:林地|草原|草地|耕地|农用地|基本农田)|(?:地类|性质|用途)[为是系](?:建设用地|未利用地)"
    r"|已(?:依法)?(?:取得|办理|办妥|办结)[^,。;]{0,12}(?:手续|许可|审批|批准|批复|决定书)"
)


def with_areas(mentions: Sequence[Mentioned], text: Text) -> list[Mentioned]:
    """The mentions of one text, in order: of an area whose parts are all told, only those used without leave count."""
    found = list(mentions)
    if not _LAWFUL.search(text.folded):
        return found
    places = [i for i, m in enumerate(found) if m.unit == _MU and m.per is None and not m.derived]
    for at, place in enumerate(places):
        whole = found[place]
        parts = _parts(whole, [found[i] for i in places[at + 1 : at + 1 + _MOST_PARTS]]) if whole.counts else 0
        if not parts:
            continue
        here = places[at + 1 : at + 1 + parts]
        begins = [_begin(found[i], found[last], text) for last, i in zip([place, *here], here, strict=False)]
        ends = [*begins[1:], len(text.folded)]
        lawful = [_is_lawful(*window, text.folded) for window in zip(begins, ends, strict=True)]
        if None in lawful or len(set(lawful)) != 2:
            continue
        found[place] = whole._replace(standing=Standing.ASIDE)
        for index, permitted in zip(here, lawful, strict=True):
            part = found[index]
            if permitted:
                found[index] = part._replace(standing=Standing.ASIDE)
            else:
                name = whole.name if part.name in UNNAMED else part.name
                found[index] = part._replace(name=name, standing=Standing.ASSERTED, aside=False)
    return found


def _parts(whole: Mentioned, following: Sequence[Mentioned]) -> int:
    """How many of the areas that follow make up the whole; none where no two or more do."""
    total = Decimal(0)
    for number, part in enumerate(following, start=1):
        total += part.value
        if part.span[0] - whole.span[1] > _WITHIN or total > whole.value:
            return 0
        if total == whole.value:
            return number if number > 1 else 0
    return 0


def _begin(part: Mentioned, last: Mentioned, text: Text) -> int:
    """Where what is said of a part begins: with its clause (超出批准范围7.2亩), not before the figure before it."""
    return max(text.clause(part.span[0])[0], last.span[1])


def _is_lawful(start: int, end: int, folded: str) -> bool | None:
    """What is said of a part in its own item, before the next part; ``None`` where nothing is, or both."""
    ended = _ITEM_END.search(folded, start, end)
    end = ended.start() if ended else end
    lawful, unlawful = (pattern.search(folded, start, end) is not None for pattern in (_LAWFUL, _UNLAWFUL))
    return lawful if lawful != unlawful else None
