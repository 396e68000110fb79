"""From many mentions of one measure to the one value that stands for the case.

A total told as such is taken; a figure that equals the sum of the others is their total; items of a list without a total
are added up (derived, with the spans of the addends); a figure told twice counts once.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from itertools import pairwise

from screening.facts import Measured
from screening.reading.lists import NOT_ADDED, Link
from screening.reading.mentions import Mentioned
from screening.reading.text import Span

__all__ = ["resolve"]


_SEPARATORS = re.compile(
    r"[、;；]|另|又|第[一二三四五六七八九十]|\d{1,2}月|\d日|次|同年|次年|批|分别|各|还|以及|和|及|,其"
    # 门窗修复费用98000元，家电损毁价值38000元: what became of another thing
    r"|,(?!实际|经|该|共|现|车辆|鉴定)[\u4e00-\u9fff]{2,8}(?:损毁|毁损|损坏|烧毁|修复|维修|更换)(?:价值|费用?|价格|损失)\Z"
)
_NEXT_ITEM = re.compile(
    r"\s*(?:[(（]?[一二三四五六七八九十\d]{1,2}[)）、.]|第[一二三四五六七八九十]|\d{2,8}[年.批]|\d{1,2}月|同[年月日]|次[年月日]|另|又|还|再|最后|随后)"
)
_PAID_OR_NOT = frozenset({"销售金额", "货值金额", "非法经营数额"})
_REMAINS = re.compile(
    r"(?:尚差|尚欠|仍欠|还欠|下欠|净欠|实欠|结欠|余欠|尚未支付|尚未归还|实际(?:欠|骗取|占有|退付|退税|获退|取得退税))[^,。;]{0,6}\Z"
)
_UNCOLLECTED = "无法追缴欠税数额"
_LOST = re.compile(
    r"[^,。;\d]{0,6}?(?:无法|不能|未能|没能|无从)(?:追[缴回讨]|收回|挽回|执行)|[^,。;\d]{0,6}?[无没]有?[^,。;\d]{0,4}财产可"
)
_BORNE_OUT = re.compile("(?:可以|能够|足以|可)(?:确认|认定)[^,。;]{0,10}\\Z")
_CLOSES = re.compile(
    r"[,、;。](?:以上|上述)?(?:[两二三四五六七八九十\d]{1,2}[项笔次者])?(?:金额)?(?:加在一起|加起来|合起来|合计|总计|共计|累计|一共|总共|拢共)[^,。;、\d]{0,6}\Z"
)
_NET_OF = re.compile(
    "不作为[^。;]{0,16}认定[^。;]{0,40}\\Z|(?:剔除|核减|审减|扣减)[^。;\\d]{0,24}实际[^,。;\\d]{0,8}\\Z|(?:去重|剔重|除重|(?:去除|剔除|去掉)重复[^,。;]{0,6})后[^,。;\\d]{0,8}\\Z"
)
# 连袋毛重10.6克，净重8.7克: what goods are wrapped in is none of them
_WRAPPED = re.compile(r"(?:毛重|[连带含][袋皮包箱筐盒桶])[^,。;、\d]{0,6}\Z")
_UNWRAPPED = re.compile(r"净重[^,。;、\d]{0,6}\Z")
_SENTENCE = re.compile(r"[。\n]")
_NOUN, _WHOLE = re.compile(r",[\u4e00-\u9fff]{2,5}"), re.compile(r"[物获品货量重计总共净毛均约余价款]")
_WEIGHED = frozenset({"千克", "株", "只"})
_KINDS, _KINDS_GAP = frozenset("鱼虾蟹螺贝鳝木树松杉杨兰鸟蛇蛙鸡兔肉"), 16
_LONGEST_GAP, _LONGEST_REMAINS, _SIDE_BY_SIDE = 90, 16, 12
_SAME = re.compile(
    r"(?:可以|能够|足以|可)(?:确认|认定)|即\D{0,4}$|折合|相当于|(?<!价税)合计|共计|换算|约合|也就是|其中|包括|更正|实际应?为|复核|(?<!不)含(?![铅铬镍镉汞砷铜锌锰油酸碱氰硫氟税有水量])"
)


def resolve(mentions: Sequence[Mentioned], texts: Mapping[str, str]) -> Measured | None:
    """The value of one measure from its mentions (already filtered to those that count), in text order.

    ``texts`` are the folded fields, to see what stands between two mentions. None for no mention.
    """
    if not mentions:
        return None
    if any(m.derived for m in mentions):
        mentions = sorted(mentions, key=_place)  # a product stands among the items of its list
    mentions = _unwrapped(mentions, texts)
    return _net(mentions, texts) if any(m.minus for m in mentions) else _gross(mentions, texts)


def _unwrapped(mentions: Sequence[Mentioned], texts: Mapping[str, str]) -> Sequence[Mentioned]:
    """The mentions without gross weights whose net weight is told right beside them."""
    if len(mentions) < 2 or mentions[0].unit != "千克":
        return mentions
    gross: set[int] = set()
    for index, (left, right) in enumerate(pairwise(mentions)):
        for place, one, other in ((index, left, right), (index + 1, right, left)):
            if other.value < one.value and _is_said(_WRAPPED, one, texts) and _is_said(_UNWRAPPED, other, texts):
                gross.add(place)
    return [m for index, m in enumerate(mentions) if index not in gross] if gross else mentions


def _is_said(pattern: re.Pattern[str], mention: Mentioned, texts: Mapping[str, str]) -> bool:
    """Whether words stand right in front of a figure."""
    start = mention.evidence.start
    return pattern.search(texts[mention.evidence.field], max(0, start - _LONGEST_REMAINS), start) is not None


def _net(mentions: Sequence[Mentioned], texts: Mapping[str, str]) -> Measured:
    """What is left of the gross figure once others are taken off it: as told, else as computed."""
    first = next(index for index, m in enumerate(mentions) if m.minus)
    whole = [m for m in mentions if not m.minus] or mentions  # 去掉重复共3120条: nothing else is told
    gross = _gross(mentions[:first], texts) if first else None
    taken = _distinct([m for m in mentions if m.minus], texts)
    off = sum((m.value for m in taken), Decimal(0))
    if gross is None or off >= gross.value:
        return _gross(whole, texts)  # 剔除重复的120条后，……为3640条
    for told in mentions[first:]:
        same_sentence = not _SENTENCE.search(_between(mentions[first], told, texts))
        if not told.minus and (told.value == gross.value - off or (same_sentence and told.value < gross.value)):
            return _one(told)  # 共96公斤，扣除死鱼6公斤，实为90公斤
    evidence = (*gross.evidence, *(m.evidence for m in taken))
    return Measured(gross.name, gross.value - off, gross.unit, gross.approx, True, evidence)


def _place(mention: Mentioned) -> Span:
    return mention.span


def _between(left: Mentioned, right: Mentioned, texts: Mapping[str, str]) -> str:
    """The text between two mentions of a field, in order; a full stop for two fields."""
    if left.evidence.field != right.evidence.field:
        return "。"
    return texts[left.evidence.field][left.evidence.end : right.evidence.start]


def _gross(mentions: Sequence[Mentioned], texts: Mapping[str, str]) -> Measured:
    """The value of mentions of which none is taken off."""
    if lost := _lost(mentions, texts):
        return _one(lost)
    whole = [m for m in mentions if not m.part]
    if not whole or max(m.value for m in mentions) > max(m.value for m in whole):
        whole = list(mentions)  # 其中甲书415册，乙书205册: parts of a whole that is not told
    distinct = _distinct(whole, texts)
    if left := _rest(distinct, texts) or _confirmed(distinct, texts):
        return _one(left)
    items = _list(distinct, texts) if distinct[0].unit not in NOT_ADDED else distinct[:1]
    total = max((m for m in mentions if m.total), key=lambda m: m.value, default=None)
    if total and (_is_grand(total, items, texts) or not _of_an_item(total, items)):
        return _one(_finer(total, distinct))
    if len(distinct) == 1:
        return _one(distinct[0])
    largest = max(distinct, key=lambda m: m.value)
    others = sum((m.value for m in distinct if m is not largest), Decimal(0))
    labelled = items[0] is largest and all(m.item >= Link.MARKED for m in items[1:])  # 四季度2例；一季度1例，二季度1例
    rounding = max(min(Decimal("0.01"), largest.value / 50), largest.value / 1000)  # a fen, but not a gram of 1.6 g
    alike = len(distinct) == 2 and _beside(*distinct)  # 警灯4个、警报器4个: neither is their total
    if not (labelled or alike) and abs(largest.value - others) <= rounding:
        return _one(largest)
    if len(items) > 1 and sum(m.value for m in items) > largest.value:
        return Measured(
            items[0].name,
            sum((m.value for m in items), Decimal(0)),
            items[0].unit,
            any(m.approx for m in items),
            True,
            tuple(m.evidence for m in items),
        )
    return _one(_finer(largest, distinct))


def _beside(left: Mentioned, right: Mentioned) -> bool:
    """Whether two equal counts stand side by side in the text, neither of them computed."""
    near = 0 <= right.evidence.start - left.evidence.end <= _SIDE_BY_SIDE
    return near and left.value == right.value and not (left.derived or right.derived)


def _confirmed(told: Sequence[Mentioned], texts: Mapping[str, str]) -> Mentioned | None:
    """The figure that the evidence bears out, where a vaguer or a gross one was told before it.

    供述十余万元，可以确认的销售额为78430元; 共计11.3万条，去重后为9.86万条.
    """
    for left, right in pairwise(told):
        between = _between(left, right, texts)
        if left.approx and not right.approx and _BORNE_OUT.search(between):
            return right
        if right.value < left.value and _NET_OF.search(between):
            return right
    return None


def _lost(told: Sequence[Mentioned], texts: Mapping[str, str]) -> Mentioned | None:
    """Of arrears those of which the text says that they can't be collected: 欠缴12万元，其中9.2万元已扣缴，2.8万元无法追缴."""
    if told[0].name != _UNCOLLECTED:
        return None
    return next((m for m in reversed(told) if _LOST.match(texts[m.evidence.field], m.evidence.end)), None)


def _rest(told: Sequence[Mentioned], texts: Mapping[str, str]) -> Mentioned | None:
    """What is said to remain of a larger figure before it, in its sentence: 应付86000元，已付31000元，尚差55000元.

    Sales are what was to be got, paid or not (法释〔2001〕10号第二条第一款: 所得和应得的全部违法收入).
    """
    if told[0].name in _PAID_OR_NOT:
        return None
    left = told[0]
    for right in told:
        if right.value >= left.value:
            left = right
        elif left.evidence.field == right.evidence.field:
            text, start = texts[right.evidence.field], right.evidence.start
            remains = _REMAINS.search(text, max(left.evidence.end, start - _LONGEST_REMAINS), start)
            if remains and not _SENTENCE.search(text, left.evidence.end, start):
                return right
    return None


def _finer(largest: Mentioned, told: Sequence[Mentioned]) -> Mentioned:
    """The figure that the largest rounds up, where it is told as well: 13.6万元 … 135960元."""
    return next((m for m in told if _rounds_up(m.value, largest.value)), largest)


def _rounds_up(exact: Decimal, rounded: Decimal) -> bool:
    return 0 < rounded - exact <= rounded / 100 and any(round(exact, -places) == rounded for places in range(-1, 6))


def _of_an_item(total: Mentioned, items: Sequence[Mentioned]) -> bool:
    """A total among the items of a list is one item's: 4月1850吨，5月两处合计1420吨; 甲批计2万元；乙批计3万元; 共3张，另2张."""
    if total not in items:
        return False
    following = items[items.index(total) + 1 :]
    return any(m.value > total.value or (m.total and m is not total) for m in items) or (
        bool(following) and following[0].item >= Link.MARKED
    )


def _is_grand(total: Mentioned, items: Sequence[Mentioned], texts: Mapping[str, str]) -> bool:
    """Whether a total closes its list and covers it, also where an item has another name: 礼卡2万元、现金3万元、装修款1万元，合计6万元."""
    if total is not items[-1] or len(items) < 3 or total.value < sum((m.value for m in items[:-1]), Decimal(0)):
        return False
    start = total.evidence.start
    return _CLOSES.search(texts[total.evidence.field], max(0, start - _LONGEST_REMAINS), start) is not None


def _one(mention: Mentioned) -> Measured:
    return Measured(mention.name, mention.value, mention.unit, mention.approx, mention.derived, (mention.evidence,))


def _distinct(mentions: Sequence[Mentioned], texts: Mapping[str, str]) -> list[Mentioned]:
    """Each figure once, unless equal figures are items of one list (甲450元、乙300元、丙450元)."""
    kept: list[Mentioned] = []
    told: dict[Decimal, int] = {}  # value → the list it was told in first
    number = 0
    for index, mention in enumerate(mentions):
        if index and not _listed(mentions[index - 1], mention, texts):
            number += 1
        if told.setdefault(mention.value, number) == number:
            kept.append(mention)
    return kept


def _list(mentions: Sequence[Mentioned], texts: Mapping[str, str]) -> list[Mentioned]:
    """The run of mentions, parted like items of a list, that comes to most."""
    runs: list[list[Mentioned]] = [[mentions[0]]]
    for left, right in pairwise(mentions):
        if _listed(left, right, texts):
            runs[-1].append(right)
        else:
            runs.append([right])
    return max(runs, key=lambda run: (len(run) > 1, sum(m.value for m in run)))


def _listed(left: Mentioned, right: Mentioned, texts: Mapping[str, str]) -> bool:
    """Whether two mentions are items of one list, by what stands between them."""
    gap = right.evidence.start - left.evidence.end
    if left.evidence.field != right.evidence.field:
        return False
    if left.derived and right.derived:
        return gap <= 2 * _LONGEST_GAP  # each is a price times a quantity of its own
    if right.item or gap < 0:
        return gap >= 0
    text = texts[left.evidence.field]
    between = text[left.evidence.end : right.evidence.start]
    if len(between) > _LONGEST_GAP or _SAME.search(between):
        return False
    sentences = _SENTENCE.split(between)
    if len(sentences) > 1:
        return any(map(_NEXT_ITEM.match, sentences[1:]))
    return bool(_SEPARATORS.search(between)) or _parallel(left, right, text)


def _parallel(left: Mentioned, right: Mentioned, text: str) -> bool:
    """Two figures with the same word in front of each, or kinds of one thing: 甲书翻印415册，乙书翻印205册; 鲤鱼44公斤，鲫鱼33公斤."""
    before = [text[max(0, m.evidence.start - 2) : m.evidence.start] for m in (left, right)]
    if not before[0].isalpha():
        return False
    between = text[left.evidence.end : right.evidence.start]
    if right.unit in _WEIGHED and _NOUN.fullmatch(between) and not _WHOLE.search(before[0] + between):
        return True  # 梭子蟹2300公斤，带鱼5100公斤
    return before[0] == before[1] or (
        before[0][-1:] == before[1][-1:]
        and before[0][-1:] in _KINDS
        and right.evidence.start - left.evidence.end <= _KINDS_GAP
    )
