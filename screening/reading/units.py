"""The unit that follows a figure, and the words that only look like one (3人民币, 两部门, 五处罚款)."""

from __future__ import annotations

import re
from collections import defaultdict
from decimal import Decimal

from screening.quantity import UNITS, Unit

__all__ = ["UnitHere", "is_word", "unit_at"]

#: (end offset, unit); the factor of scales written before the unit (2.16 万枚) is in ``Unit.factor``.
UnitHere = tuple[int, Unit]

_SCALES = {"十": 10, "百": 100, "千": 1000, "万": 10**4, "亿": 10**8, "萬": 10**4, "億": 10**8}

# 分 counts points and minutes as well as money, 块 is money or a classifier, 角 is a corner: the context decides
# (``quantities``), so they are no units here.
_CONTEXTUAL = frozenset({"分", "块", "角"})

#: After the unit one of these characters makes another word of it: 部门, 处罚, 家庭.
_FOLLOWS = {
    "元": "旦月件素宵器区里", "人": "民", "名": "称单誉牌义", "位": "于置数", "次": "日年月级品要性",
    "方": "面式法向案便位形圆当可", "部": "门分委队署件落长位属", "户": "籍口主外型名", "家": "庭长属具里族用电中",
    "个": "体别", "支": "付出持队行", "条": "件款例规约之", "只": "是有能要好得", "份": "额", "张": "某×",
    "本": "案院局府身市县地店科省区质月年日机金息", "包": "括含裹庇工容", "台": "湾州账胞阶", "处": "罚理分置以",
    "批": "准发评复示文", "双": "方", "把": "关握手", "码": "头", "令": "人", "根": "据本", "片": "区面段",
    "首": "次先都批", "项": "目", "门": "店市面诊窗", "米": "饭粉线酒", "升": "级温高学职", "克": "拉隆服扣",
    "回": "收", "起": "诉", "年": "级代度龄", "天": "然猫津", "周": "某边围口", "日": "均常期报志", "级": "别",
    "票": "据面", "笔": "录", "套": "路", "头": "像发部目", "盘": "点", "瓦": "房", "层": "面", "尾": "号",
    "捆": "绑", "单": "元位独据价", "面": "积额值对向", "口": "头供径", "场": "所地", "听": "证取", "卷": "烟宗",
    "间": "接", "车": "间辆主牌号", "贴": "息", "座": "位谈", "架": "设", "例": "如外", "具": "有体", "宗": "旨",
    "碗": "筷", "杯": "子", "扎": "实根", "扇": "形", "段": "时落位路期经距式供信关",
    "集": "中合体团装成市资镇贸散结会", "行": "为业政使动程李人驶贿骗凶窃走刑医文书", "板": "材", "束": "缚", "辆": "次",
}  # fmt: skip
_GUARDS = {unit: frozenset(chars) for unit, chars in _FOLLOWS.items()}

#: Figure and unit that are a word, whatever follows (""), or only before one of these characters.
_WORDS = {
    "一方": "", "两方": "", "三方": "", "四方": "", "一场": "", "一面": "", "两面": "", "四面": "",
    "一宗": "", "一具": "", "一段": "", "一次": "性", "一级": "市", "一本": "正", "一口": "气咬否价", "一条": "龙", "一家": "人",
    "一把": "手", "一头": "雾", "一车": "间", "七匹": "狼", "三只": "松", "六个": "核", "五家": "渠", "伍家": "岗",
    "陆家": "嘴", "三门": "峡县湾", "九台": "区市", "五台": "山县", "三台": "县", "六盘": "水山", "七台": "河",
}  # fmt: skip
_GUARDS = {unit: frozenset(chars) for unit, chars in _FOLLOWS.items()}

#: 五成 is 50 %; 成 has many other uses, so only a few characters may follow.
_PERCENT_TENTH = Unit("成", "%", Decimal(10))
_AFTER_TENTH = frozenset("，。；、,;）)以的左上多股比货")

# ASCII units are read without regard to case, whole words only; 5G is a network.
_ASCII_UNITS = sorted((name for name in UNITS if name[0].isascii() and name[0].isalpha()), key=len, reverse=True)
_ASCII = re.compile("(?:" + "|".join(map(re.escape, _ASCII_UNITS)) + ")(?![A-Za-z0-9])", re.IGNORECASE)
_LOWER = {name.lower(): UNITS[name] for name in _ASCII_UNITS}


#: name, its length, characters that may not follow, the unit
_Entry = tuple[str, int, frozenset[str], Unit]


def _by_first() -> dict[str, tuple[_Entry, ...]]:
    heads: dict[str, list[Unit]] = defaultdict(list)
    for name, unit in UNITS.items():
        if name not in _CONTEXTUAL and not (name[0].isascii() and name[0].isalpha()):
            heads[name[0]].append(unit)
    heads["人"].append(Unit("人民币", "元"))
    heads["个"] += [Unit("个人", "人"), Unit("个小时", "小时"), Unit("个工作日", "工作日"), Unit("个点", "%")]
    heads["工"].append(Unit("工作日", "工作日"))
    nothing: frozenset[str] = frozenset()
    return {
        head: tuple(
            (unit.name, len(unit.name), _GUARDS.get(unit.name, nothing), unit)
            for unit in sorted(units, key=lambda unit: -len(unit.name))
        )
        for head, units in heads.items()
    }


_BY_FIRST = _by_first()


def unit_at(text: str, at: int) -> UnitHere | None:
    """The unit that begins at ``text[at]``, longest first: 元, 万枚, ㎏, mg/L, 立方米; ``None`` if there is none."""
    first = text[at : at + 1]
    entries = _BY_FIRST.get(first)
    if entries is not None:
        for name, length, barred, unit in entries:
            if length == 1 or text.startswith(name, at):
                end = at + length
                if not barred or text[end : end + 1] not in barred:
                    return end, unit
    if first in _SCALES:
        return _scaled(text, at)
    if first.isascii() and first.isalpha():
        match = _ASCII.match(text, at)
        if match and match[0] != "G":
            return match.end(), _LOWER[match[0].lower()]
    if first == "成" and (at + 1 == len(text) or text[at + 1] in _AFTER_TENTH):
        return at + 1, _PERCENT_TENTH
    return None


def _scaled(text: str, at: int) -> UnitHere | None:
    factor, here = 1, at
    while here - at < 3 and (scale := _SCALES.get(text[here : here + 1])):
        factor, here = factor * scale, here + 1
    here += text[here : here + 1] == " "
    if text[here : here + 1] in _SCALES:
        return None
    found = unit_at(text, here)
    if found is None:
        return None
    end, unit = found
    return end, Unit(text[at:end], unit.base, unit.factor * factor)


def is_word(figure: str, unit: str, following: str) -> bool:
    """Whether a Chinese figure and unit are a word and count nothing: 一起, 三门峡, 六盘水."""
    rest = _WORDS.get(figure + unit)
    return rest is not None and (not rest or (following != "" and following in rest))
