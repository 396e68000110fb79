"""Lists without a total: whether a figure is a further item of the list that the figure before it stands in.

Items are told apart by their labels: times (一月 … 二月), numbers (第一车 … 第二车), people (王某 … 李某), or labels that end
alike (甲店 … 乙店). Behind a colon and between 、 any short label will do.
"""

from __future__ import annotations

import re
from enum import IntEnum

from screening.reading.text import Span, Text

__all__ = ["BARE", "LONGEST", "NOT_ADDED", "PARTING", "Link", "converted", "kinds_alike", "link"]

#: What may follow an item: a mark that parts it from the next, or a remark in brackets.
PARTING = frozenset("、,;和及(")
_ITEM = re.compile(r"(?:\([^()]{0,30}\))?[、,;和及]")
_REMARK = re.compile(r"\A\([^()]*\)")  # 19.4万元(甲客户)和12.2万元
#: Units of what is never added up, so that two figures of it are no list.
NOT_ADDED = frozenset({"%", "倍", "年", "个月", "日", "小时", "mg/L", "mg/kg", "mg/m3", "dB", "km/h", "层", "级", "岁"})
#: What may part two items without labels.
BARE = frozenset({"、", "和", "及", ",", "、和"})
#: How far apart two items may be.
LONGEST = 40
_LABEL_GAP = 12
_NUMERAL = "一二三四五六七八九十"
#: What tells one item of a list from the next, by its kind.
_MARK = re.compile(
    f"(?P<time>(?:\\d{{1,2}}|[{_NUMERAL}]{{1,3}}|[正腊冬])月|初[{_NUMERAL}]|[{_NUMERAL}]季度|[上下]半年|\\d{{4}}年|\\d{{1,2}}日)"
    f"|(?P<number>第[{_NUMERAL}\\d]+|[甲乙丙丁戊己庚]|[a-z](?![a-z])|[机账期][{_NUMERAL}\\d]|[{_NUMERAL}\\d]{{1,3}}号)"
    "|(?P<person>[\\u4e00-\\u9fff]某)"
)
_OF_KINDS = re.compile("[、和及]")
_KINDS_EACH = re.compile("((?:[^,。;:、和及]+[、和及])+[^,。;:、和及]+)各有?\\Z")
_NUMBERS = re.compile(r"\d+|[一二三四五六七八九十]+")
_PLAIN = re.compile(r"[,;、](?:和|及|以及)?[“\"]?([\u4e00-\u9fff]{2,6})[”\"]?(?:\([^()]{1,10}\))?(?:为|是|计|约)?")
# 微信收款8960元，支付宝收款4310元，现金2000元
_PAID_BY = re.compile(
    r"[,;、](?:另?有?|通过|以)(?:现金|微信|支付宝|银行卡?|刷卡|转账|扫码|汇款)(?:转账|收款|收取|支付|付款|收入|收)?(?:\d+笔)?(?:合计|共计?|为)?"
)
_FURTHER = re.compile(r"[,;、](?:另外?|又|还|此外)(?!案)(?:有|将)?([^,;:、()]{0,12})")
# 花出去12张（摊主已交出），剩344张: what is gone and what is left
_USED_UP = re.compile(r"(?:花|用|送|发|兑|散)(?:出去?|掉|了)?\Z")
_LEFT_OVER = re.compile(r"(?:\([^()]{0,16}\))?[,、](?:还|尚|仅|只|另)?[剩余][下有]?的?")
_TOLD_AGAIN = re.compile(
    r"即|折合|相当于|合计|共计|换算|约合|也就是|其中|包括|更正|实际|应为|复核|核实|核对|最后|最终|剩|余|欠|差"
)
# 港币5万元(折合人民币4.2万元)
_CONVERTED = re.compile(
    r"(?:[美港欧日澳加韩]元|[美港]币|美金|英镑|卢布|泰铢|越南盾|澳门元|澳门币|新台币|台币|新加坡元|法郎)[\d.,万余亿]*元?"
    r"[(,、]?(?:按[^()。;]{0,30}?)?(?:折合|约合|折算|合)(?:成|为|约|共|计|人民币)*\Z"
)
_CONVERTED_WITHIN = 60
# 缴纳房租3000元, 货款3000元: something else that was done or is called otherwise.
_OTHER = re.compile(r"[缴交付还买购退花罚租借支给收获赚扣存欠赔补减剔除剩余差已未另成利税费款额金价实净]")
#: Where labels that are merely short part no items: 员工9人，童工5人.
_PEOPLE = frozenset({"人", "家", "户", "次", "日", "年", "个月", "岁", "%", "倍"})


class Link(IntEnum):
    """How surely a figure goes on a list."""

    NONE = 0
    LOOSE = 1  # as things stand side by side
    MARKED = 2  # by labels of one kind
    FURTHER = 3  # because it says so: 另


def link(text: Text, left: Span, right: Span, unit: str) -> Link:
    """How the figure at ``right`` goes on the list in which the one at ``left``, the last of its unit, stands."""
    between = text.folded[left[1] : right[0]]
    if len(between) > LONGEST or not _ITEM.match(between) or "。" in between:
        return Link.NONE
    if between in BARE or _REMARK.sub("", between, count=1) in BARE:
        return Link.LOOSE
    label = _MARK.search(between)
    if label and (mark := _last_mark(text, left)) and mark.lastgroup == label.lastgroup and mark[0] != label[0]:
        return Link.MARKED
    if _PAID_BY.fullmatch(between):
        return Link.MARKED
    if _LEFT_OVER.fullmatch(between) and _USED_UP.search(text.folded, max(0, left[0] - 4), left[0]):
        return Link.FURTHER
    further = _FURTHER.fullmatch(between)
    if further and not _OTHER.search(further[1]):
        return Link.FURTHER
    if converted(text.folded, right[0]):
        return Link.LOOSE
    if _TOLD_AGAIN.search(between):
        return Link.NONE
    opened = ":" in text.folded[text.period(left[0])[0] : left[0]]
    if between[0] == ";":
        return Link.LOOSE if opened else Link.NONE  # 损失认定如下：装修3万元；服装2万元；
    if _opening(text, left[0]) == _opening(text, right[0]):
        return Link.LOOSE
    ends = [text.folded[at - 1 : at] for at in (left[0], right[0])]
    if len(between) <= _LABEL_GAP and ends[0] == ends[1] and ends[0].isalpha():
        return Link.LOOSE  # 甲袋3.2克，乙袋2.9克
    plain = _PLAIN.fullmatch(between)
    if plain and not _OTHER.search(plain[1]) and unit not in _PEOPLE:
        return Link.LOOSE  # 坯布57.3万元，装修16.8万元
    return Link.NONE


def converted(folded: str, start: int) -> bool:
    """Whether the money at ``start`` is the foreign money right before it once more: no total of what was told before that."""
    return _CONVERTED.search(folded, max(0, start - _CONVERTED_WITHIN), start) is not None


def _last_mark(text: Text, left: Span) -> re.Match[str] | None:
    """The label of the first of two items: the last one in front of the figure, in its sentence."""
    start = max(text.sentence(left[0])[0], left[0] - LONGEST)
    marks = list(_MARK.finditer(text.folded, start, left[0]))
    return marks[-1] if marks else None


def _opening(text: Text, at: int) -> str:
    """How the clause around a figure opens: the items of a list open alike."""
    start = text.clause(at)[0]
    return _NUMBERS.sub("0", text.folded[start : min(at, start + 8)])[:2]


def kinds_alike(folded: str, low: int, start: int) -> int:
    """Of how many kinds, named alike in ``folded[low:start]``, so many each are counted: 公章、合同章各一枚; 0 where it is no such list."""
    listed = _KINDS_EACH.search(folded, low, start)
    if not listed:
        return 0
    ends = [kind[-1] for kind in reversed(_OF_KINDS.split(listed[1]))]
    alike = next((place for place, end in enumerate(ends) if end != ends[0]), len(ends))
    return alike if alike > 1 else 0
