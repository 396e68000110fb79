"""Single values as clerks write them: days, yes and no, codes, lists in one cell; figures are read in ``amounts.py``.

Every function takes what JSON or a spreadsheet may hold and returns the typed value, or ``None`` for "not stated".
What it can't read it refuses with a ``PydanticCustomError`` (code, Chinese sentence): an edge model adds the place.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal
from types import MappingProxyType
from typing import Final, Literal, NoReturn

from pydantic import ValidationInfo
from pydantic_core import PydanticCustomError
from stdnum.cn import ric, uscc

__all__ = [
    "MAX_CODE",
    "Oddity",
    "PartyKind",
    "code",
    "day",
    "flag",
    "id_no",
    "is_blank",
    "kind",
    "odd",
    "plain",
    "printable",
    "refuse",
    "region",
    "shown",
    "text",
    "texts",
]

PartyKind = Literal["个人", "单位", "个体工商户"]

Oddity = tuple[str, str, str]
"""Code, Chinese sentence and JSON pointer of what is odd but harmless; collected in the validation context."""

MAX_CODE: Final = 400
"""The longest text, in code points, of what names something; the store keeps no longer ones."""

_BLANK: Final = frozenset({"", "-", "--", "—", "——", "/", "\\", "无", "暂无", "空", "null", "none", "n/a"})
_FLAGS: Final[Mapping[str, bool]] = MappingProxyType(
    {
        **dict.fromkeys(("是", "有", "已", "已移送", "已移送公安机关", "已集体讨论", "已鉴定"), True),
        **dict.fromkeys(("否", "未", "未移送", "未移送公安机关", "未集体讨论", "未鉴定"), False),
        **dict.fromkeys(("true", "yes", "y", "1"), True),
        **dict.fromkeys(("false", "no", "n", "0"), False),
    }
)
_DATE: Final = re.compile(
    r"(\d{4})(?:\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?|(\d{2})(\d{2}))"
    r"(?:[T\s]\s*(\d{1,2}):(\d{2})(?::\d{2}(?:\.\d+)?)?\s*(Z|[+-]\d{2}:?\d{2})?)?",
    re.ASCII,
)
_CHINA: Final = timezone(timedelta(hours=8))


def refuse(code: str, message: str) -> NoReturn:
    """Refuse a value: ``code`` is stable, ``message`` says in Chinese what is wrong and what to write."""
    raise PydanticCustomError(code, "{message}", {"message": message})


def shown(value: object) -> str:
    """A value as a message may repeat it: short, and printable whatever it held."""
    if isinstance(value, int) and abs(value) >= 10**40:
        return "（超长的数）"
    written = printable(str(value)[:41])
    return written if len(written) <= 40 else f"{written[:40]}…"


def printable(written: str) -> str:
    """Text that any terminal and any encoding can take: lone surrogates and control characters become U+FFFD."""
    return re.sub(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]", "\ufffd", written)


def is_blank(value: object) -> bool:
    """Whether a cell or member holds nothing, or what clerks type for nothing (``/``, ``无``)."""
    return value is None or (isinstance(value, str) and value.strip().lower() in _BLANK)


def plain(value: object) -> object:
    """Text without full-width forms and outer blanks, ``None`` for a blank; anything but text as it is."""
    if not isinstance(value, str):
        return value
    normal = unicodedata.normalize("NFKC", value).strip()
    return None if is_blank(normal) else normal


def day(value: object) -> date | None:
    """A calendar day; a moment with a time zone is the day it then was in China."""
    value = plain(value)
    if value is None:
        return None
    if isinstance(value, datetime):
        value = (value.astimezone(_CHINA) if value.tzinfo else value).date()
    elif isinstance(value, str) or (isinstance(value, int) and not isinstance(value, bool) and 0 < value < 10**8):
        value = _written_day(str(value))
    if not isinstance(value, date):
        refuse("bad_date", f"“{shown(value)}”不是日期。请写成 2024-02-02。")
    if not 1900 <= value.year <= 2199:
        refuse("bad_date", f"“{value.isoformat()}”的年份不对。请核对。")
    return value


def _written_day(written: str) -> date:
    match = _DATE.fullmatch(written)
    if not match:
        refuse("bad_date", f"“{shown(written)}”不是看得懂的日期。请写成 2024-02-02。")
    year, month, number = int(match[1]), int(match[2] or match[4]), int(match[3] or match[5])
    try:
        found = date(year, month, number)
        if match[8]:
            moment = f"{found.isoformat()}T{int(match[6]):02}:{match[7]}{match[8].replace('Z', '+00:00')}"
            found = datetime.fromisoformat(moment).astimezone(_CHINA).date()
    except (ValueError, OverflowError):
        refuse("bad_date", f"“{shown(written)}”这一天不存在。请核对。")
    return found


def flag(value: object) -> bool | None:
    """Yes, no or not stated."""
    value = plain(value)
    if value is None or isinstance(value, bool):
        return value
    signalling = isinstance(value, Decimal) and value.is_nan()  # it compares with nothing
    known = _FLAGS.get(str(value).lower()) if isinstance(value, str) or (not signalling and value in (0, 1)) else None
    if known is None:
        refuse("bad_flag", f"“{shown(value)}”看不出是“是”还是“否”。请写“是”或“否”，没有就留空。")
    return known


def text(value: object) -> str:
    """Text as it stands; offsets are counted in it, so nothing is stripped."""
    if value is None:
        return ""
    if not isinstance(value, str):
        refuse("not_text", "这里应当是文字。")
    return value


def texts(value: object) -> tuple[str, ...]:
    """A list of texts, or one text whose items are set apart by 、，； or a new line."""
    if isinstance(value, str):
        value = re.split(r"[;；,，、|\n]", value)
    if value is not None and not isinstance(value, list | tuple):
        refuse("not_text", '这里应当是文字的列表，如 ["罚款", "没收违法所得"]。')
    return tuple(item for each in value or () if (item := text(each).strip()))


_KINDS: Final[Mapping[str, PartyKind]] = MappingProxyType(
    {
        **dict.fromkeys(("个人", "自然人", "公民"), "个人"),
        **dict.fromkeys(
            (
                "单位",
                "企业",
                "公司",
                "法人",
                "企业法人",
                "机关",
                "事业单位",
                "社会团体",
                "农民专业合作社",
                "组织",
                "其他组织",
                "非法人组织",
                "法人及非法人组织",
                "法人或非法人组织",
                "法人和非法人组织",
                "法人及其他组织",
                "法人或其他组织",
                "法人或者其他组织",
            ),
            "单位",
        ),
        **dict.fromkeys(("个体工商户", "个体户", "个体"), "个体工商户"),
    }
)


def odd(info: ValidationInfo, code: str, detail: str, key: str | None = None) -> None:
    """Note what is odd but harmless, at the field or at ``key`` below it; collected where the model's context is a list."""
    if info.context is not None:
        within = "/party" if info.field_name in {"kind", "id_no"} else ""
        below = "" if key is None else "/" + key.replace("~", "~0").replace("/", "~1")
        info.context.append((code, detail, f"{within}/{info.field_name}{below}"))


def code(value: object, info: ValidationInfo) -> str | None:
    """What names something (案号, 身份证号 …): text, even where it looks like a number."""
    if value is None or isinstance(value, str):
        if value and len(value) > MAX_CODE:
            refuse("too_large", f"超过 {MAX_CODE} 字。请核对是否填错了栏。")
        return (value or "").strip() or None
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        refuse("not_text", "这里应当是文字。")
    number = Decimal(repr(value)) if isinstance(value, float) else Decimal(value)
    if not number.is_finite() or not -10 <= number.adjusted() <= 40:
        refuse("not_text", "这里应当是文字，不是数。")
    if not isinstance(value, int):
        odd(info, "number_for_text", "写成了小数，位数可能已经丢失。请改成文字。")
    return str(int(number)) if number == int(number) else format(number, "f")


def id_no(value: object, info: ValidationInfo) -> str | None:
    """A credit code or identity number, upper case, without blanks; a wrong check digit is an oddity, no more."""
    number = re.sub(r"\s", "", unicodedata.normalize("NFKC", code(value, info) or "")).upper()
    # Only the check digit is judged: a library's table of counties is younger or older than the cards people carry.
    resident = re.fullmatch(r"\d{6}(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}[\dX]", number, re.ASCII)
    if re.fullmatch(r"[0-9A-Z]{18}", number) and not uscc.is_valid(number):
        if not resident:
            odd(info, "credit_code_check_digit", "统一社会信用代码的校验位不对。请核对。")
        elif ric.calc_check_digit(number) != number[-1]:
            odd(info, "id_check_digit", "身份证号的校验位不对。请核对。")
    return None if is_blank(number) else number


def region(value: object, info: ValidationInfo) -> str | None:
    """A six-digit region code; 42 and 4211 are filled up, longer statistical codes cut off at the county."""
    written = plain(code(value, info))
    if not isinstance(written, str):
        return None
    if not re.fullmatch(r"[1-9]\d|[1-9]\d{3}|[1-9]\d{5}(?:\d{3}){0,2}", written, re.ASCII):
        odd(info, "bad_region", f"“{shown(written)}”不是六位行政区划代码，按未填处理。")
        return None
    return written[:6].ljust(6, "0")


def kind(value: object, info: ValidationInfo) -> PartyKind | None:
    """What sort of party it is, by its usual synonyms; an unknown word is "not stated"."""
    name = plain(text(value))
    if not isinstance(name, str):
        return None
    if name not in _KINDS:
        odd(info, "unknown_kind", f"“{shown(name)}”不认识，按未填处理。可以写：个人、单位、个体工商户。")
    return _KINDS.get(name)
