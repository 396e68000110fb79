"""Persons in a narrative and what befell them: 赵某重伤二级，钱某、孙某轻伤 are one and two, though no figure says so.

A word for an outcome (重伤, 死亡) counts the persons named nearest before it; a person counts once however often he is told of.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from screening.reading.numerals import few
from screening.reading.quantities import Amount
from screening.reading.text import Span, Text

__all__ = ["Befallen", "Group", "befallen", "groups", "with_names"]

_SURNAMES = (
    "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜戚谢邹喻柏水窦章云苏潘葛奚范彭郎鲁韦昌马苗凤花方俞任袁柳"
    "鲍史唐费廉岑薛雷贺倪汤滕殷罗毕郝邬安常乐于时傅皮卞齐康伍余元卜顾孟平黄和穆萧尹姚邵湛汪祁毛禹狄米贝明臧计伏成戴谈宋茅庞熊纪舒"
    "屈项祝董梁杜阮蓝闵席季麻强贾路娄危江童颜郭梅盛林刁钟徐邱骆高夏蔡田樊胡凌霍虞万支柯管卢莫经房裘缪干解应宗丁宣邓郁单杭洪包诸左"
    "石崔吉龚程邢裴陆荣翁荀羊惠甄曲家封储靳段焦巴牧车侯全班仰秋仲伊宫宁仇栾甘厉戎祖武符刘景詹束龙叶幸司黎薄印白蒲卓蔺屠蒙池乔阴胥"
    "苍闻党翟谭贡劳姬申冉宰桑桂牛寿边燕冀尚农温庄晏柴瞿阎充慕连茹习宦艾鱼容向古易慎戈廖庾终暨居衡步都耿满匡国文寇广禄东欧利师巩聂"
    "晁勾敖融冷訾辛阚简饶曾沙养丰关相查覃肖涂付代岳游佟闫邸黑甲乙丙"
)
# 某市, 某公司: what follows says that 某 stands for the name of a place or a firm, 于某日 for a day.
_ALIAS = (
    f"[{_SURNAMES}]某(?:某|[甲乙丙丁戊己庚辛壬癸])?"
    r"(?![市县区省州镇乡村街路公司厂店局所院校站港行场日月年时天晚处地物品种类型号商超小大酒医工学建集矿煤企])"
)
_FULL = rf"[{_SURNAMES}](?!某)[\u4e00-\u9fff]{{1,2}}(?=[、,。;:()被从在因经当送头左右颅胸全])"
_ROLE = (
    r"(?:(?P<number>[1-9]\d?|[一两二三四五六七八九十])(?:名|个|位)[^,。;:、\d]{0,4}?)?"
    r"(?:(?:装卸|木|瓦|泥|电|焊|钢筋|架子|操作|搬运|清洁|环卫|杂|抹灰|油漆|水电|安装|维修|信号|临时|农民|民)工|工人|职工|员工|工友|作业人员|施工人员"
    r"|司机|驾驶[员人]|乘客|行人|患者|病人|就诊人|死者|伤者|被害人|受害人|学生|村民|顾客|游客|租客|住户|男子|女子|老人|儿童|产妇)"
)
#: 两名检修工, 三名巡查员: whatever their trade, where they are counted.
_COUNTED = (
    r"(?P<counted>[1-9]\d?|[一两二三四五六七八九十])(?:名|个|位)[^,。;:、\d]{1,6}?[工员](?![作程厂地序具业资种艺期])"
)
_PERSON = re.compile(rf"(?<![被遭由因])(?P<alias>{_ALIAS})|(?:{_ROLE}|{_COUNTED})(?P<full>{_FULL})?")
_NEXT = re.compile(rf"(?:、|和|及)(?P<full>{_FULL})")
_JOINTS = frozenset({"、", "和", "及", "与", "以及", "等"})
_NUMBER = re.compile(r"等?(?:共计?)?([2-9]|[1-9]\d|[两二三四五六七八九十])(?:名|个?人)")
_SUMMED = frozenset("某等共甲乙丙丁戊己庚辛壬癸")
_REACH = 60
# The outcome is another's: 赵某操作不当致行人死亡, 何某招用未满十六周岁的人; or none of a person's: 鲍某的生猪死亡.
_OTHERS = re.compile(
    r"[招雇使]用|雇佣|招收|(?:致使?|导致|造成|使得?)(?![其他她死重轻当最终严身])|\A的(?![伤损遗尸身头死重轻])|[猪牛羊鸡鸭鹅鱼虾狗犬畜禽蜂树苗]"
)
_EACH_HIS_OWN = "分别"
# 死亡赔偿金 is money, 轻伤以上 a grade of the law.
_NO_OUTCOME = re.compile(r"赔|补|证明|通知|以[上下]|率|人数|事故|的[,，]|标准|风险|危险|等级")
# So many of them: 三个工人，两人重伤; 其中三人气管灼伤，均评为重伤; 两人受伤，经鉴定系重伤.
_SO_MANY = re.compile(r"([1-9]\d?|[一两二三四五六七八九十])(?:名|个)?人")
_OF_ALL = re.compile(
    r"(?:[^。;]{0,24}[均都皆][^。;,]{0,8}|(?:[^,。;]{0,4}伤,)?(?:经[^,。;]{0,10}鉴定,?)?(?:为|系|属|属于|构成|达到))?"
)
_IS_WHOM = re.compile(r"[一二]?级?的?(?:者|人员|职工|工人)?(?:分别)?(?:为|是|系)?[:(]?")


class Group(NamedTuple):
    """Persons told of together: ``text[start:end]`` holds their names and, where it is told, how many they are.

    Without ``names`` they are only described (司机, 两名工人).
    """

    start: int
    end: int
    names: tuple[str, ...]
    number: int


class Befallen(NamedTuple):
    """How many persons an outcome befell, and where the text says so of the first and of the last of them."""

    number: int
    start: int
    end: int


def groups(text: str) -> list[Group]:
    """The persons that a folded text tells of, those named together in one group, in order."""
    found: list[Group] = []
    names: list[str] = []  # of the last group, which may go on
    begun = reached = 0

    def close() -> None:
        if names:
            found.append(_counted(text, Group(begun, reached, tuple(names), len(names))))
            names.clear()

    for match in _PERSON.finditer(text):
        start, end = match.span()
        if start < reached:
            continue
        name = match["alias"] or match["full"]
        if not name:
            close()
            found.append(Group(start, end, (), few(match["number"] or match["counted"] or "1")))
            reached = end
            continue
        if not names or text[reached:start] not in _JOINTS:
            close()
            begun = start
        names.append(name)
        reached = end
        while following := _NEXT.match(text, reached):
            names.append(following["full"])
            reached = following.end()
    close()
    return found


def _counted(text: str, group: Group) -> Group:
    """With the number that sums them up: 甲某、乙某等5人."""
    told = _NUMBER.match(text, group.end)
    if told is None:
        return group
    number = few(told[1])
    return group._replace(end=told.end(), number=number) if number >= len(group.names) else group


def with_names(folded: str, amounts: list[Amount]) -> list[Amount]:
    """The amounts of a folded text; a figure that sums up a list of names begins with it: 奚某、范某、彭某三人."""
    if "某" not in folded or not any(a.unit == "人" and folded[a.start - 1 : a.start] in _SUMMED for a in amounts):
        return amounts
    ends = {group.end: group for group in groups(folded) if group.names}
    return [
        a._replace(start=ends[a.end].start) if a.end in ends and ends[a.end].start < a.start else a for a in amounts
    ]


def befallen(text: Text, told: Sequence[Group], outcomes: Mapping[str, Iterable[Span]]) -> dict[str, Befallen]:
    """How many persons each kind of outcome befell, by the spans of its words; kinds that befell nobody named are left out."""
    spans = sorted({(start, end, kind) for kind, found in outcomes.items() for start, end in found})
    persons: dict[str, list[Group]] = {}
    places: dict[str, list[int]] = {}
    starts = [group.start for group in told]
    for index, (start, end, kind) in enumerate(spans):
        if _NO_OUTCOME.match(text.folded, end):
            continue
        subject = _named_after(text, told, starts, end)
        if subject is None and text.folded[end - 1] != "者":
            subject = _named_before(text, told, starts, start)
            subject = _own(text, subject, spans, index) if subject else None
        if subject is not None:
            persons.setdefault(kind, []).append(subject)
            places.setdefault(kind, []).extend((min(subject.start, start), max(subject.end, end)))
    return {kind: Befallen(_how_many(found), min(places[kind]), max(places[kind])) for kind, found in persons.items()}


def _how_many(found: Sequence[Group]) -> int:
    """The names, each once, and those whom a number adds to them; or the most that are described at once."""
    names = {name for group in found for name in group.names}
    unnamed = {group.names: group.number - len(group.names) for group in found if group.names}
    described = max((group.number for group in found if not group.names), default=0)
    return max(len(names) + sum(unnamed.values()), described)


def _named_after(text: Text, told: Sequence[Group], starts: list[int], end: int) -> Group | None:
    """死者尤某, 重伤者为韩某."""
    link = _IS_WHOM.match(text.folded, end)
    at = bisect_right(starts, end - 1)
    if link is None or at == len(told) or not end < told[at].start <= link.end():
        return None
    return told[at] if told[at].start == link.end() else None


def _named_before(text: Text, told: Sequence[Group], starts: list[int], start: int) -> Group | None:
    """The nearest persons in front of an outcome, in its sentence or at the end of the one before."""
    at = bisect_right(starts, start) - 1
    counted = _so_many(text, start)
    if counted and (at < 0 or told[at].end <= counted.start):
        return counted
    if at < 0 or start - told[at].end > _REACH:
        return None
    between = text.folded[told[at].end : start]
    if _OTHERS.search(between) or between.count("。") > 1 or "\n" in between:
        return None
    return told[at]


def _so_many(text: Text, start: int) -> Group | None:
    """The persons that are only counted right in front of an outcome, or of all of whom it is said."""
    for match in reversed(list(_SO_MANY.finditer(text.folded, max(0, start - _REACH), start))):
        if _OF_ALL.fullmatch(text.folded, match.end(), start):
            return Group(match.start(), match.end(), (), few(match[1]))
    return None


def _own(text: Text, group: Group, spans: Sequence[tuple[int, int, str]], index: int) -> Group:
    """甲某、乙某分别为重伤、轻伤: each outcome is that of the person in its place."""
    if len(group.names) < 2:
        return group
    first = min(index, bisect_left(spans, (group.end,)))
    last = max(index + 1, bisect_left(spans, (text.sentence(group.start)[1],)))
    if last - first != len(group.names):
        return group
    if _EACH_HIS_OWN not in text.folded[group.end : spans[first][0]]:
        return group
    return group._replace(names=(group.names[index - first],), number=1)
