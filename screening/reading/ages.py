"""How many of the persons told of were too young: by their dates of birth against the day of work, or by their ages."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import date
from typing import NamedTuple

from screening.reading.dates import DateSpan
from screening.reading.mentions import Mentioned
from screening.reading.standing import Standing
from screening.reading.text import Text

__all__ = ["BIRTH_WORDS", "Young", "births", "young"]

#: Without one of these no date of birth is told.
BIRTH_WORDS = ("出生", "日生", "月生", "年生", "生于", "生日")


_BORN = re.compile(r"[(]?(?:出生|生(?![产意活效育]))")
_BORN_BEFORE = re.compile(r"(?:出生于?|生于|出生(?:日期|年月|时间)[为是:]?|生日[为是:]?)\Z")
_HIRED = re.compile(r"[入进来到][厂职店岗]|招[入用收工]|雇[用佣]|上岗|上班|务工|做工|打工|用工|入场|聘用|开始工作|干活")
_BESIDE = 14  # between a date and the word that says that work began then
_TOLD_TWICE = 12  # between a date of birth and the age that follows from it
# 未满十六周岁 is the age of the law.
_OF_THE_LAW = re.compile(r"(?:[未不已没]满|满|不足|不到|未到|低于|以[上下])\Z")
_PERSONS_AGE = re.compile(r"以[上下]|的(?:未成年|少年|儿童)")


class Young(NamedTuple):
    """``number`` of the ``known`` persons whose age is told were too young; the text says so from ``start`` to ``end``."""

    number: int
    known: int
    start: int
    end: int


def births(text: str, days: Sequence[DateSpan]) -> list[DateSpan]:
    """Those of the dates in a folded text that are dates of birth."""
    if not any(word in text for word in BIRTH_WORDS):
        return []
    return [
        day for day in days if _BORN.match(text, day.end) or _BORN_BEFORE.search(text, max(0, day.start - 8), day.start)
    ]


def young(
    text: Text, days: Sequence[DateSpan], ages: Iterable[Mentioned], under: int, last: date | None
) -> Young | None:
    """Those younger than ``under`` years when work began, or else on the ``last`` day of the case; None where no age is told.

    ``ages`` are the figures in 岁 of the text.
    """
    folded = text.folded
    born = births(folded, days)
    told: list[tuple[int, int, bool]] = []
    if born:
        others = [day for day in days if day not in born]
        hired = [day for day in others if _hires(folded, day)]
        for index, birth in enumerate(born):
            following = born[index + 1].start if index + 1 < len(born) else len(folded)
            own = [day for day in hired if birth.end <= day.start < min(following, text.period(birth.start)[1])]
            begun = (own or hired)[:1]
            on = begun[0].first if begun else last or max((day.first for day in others), default=None)
            if on is not None:
                told.append((birth.start, birth.end, _years(birth.first, on) < under))
    for age in ages:
        start, end = age.span
        if age.standing is not Standing.ASSERTED or _OF_THE_LAW.search(folded, max(0, start - 3), start):
            continue
        if _PERSONS_AGE.match(folded, end) or any(0 <= start - day.end <= _TOLD_TWICE for day in born):
            continue
        told.append((start, end, age.value < under))
    if not any(is_young for _, _, is_young in told) or not _HIRED.search(folded):
        return None
    marked = [(start, end) for start, end, is_young in told if is_young]
    return Young(len(marked), len(told), min(marked)[0], max(end for _, end in marked))


def _hires(folded: str, day: DateSpan) -> bool:
    """Whether a date is the day on which somebody began to work: 2024年7月入厂."""
    return _HIRED.search(folded, day.end, day.end + _BESIDE) is not None


def _years(born: date, on: date) -> int:
    """Full years of age on that day."""
    return on.year - born.year - ((on.month, on.day) < (born.month, born.day))
