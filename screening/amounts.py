"""Figures in a field, as clerks write them: 62000, 6.2万元, 约2吨, 贰万元整; one at a time, or several by name.

What is plainly a number is read here; anything else goes to the parser that reads narratives, and counts only where it
finds one figure and nothing beside it.
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Final, NoReturn

from pydantic import ValidationInfo
from pydantic_core import PydanticCustomError
from rapidfuzz import fuzz, process

from screening.quantity import UNITS, Quantity
from screening.reading.quantities import quantities
from screening.values import is_blank, odd, plain, refuse, shown

__all__ = ["figure", "figures", "money"]

# Digits may be grouped by three or, as some ledgers do, by four; "6,2" is neither and nobody should guess.
_FIGURE: Final = re.compile(
    r"(?:人民币|rmb|[¥])?\s*([+-]?(?:\d{1,3}(?:,\d{3})+|\d{1,4}(?:,\d{4})+|\d+)(?:\.\d+)?(?![\d,.])(?:e[+-]?\d{1,3})?)"
    r"\s*(\S*?)整?",
    re.ASCII | re.IGNORECASE,
)
# What may stand around a figure without changing what it says.
_AROUND: Final = re.compile(
    r"(?:大?约|大概|将?近|共计?|合计|总计|计|人民币|金额|数量|价值|重量?|面积|左右|上下|余|多|以上|整|[:：。\s])*"
)


def figure(value: object) -> Quantity | None:
    """A number, or a figure as clerks write it (``6.2万元``, ``约2吨``, ``贰万元整``), never negative. A bare number has
    the unit ``""`` and stays as it is; ``6.2万元`` is 62000 元; of ``10余万元`` the lower bound is kept, a range is refused."""
    if isinstance(value, Quantity):
        return value
    value, written = plain(value), shown(value)
    if value is None:
        return None
    factor, unit = Decimal(1), ""
    if isinstance(value, str):
        match = _FIGURE.fullmatch(value)
        known = _unit(match[2]) if match else None
        if match and known:
            number, (factor, unit) = Decimal(match[1].replace(",", "")), known
        elif told := _told(value):
            number, factor, unit = told.value, Decimal(1), told.unit
        elif match:
            _unknown_unit(match[2])
        else:
            refuse("bad_number", f"“{written}”不是看得懂的数。请写成 62000 或“6.2万元”。")
    elif isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        refuse("bad_number", f"“{written}”不是数。请写成 62000 或“6.2万元”。")
    else:
        # The shortest decimal that is this float, not its 50 binary digits.
        number = Decimal(repr(value)) if isinstance(value, float) else Decimal(value)
    if not number.is_finite():
        refuse("not_finite", f"“{written}”不是有限的数。请核对。")
    if number < 0:
        refuse("negative", f"“{written}”是负数。金额和数量不能小于零。")
    if not number:
        return Quantity(Decimal(0), unit, written)
    # Decimal multiplies exactly up to 28 digits; the margin leaves room for the factor of a unit.
    if not -12 <= number.adjusted() <= 17 or len(number.as_tuple().digits) > 20:
        refuse("bad_number", f"“{written}”太大或者位数太多。请核对。")
    return Quantity(number * factor, unit, written)


def figures(value: object, info: ValidationInfo) -> object:
    """Named figures; one that can't be read is left out with a warning, because the rest of the record still can be."""
    if is_blank(value):
        return {}
    if not isinstance(value, dict):
        return value
    read: dict[str, Quantity] = {}
    for name, each in value.items():
        try:
            found = figure(each)
        except PydanticCustomError as error:
            odd(info, error.type, f"“{shown(name)}”：{error.message()}没有使用。", name)
        else:
            if found:
                read[name] = found
    return read


def _told(written: str) -> Quantity | None:
    """The one figure of a text, by the parser that reads narratives; None where more than the figure stands there."""
    for text, unit in ((written, None), (f"{written}元", "")):  # 约62000: a bare number stays without a unit
        found = quantities(text)
        if len(found) == 1 and found[0].per is None and found[0].upper is None:
            only = found[0]
            rest = text[: only.start] + text[only.end :]
            if _AROUND.fullmatch(rest) and (unit is None or only.unit == "元"):
                return Quantity(only.value, only.unit if unit is None else unit, shown(written))
    return None


def _unit(suffix: str) -> tuple[Decimal, str] | None:
    """Factor and base unit of what follows a figure: 万元 → (10000, 元), 万份 → (10000, 份), nothing → (1, "")."""
    splits = [(1, suffix), *((by, suffix[1:]) for myriad, by in (("万", 10**4), ("亿", 10**8)) if suffix[:1] == myriad)]
    for factor, name in splits:
        if not name:
            return Decimal(factor), ""
        if name in UNITS:
            return UNITS[name].factor * factor, UNITS[name].base
    return None


def _unknown_unit(suffix: str) -> NoReturn:
    near = process.extractOne(suffix[:10], list(UNITS), scorer=fuzz.ratio, score_cutoff=40)
    hint = f"你是不是想写“{near[0]}”？" if near else "金额请写“元”或“万元”。"
    refuse("unknown_unit", f"单位“{shown(suffix)}”不认识。{hint}")


def money(value: object) -> Decimal | None:
    """An amount of money in 元."""
    quantity = figure(value)
    if quantity and quantity.unit not in {"", "元"}:
        refuse("unit_mismatch", f"“{quantity.written}”不是金额。请写成 62000 或“6.2万元”。")
    return quantity.value if quantity else None
