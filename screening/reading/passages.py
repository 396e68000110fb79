"""The build of a narrative: who is speaking (charge, finding, opinion, defence, evidence) and where one event ends.

A judgment tells its facts up to three times and then weighs them; a penalty decision does so in short. What counts as fact
is what was found; the charge stands in where the finding only refers to it.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass
from enum import IntEnum

__all__ = ["Passage", "Voice", "passage_at", "passages"]


class Voice(IntEnum):
    """Who speaks, best authority first."""

    FOUND = 0  # 经审理查明
    PLAIN = 1  # nobody is named
    CHARGED = 2  # 公诉机关指控
    FURTHER = 3  # 另查明: aftermath and antecedents, sometimes facts
    OPINION = 4  # 公诉机关认为
    DEFENCE = 5  # 辩护人提出
    EVIDENCE = 6  # 上述事实，有……证据证实
    RULING = 7  # 处罚依据为……, 决定如下


# Every alternative begins with a character of its own, so that the search skips to candidates in C.
_BREAK = re.compile(
    r"(?P<event>\n+|[。;](?:(?=\d{4}年|\d{1,2}月|[同次]年|同月|同日|当[日天晚]|[次翌]日)|第[一二三四五六七八九十]{1,2}[次起笔])"
    r"|[\n。;:,]\s?(?:\d{1,2}[.、](?!\d{1,3}[万元])|[一二三四五六七八九十]{1,3}、|\([一二三四五六七八九十\d]{1,2}\)|事实[一二三四五六七八九十]))"
    r"|(?P<FURTHER>另(?:外|经|据)?查|还查明|另[,，]?案发后)"
    r"|(?P<FOUND>查明(?:(?<=审理查明|调查查明|依法查明|本院查明|本局查明|庭审查明)|(?<=经查明)|(?<![另还]查明)(?=[:,]))(?!的)|查(?<=经查)(?=[:,]))"
    r"|(?P<OPINION>认(?<=[关院局会队所委厅控]认)为)"
    r"|(?P<CHARGED>指控)"
    r"|(?P<DEFENCE>辩护人|辩护意见|辩称|辩解|申辩|听证)"
    r"|(?P<EVIDENCE>[上以](?:述|上|列)(?:犯罪|违法)?事实[,有]|认定(?:上述|以上)(?:犯罪|违法)?事实|证据(?:证实|佐证|证明))"
    r"|(?P<RULING>法律适用|处罚依据|裁量|决定[:,]|处罚如下|决定如下|[根依](?:据|照)《[^》\n]{2,40}》第)"
)


@dataclass(frozen=True, slots=True)
class Passage:
    """``text[start:end]``: one voice, one event."""

    start: int
    end: int
    voice: Voice
    event: int


def passages(text: str) -> list[Passage]:
    """The passages of a folded text, in order; they cover it."""
    found: list[Passage] = []
    start, voice, event = 0, Voice.PLAIN, 0
    for match in _BREAK.finditer(text):
        found.append(Passage(start, match.start(), voice, event))
        kind = match.lastgroup or "event"
        following = voice if kind == "event" else Voice[kind]
        event += following != voice or kind == "event"
        start, voice = match.start(), following
    found.append(Passage(start, len(text), voice, event))
    return found


def passage_at(found: list[Passage], at: int) -> Passage:
    """The passage around an offset."""
    return found[bisect_right(found, at, key=lambda p: p.start) - 1]
