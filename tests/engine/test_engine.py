"""What the rule engine promises: the meaning of conditions, the trace, and that no record meets another's facts."""

from __future__ import annotations

import gc
import json
import operator
import resource
import subprocess
import sys
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import durable_rules_engine
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from screening.bundle.fields import FIELDS, LARGEST, Fact, complete
from screening.bundle.findings import FINDINGS, FindingRule
from screening.engine import Engine, failed_tests
from screening.engine.compile import CATCH_ALL, Ruleset
from screening.engine.durable import Host
from screening.engine.evaluate import holds

FIRING = "transfer.reached-not-transferred"


def test_the_shipped_rules_pass_their_own_tests_in_host_and_evaluator(shipped: tuple[FindingRule, ...]) -> None:
    Engine(shipped).self_test()


def test_a_bad_test_of_a_rule_is_named(rule: Any) -> None:
    wrong = rule({"verdict": "near"}, "some.rule")
    assert failed_tests(wrong) == (("fires", 0),)
    with pytest.raises(ValueError, match=r"规则“some.rule”的测试 fires 第 1 条应命中而未命中"):
        Engine([wrong]).self_test()


def test_rules_fire_in_bundle_order_and_once_each(rule: Any) -> None:
    either = {"any": [{"verdict": "reached"}, {"transferred": "no"}, {"draft": "yes"}]}
    engine = Engine([rule(either, "b"), rule({"verdict": "reached"}, "a"), rule(either, "c")])
    assert engine.fire({"verdict": "reached", "transferred": "no", "draft": "yes"}) == ("b", "a", "c")


def test_transfer_not_stated_is_judged_as_not_transferred_and_said(shipped: tuple[FindingRule, ...]) -> None:
    fired = Engine(shipped).fire({"verdict": "reached", "ratio": 1240, "transferred": "unknown"})
    assert fired == ("transfer.reached-not-transferred", "transfer.not-recorded")


def test_once_transferred_no_rule_with_weight_fires_for_that(shipped: tuple[FindingRule, ...]) -> None:
    facts: dict[str, Fact] = {"verdict": "reached", "ratio": 1240, "transferred": "yes", "says_suspected_crime": "yes"}
    assert Engine(shipped).fire(facts) == ("transfer.already",)


COMPARED: dict[str, Callable[[int, int], bool]] = {
    "at_least": operator.ge,
    "more_than": operator.gt,
    "at_most": operator.le,
    "below": operator.lt,
    "equals": operator.eq,
}


@pytest.mark.parametrize("name", COMPARED)
def test_a_comparison_and_its_negation_are_exact_at_the_figure(rule: Any, name: str) -> None:
    plain = {"ratio": {name: "900"}}
    engine = Engine([rule(plain, "plain"), rule({"not": plain}, "negated")])
    for ratio in (-1, 0, 899, 900, 901):
        assert engine.fire({"ratio": ratio}) == (("plain",) if COMPARED[name](ratio, 900) else ("negated",))


ABSENT: list[tuple[object, bool]] = [
    ({"ratio": {"at_least": "0"}}, False),
    ({"ratio": {"below": "1000"}}, False),
    ({"not": {"ratio": {"at_least": "900"}}}, False),
    ({"any": [{"ratio": {"at_least": "900"}}, {"not": {"ratio": {"at_least": "900"}}}]}, False),
    ({"not": {"all": [{"ratio": {"at_least": "900"}}, {"draft": "yes"}]}}, True),
    ({"ratio": {"present": "no"}}, True),
    ({"not": {"ratio": {"present": "yes"}}}, True),
]


@pytest.mark.parametrize("when, fires", ABSENT)
def test_what_is_absent_is_unknown_and_never_below(rule: Any, when: object, fires: bool) -> None:
    engine = Engine([rule(when)])
    assert bool(engine.fire({"verdict": "reached"})) is fires
    assert engine.explain({"verdict": "reached"})[0].fired is fires


def test_the_trace_says_what_was_wanted_and_what_is(rule: Any) -> None:
    when = {"all": [{"verdict": "reached"}, {"not": {"fine": {"below": "5 万元"}}}, {"ratio": {"at_least": "90 %"}}]}
    (explained,) = Engine([rule(when)]).explain({"verdict": "near", "fine": 6_000_000})
    assert explained.fired is False
    assert [(step.field, step.wanted, step.actual, step.held) for step in explained.steps] == [
        ("verdict", "reached", "near", False),
        ("fine", "并非：低于 50000 元", "60000 元", True),
        ("ratio", "不低于 90 %", "缺", None),
    ]


@pytest.mark.parametrize(
    "facts",
    [{"verdct": "reached"}, {"verdict": "REACHED"}, {"verdict": 1}, {"ratio": True}, {"ratio": "900"}],
)
def test_only_declared_fields_of_their_kind_are_posted(rule: Any, facts: Mapping[str, Fact]) -> None:
    engine = Engine([rule({"all": [{"verdict": "reached"}, {"ratio": {"at_least": "900"}}]})])
    with pytest.raises(ValueError, match="字段"):
        engine.fire(facts)


@pytest.mark.parametrize("amount", [LARGEST, 2**63, 10**30])
def test_an_amount_beyond_what_the_engine_can_hold_compares_as_it_should(rule: Any, amount: int) -> None:
    engine = Engine([rule({"fine": {"at_least": "1 元"}}, "more"), rule({"fine": {"below": "9000 亿元"}}, "less")])
    assert engine.fire({"fine": amount}) == ("more",)
    assert engine.fire({"fine": -amount}) == ("less",)


# ---- host and reference evaluator mean the same ----


def _leaves() -> st.SearchStrategy[object]:
    def leaf(name: str) -> st.SearchStrategy[object]:
        field = FIELDS[name]
        if field.values:
            return st.lists(st.sampled_from(field.values), min_size=1, unique=True).map(lambda words: {name: words})
        numbers = st.sampled_from([1, 2, 900])
        compared = st.tuples(st.sampled_from(["at_least", "more_than", "at_most", "below", "equals"]), numbers).map(
            lambda pair: {name: {pair[0]: pair[1]}}
        )
        return compared | st.sampled_from([{name: {"present": "yes"}}, {name: {"present": "no"}}])

    return st.sampled_from(["verdict", "transferred", "party_kind", "draft", "ratio", "fine", "rank"]).flatmap(leaf)


def _groups(inner: st.SearchStrategy[object]) -> st.SearchStrategy[object]:
    several = st.lists(inner, min_size=1, max_size=3)
    return several.map(lambda c: {"all": c}) | several.map(lambda c: {"any": c}) | inner.map(lambda c: {"not": c})


CONDITIONS = st.recursive(_leaves(), _groups, max_leaves=7)
NUMBERS = st.sampled_from([-1, 0, 1, 2, 3, 899, 900, 901, LARGEST * 3])
FACTS = st.fixed_dictionaries(
    {}, optional={name: st.sampled_from(field.values) if field.values else NUMBERS for name, field in FIELDS.items()}
)


@settings(max_examples=250, deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True)
@given(whens=st.lists(CONDITIONS, min_size=1, max_size=6), postings=st.lists(FACTS, min_size=1, max_size=6))
def test_host_and_evaluator_agree_on_any_rules_and_facts(whens: list[object], postings: list[dict[str, Fact]]) -> None:
    common = {"title": "规则", "weight": 1, "says": "。", "tests": {"fires": [{}], "silent": [{}]}}
    rules = FINDINGS.validate_python([{"id": f"r{n}", "when": when} | common for n, when in enumerate(whens)])
    try:
        engine = Engine(rules)
    except ValueError as refused:
        assert "永远不会命中" in str(refused) or "太多" in str(refused)
        # A rule that is refused as a contradiction holds on nothing.
        assume("永远不会命中" in str(refused) and len(rules) == 1)
        assert not any(holds(rules[0].when, _known(facts)) for facts in postings)
        return
    for facts in postings:
        known = _known(facts)
        assert engine.fire(facts) == tuple(one.id for one in rules if holds(one.when, known))


def _known(facts: dict[str, Fact]) -> dict[str, Fact]:
    large = {name: value for name, value in facts.items() if isinstance(value, int) and value >= LARGEST}
    return complete({name: LARGEST - 1 if name in large else value for name, value in facts.items()}) | large


# ---- the host lives long and dies quietly ----


def test_ten_thousand_records_leave_nothing_behind(shipped: tuple[FindingRule, ...]) -> None:
    engine = Engine(shipped)
    bare = engine.fire({})
    full: dict[str, Fact] = {"verdict": "reached", "ratio": 1240, "transferred": "no", "thin": "yes", "fine_ratio": 5}
    expected = engine.fire(full)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    for _ in range(10_000):
        assert engine.fire(full) == expected
        assert engine.fire({}) == bare
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 4_000  # KiB


def test_a_failed_post_does_not_meet_the_next_record() -> None:
    # 65 rules behind one gate, past the compiler that would refuse them: the engine answers with error 303.
    crowd = {f"r{n}#0": {"$and": [{"draft": "yes"}, {"$gte": {"ratio": n}}]} for n in range(65)}
    conditions = crowd | {"thin#0": {"thin": "yes"}, CATCH_ALL: {CATCH_ALL: "yes"}}
    definition = json.dumps({name: {"all": [{"m": condition}]} for name, condition in conditions.items()})
    owner = {name: name.removesuffix("#0") for name in conditions}
    host = Host(Ruleset(definition, frozenset({"draft", "ratio", "thin"}), owner))
    with pytest.raises(durable_rules_engine.error, match="303"):
        host.fire({"draft": "yes", "ratio": 100})
    assert host.fire({"thin": "yes"}) == ("thin",)
    assert host.fire({}) == ()


def test_an_engine_may_be_replaced_as_often_as_one_likes(shipped: tuple[FindingRule, ...]) -> None:
    facts: dict[str, Fact] = {"verdict": "reached", "transferred": "no"}
    for _ in range(50):
        assert FIRING in Engine(shipped).fire(facts)
        Engine(shipped)  # never posted to
    gc.collect()
    assert FIRING in Engine(shipped).fire(facts)


def test_the_process_ends_quietly_with_engines_alive() -> None:
    program = (
        "from screening.bundle.findings import FINDINGS; from screening.engine import Engine\n"
        "entry = {'id': 'a', 'title': 't', 'when': {'verdict': 'reached'}, 'weight': 1, 'says': 's',"
        " 'tests': {'fires': [{}], 'silent': [{}]}}\n"
        "used, unused = Engine(FINDINGS.validate_python([entry])), Engine(FINDINGS.validate_python([entry]))\n"
        "print(used.fire({'verdict': 'reached'}), used.fire({}))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "('a',) ()\n", "")


def test_threads_share_an_engine(shipped: tuple[FindingRule, ...]) -> None:
    engine = Engine(shipped)
    postings: list[dict[str, Fact]] = [{"verdict": "reached", "ratio": 1000 + n} if n % 2 else {} for n in range(2_000)]
    with ThreadPoolExecutor(4) as pool:
        fired = list(pool.map(engine.fire, postings))
    assert all((FIRING in ids) is bool(n % 2) for n, ids in enumerate(fired))
