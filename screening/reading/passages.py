"""The build of a narrative: who is speaking (charge, finding, opinion, defence, evidence) and where one event ends.

A judgment tells its facts up to three times and then weighs them; a penalty decision does so in short. What counts is
what was found; the charge stands in where the finding only refers to it.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from enum import IntEnum
from types import MappingProxyType
from typing import NamedTuple

from screening.reading.cues import VOICES, Cues, Kind

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


class Passage(NamedTuple):
    """``text[start:end]``: one voice, one event."""

    start: int
    end: int
    voice: Voice
    event: int


# A line, an item of a numbered list, a sentence that begins with a date. Each alternative begins with a character of
# its own, so that the search skips to candidates.
_EVENT = re.compile(
    r"\n+|[。;:,](?=[\s\d同当次翌第一二三四五六七八九十(事])(?:"
    r"(?<=[。;])(?:\d{4}年|\d{1,2}月|[同次]年|同月|同日|当[日天晚]|[次翌]日|第[一二三四五六七八九十]{1,2}[次起笔])"
    r"|\s?(?:\d{1,2}[.、](?!\d{1,3}[万元])|[一二三四五六七八九十]{1,3}、|\([一二三四五六七八九十\d]{1,2}\)|事实[一二三四五六七八九十]))"
)
_VOICE = MappingProxyType({kind: Voice[kind.name] for kind in VOICES})
_STATUTE = re.compile(r"[^》\n]{2,40}》第")


def passages(text: str, cues: Cues, events: bool) -> list[Passage]:
    """The passages of a folded text, in order; they cover it. Without ``events`` only voices part them."""
    breaks: list[tuple[int, Voice | None]] = []
    if events:
        breaks += ((match.start(), None) for match in _EVENT.finditer(text))
    if not VOICES.isdisjoint(cues.present):
        for kind, start, end in zip(cues.kinds, cues.starts, cues.ends, strict=True):
            if kind in VOICES and (kind != Kind.RULING or text[end - 1] != "《" or _STATUTE.match(text, end)):
                breaks.append((start, _VOICE[kind]))
        breaks.sort(key=lambda pair: pair[0])
    found: list[Passage] = []
    start, voice, event = 0, Voice.PLAIN, 0
    for at, following in breaks:
        found.append(Passage(start, at, voice, event))
        event += following is None or following != voice
        start, voice = at, voice if following is None else following
    found.append(Passage(start, len(text), voice, event))
    return found


def passage_at(found: list[Passage], at: int) -> Passage:
    """The passage around an offset."""
    return found[bisect_right(found, at, key=lambda p: p.start) - 1]
