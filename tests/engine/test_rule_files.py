"""What a finding rule may say, and how a mistake in one is explained."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from screening.bundle.fields import FIELDS
from screening.bundle.findings import FINDINGS, FindingRule, OneOf, Within

LEAVES: list[tuple[object, object]] = [
    ({"verdict": "reached"}, OneOf("verdict", ("reached",), "reached")),
    ({"verdict": ["near", "reached"]}, OneOf("verdict", ("reached", "near"), "reached、near")),
    ({"transferred": ["no", "unknown"]}, OneOf("transferred", ("unknown", "no"), "unknown、no")),
    ({"ratio": {"at_least": "900", "below": "1000"}}, Within("ratio", 900, 999, "不低于 90 %且低于 100 %")),
    ({"ratio": {"at_least": "90 %"}}, Within("ratio", 900, None, "不低于 90 %")),
    ({"ratio": {"at_least": "33.3%"}}, Within("ratio", 333, None, "不低于 33.3 %")),
    ({"fine": {"below": "5 万元"}}, Within("fine", None, 4_999_999, "低于 50000 元")),
    ({"prior_penalties": {"more_than": "2"}}, Within("prior_penalties", 3, None, "超过 2 次")),
    ({"rank": {"equals": "1"}}, Within("rank", 1, 1, "等于 1")),
    ({"rank": {"at_most": "2"}}, Within("rank", None, 2, "不超过 2")),
    ({"fine": {"present": "no"}}, OneOf("fine_present", ("no",), "缺")),
]


@pytest.mark.parametrize("written, meant", LEAVES)
def test_a_condition_is_read_as_its_author_means_it(rule: Any, written: object, meant: object) -> None:
    assert rule(written).when == meant


MISTAKES: list[tuple[object, str]] = [
    ({"verdct": "reached"}, "没有字段“verdct”。你是不是想写“verdict”？"),
    ({"all": [{"verdict": "reached"}, {"transfered": "no"}]}, "没有字段“transfered”。你是不是想写“transferred”？"),
    ({"verdict": "reachd"}, "没有“reachd”这个值，可写：none、reached、near、below、unknown。你是不是想写“reached”？"),
    ({"draft": "true"}, "字段“draft”没有“true”这个值，可写：no、yes。"),
    ({"verdict": {"at_least": "1"}}, "字段“verdict”不是数字，不能比较大小"),
    ({"verdict": []}, "字段“verdict”至少要写一个值"),
    ({"ratio": "900"}, "字段“ratio”是整数，要写成 ratio: {at_least: …}"),
    ({"ratio": {"atleast": "900"}}, "没有比较方式“atleast”"),
    ({"ratio": {"at_least": "九成"}}, "字段“ratio”要写整数（单位：‰），例如 900 或 90 %；“九成”读不懂。"),
    ({"ratio": {"at_least": "33.33 %"}}, "字段“ratio”的值“33.33 %”比一‰还细，请取整。"),
    ({"ratio": {"at_least": "1000", "below": "900"}}, "字段“ratio”的上下限互相矛盾，永远不会成立。"),
    ({"ratio": {"present": "yes", "at_least": "1"}}, "字段“ratio”的 present 只能单独写 yes（有值）或 no（缺）。"),
    ({"fine": {"below": "5000"}}, "字段“fine”要写整数（单位：分），例如 5 万元；“5000”读不懂。"),
    ({"fine": {"below": "5 亩"}}, "字段“fine”要写整数（单位：分），例如 5 万元；“5 亩”读不懂。"),
    ({"rank": {"equals": "99999999999999999"}}, "字段“rank”的值“99999999999999999”太大。"),
    ({"verdict": "reached", "transferred": "no"}, "一个条件只写一个字段；要同时成立，请写 all: [{…}, {…}]。"),
    ({"any": []}, "这里至少要写一项。"),
    ("reached", "条件要写成“字段: 值”，例如 {verdict: reached}。"),
]


@pytest.mark.parametrize("written, told", MISTAKES)
def test_a_mistake_in_a_condition_is_told_once_and_in_chinese(rule: Any, written: object, told: str) -> None:
    with pytest.raises(ValidationError) as caught:
        rule(written)
    (error,) = caught.value.errors()
    assert told in error["msg"]


@pytest.mark.parametrize(
    "says, told",
    [
        ("{charg}未移送", "句子里没有“{charg}”这个占位。你是不是想写“charge”？"),
        ("{charge未移送", "句子里的大括号没有成对。"),
        ("{charge.__class__}", "句子里没有“{charge.__class__}”这个占位。"),
        ("{ratio:>9}", "句子里没有“{ratio}”这个占位。"),
    ],
)
def test_a_sentence_uses_only_known_placeholders(rule: Any, says: str, told: str) -> None:
    with pytest.raises(ValidationError, match="句子") as caught:
        rule({"verdict": "reached"}, says=says)
    assert told in caught.value.errors()[0]["msg"]


def test_the_facts_of_a_test_are_typed_too(rule: Any) -> None:
    tests = {"fires": [{"ratio": "90 %", "fine": "5 万元"}], "silent": [{"ratio": "0"}]}
    assert dict(rule({"verdict": "reached"}, tests=tests).tests.fires[0]) == {"ratio": 900, "fine": 5_000_000}
    with pytest.raises(ValidationError, match="没有字段“ratoi”"):
        rule({"verdict": "reached"}, tests={"fires": [{"ratoi": "1"}], "silent": [{}]})


@pytest.mark.parametrize("weight", ["-1", "101", "六十"])
def test_a_weight_is_0_to_100(rule: Any, weight: str) -> None:
    with pytest.raises(ValidationError):
        rule({"verdict": "reached"}, weight=weight)


def test_two_rules_of_a_file_have_two_ids(shipped: tuple[FindingRule, ...]) -> None:
    with pytest.raises(ValidationError, match="用了两次"):
        FINDINGS.validate_python([shipped[0], shipped[0]])


def test_an_editor_is_offered_every_field() -> None:
    schema = FINDINGS.json_schema()
    offered = [shape["properties"] for shape in _objects(schema) if "verdict" in shape.get("properties", {})]
    assert offered and all(list(properties) == list(FIELDS) for properties in offered)


def _objects(schema: object) -> list[dict[str, Any]]:
    inner = schema.values() if isinstance(schema, dict) else schema if isinstance(schema, list) else ()
    return [found for part in inner for found in _objects(part)] + ([schema] if isinstance(schema, dict) else [])
