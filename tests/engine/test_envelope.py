"""The limits within which durable-rules is sound, and what a prosecutor is told at them."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest

from screening.bundle.fields import FIELDS
from screening.engine import Engine
from screening.engine.compile import MAX_FAN_OUT, MAX_PER_GATE, MAX_STACK, check_envelope, compile_rules


def behind_one_gate(rule: Any, count: int) -> list[Any]:
    return [rule({"all": [{"draft": "yes"}, {"ratio": {"at_least": number}}]}, f"r{number}") for number in range(count)]


def test_every_rule_begins_with_an_equality_and_none_negates_existence(shipped: Any) -> None:
    definition = json.loads(compile_rules(shipped).definition)
    for compiled in definition.values():
        (entry,) = compiled["all"]
        first = entry["m"]["$and"][0] if "$and" in entry["m"] else entry["m"]
        assert not next(iter(first)).startswith("$")
    assert "$nex" not in json.dumps(definition)


def test_as_many_rules_as_allowed_behind_one_gate_all_fire(rule: Any) -> None:
    assert len(Engine(behind_one_gate(rule, MAX_PER_GATE)).fire({"draft": "yes", "ratio": 1000})) == MAX_PER_GATE


def test_more_rules_behind_one_gate_are_refused(rule: Any) -> None:
    with pytest.raises(ValueError, match="以“draft: yes”开头的规则太多（41 条，至多 40 条）"):
        Engine(behind_one_gate(rule, MAX_PER_GATE + 1))


def test_rules_spread_over_the_gates_they_have(rule: Any) -> None:
    rules = [
        rule({"all": [{"draft": "yes"}, {"thin": "yes"}, {"ratio": {"at_least": number}}]}, f"r{number}")
        for number in range(50)
    ]
    assert len(Engine(rules).fire({"draft": "yes", "thin": "yes", "ratio": 1000})) == 50


def test_the_fullest_ruleset_allowed_fires_all_of_it(rule: Any) -> None:
    gates = [{name: field.values[1]} if field.values else {name: {"present": "yes"}} for name, field in FIELDS.items()]
    each = MAX_STACK - len(gates)  # while one gate is open the others wait, and the catch-all
    rules = [
        rule({"all": [gate, {"ratio": {"at_least": number}}]}, f"g{place}.{number}")
        for place, gate in enumerate(gates)
        for number in range(each)
    ]
    facts = {name: field.values[1] if field.values else 1000 for name, field in FIELDS.items()}
    assert len(Engine(rules).fire(facts)) == len(gates) * each


def test_rules_that_could_overfill_the_engine_together_are_refused() -> None:
    crowd = [(("eq", f"gate{gate}", "yes"), ("$gte", "ratio", number)) for gate in range(30) for number in range(40)]
    with pytest.raises(ValueError, match=f"可能同时成立的条件太多（69 个，至多 {MAX_STACK} 个）"):
        check_envelope(crowd)


def test_too_many_different_conditions_on_one_level_are_refused() -> None:
    with pytest.raises(ValueError, match=rf"同一层的不同条件太多（{MAX_FAN_OUT + 2} 个"):
        check_envelope([(("eq", "gate", f"w{n}"),) for n in range(MAX_FAN_OUT + 2)])


def test_a_rule_with_too_many_conditions_is_refused() -> None:
    with pytest.raises(ValueError, match="一条规则的条件太多（29 个，至多 28 个）"):
        check_envelope([(("eq", "draft", "yes"), *(("$gte", "ratio", n) for n in range(28)))])


def test_a_rule_that_explodes_is_refused_at_once(rule: Any) -> None:
    fields = ("ratio", "fine_ratio", "rank")
    pairs = [{"any": [{name: {"at_least": number}} for name in fields]} for number in range(12)]
    start = time.process_time()
    with pytest.raises(ValueError, match=r"规则“some.rule”的 any 太多，展开后超过 64 种组合"):
        compile_rules([rule({"all": pairs})])
    assert time.process_time() - start < 1


def test_a_rule_that_can_never_hold_is_refused(rule: Any) -> None:
    with pytest.raises(ValueError, match=r"规则“some.rule”的条件互相矛盾，永远不会命中"):
        compile_rules([rule({"all": [{"verdict": "reached"}, {"verdict": "near"}]})])


def test_one_id_for_two_rules_is_refused(rule: Any) -> None:
    with pytest.raises(ValueError, match=r"规则编号“some.rule”用了两次"):
        compile_rules([rule({"verdict": "reached"}), rule({"verdict": "near"})])
