"""The shape of ``rules/findings/*.yaml``: conditions over typed fields, and what is said when they hold.

A condition is ``{all: […]}``, ``{any: […]}``, ``{not: …}`` or one field with what it must be: ``{verdict: reached}``,
``{transferred: [no, unknown]}``, ``{ratio: {at_least: 90 %, below: 1000}}``, ``{fine: {present: no}}``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from string import Formatter
from types import MappingProxyType
from typing import Annotated, Any, Literal, TypeVar

import pydantic
from pydantic import AfterValidator, AliasChoices, Discriminator, PlainValidator, Tag, TypeAdapter, WithJsonSchema
from pydantic.dataclasses import dataclass

from screening.bundle.fields import FIELDS, Fact, Field, Kind, field_named
from screening.bundle.shapes import STRICT, Id, Text, did_you_mean

__all__ = [
    "FINDINGS",
    "PLACEHOLDERS",
    "AllOf",
    "AnyOf",
    "Condition",
    "FindingRule",
    "FindingTests",
    "Leaf",
    "Not",
    "OneOf",
    "Within",
]

T = TypeVar("T")

PLACEHOLDERS: Mapping[str, str] = MappingProxyType(
    {
        "charge": "罪名",
        "article": "条文",
        "measure": "计量事实的名称",
        "actual": "测得的数额",
        "wanted": "立案追诉的数额",
        "ratio": "达到比例",
        "document": "文号",
        "clause": "条款",
        "limb": "情形",
        "missing": "待补充事实",
        "unplaced": "没有写明名目、可能达到标准的数字",
        "evidence": "文书没有提到的证据种类",
        "exit": "不予追究的情形",
        "version": "适用版本",
        "fine": "罚款",
        "least_fine": "所引条款的最低罚款",
        "fine_provision": "最低罚款所依据的条款、文本日期与基数",
        "case_amount": "涉案金额",
        "stated": "填报的金额",
        "told": "违法事实所述的金额",
        "returned_words": "写明公安机关不予立案、撤销案件或者退回的原文",
        "transfer_words": "写明涉嫌犯罪或应当移送的原文",
        "penalties": "此前同类处罚的件数",
        "penalty_records": "此前同类处罚的案号",
        "last_penalty": "最近一次同类处罚的日期",
        "acts": "合计的件数（含本案）",
        "act_records": "与本案合计的案号",
        "counted_records": "判定中累计的、未经处理的案号",
        "near_miss_records": "同样差一点达到的案号",
        "consignment_records": "同一批货物的其他当事人的案号",
        "sharers": "同一批货物的其他当事人",
        "together": "合计的名称与数额",
        "together_ratio": "合计后的达到比例",
        "together_wanted": "合计所比的立案追诉数额",
        "shared": "同一批货物合计的名称与数额",
        "shared_ratio": "同一批货物合计后的达到比例",
        "shared_wanted": "同一批货物合计所比的立案追诉数额",
    }
)


@dataclass(frozen=True, slots=True)
class OneOf:
    """A field of words is one of these. ``wanted`` is the condition as a sentence for people."""

    field: str
    values: tuple[str, ...]
    wanted: str


@dataclass(frozen=True, slots=True)
class Within:
    """An integer field lies between ``low`` and ``high``, both included, in its unit; None leaves that end open."""

    field: str
    low: int | None
    high: int | None
    wanted: str


def _some(items: tuple[T, ...]) -> tuple[T, ...]:
    # Not min_length: pydantic would also complain of it when an item of the list is wrong.
    if not items:
        raise ValueError("这里至少要写一项。")
    return items


@dataclass(frozen=True, slots=True, config=STRICT)
class AllOf:
    """Every one of the conditions holds."""

    all: Conditions


@dataclass(frozen=True, slots=True, config=STRICT)
class AnyOf:
    """At least one of the conditions holds."""

    any: Conditions


@dataclass(frozen=True, slots=True, config=STRICT)
class Not:
    """The condition is known not to hold. Of an absent integer nothing is known, so this does not hold of it either."""

    not_: Annotated[Condition, pydantic.Field(validation_alias=AliasChoices("not", "not_"), serialization_alias="not")]


Leaf = OneOf | Within


def _leaf(value: object) -> Leaf:
    if isinstance(value, OneOf | Within):
        return value
    if not isinstance(value, Mapping) or not value:
        raise ValueError("条件要写成“字段: 值”，例如 {verdict: reached}。")
    if len(value) > 1:
        raise ValueError("一个条件只写一个字段；要同时成立，请写 all: [{…}, {…}]。")
    name, wanted = next(iter(value.items()))
    field = field_named(str(name))
    return _numeric(field, wanted) if field.kind is Kind.INTEGER else _worded(field, wanted)


def _worded(field: Field, wanted: object) -> OneOf:
    if isinstance(wanted, Mapping):
        raise ValueError(f"字段“{field.name}”不是数字，不能比较大小；可写：{'、'.join(field.values)}。")
    words = {field.word(word) for word in (wanted if isinstance(wanted, list | tuple) else [wanted])}
    if not words:
        raise ValueError(f"字段“{field.name}”至少要写一个值：{'、'.join(field.values)}。")
    values = tuple(word for word in field.values if word in words)
    return OneOf(field.name, values, "、".join(values))


_LOWEST = MappingProxyType({"at_least": (0, "不低于"), "more_than": (1, "超过"), "equals": (0, "等于")})
_HIGHEST = MappingProxyType({"at_most": (0, "不超过"), "below": (-1, "低于"), "equals": (0, "")})
_OPERATORS = tuple(dict.fromkeys((*_LOWEST, *_HIGHEST, "present")))


def _numeric(field: Field, wanted: object) -> Leaf:
    if not isinstance(wanted, Mapping) or not wanted:
        known = "、".join(_OPERATORS)
        raise ValueError(f"字段“{field.name}”是整数，要写成 {field.name}: {{at_least: …}}；可用：{known}。")
    for operator in wanted:
        if operator not in _OPERATORS:
            remedy = f"可用：{'、'.join(_OPERATORS)}。{did_you_mean(operator, _OPERATORS)}"
            raise ValueError(f"没有比较方式“{operator}”，{remedy}")
    if "present" in wanted:
        if len(wanted) > 1 or wanted["present"] not in ("yes", "no"):
            raise ValueError(f"字段“{field.name}”的 present 只能单独写 yes（有值）或 no（缺）。")
        return OneOf(f"{field.name}_present", (wanted["present"],), "有值" if wanted["present"] == "yes" else "缺")
    given = {operator: field.integer(figure) for operator, figure in wanted.items()}
    low = max((given[op] + step for op, (step, _) in _LOWEST.items() if op in given), default=None)
    high = min((given[op] + step for op, (step, _) in _HIGHEST.items() if op in given), default=None)
    if low is not None and high is not None and low > high:
        raise ValueError(f"字段“{field.name}”的上下限互相矛盾，永远不会成立。")
    words = {operator: word for operator, (_, word) in (*_HIGHEST.items(), *_LOWEST.items())}
    return Within(field.name, low, high, "且".join(f"{words[op]} {field.show(number)}" for op, number in given.items()))


def _leaf_schema() -> dict[str, Any]:
    figure = {"type": ["string", "integer"]}
    compared: dict[str, Any] = dict.fromkeys(_OPERATORS, figure) | {"present": {"enum": ["yes", "no"]}}
    properties: dict[str, Any] = {}
    for field in FIELDS.values():
        one = {"enum": list(field.values)}
        shape: dict[str, Any] = {"anyOf": [one, {"type": "array", "items": one, "minItems": 1}]}
        if field.kind is Kind.INTEGER:
            shape = {"type": "object", "properties": compared, "additionalProperties": False, "minProperties": 1}
        properties[field.name] = {"description": field.meaning} | shape
    limits = {"additionalProperties": False, "minProperties": 1, "maxProperties": 1}
    return {"type": "object", "properties": properties} | limits


def _shape_of(value: object) -> str:
    """Which kind of condition this is; whatever is neither all, any nor not is read, and explained, as one field."""
    for tag, built in (("all", AllOf), ("any", AnyOf), ("not", Not)):
        if isinstance(value, built) or (isinstance(value, Mapping) and tag in value):
            return tag
    return "leaf"


Condition = Annotated[
    Annotated[AllOf, Tag("all")]
    | Annotated[AnyOf, Tag("any")]
    | Annotated[Not, Tag("not")]
    | Annotated[Leaf, PlainValidator(_leaf), WithJsonSchema(_leaf_schema()), Tag("leaf")],
    Discriminator(_shape_of),
]
Conditions = Annotated[tuple[Condition, ...], AfterValidator(_some)]


def _facts(value: object) -> Mapping[str, Fact]:
    if not isinstance(value, Mapping):
        raise ValueError("测试要写成“字段: 值”，例如 {verdict: reached, transferred: no}。")
    return MappingProxyType({str(name): field_named(str(name)).fact(fact) for name, fact in value.items()})


def _facts_schema() -> dict[str, Any]:
    shapes: dict[str, Any] = {
        field.name: {"enum": list(field.values)} if field.values else {"type": ["string", "integer"]}
        for field in FIELDS.values()
    }
    return {"type": "object", "properties": shapes, "additionalProperties": False}


Facts = Annotated[Mapping[str, Fact], PlainValidator(_facts), WithJsonSchema(_facts_schema())]
FactsList = Annotated[tuple[Facts, ...], AfterValidator(_some)]


def _sentence(text: str) -> str:
    try:
        names = [(name, spec, conversion) for _, name, spec, conversion in Formatter().parse(text) if name is not None]
    except ValueError:
        raise ValueError("句子里的大括号没有成对。") from None
    for name, spec, conversion in names:
        if name not in PLACEHOLDERS or spec or conversion:
            known = did_you_mean(name, list(PLACEHOLDERS)) or f"可用：{'、'.join(PLACEHOLDERS)}。"
            raise ValueError(f"句子里没有“{{{name}}}”这个占位。{known}")
    return text


@dataclass(frozen=True, slots=True, config=STRICT)
class FindingTests:
    """Postings on which the rule must fire, and on which it must stay silent. Fields not named have their defaults."""

    fires: FactsList
    silent: FactsList


@dataclass(frozen=True, slots=True, config=STRICT)
class FindingRule:
    """One rule. ``weight`` is 0–100 points before saturation; 0 says something without raising the score.

    ``scope``: a ``charge`` rule is reported for each charge it holds for, a ``case`` rule once for the case.
    ``level`` is the level that this rule justifies by itself: the case's level is the highest among its findings.
    ``grows_with: ratio`` lets scoring raise the weight with the distance beyond the threshold.
    """

    id: Id
    title: Text
    when: Condition
    weight: Annotated[int, pydantic.Field(ge=0, le=100)]
    says: Annotated[Text, AfterValidator(_sentence)]
    tests: FindingTests
    level: Literal["none", "watch", "early_intervention", "refer"] = "none"
    scope: Literal["charge", "case"] = "charge"
    grows_with: Literal["ratio"] | None = None

    @property
    def fields(self) -> frozenset[str]:
        """The fields that its condition asks about."""
        return frozenset(_fields_of(self.when))


def _fields_of(condition: Condition) -> Iterator[str]:
    match condition:
        case AllOf():
            yield from (name for inner in condition.all for name in _fields_of(inner))
        case AnyOf():
            yield from (name for inner in condition.any for name in _fields_of(inner))
        case Not():
            yield from _fields_of(condition.not_)
        case _:
            yield condition.field


def _distinct(rules: Iterable[FindingRule]) -> tuple[FindingRule, ...]:
    seen: dict[str, FindingRule] = {}
    for rule in rules:
        if rule.id in seen:
            raise ValueError(f"规则编号“{rule.id}”用了两次，请改其中一个。")
        seen[rule.id] = rule
    return tuple(seen.values())


Findings = Annotated[tuple[FindingRule, ...], AfterValidator(_distinct)]
FINDINGS: TypeAdapter[tuple[FindingRule, ...]] = TypeAdapter(Findings)
"""Reads one file: a list of rules whose scalars are still text. Errors are Chinese sentences in a ValidationError."""
