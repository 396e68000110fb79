"""People brought in step by step: 直接拉7人，7人又往下拉了18人. Each new step counts once, and the party is a step of its own.

The next step names the one before by its number (该6人共拉进14人) or says that it is further down (再往下12人).
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from screening.reading.mentions import Mentioned
from screening.reading.standing import Standing
from screening.reading.text import Text

__all__ = ["downline"]

_BRING = "拉|发展|介绍|带[来进入]|招[揽来进]|吸收|推荐"
# 直接拉7人, 亲自介绍了三人, 带来5人
_FIRST = re.compile(
    rf"(?:直接|亲自|亲手|先后?|自己|本人)[^,。;\d]{{0,6}}(?:{_BRING})[^,。;\d]{{0,6}}\Z|(?:拉|带|招|介绍)(?:[进来入]|到)了?\Z"
)
_SAME = re.compile(r"[^,。;\d]{0,6}[,;。](?:随后|后来|此后)?[该这那此]?(?:上述)?\Z")
_FURTHER = re.compile(rf"[^,。;\d]{{0,8}}(?:{_BRING}|之下|名下|下面|往下|底下)[^,。;\d]{{0,8}}\Z")
_DOWN = re.compile(
    r"[^,。;\d]{0,6}[,;](?:再往下|又往下|往下|再下一?[级层]?|其下|再下面|下一[级层]|第[三四五六][级层])[^,。;\d]{0,10}\Z"
)
_PEOPLE = "人"


def downline(text: Text, mentions: Sequence[Mentioned]) -> list[Mentioned]:
    """The longest run of steps, from those whom the party brought in; empty where there are fewer than two. ``mentions`` in order."""
    folded = text.folded
    told = [m for m in mentions if m.unit == _PEOPLE and not m.derived and m.standing is Standing.ASSERTED]
    longest: list[Mentioned] = []
    passed = 0  # what begins within a run is no longer than it
    for index, first in enumerate(told):
        if index < passed or not _FIRST.search(folded, text.clause(first.span[0])[0], first.span[0]):
            continue
        steps, at = [first], index + 1
        while at < len(told):
            last, after = told[at - 1], told[at]
            if _DOWN.fullmatch(folded, last.span[1], after.span[0]):
                steps.append(after)
                at += 1
                continue
            following = told[at + 1] if at + 1 < len(told) else None
            if (
                following is None
                or after.value != steps[-1].value
                or not _SAME.fullmatch(folded, last.span[1], after.span[0])
                or not _FURTHER.fullmatch(folded, after.span[1], following.span[0])
            ):
                break
            steps.append(following)
            at += 2
        passed = at
        if len(steps) > max(1, len(longest)):
            longest = steps
    return longest
