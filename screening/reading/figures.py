"""What a sum of money is in the story of an offence against property: taken, a value, a total, or an aftermath.

Read from the words of its own clause: resale, compensation, shares of the loot, fines and pretexts are no amount of the
case; 共计 covers what was told before it, unless its clause names an object of its own.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal
from enum import IntEnum
from types import MappingProxyType
from typing import NamedTuple

from screening.reading.cues import Cues, Kind
from screening.reading.lists import converted
from screening.reading.mentions import Mentioned
from screening.reading.passages import Passage, Voice, passage_at
from screening.reading.standing import Standing

__all__ = ["Covers", "Figure", "Register", "Weight", "figures", "offence_in", "unpriced_taking"]


class Weight(IntEnum):
    """How far a figure can be the amount of the case: the best weight that is told decides, ``NEVER`` never does."""

    FACT = 0
    DOUBTED = 1  # only claimed, or told in an aside
    PRETEXT = 2  # promised, demanded, intended
    RESALE = 3
    REPAID = 4
    NEVER = 5  # a fine, a share of the loot, what it was spent on


class Covers(IntEnum):
    """What a figure stands for beside itself."""

    ITSELF = 0
    GOODS = 1  # 经鉴定，被盗财物共计: the things of the event, not the cash
    EVENT = 2  # 共计
    NET = 3  # 实际骗取: what remains of the event
    ALL = 4  # 综上共计; a figure in front of 具体如下


class Register(IntEnum):
    """Whether a text tells of an offence against property: not at all, in passing, or as its story."""

    NONE = 0
    MENTIONED = 1
    STORY = 2


class Figure(NamedTuple):
    """A sum of money in the story. ``goods``: the value of things; ``appraised``: as 鉴定 or 认定 fixed it.

    ``takes``: its own clause tells of a taking; ``again``: of a further one (又), so an equal figure is another one; ``refers``: it
    points back to what was taken (所盗现金4300元, 骗取的9010元, 共计) or ahead (作案四起，盗得); ``part``: of a figure before it (其中).
    """

    mention: Mentioned
    value: Decimal
    passage: Passage
    weight: Weight
    covers: Covers
    goods: bool
    appraised: bool
    takes: bool
    again: bool
    refers: bool = False
    part: bool = False


_STEADY = frozenset({Standing.ASSERTED, Standing.CITED, Standing.DENIED, Standing.ASIDE})
_DECEIVED = frozenset({Kind.ACCUSED, Kind.DECEIT})
_OFFENCE = frozenset({Kind.TAKE, Kind.TOLD})
_BY_THE_WAY = frozenset({Voice.FURTHER, Voice.DEFENCE, Voice.EVIDENCE})
_WEIGHTS = MappingProxyType(
    {
        Kind.TAKE: Weight.FACT,
        Kind.NET: Weight.FACT,
        Kind.VALUE: Weight.FACT,
        Kind.DOUBTED: Weight.DOUBTED,
        Kind.LOSS: Weight.DOUBTED,
        Kind.PRETEXT: Weight.PRETEXT,
        Kind.PRETEXT_AFTER: Weight.PRETEXT,
        Kind.RESALE: Weight.RESALE,
        Kind.REPAID: Weight.REPAID,
        Kind.NEVER: Weight.NEVER,
        Kind.PART: Weight.FACT,
        Kind.COST: Weight.NEVER,
        Kind.FAILED: Weight.NEVER,
        Kind.DECEIT: Weight.PRETEXT,
        Kind.EXCLUDED: Weight.DOUBTED,
        Kind.COLLECTED: Weight.FACT,
    }
)
_BEFORE = frozenset(_WEIGHTS) - {Kind.PRETEXT_AFTER, Kind.EXCLUDED}
_TAKES = frozenset({Kind.TAKE, Kind.COLLECTED})
_LENDING = frozenset({Kind.RESALE, Kind.PRETEXT, Kind.DECEIT, Kind.REPAID})
_REFERRING = frozenset({Kind.TOTAL, Kind.TOLD})
_COMMON = frozenset({Kind.OBJECT, Kind.TOLD, Kind.ABOVE, Kind.DOUBTED, Kind.LOSS})
_CLAUSE_END = re.compile("[,;:!?]|\\)(?=、)")
_BREAK = re.compile("[,。;:、(及和]")
_NEAR_WITHIN = 12
_POSSESSED = re.compile("所得|的")
_JOINED = re.compile(r"[、和及与以余剩]|[,\s]?(?:另有|人民币|现金|赃款)*\Z")
_SPENT_ON = re.compile("[均都并全部]*(?:被其?)?(?:用于|用来|用以|供其?)")
_COIN = re.compile("的?(?:硬币|纸币|面额|面值)")
_PROCEEDS = re.compile("[^,。;]{0,6}?(?:[共仅只]?[得获]|[共仅只]给其)")
_BARE = frozenset({"、", "和", "及", "、人民币", "和人民币", "及人民币"})
_NEXT_WITHIN = 16
_LIST_WITHIN = 45
_SHORT_CLAUSE = 8
_SENTENCE_WITHIN = 200


def offence_in(cues: Cues) -> Register:
    """Whether a text is the story of an offence against property."""
    if Kind.VICTIM in cues.present:
        return Register.STORY
    if cues.present.isdisjoint(_OFFENCE):
        return Register.MENTIONED if cues.present >= _DECEIVED else Register.NONE
    return Register.STORY if Kind.ACCUSED in cues.present else Register.MENTIONED


def unpriced_taking(event: Passage, cues: Cues) -> bool:
    """Whether an event tells of a taking and does not say that the price can't be determined."""
    told = cues.within(event.start, event.end)
    return Kind.TAKE in told and Kind.UNPRICED not in told


def figures(text: str, cues: Cues, mentions: Sequence[Mentioned], found: list[Passage]) -> list[Figure]:
    """The sums of money of a story, in text order. ``mentions`` are those of ``text`` (folded), in order."""
    told: list[Figure] = []
    previous: Figure | None = None
    for index, mention in enumerate(mentions):
        following = mentions[index + 1].evidence.start if index + 1 < len(mentions) else len(text)
        previous = _figure(_Place(text, cues, mention, previous, following), passage_at(found, mention.evidence.start))
        told.append(previous)
    for index in range(len(told) - 1, 0, -1):
        one, other = told[index - 1], told[index]
        if other.weight > one.weight and text[one.mention.span[1] : other.mention.span[0]] in _BARE and not one.takes:
            told[index - 1] = one._replace(weight=other.weight)  # 分别以18100元、2400元的价格销售
    return told


class _Place:
    """The words around a figure.

    ``lead``: the cues of its clause before it, ``roles`` those of them that say what it is; ``run_up``: those of its
    sentence before that, back to the previous figure; ``after``: the cue right behind it; ``follows``: a list follows;
    ``listed``: 、 parts it from the figure before it; ``is_next``: right behind that one (甲订金1000元、乙订金1000元);
    ``excluded``: its sentence goes on to say that it does not count; ``said_again``: the same figure in brackets, as it was settled.
    """

    __slots__ = (
        "after", "clause", "end", "excluded", "follows", "is_next", "lead", "listed", "mention", "named", "previous", "roles", "run_up",
        "said_again", "start", "text",
    )  # fmt: skip

    def __init__(self, text: str, cues: Cues, mention: Mentioned, previous: Figure | None, following: int) -> None:
        self.text, self.mention = text, mention
        self.start, self.end = start, end = mention.evidence.start, mention.evidence.end
        told = previous.mention.evidence.end if previous else 0
        floor = max(told, start - _SENTENCE_WITHIN)
        sentence = max(floor, text.rfind("。", floor, start) + 1, text.rfind("\n", floor, start) + 1)
        clause = sentence
        for mark in _CLAUSE_END.finditer(text, sentence, start):
            clause = mark.end()
        self.clause = clause
        # A figure of an earlier sentence lends its role to none.
        self.previous = previous if sentence == told else None
        self.listed = self.previous is not None and text.find("、", told, start) >= 0
        self.said_again = (
            self.previous is not None and self.previous.value == mention.value and text[told : told + 1] == "("
        )
        self.is_next = self.previous is not None and start - told <= _NEXT_WITHIN
        at_sentence = cues.first(sentence)
        at_clause = cues.first(clause, at_sentence)
        at_figure = cues.first(start, at_clause)
        self.run_up, self.lead = cues.kinds[at_sentence:at_clause], cues.kinds[at_clause:at_figure]
        self.roles = [kind for kind in self.lead if kind in _BEFORE]
        # 窃得手机两部共计: the clause names something in front of the total.
        self.named = False
        if Kind.TOTAL in self.lead:
            self.named = cues.starts[at_figure - 1 - self.lead[::-1].index(Kind.TOTAL)] - clause > 3
        self.after: Kind | None = None
        self.follows = self.excluded = False
        near = end + _NEAR_WITHIN
        for index in range(at_figure, cues.first(min(following, end + _LIST_WITHIN), at_figure)):
            kind, at = cues.kinds[index], cues.starts[index]
            if kind == Kind.LIST:
                self.follows = True
            elif kind == Kind.EXCLUDED:
                self.excluded = self.excluded or text.find("。", end, at) < 0
            elif self.after is None and end <= at <= near and kind in _WEIGHTS and not _BREAK.search(text, end, at):
                self.after = kind


def _figure(place: _Place, passage: Passage) -> Figure:
    lead = place.lead
    goods = bool(place.roles) and place.roles[-1] == Kind.VALUE
    appraised = goods and (Kind.APPRAISED in lead or Kind.APPRAISED in place.run_up)
    covers = _covers(place, appraised)
    takes = place.after == Kind.TAKE or not _TAKES.isdisjoint(lead)
    again = Kind.AGAIN in lead or Kind.AGAIN in place.run_up or (place.listed and (goods or place.is_next))
    part = _is_part(place, takes=takes)
    weight = Weight.NEVER if part else _weight(place, covers)
    if place.said_again:
        weight = Weight.NEVER
    if weight == Weight.FACT and (
        place.excluded
        or place.mention.standing not in _STEADY
        or (passage.voice in _BY_THE_WAY and not (takes or goods))
    ):
        weight = Weight.DOUBTED
    return Figure(
        place.mention,
        place.mention.value,
        passage,
        weight,
        covers,
        goods,
        appraised,
        takes,
        again,
        not _REFERRING.isdisjoint(lead) or _sums_up(place, takes=takes),
        part,
    )


def _sums_up(place: _Place, *, takes: bool) -> bool:
    """Whether it says what several acts came to before they are told: 盗窃作案4起，盗得人民币10550元."""
    return takes and Kind.SUMMARY in place.run_up and place.start - place.clause <= _SHORT_CLAUSE


def _is_part(place: _Place, *, takes: bool) -> bool:
    """Whether it is a part, or one of several, of a figure before it in the sentence: 共39800元，其中红包4800元，转账35000元."""
    if Kind.PART in place.lead or Kind.PART in place.run_up:
        whole = place.previous
        return whole is not None and not place.follows and (whole.part or whole.weight <= Weight.DOUBTED)
    return place.previous is not None and place.previous.part and not takes and Kind.AGAIN not in place.lead


def _weight(place: _Place, covers: Covers) -> Weight:
    """The nearest cue before the figure decides, then the one behind it, then the figure it is joined to."""
    roles, after, text = place.roles, place.after, place.text
    if place.mention.value <= 100 and _COIN.match(text, place.end):
        return Weight.NEVER  # 携带一元硬币
    if roles:
        last = roles[-1]
        if last == Kind.VALUE:
            before = roles[-2] if len(roles) > 1 else Kind.TAKE
            return _WEIGHTS[before] if before in _LENDING else Weight.FACT
        if last == Kind.LOSS:
            return Weight.FACT if Kind.APPRAISED in place.lead or Kind.APPRAISED in place.run_up else Weight.DOUBTED
        if last == Kind.COST and Kind.TAKE in roles:
            return Weight.FACT  # 骗取医疗费5000元
        if _WEIGHTS[last] != Weight.FACT:
            return _WEIGHTS[last]
    if text.startswith("后", place.end) or (roles and roles[-1] == Kind.TAKE and _SPENT_ON.match(text, place.end)):
        after = None  # 骗取首付款46万元后用于还债; 骗得10万元用于偿还债务
    if after is not None and not (after == Kind.NEVER and Kind.TOLD in place.lead):
        return Weight.RESALE if after == Kind.VALUE else _WEIGHTS[after]
    return Weight.FACT if roles else _lent(place, covers)


def _lent(place: _Place, covers: Covers) -> Weight:
    """The weight of a figure that has no cue of its own: that of the list or sentence it goes on with."""
    previous = place.previous
    joined = bool(covers) or _JOINED.match(place.text[place.clause : place.start]) is not None
    if previous and previous.weight > Weight.DOUBTED and joined:
        return previous.weight
    told = [kind for kind in place.run_up if kind in _WEIGHTS]
    if told and told[-1] == Kind.RESALE and _PROCEEDS.match(place.text, place.clause):
        return Weight.RESALE  # 拆成零件出售, 得4050元
    lends = bool(told) and (
        told[-1] in {Kind.REPAID, Kind.FAILED} or (told[-1] == Kind.NEVER and covers != Covers.ITSELF)
    )
    if lends and place.text[place.clause - 1] != ")":
        return _WEIGHTS[told[-1]]  # 代为退赔, 共计5000元
    return Weight.FACT


def _covers(place: _Place, appraised: bool) -> Covers:
    if place.follows:
        return Covers.ALL
    if converted(place.text, place.start):
        return Covers.ITSELF
    lead = place.lead
    if Kind.NET in lead:
        return Covers.NET
    if Kind.TOTAL not in lead:
        return Covers.ITSELF
    if Kind.SUMMARY in lead or Kind.SUMMARY in place.run_up or (Kind.ABOVE in lead and not appraised):
        return Covers.ALL
    before = lead[: len(lead) - 1 - lead[::-1].index(Kind.TOTAL)]
    if Kind.TAKE in before or (place.named and _COMMON.isdisjoint(before)):
        return Covers.ITSELF
    return Covers.GOODS if appraised else Covers.EVENT
