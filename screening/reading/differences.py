"""Figures of which one is what is left of two others, told side by side: only that is what the case is about.

应缴税款8万元，实际缴纳5万元，偷税3万元; 批准采伐30立方米，实际采伐47.6立方米，认定滥伐17.6立方米; 共产生废酸9吨，……，非法处置2吨.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from screening.reading.mentions import UNNAMED, Mentioned, is_led_up_to, spanning
from screening.reading.names import MONEY
from screening.reading.standing import Standing
from screening.reading.text import Text

__all__ = ["with_differences"]

_AROUND, _WITHIN = 6, 240
_EVADED, _EVADED_AT_CUSTOMS, _DUE = "逃税数额", "偷逃应缴税额", "应纳税总额"
_OWED = re.compile(r"应[缴纳交][^,。;\d]{0,16}\Z")
#: All that was due in the year, whatever word names it: what the share is taken of.
_ALL_OWED = re.compile(r"应[缴纳交](?:纳)?(?:的)?(?:各|全部|全年|税款总|税费总)[^,。;\d]{0,12}\Z")
_PAID = re.compile(r"(?:实际|已|仅|只|按期)[^,。;\d]{0,6}(?:缴|纳|申报|入库)[^,。;\d]{0,10}\Z")
_WAS_PAID = re.compile(r"(?:税款)?(?:已|均|按期|如期|依法|如实|全部)[^,。;\d]{0,6}(?:申报|缴|入库)")
_TAX_IN_PRICE = re.compile(r"(?:其中|含)(?:包?含|的)?(?:应?缴?增值税|消费税)[^,。;\d]{0,4}\Z")
_AVOIDS = re.compile(r"[偷逃漏欠补]|[少未不][^,。;]{0,4}[缴报列]|隐[匿瞒]|虚[开列]|骗")
_LOST = "无法追缴欠税数额"
_COLLECTED = re.compile(r"(?:扣回|扣缴|扣划|追回|追缴|执行|执行到|收回|入库)(?:税款)?(?:共计?|合计|了|约)?\Z")
_NOT_THE_REST = re.compile(
    r"[^。;\d]{0,4}[,;]?(?:其余|余下|剩余|下剩)[^。;\d]{0,12}(?:没有?财产|无财产|无法|追不回|追缴不到|执行不到|未能|不能)"
)
_CUT, _LICENSED, _EXCESS = "立木蓄积", "许可采伐蓄积", "超采蓄积"
_TOO_MUCH = re.compile(r"(?:滥伐|盗伐|违法|非法|超[出过伐采量]|多[砍伐采])[^,。;\d]{0,16}\Z")
_WASTE = frozenset({"危险废物", "废物数量", "非危险废物"})
_AROSE = re.compile(r"产生[^,。;\d]{0,14}\Z")
_UNLAWFULLY = (
    r"(?:非法|违法|擅自|私自|违规)[^,。;\d]{0,4}"
    r"(?:处置|倾倒|排放|填埋|转移|堆放|贮存|外运|出售|处理|焚烧|利用|排[入往进]|倒[入进往]|抛弃|丢弃|堆存)"
)
_UNLAWFUL = re.compile(_UNLAWFULLY + r"[^,。;\d]{0,14}\Z")
_WAS_UNLAWFUL = re.compile(r"[^,。;\d]{0,6}被?[^,。;\d]{0,6}?" + _UNLAWFULLY)


def with_differences(named: Sequence[Mentioned], text: Text) -> list[Mentioned]:
    """The mentions of a text, in order; those that only led to another one set aside."""
    names = {m.name for m in named}
    found = list(named)
    if _EVADED in names:
        found = _without_paid(_without_tax_in_price(found, text), text)
    if _LOST in names:
        found = _uncollected(found, text)
    if {_CUT, _LICENSED} <= names:
        found = _excess(found, text)
    return _unlawful(found, text) if names & _WASTE else found


def _near(told: Sequence[Mentioned], place: int, text: Text) -> list[int]:
    """The places of the figures of one unit beside one, in its sentence."""
    sentence = text.sentence(told[place].span[0])
    return [
        index
        for index in range(max(0, place - _AROUND), min(len(told), place + _AROUND + 1))
        if index != place
        and told[index].unit == told[place].unit
        and told[index].per is None
        and sentence[0] <= told[index].span[0] < sentence[1]
    ]


def _without_paid(told: list[Mentioned], text: Text) -> list[Mentioned]:
    """Of taxes due, paid and evaded only the last is evaded."""
    off: set[int] = set()
    for place, evaded in enumerate(told):
        if evaded.name != _EVADED or not evaded.counts or is_led_up_to(_OWED, evaded, text):
            continue
        near = _near(told, place, text)
        for due in near:
            if told[due].name != _DUE and not is_led_up_to(_OWED, told[due], text):
                continue
            for paid in near:
                if told[due].value - told[paid].value == evaded.value and _is_paid(told[paid], text):
                    off |= {index for index in (due, paid) if told[index].name == _EVADED}
    return [_put_off(m, text) if index in off else m for index, m in enumerate(told)]


def _put_off(mention: Mentioned, text: Text) -> Mentioned:
    if is_led_up_to(_ALL_OWED, mention, text):
        return mention._replace(name=_DUE, aside=True)
    return mention._replace(standing=Standing.ASIDE)


def _is_paid(mention: Mentioned, text: Text) -> bool:
    return is_led_up_to(_PAID, mention, text) or _WAS_PAID.match(text.folded, mention.span[1]) is not None


def _without_tax_in_price(told: list[Mentioned], text: Text) -> list[Mentioned]:
    """The tax that a price holds (合同价31800元，其中增值税1800元) is not evaded; at the customs it is part of the whole told before."""
    found: list[Mentioned] = []
    last: Mentioned | None = None
    for m in told:
        if m.unit != MONEY or m.per is not None:
            found.append(m)
            continue
        if m.name == _EVADED and last and text.sentence(last.span[0]) == text.sentence(m.span[0]):
            if last.name == _EVADED_AT_CUSTOMS and (m.part or last.part):
                m = m._replace(name=_EVADED_AT_CUSTOMS, part=True)  # noqa: PLW2901
            elif (
                last.name not in (_EVADED, _DUE)
                and is_led_up_to(_TAX_IN_PRICE, m, text)
                and not _AVOIDS.search(text.folded, *text.sentence(m.span[0]))
            ):
                m = m._replace(standing=Standing.ASIDE)  # noqa: PLW2901
        found.append(m)
        last = m
    return found


def _uncollected(told: list[Mentioned], text: Text) -> list[Mentioned]:
    """What is left of arrears once some was collected, where the rest can't be: 欠缴52000元，只扣回43400元，其余追不回来."""
    for place, owed in enumerate(told):
        if owed.name != _LOST or not owed.counts:
            continue
        for index in _near(told, place, text):
            got = told[index]
            if index < place or got.value >= owed.value or not is_led_up_to(_COLLECTED, got, text):
                continue
            if _NOT_THE_REST.match(text.folded, got.span[1]):
                left = owed._replace(
                    value=owed.value - got.value, evidence=spanning((owed, got), text), derived=True, approx=got.approx
                )
                kept = [m._replace(standing=Standing.ASIDE) if n in (place, index) else m for n, m in enumerate(told)]
                return sorted([*kept, left], key=lambda m: m.span)
    return told


def _excess(told: list[Mentioned], text: Text) -> list[Mentioned]:
    """What was cut beyond the licence, where the text finds that volume to be cut unlawfully."""
    found = list(told)
    for place, over in enumerate(told):
        if over.name != _CUT or not over.counts or not is_led_up_to(_TOO_MUCH, over, text):
            continue
        before = [index for index in range(max(0, place - _AROUND), place) if told[index].unit == over.unit]
        for whole in before:
            cut = told[whole]
            licensed = any(
                told[index].name == _LICENSED and cut.value - told[index].value == over.value for index in before
            )
            if cut.name == _CUT and cut.counts and licensed and over.span[0] - cut.span[1] <= _WITHIN:
                found[whole] = cut._replace(standing=Standing.ASIDE)
                found.insert(place + 1, over._replace(name=_EXCESS))
                return found
    return found


def _unlawful(told: list[Mentioned], text: Text) -> list[Mentioned]:
    """Waste that arose, and what of it went the lawful way, where the text finds how much of it went another."""
    for place in range(len(told) - 1, 0, -1):
        found = told[place]
        unnamed = found.name in UNNAMED and found.unit == "千克"
        if not (found.name in _WASTE or unnamed) or not found.counts or not _is_unlawful(found, text):
            continue
        for first in range(max(0, place - _AROUND), place):
            arose = told[first]
            if arose.name in _WASTE and arose.value > found.value and is_led_up_to(_AROSE, arose, text):
                return [
                    m._replace(name=arose.name)
                    if index == place
                    else m._replace(standing=Standing.ASIDE)
                    if first <= index < place and m.name in _WASTE and m.counts and m.value != found.value
                    else m
                    for index, m in enumerate(told)
                ]
    return told


def _is_unlawful(mention: Mentioned, text: Text) -> bool:
    return is_led_up_to(_UNLAWFUL, mention, text) or _WAS_UNLAWFUL.match(text.folded, mention.span[1]) is not None
