"""Numerals in Chinese text: ``6.2万``, ``１，２００``, ``三万五``, ``叁万伍仟``, ``3-5万``, ``十几``.

Only the surface: which characters are one figure and what number they say. Units are ``quantities``' work, years and
days that of ``dates``. One run regex finds the figures; its repeats leave no choice to go back to, so any text is read in
linear time. Only single characters are repeated possessively: early releases of Python 3.11
(3.11.2 of Debian 12 among them) loop for ever on possessive groups.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

__all__ = ["CONNECTORS", "RUN", "Numeral", "digit_value", "few", "imprecise", "numerals", "range_of", "value_of"]


@dataclass(frozen=True, slots=True)
class Numeral:
    """One figure: ``text[start:end]`` says ``value``; of a range ``value`` is the lower end and ``upper`` the other.

    ``approx`` marks 约, 余, 多, 左右 and ranges; ``value`` is then the lower bound, save for 近 and 不足.
    """

    value: Decimal
    upper: Decimal | None
    approx: bool
    start: int
    end: int


_D = "0-9０-９"
_DIGITS = "零〇○一二三四五六七八九壹贰叁肆伍陆柒捌玖貳參叄陸弌弍弎"
_SCALES = "十百千万亿拾佰仟萬億"
# 千克, 千瓦 and their like are units, not thousands of 克; 百货 and 百分 are words.
_SCALE = f"(?:[{_SCALES.replace('千', '').replace('百', '')}]|千(?![克瓦米卡帕伏])|百(?![货分姓度]))"
_FRACTION = f"(?:[.．][{_D}]++)"

#: A figure. Group 1: an Arabic head without scale; group 2: scales and further digits after it (万4千);
#: group 3: more dotted parts, which make it a section number or a date; otherwise the whole is a Chinese numeral.
RUN = re.compile(
    # The first atom is a plain set so that the search skips other characters at C speed.
    f"[{_D}{_DIGITS}{_SCALES}两兩廿卅半]"
    "(?:"
    f"(?<=([{_D}]))"
    f"(?:[{_D}]?[{_D}]?(?:(?:[,，][{_D}]{{3}}(?![{_D}]))+|(?:[ \\u00a0\\u2009][{_D}]{{3}}(?![{_D}]))+)|[{_D}]*+)"
    f"(?P<point>{_FRACTION})?(?P<dots>{_FRACTION}+)?"
    f"(?P<chain>{_SCALE}+(?:[{_D}]++{_FRACTION}?{_SCALE}+)*"
    f"(?:[{_D}](?![{_D}.．年月日时点:：])|[{_D}]{{3,4}}(?![{_D}.．年月日]))?)?"
    "|"
    f"(?<=[{_DIGITS}{_SCALES}廿卅两兩])(?<!千(?=[克瓦米卡帕伏]))(?<!百(?=[货姓度]))"
    f"(?:[{_DIGITS}廿卅]++|{_SCALE}|(?<=[{_SCALES}零〇])[两兩]|(?<=[一三])两(?=[个天次人名件年条户家万千百月]))*"
    f"(?:点[{_DIGITS}]++(?![十拾]){_SCALE}*)?"
    "|"
    "(?<=半)"
    ")"
)

#: What joins the two ends of a range.
CONNECTORS = frozenset({"-", "－", "–", "—", "——", "~", "～", "至", "到", "―", "--"})

_VALUES = {
    **{c: i for i, c in enumerate("零一二三四五六七八九")},
    **{c: i for i, c in enumerate("〇壹贰叁肆伍陆柒捌玖")},
    "○": 0, "弌": 1, "弍": 2, "弎": 3, "貳": 2, "參": 3, "叄": 3, "陸": 6, "两": 2, "兩": 2,
}  # fmt: skip
_TIMES = {
    "十": 10, "拾": 10, "百": 100, "佰": 100, "千": 1000, "仟": 1000,
    "万": 10**4, "萬": 10**4, "亿": 10**8, "億": 10**8,
}  # fmt: skip
_POWERS = {name: Decimal(value) for name, value in {**_TIMES, "百万": 10**6, "千万": 10**7, "万亿": 10**12}.items()}
_HALF = Decimal("0.5")
#: Longer runs are account numbers or noise, never an amount.
_LONGEST = 40
_SEPARATORS = {ord(c): None for c in ",， \u00a0\u2009"} | {ord("．"): "."}
_CHAIN = re.compile(f"([{_SCALES}])|([{_D}]++(?:[.．][{_D}]++)?)")
_PAIR = re.compile("[一二两三四五六七八九](?=[二两三四五六七八九])")


def value_of(match: re.Match[str]) -> tuple[Decimal, Decimal | None] | None:
    """The number a ``RUN`` match says, with the upper end of 五六千; ``None`` if it is none (1.2.3, 一万万万万)."""
    run = match[0]
    if len(run) > _LONGEST:
        return None
    head, _, dots, chain = match.groups()
    if head is None:
        return _chinese(run)
    if dots is not None:
        return None
    if chain is None:
        return _arabic(run), None
    number = _arabic(run[: -len(chain)])
    power = _POWERS.get(chain)
    return (number * power if power is not None else _mixed(number, chain)), None


def range_of(low: re.Match[str], high: re.Match[str]) -> tuple[Decimal, Decimal] | None:
    """The two ends of ``low``-``high``, or ``None`` if that is no range (2023-500).

    A low end without a scale takes the one of the high end where that makes sense: 3-5万 is 30000 to 50000.
    """
    below, above = value_of(low), value_of(high)
    if below is None or above is None:
        return None
    bottom, top = below[0], above[1] or above[0]
    scale = _scale(high[0])
    if scale and not _scale(low[0]):
        scaled = bottom * scale
        if scaled < top:
            return scaled, top
    return (bottom, top) if bottom < top else None


def numerals(text: str) -> list[Numeral]:
    """Every figure in ``text``, left to right, ranges as one."""
    found: list[Numeral] = []
    last: re.Match[str] | None = None
    for match in RUN.finditer(text):
        start, end = match.span()
        value = value_of(match)
        if value is None or imprecise(text, match):
            last = None
            continue
        end, more = _suffix(text, end)
        ends = range_of(last, match) if last is not None and text[last.end() : start] in CONNECTORS else None
        if ends is not None and last is not None:
            found[-1] = Numeral(*ends, True, last.start(), end)
        else:
            vague = more or text[start - 1 : start] in _BEFORE or text.startswith(_AFTER, end)
            found.append(Numeral(*value, vague or value[1] is not None, start, end))
        last = None if more or ends else match
    return found


_BEFORE = frozenset({"约", "近", "逾", "超", "过", "足", "到", "上"})
_AFTER = ("左右", "上下", "以上", "许", "不等")


def _suffix(text: str, end: int) -> tuple[int, bool]:
    """Past 余, 多, 几 directly after a figure, and whether there was one."""
    if end < len(text) and text[end] in "余多几":
        return end + 1, True
    return end, False


def imprecise(text: str, match: re.Match[str]) -> bool:
    """几十, 数百: the lower bound is unknown. 千万, 万一 and 百 alone are words."""
    start, end = match.span()
    first = text[start]
    if first not in _TIMES:
        return False
    before = text[start - 1] if start else "，"
    if before in "几数":
        # 数十二人 and 人数十人 are twelve and ten people, 数十人 and 数百万人 nobody knows how many.
        exact = len(match[0]) > 1 and match[0][1] not in _TIMES
        return not exact and (before == "几" or start < 2 or text[start - 2] not in _NUMBER_OF)
    if first in "十拾":
        return False
    return before not in _OVER and text[end : end + 1] not in _MORE


#: 人数, 件数, 份数, 总数 … end in 数 and mean a number
_NUMBER_OF = frozenset("人件份户次总株张册条头台个只套辆名")
_OVER = frozenset("上近逾超约达")
_MORE = frozenset({"余", "多"})


_FEW = {char: number for number, char in enumerate("一二三四五六七八九十", 1)} | {"两": 2}


def few(told: str) -> int:
    """A number in digits, or up to ten in one Chinese numeral: 两, 十, 12."""
    return _FEW.get(told) or int(told)


def digit_value(char: str | None) -> Decimal:
    """One Arabic or Chinese digit; nothing counts as 0."""
    if not char:
        return Decimal(0)
    return Decimal(_VALUES[char]) if char in _VALUES else Decimal(char)


def _arabic(run: str) -> Decimal:
    if run.isascii():
        return Decimal(run.replace(",", "").replace(" ", ""))
    return Decimal(run.translate(_SEPARATORS))


def _mixed(head: Decimal, chain: str) -> Decimal:
    """``3`` + ``万4千``; a single last digit counts the next lower place: 3万4 is 34000."""
    total, section = Decimal(0), Decimal(0)
    current: Decimal | None = head
    last = 1
    for times, digits in _CHAIN.findall(chain):
        if digits:
            current = _arabic(digits)
            continue
        last = _TIMES[times]
        if last < 10**4:
            section += (1 if current is None else current) * last
        elif current is None and not section:
            total *= last
        else:
            total += (section + (current or 0)) * last
            section = Decimal(0)
        current = None
    if current is not None:
        total += current * (last // 10 if current < 10 else 1)
    return total + section


def _chinese(run: str) -> tuple[Decimal, Decimal | None] | None:
    """A Chinese numeral; a pair of neighbours (五六千, 十七八) is a range."""
    if len(run) == 1:
        if run == "半":
            return _HALF, None
        digit = _VALUES.get(run, _TIMES.get(run))
        if digit is not None:
            return Decimal(digit), None
    whole, point, rest = run.partition("点")
    if point:
        return _pointed(whole, rest)
    run = run.replace("廿", "二十").replace("卅", "三十")
    value = _positional(run)
    if value is not None:
        return Decimal(value), None
    return _pair(run) or _digit_string(run)


def _pair(run: str) -> tuple[Decimal, Decimal] | None:
    pairs = _PAIR.findall(run)
    if len(pairs) != 1:
        return None
    at = run.index(pairs[0] + run[_PAIR.search(run).end()])  # type: ignore[union-attr]
    one, two = _VALUES[run[at]], _VALUES[run[at + 1]]
    if two - one != 1 and (one, two) not in {(3, 5), (3, 2)}:
        return None
    low, high = _positional(run[:at] + run[at] + run[at + 2 :]), _positional(run[:at] + run[at + 1 :])
    if low is None or high is None:
        return None
    return Decimal(min(low, high)), Decimal(max(low, high))


def _digit_string(run: str) -> tuple[Decimal, None] | None:
    """二〇二四 spelt digit by digit."""
    if any(c not in _VALUES for c in run):
        return None
    return Decimal("".join(str(_VALUES[c]) for c in run)), None


def _pointed(whole: str, rest: str) -> tuple[Decimal, None] | None:
    """三点五万."""
    value = _positional(whole)
    digits = rest.rstrip(_SCALES)
    if value is None or not digits:
        return None
    number = Decimal(f"{value}.{''.join(str(_VALUES[c]) for c in digits)}")
    for scale in rest[len(digits) :]:
        number *= _TIMES[scale]
    return number, None


def _positional(run: str) -> int | None:
    """一亿二千三百万零五; ``None`` if the digits do not alternate with scales."""
    total = section = 0
    digit: int | None = None
    last = 1
    for char in run:
        value = _VALUES.get(char)
        if value is not None:
            if digit:
                return None
            digit, last = value, (last if value else 1)
            continue
        scale = _TIMES.get(char)
        if scale is None:
            return None
        if scale < 10**4:
            section += (1 if digit is None else digit) * scale
        elif total < scale:
            # 一万二千亿: the larger scale takes all that stands before it.
            total = ((total + section + (digit or 0)) or 1) * scale
            section = 0
        else:
            total += (section + (digit or 0)) * scale
            section = 0
        digit, last = None, scale
    if digit:
        section += digit * (last // 10 if last > 10 else 1)
    return total + section


def _scale(run: str) -> int | None:
    """The product of the 万 and 亿 that end a run, ``None`` without one."""
    scale = None
    for char in reversed(run):
        times = _TIMES.get(char)
        if times is None or times < 10:
            break
        if times >= 10**4 or (scale is None and run[0] in "0123456789"):
            scale = times * (scale or 1)
        else:
            break
    return scale
