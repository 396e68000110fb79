"""What all bundle files have in common: how text becomes typed, and how a wrong value is explained.

Files are read into frozen, slotted pydantic dataclasses: one definition serves as the file's shape, as the value used
inside, and as the source of the JSON Schema.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date
from typing import Annotated, Any, Literal, TypeVar

from pydantic import BeforeValidator, ConfigDict, StringConstraints, TypeAdapter, ValidationError, WithJsonSchema
from pydantic_core import ErrorDetails
from rapidfuzz import fuzz, process

from screening.bundle.yamlfile import YamlFile
from screening.errors import Problem
from screening.quantity import UNITS, Quantity, UnknownUnit, parse_quantity

__all__ = ["STRICT", "Day", "Figure", "Id", "Text", "Trilean", "did_you_mean", "in_words", "read_shape"]

STRICT = ConfigDict(extra="forbid", arbitrary_types_allowed=True, str_strip_whitespace=True)

T = TypeVar("T")


def did_you_mean(wrong: str, known: Sequence[str]) -> str:
    """“你是不是想写…” for a word that is close to a known one, else an empty string (rapidfuzz proposes, a person decides)."""
    found = process.extractOne(wrong, known, scorer=fuzz.ratio, score_cutoff=50) if wrong else None
    return f"你是不是想写“{found[0]}”？" if found else ""


def _figure(value: object) -> object:
    if isinstance(value, Quantity):
        return value
    if not isinstance(value, str):
        raise ValueError("这里要写“数字+单位”，例如 5 万元。")
    try:
        return parse_quantity(value)
    except UnknownUnit as error:
        raise ValueError(f"{error}{did_you_mean(error.unit, list(UNITS))}") from None


def _day(value: object) -> object:
    if isinstance(value, date):
        return value
    if not isinstance(value, str) or not re.fullmatch(r"\d{4}-\d{2}-\d{2}", value):
        raise ValueError(f"日期“{value}”的写法不对，应写成 2004-12-22。")
    try:
        return date.fromisoformat(value)
    except ValueError:
        raise ValueError(f"没有“{value}”这一天。") from None


_FIGURE_SCHEMA = {"type": "string", "pattern": r"^[+-]?\d[\d,]*(\.\d+)?\s*\S+$", "examples": ["5 万元", "10 %", "3 吨"]}

Figure = Annotated[Quantity, BeforeValidator(_figure), WithJsonSchema(_FIGURE_SCHEMA)]
Day = Annotated[date, BeforeValidator(_day)]
Text = Annotated[str, StringConstraints(min_length=1)]
Id = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9.-]*$")]
Trilean = Literal["yes", "no", "unknown"]


def read_shape(adapter: TypeAdapter[T], file: YamlFile) -> T | None:
    """Build the typed value of a file, or add to ``file.problems`` everything that is wrong with it and give None."""
    if file.problems:
        return None
    try:
        return adapter.validate_python(file.data)
    except ValidationError as error:
        file.problems.extend(_explain(file, error))
        return None


def _explain(file: YamlFile, error: ValidationError) -> Iterator[Problem]:
    errors = error.errors(include_url=False)
    for item in errors:
        loc = item["loc"]
        kind = item["type"]
        if kind == "too_short" and any(len(e["loc"]) > len(loc) and e["loc"][: len(loc)] == loc for e in errors):
            continue  # the list only seems empty because what is in it is wrong
        remedy = ""
        if kind in ("extra_forbidden", "unexpected_keyword_argument"):
            remedy = did_you_mean(str(loc[-1]), _keys_near(error, loc))
        yield file.problem(
            loc, in_words(item), remedy, at_key=kind in ("extra_forbidden", "unexpected_keyword_argument")
        )


def in_words(item: ErrorDetails) -> str:
    """What is wrong with a value, in Chinese."""
    known = _MESSAGES.get(item["type"])
    return str(known(item)) if callable(known) else known or f"这里的内容不对（{item['msg']}）。"


def _keys_near(error: ValidationError, loc: tuple[int | str, ...]) -> list[str]:
    """Names that were missed at the same place are the likeliest meaning of an unknown key; else every key we know."""
    missed = [
        str(i["loc"][-1])
        for i in error.errors(include_url=False)
        if i["type"] in _MISSING and i["loc"][:-1] == loc[:-1]
    ]
    return missed + list(KNOWN_KEYS)


KNOWN_KEYS: tuple[str, ...] = (
    *(
        "id",
        "charge",
        "article",
        "aliases",
        "agencies",
        "linkage",
        "provisions",
        "reasons",
        "conduct",
        "versions",
        "since",
        "former_names",
        "until",
    ),
    *(
        "effective_from",
        "effective_to",
        "source",
        "document",
        "clause",
        "checked_on",
        "any_of",
        "all_of",
        "unless",
        "text",
    ),
    *(
        "measure",
        "at_least",
        "more_than",
        "less_than",
        "between",
        "of",
        "within",
        "circumstance",
        "is",
        "sum",
        "mix",
        "per",
    ),
    *(
        "penalties",
        "limb",
        "count",
        "party",
        "tier",
        "draft",
        "tests",
        "name",
        "measures",
        "circumstances",
        "expect",
        "near",
    ),
    *(
        "asserts",
        "any",
        "except",
        "hit",
        "miss",
        "when",
        "weight",
        "title",
        "says",
        "grows_with",
        "fires",
        "silent",
        "scope",
    ),
    *(
        "unit",
        "counted_in",
        "words",
        "before",
        "after",
        "meaning",
        "made_of",
        "told_by",
        "excludes",
        "aside",
        "exits",
        "evidence",
        "description",
    ),
    *(
        "law",
        "version",
        "fines",
        "steps",
        "base",
        "unread_base",
        "base_from",
        "base_below",
        "base_counts_as",
        "at_most",
        "case",
        "may",
        "liability",
        "harmless",
    ),
)
_MISSING = ("missing", "missing_argument", "missing_keyword_only_argument")


def _expected(item: ErrorDetails) -> str:
    return f"“{item['input']}”不在可选范围内：{str(item.get('ctx', {}).get('expected', '')).replace(' or ', '、').replace(chr(39), '')}。"


_MESSAGES: dict[str, Any] = {
    "missing": lambda i: f"缺少“{i['loc'][-1]}”。",
    "missing_argument": lambda i: f"缺少“{i['loc'][-1]}”。",
    "missing_keyword_only_argument": lambda i: f"缺少“{i['loc'][-1]}”。",
    "extra_forbidden": lambda i: f"不认识的键“{i['loc'][-1]}”。",
    "unexpected_keyword_argument": lambda i: f"不认识的键“{i['loc'][-1]}”。",
    "value_error": lambda i: str(i["ctx"]["error"]) if "ctx" in i else i["msg"],
    "string_type": "这里要写一段文字。",
    "string_too_short": "这里不能空着。",
    "string_pattern_mismatch": lambda i: f"“{i['input']}”不能用作编号：只用小写英文字母、数字、点和连字符。",
    "list_type": "这里要写一个列表，用 [ ] 或以“- ”开头的行。",
    "tuple_type": "这里要写一个列表，用 [ ] 或以“- ”开头的行。",
    "dict_type": "这里要写“键: 值”。",
    "dataclass_type": "这里要写“键: 值”，冒号后空一格。",
    "too_short": "这里至少要写一项。",
    "literal_error": _expected,
    "enum": _expected,
    "int_parsing": lambda i: f"“{i['input']}”不是整数。",
    "decimal_parsing": lambda i: f"“{i['input']}”不是数字。",
    "bool_parsing": lambda i: f"“{i['input']}”应写 yes 或 no。",
    "greater_than_equal": lambda i: f"“{i['input']}”太小，不能低于 {i['ctx']['ge']}。",
    "less_than_equal": lambda i: f"“{i['input']}”太大，不能高于 {i['ctx']['le']}。",
    "union_tag_not_found": "不知道这是哪一种条件：应有 measure、sum、mix、circumstance、conduct、penalties、limb、any_of 之一。",
    "union_tag_invalid": "不知道这是哪一种条件：应有 measure、sum、mix、circumstance、conduct、penalties、limb、any_of 之一。",
}
