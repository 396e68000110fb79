"""What all bundle files have in common: how text becomes typed, and how a wrong value is explained.

Files are read into frozen, slotted pydantic dataclasses: one definition serves as the file's shape, as the value used
inside, and as the source of the JSON Schema.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from types import MappingProxyType
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


_FIGURE_REMEDY = "请写成“数字+单位”，数字用阿拉伯数字，例如 5 万元。"


def _figure(value: object) -> object:
    if isinstance(value, Quantity):
        return value
    if not isinstance(value, str):
        raise ValueError(f"这里不是一个数额。{_FIGURE_REMEDY}")
    try:
        return parse_quantity(value)
    except UnknownUnit as error:
        raise ValueError(f"{error}{did_you_mean(error.unit, list(UNITS)) or _FIGURE_REMEDY}") from None
    except ValueError as error:
        raise ValueError(f"{error}{_FIGURE_REMEDY}") from None


def _day(value: object) -> object:
    if isinstance(value, date):
        return value
    if not isinstance(value, str) or not re.fullmatch(r"\d{4}-\d{2}-\d{2}", value):
        raise ValueError(f"日期“{value}”的写法不对。请写成四位年、两位月、两位日，例如 2004-12-22。")
    try:
        return date.fromisoformat(value)
    except ValueError:
        raise ValueError(f"没有“{value}”这一天。请核对年月日。") from None


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
    meant = {(*e["loc"][:-1], _near_key(error, e["loc"])) for e in errors if e["type"] in _UNKNOWN}
    for item in errors:
        loc = item["loc"]
        kind = item["type"]
        if kind in _MISSING and loc in meant:
            continue  # it is there, misspelt
        if kind == "too_short" and any(len(e["loc"]) > len(loc) and e["loc"][: len(loc)] == loc for e in errors):
            continue  # the list only seems empty because what is in it is wrong
        remedy = ""
        if kind in _UNKNOWN:
            near = _near_key(error, loc)
            remedy = f"你是不是想写“{near}”？" if near else "请改成认识的键，或删去这一项。"
        if kind in _MISSING:
            remedy = f"请补上“{_EXAMPLES.get(str(loc[-1]), f'{loc[-1]}: …')}”。"
        if kind == "union_tag_not_found" and isinstance(item["input"], dict):
            loc = _misspelt(item["input"], loc)
        yield file.problem(loc, in_words(item), remedy, at_key=kind in _UNKNOWN or loc != item["loc"])


def in_words(item: ErrorDetails) -> str:
    """What is wrong with a value, in Chinese."""
    known = _MESSAGES.get(item["type"])
    return str(known(item)) if callable(known) else known or f"这里的内容不对（{item['msg']}）。"


def _near_key(error: ValidationError, loc: tuple[int | str, ...]) -> str:
    found = process.extractOne(str(loc[-1]), _keys_near(error, loc), scorer=fuzz.ratio, score_cutoff=50)
    return str(found[0]) if found else ""


def _misspelt(condition: Mapping[str, object], loc: tuple[int | str, ...]) -> tuple[int | str, ...]:
    """The place of the key that was meant to say which kind of condition this is: the first that no condition has."""
    wrong = next((key for key in condition if key not in KNOWN_KEYS), None)
    return (*loc, wrong) if wrong else loc


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
_UNKNOWN = ("extra_forbidden", "unexpected_keyword_argument")
_EXAMPLES: Mapping[str, str] = MappingProxyType(
    {
        "source": "source: {document: 法释〔2004〕19号, clause: 第二条}", "document": "document: 法释〔2004〕19号",
        "clause": "clause: 第二条", "charge": "charge: 罪名", "article": "article: 刑法第214条",
        "linkage": "linkage: {reasons: [案由]}", "effective_from": "effective_from: 2004-12-22", "text": "text: 法条的表述",
    }
)  # fmt: skip
"""What a missing key may look like."""


def _expected(item: ErrorDetails) -> str:
    return f"“{item['input']}”不在可选范围内。可写：{str(item.get('ctx', {}).get('expected', '')).replace(' or ', '、').replace(chr(39), '')}。"


_MESSAGES: dict[str, Any] = {
    "missing": lambda i: f"缺少“{i['loc'][-1]}”。",
    "missing_argument": lambda i: f"缺少“{i['loc'][-1]}”。",
    "missing_keyword_only_argument": lambda i: f"缺少“{i['loc'][-1]}”。",
    "extra_forbidden": lambda i: f"不认识的键“{i['loc'][-1]}”。",
    "unexpected_keyword_argument": lambda i: f"不认识的键“{i['loc'][-1]}”。",
    "value_error": lambda i: str(i["ctx"]["error"]) if "ctx" in i else i["msg"],
    "string_type": "这里要写一段文字。请不要写成列表或“键: 值”。",
    "string_too_short": "这里不能空着。请补上内容，或删去这个键。",
    "string_pattern_mismatch": lambda i: f"“{i['input']}”不能用作编号。请只用小写英文字母、数字、点和连字符，例如 sold-2。",
    "list_type": "这里要写一个列表。请用 [ ] 括起来，例如 [甲, 乙]，或每项一行、以“- ”开头。",
    "tuple_type": "这里要写一个列表。请用 [ ] 括起来，例如 [甲, 乙]，或每项一行、以“- ”开头。",
    "dict_type": "这里要写“键: 值”。",
    "dataclass_type": "这里要写“键: 值”，冒号后空一格。",
    "too_short": "这里至少要写一项。请补上内容；确实没有的，删去这个键。",
    "literal_error": _expected,
    "enum": _expected,
    "int_parsing": lambda i: f"“{i['input']}”不是整数。请写阿拉伯数字，例如 5。",
    "decimal_parsing": lambda i: f"“{i['input']}”不是数字。请写阿拉伯数字，例如 0.5。",
    "bool_parsing": lambda i: f"“{i['input']}”既不是 yes 也不是 no。请写 yes（是）或 no（否）。",
    "greater_than_equal": lambda i: f"“{i['input']}”太小，不能低于 {i['ctx']['ge']}。",
    "less_than_equal": lambda i: f"“{i['input']}”太大，不能高于 {i['ctx']['le']}。",
    "union_tag_not_found": "看不出这是哪一种条件。请写 measure（计量）、sum（合计）、mix（折算）、circumstance（情节）、conduct（行为）、penalties（处罚次数）、limb（另一情形）、any_of（其中之一）中的一个。",
    "union_tag_invalid": "看不出这是哪一种条件。请写 measure（计量）、sum（合计）、mix（折算）、circumstance（情节）、conduct（行为）、penalties（处罚次数）、limb（另一情形）、any_of（其中之一）中的一个。",
}
