"""What a sum of money is in the story of an offence against property: taken, a value, a total, or an aftermath.

Read from the words of its own clause: resale, compensation, shares of the loot, fines and pretexts are no amount of the
case; 共计 covers what was told before it, unless its clause names an object of its own.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import IntEnum

from screening.reading.passages import Passage, Voice, passage_at
from screening.reading.roles import Mentioned
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


@dataclass(frozen=True, slots=True)
class Figure:
    """A sum of money in the story. ``goods``: the value of things; ``appraised``: as 鉴定 or 认定 fixed it.

    ``takes``: its own clause tells of a taking, so an equal figure told before is another one.
    """

    mention: Mentioned
    passage: Passage
    weight: Weight
    covers: Covers
    goods: bool
    appraised: bool
    takes: bool

    @property
    def value(self) -> Decimal:
        """In 元."""
        return self.mention.value


# 被盗, 被骗 and 所盗 describe what was taken; the verbs tell of a taking.
_TAKING = (
    "盗窃|窃得|窃取|窃走|扒窃|盗得|盗取|盗走|盗刷|盗用|偷走|偷得|偷窃|偷取|偷盗|骗得|骗取|骗走|骗了|诈骗|诈得|诈取|抢得|抢走|抢劫|抢夺"
    "|劫得|劫取|侵占|挪用|勒索|敲诈|索得|占为己有"
)
_REPAID = (
    "赔偿|退赔|退还|返还|发还|归还|偿还|退赃|退缴|退出|退回|缴获|查获|扣押|追回|追缴|起获|起回|收缴|冻结|没收|上缴|缴纳|预缴|补偿|垫付|领回|谅解"
)
_RESALE = "销赃|得款|卖得|卖了|售得|变卖|转卖|倒卖|出售|销售|转让|收购|抵押|典当|质押|套现|获利|获赃|得赃"
_NEVER = (
    "罚金|罚款|判处|分得|分给|分到|各得|各分|均分|好处费|报酬|工资|佣金|交给|转交|其余|赃款中|款中的|取出|用于|花费|挥霍|支出|扣除|其中"
)
_PRETEXT = "谎称|索要|索取|承诺|许诺|约定|允诺|意图|企图|欲|打算|准备|利息"

_IS_TAKING = re.compile(_TAKING)
_VICTIM = re.compile("被害人|失主|事主")
_ACCUSED = re.compile("被告人|犯罪嫌疑人|公诉机关")
_CUE = re.compile(
    f"(?P<REPAID>{_REPAID})|(?P<RESALE>{_RESALE})|(?P<NEVER>{_NEVER})|(?P<PRETEXT>{_PRETEXT})"
    f"|(?P<TOLD>[被所](?:{_TAKING}))|(?P<TAKE>{_TAKING}|透支|转走|取走|提走|拿走|借款|借走|借得)|(?P<DOUBTED>损失)|(?P<VALUE>价值|估价|作价|价格|核价|估值|市值)"
)
_AFTER = re.compile(
    f"(?P<REPAID>{_REPAID}|交还|还给|退给)|(?P<RESALE>{_RESALE}|的价钱?|价格|卖给|卖掉|卖与)"
    f"|(?P<PRETEXT>为由|为名|欠条|借条|借据)|(?P<NEVER>好处费|报酬|分给|用于)|(?P<DOUBTED>不予认定|不予计入|不计入|未予认定|与本案无关)|(?P<TAKE>{_TAKING}|拿走|转走|取走)"
)
_NO_PRICE = re.compile("(?:无法|不能|未能|未予)(?:认定|鉴定|估价|作价|确定|进行|核定)|价[格值]不明")
_POSSESSED = re.compile("所得|的|后")
_APPRAISED = re.compile("鉴定|鉴证|认定|评估|估价|核定|价格认证")
_TOTAL = re.compile("[共合总累]计|总共|一共|总价值|总金额|总额|共(?![同有谋犯管享产用])")
_ANY_OBJECT = re.compile("财物|物品|物资|款物|赃物|赃款|损失|上述|以上|被盗|被骗|涉案|案值|金额|数额|全部")
_SUMMARY = re.compile("综上|(?:以上|上述)[^,。;]{0,12}(?:[共合总累]计|总)|(?:参与|作案)[^,。;]{0,8}[起次]")
_NET = re.compile("实际(?:骗|得|所得|损失|占有|获得|取得|盗|诈)")
_LIST_FOLLOWS = re.compile(r"具体(?:犯罪|作案|诈骗|盗窃)?(?:事实|情况|如下|分述|为)|分述如下|事实如下|如下[:。]|其中[:\n]")
_NEAR = re.compile("[^,。;:、(]{0,14}")
_JOINED = re.compile(r"[、和及与以]|[,\s]?(?:另有|人民币|现金|赃款)*\Z")
_COIN = re.compile("的?(?:硬币|纸币|面额|面值)")


def offence_in(text: str) -> Register:
    """Whether a text is the story of an offence against property."""
    if _VICTIM.search(text):
        return Register.STORY
    if _IS_TAKING.search(text) is None:
        return Register.NONE
    return Register.STORY if _ACCUSED.search(text) else Register.MENTIONED


def unpriced_taking(event: str) -> bool:
    """Whether an event tells of a taking and does not say that the price can't be determined."""
    return any(not _POSSESSED.match(event, m.end()) for m in _IS_TAKING.finditer(event)) and not _NO_PRICE.search(event)


def figures(text: str, mentions: Sequence[Mentioned], found: list[Passage]) -> list[Figure]:
    """The sums of money of a story, in text order. ``mentions`` are those of ``text`` (folded), in order."""
    told: list[Figure] = []
    for index, mention in enumerate(mentions):
        following = mentions[index + 1].span[0] if index + 1 < len(mentions) else len(text)
        told.append(_figure(_Place(text, mention, told[-1] if told else None, following), passage_at(found, mention.span[0])))
    return told


class _Place:
    """The words around a figure: ``lead`` in its clause before it, ``run_up`` in its sentence before that, ``tail`` after it."""

    __slots__ = ("lead", "mention", "previous", "run_up", "tail")

    def __init__(self, text: str, mention: Mentioned, previous: Figure | None, following: int) -> None:
        start, end = mention.span
        floor = max(previous.mention.span[1] if previous else 0, start - 200)
        sentence = max(floor, text.rfind("。", floor, start) + 1, text.rfind("\n", floor, start) + 1)
        clause = max(sentence, *(text.rfind(mark, sentence, start) + 1 for mark in (*",;:!?", ")、")))
        self.mention = mention
        # A figure of an earlier sentence lends its role to none.
        self.previous = previous if previous and sentence == previous.mention.span[1] else None
        self.run_up, self.lead = text[sentence:clause], text[clause:start]
        self.tail = text[end : min(following, end + 60)]


def _figure(place: _Place, passage: Passage) -> Figure:
    lead = place.lead
    cues = [cue for cue in _CUE.finditer(lead) if cue.lastgroup != "TOLD"]
    goods = bool(cues) and cues[-1].lastgroup == "VALUE"
    appraised = goods and _APPRAISED.search(place.run_up + lead) is not None
    covers = _covers(place, appraised)
    near = _NEAR.match(place.tail)
    after = _AFTER.search(place.tail, 0, near.end() if near else 0)
    weight = _weight(place, cues, after, covers)
    takes = any(cue.lastgroup == "TAKE" for cue in cues) or (after is not None and after.lastgroup == "TAKE")
    if weight == Weight.FACT and (place.mention.standing not in _STEADY or passage.voice in _BY_THE_WAY and not (takes or goods)):
        weight = Weight.DOUBTED
    return Figure(place.mention, passage, weight, covers, goods, appraised, takes)


_STEADY = frozenset({Standing.ASSERTED, Standing.CITED, Standing.DENIED, Standing.ASIDE})
_BY_THE_WAY = frozenset({Voice.FURTHER, Voice.DEFENCE, Voice.EVIDENCE})


def _weight(place: _Place, cues: list[re.Match[str]], after: re.Match[str] | None, covers: Covers) -> Weight:
    """The nearest cue before the figure decides, then the one behind it, then the figure it is joined to."""
    if place.mention.value <= 100 and _COIN.match(place.tail):
        return Weight.NEVER  # 携带一元硬币
    kind = cues[-1].lastgroup if cues else None
    if kind == "TAKE" and len(cues) > 1 and _POSSESSED.match(place.lead, cues[-1].end()):
        kind = cues[-2].lastgroup  # 扣押其盗窃所得人民币1018元
    if kind == "VALUE":
        before = cues[-2].lastgroup if len(cues) > 1 else None
        return Weight[before] if before in {"RESALE", "PRETEXT"} else Weight.FACT
    if kind not in {None, "TAKE"}:
        return Weight[kind or ""]
    if after and after.lastgroup != "TAKE":
        return Weight[after.lastgroup or ""]
    if kind is None and after is None:
        if place.previous and (covers or _JOINED.match(place.lead)) and place.previous.weight > Weight.DOUBTED:
            return place.previous.weight
        run_up = list(_CUE.finditer(place.run_up))
        if run_up and run_up[-1].lastgroup == "REPAID" and not place.run_up.endswith(")"):
            return Weight.REPAID
    return Weight.FACT


def _covers(place: _Place, appraised: bool) -> Covers:
    if _LIST_FOLLOWS.search(place.tail, 0, 45):
        return Covers.ALL
    lead = place.lead
    if _NET.search(lead):
        return Covers.NET
    total = None
    for total in _TOTAL.finditer(lead):
        pass
    if total is None:
        return Covers.ITSELF
    if _SUMMARY.search(place.run_up + lead):
        return Covers.ALL
    object_ = lead[: total.start()]
    own = _IS_TAKING.search(object_) or (len(object_.strip()) > 3 and not _ANY_OBJECT.search(object_))
    if own:
        return Covers.ITSELF
    return Covers.GOODS if appraised else Covers.EVENT
