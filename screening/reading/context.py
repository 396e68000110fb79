"""What stands around a figure: 人民币 and 约 before it, 每 and 第, 左右 after it, the date it may belong to.

Every look is a few characters wide, so the cost per figure is constant.
"""

from __future__ import annotations

import re
from decimal import Decimal

from screening.quantity import Unit
from screening.reading.units import unit_at

__all__ = [
    "denominator_after",
    "denominator_before",
    "is_date_part",
    "is_label",
    "prefix",
    "vague_after",
]

# last character → the words that end in it: (word, currency or "" for 约 and its like)
_PREFIXES: dict[str, tuple[tuple[str, str], ...]] = {
    "币": (("人民币", "元"), ("港币", "港元")),
    "￥": (("￥", "元"),),
    "¥": (("¥", "元"),),
    "B": (("RMB", "元"),),
    "b": (("rmb", "元"), ("Rmb", "元")),
    "Y": (("CNY", "元"), ("JPY", "日元")),
    "$": (("US$", "美元"), ("HK$", "港元"), ("$", "美元")),
    "＄": (("＄", "美元"),),
    "D": (("USD", "美元"), ("HKD", "港元")),
    "R": (("EUR", "欧元"),),
    "€": (("€", "欧元"),),
    "元": (("美元", "美元"), ("港元", "港元"), ("欧元", "欧元"), ("日元", "日元"), ("澳元", "澳元")),
    "镑": (("英镑", "英镑"),),
    "）": (("人民币（大写）", "元"), ("（大写）", "元"), ("（人民币）", "元")),
    ")": (("人民币(大写)", "元"), ("(大写)", "元"), ("(人民币)", "元")),
    "：": (("人民币（大写）：", "元"), ("人民币大写：", "元"), ("人民币：", "元")),
    "写": (("人民币大写", "元"),),
    "约": (("大约", ""), ("约", "")),
    "近": (("将近", ""), ("接近", ""), ("近", "")),
    "逾": (("逾", ""),),
    "超": (("超", ""),),
    "过": (("超过", ""),),
    "足": (("不足", ""),),
    "到": (("不到", ""),),
    "上": (("上", ""),),
    "少": (("至少", ""),),
    "于": (("不少于", ""), ("不低于", "")),
    "概": (("大概", ""),),
}
_PREFIX_ENDS = frozenset(_PREFIXES) | frozenset(" \u3000\u00a0")
# 违约3次, 附近5户, 以上3人: the word before belongs to another word.
_NOT_PREFIX = {
    "约": frozenset("合节签预违条公契特解履失制邀相"),
    "近": frozenset("附最靠临邻新"),
    "上": frozenset("以网地车船身加手路晚早街之线市山场会实基如述向海水店摊群台"),
    "超": frozenset("高"),
}
_NOT_SCALE = frozenset("十百千万亿")


def prefix(text: str, start: int, floor: int) -> tuple[int, bool, str | None]:
    """Walk back over 约, 人民币, ￥: (start with them, approximate?, currency or ``None``); never before ``floor``."""
    approx = False
    currency: str | None = None
    here = start
    if start <= floor or text[start - 1] not in _PREFIX_ENDS:
        return here, approx, currency
    for _ in range(4):
        at = here - 1
        if at >= floor and text[at] in " \u3000\u00a0" and at > floor and text[at - 1] in "币B￥¥$":
            at -= 1
        if at < floor:
            break
        for word, money in _PREFIXES.get(text[at], ()):
            begin = at + 1 - len(word)
            if begin < floor or not text.startswith(word, begin):
                continue
            if not money:
                barred = _NOT_PREFIX.get(word)
                if barred is not None and begin and text[begin - 1] in barred:
                    continue
                if word == "上" and text[start] not in _NOT_SCALE:
                    continue
                approx = True
            else:
                currency = currency or money
            here = begin
            break
        else:
            break
    return here, approx, currency


_VAGUE_AFTER = {
    "左": ("左右",),
    "上": ("上下",),
    "以": ("以上", "以下"),
    "余": ("余",),
    "多": ("多",),
    "许": ("许",),
    "不": ("不等",),
}
_NOT_VAGUE = {"余": frozenset("款额下件"), "多": frozenset("次名人个家种项年"), "许": frozenset("可多")}


def vague_after(text: str, end: int) -> bool:
    """Whether 左右, 上下, 以上, 余 … follow the unit."""
    first = text[end : end + 1]
    for word in _VAGUE_AFTER.get(first, ()):
        if text.startswith(word, end):
            return text[end + 1 : end + 2] not in _NOT_VAGUE.get(word, ())
    return False


_DETERMINERS = frozenset("同某任唯统单逐")
_CODE = frozenset("第×＊＃＝Ａ〔*_#=")
_EQUALS = frozenset("=＝")
_STATUTE_BEFORE = frozenset("》法例则定释》")
_IN_LIST = re.compile("第[零一二三四五六七八九十百0-9条款项、至和及到章节-]{1,16}\\Z")


def is_label(text: str, match: re.Match[str], unit: str) -> bool:
    """Whether the figure names rather than counts: 第三条, HW31, GB-200, 1××元, 《商标法》57条, 同一批, 每3个月."""
    start = match.start()
    if not start:
        return False
    before = text[start - 1]
    if before in _EQUALS and not (start > 1 and text[start - 2].isascii() and text[start - 2].isalpha()):
        return False  # 320×68=21760元; ID=320
    if before.isascii():
        if before.isalpha() or before in _CODE:
            return True
        # GB-200, 1,2345 and 5/28: part of a code or of a figure that is written wrong.
        return before in "-,./:" and start > 1 and text[start - 2].isascii() and text[start - 2].isalnum()
    if before not in _SUSPECT:
        return False
    if before in _CODE or before == "每":
        return before != "×" or not _TIMES.search(text, max(0, start - 6), start)
    if before in _DETERMINERS:
        return match[0] == "一"
    if unit not in _STATUTE_UNITS:
        return False
    return before in _STATUTE_BEFORE or _IN_LIST.search(text, max(0, start - 18), start) is not None


_TIMES = re.compile("[0-9][^0-9，。；、×]{0,3}×\\Z")  # 45盒×288元
_STATUTE_UNITS = frozenset({"条", "项", "批", "次", "级"})
_SUSPECT = _CODE | _DETERMINERS | _STATUTE_BEFORE | frozenset("每、至和及到")

_MONTH_NEXT = re.compile(r"\s?[0-9０-９一二三四五六七八九十]{1,2}\s?月|[底初末]|前后|间|以来|春|夏|秋|冬|[上下]半年")
_WITHIN = ("内", "以内", "之内", "以上", "以下", "期", "的", "后", "工", "为", "未", "仍", "共", "有")
_BETWEEN_DAYS = frozenset("至到-－—–~～、和及与")
_HOURS = frozenset("上下凌晚早中夜起当")


def is_date_part(text: str, span: tuple[int, int], unit: Unit, value: Decimal) -> bool:
    """Whether ``value`` 年 or 日 at ``span`` belongs to a date (2024年, 3月15日) and is no duration."""
    start, end = span
    before = text[start - 1] if start else ""
    if unit.name == "年":
        if value >= 1000 or text[start] in "0０零〇○":
            return True
        if value < 10 or value != int(value):
            return value != int(value) and value > 9
        return _MONTH_NEXT.match(text, end) is not None or (before != "" and before in "自于从在至到")
    if unit.name != "日":
        return False
    if before == "月":
        return True
    if value > 31 or value != int(value):
        return False
    if before in _BETWEEN_DAYS and start > 1 and (text[start - 2] in "日号" or text[start - 2].isdigit()):
        return True
    if text.startswith(_WITHIN, end):
        return False
    after = text[end : end + 1]
    if after and after in _HOURS:
        return True
    if before and before in "于自从在当同次该本至":
        return True
    return after in {"，", ","} and before in {"", "，", "。", "；", "\n", ","}


_CLAUSE = frozenset("，。；、：,;:！？\n（(")
_SLASH_NUMBER = re.compile(r"[0-9０-９]{0,4}")
_WINDOW = 16
_ONE_EACH = frozenset(
    "碗杯扎樘筐笼瓶包条斤盒袋箱张只个株本套份双台吨片粒颗支桶头棵根听罐枚件副顶卷幅册匹尾羽盏床把"
) | {"公斤"}
_SEVERAL = re.compile("([0-9]{1,2})(?=[^0-9.，。的元][^0-9，。的元]?的价)")
_ALTERNATIVES = frozenset({"台", "张", "人", "部", "件", "册", "只"})


def denominator_before(text: str, floor: int, start: int) -> str | None:
    """The unit of a rate said before the figure: 每千枚45元 → 千枚; 单价为35元 → 单价; ``None`` if there is none."""
    window = text[max(floor, start - _WINDOW) : start]
    if "每" in window:
        begin = window.rindex("每") + 1
        number = _SLASH_NUMBER.match(window, begin)
        here = number.end() if number else begin
        found = unit_at(window, here)
        end = found[0] if found else here + 1
        if end <= len(window) and not _CLAUSE.intersection(window[end:]):
            return window[begin:end]
    if each := _BY_TIME.search(text, max(0, start - 10), start):
        return each[1]
    if "均" in window and (each := _ON_AVERAGE.search(window)):
        return each[1]
    if each := _FILLED.search(window) or _ONE_AT.search(text, max(0, start - 8), start):
        return each[each.lastindex or 0]
    if "价" in window:
        at = window.rindex("价")
        # 按实际销售均价计32550元 is a sum, so only a few words may stand between.
        if window[at - 1 : at] in _EACH and _IS.fullmatch(window, at + 1):
            return window[at - 1 : at + 1]
    return None


_ON_AVERAGE = re.compile("([人户亩件])均(?:约|为)?\\Z")
# 月租金1800元, 按月收租2000元; not 5月收款, 当月付款
_BY_TIME = re.compile(
    "(?<![\\d０-９一二三四五六七八九十两〇当次本上下个该同某闰半每])([月周年])(?:付|租金?|收租?|供|结)(?:为|是)?(?:人民币)?\\Z"
)
# 单桶净重170公斤, 同型号满桶过磅净重175公斤, 逐桶过磅净重都是170公斤
_FILLED = re.compile(
    "(?:[单满整]([桶袋包箱罐瓶筐])[^，。；、\\d]{0,6}重量?(?:约为?|为|是|达)?"
    "|逐([桶袋包箱罐瓶筐件车船])[^，。；、\\d]{0,8}[都均各](?:约为?|为|是|重)?)\\Z"
)
_ONE_AT = re.compile("一([车船桶袋包箱罐筐趟])(?:都|均)?(?:按|平均|折算?)\\Z")  # 共41车，一车按1.2吨
_EACH = frozenset({"单", "均"})
_IS = re.compile("(?:[均分别为是约在仅只达有格：: （(]|人民币){0,5}+")


def denominator_after(text: str, end: int, unit: Unit) -> tuple[int, str] | None:
    """The unit of a rate said after the figure: 35元/公斤, 40元一瓶, 300元每吨 → (end, 公斤)."""
    mark = text[end : end + 1]
    if mark in {"/", "／"}:
        number = _SLASH_NUMBER.match(text, end + 1)
        begin = end + 1
        here = number.end() if number else begin
        found = unit_at(text, here)
        if found is not None:
            if unit.name in _ALTERNATIVES and found[1].name in {"套", "件", "本", "次", "条", "份", "册"}:
                return None
            return found[0], text[begin : found[0]]
        if text[here : here + 1].isalnum():
            return here + 1, text[begin : here + 1]
        return None
    if mark == "每" or (mark == "一" and unit.base == "元"):
        found = unit_at(text, end + 1)
        if found is None or text[found[0] : found[0] + 1].isdigit():
            return None
        if mark == "每" or found[1].name in _ONE_EACH:
            return found[0], text[end + 1 : found[0]]
    if unit.base == "元" and (several := _SEVERAL.match(text, end)):
        found = unit_at(text, several.end())  # 10元3双的价格
        if found is not None:
            return found[0], text[end : found[0]]
    return None
