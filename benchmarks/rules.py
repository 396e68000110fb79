"""CPU time of the rule stage for one posted record: our host beside other ways to run the same rules.

``python benchmarks/rules.py`` takes the shipped rules and random postings, makes sure that all engines fire the same
rules, and prints microseconds of CPU and the ratio to our host, all from one run.
"""

from __future__ import annotations

import json
import random
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import cel
import zen
from durable.engine import Host as StockHost

from screening.bundle.fields import FIELDS, Fact, complete
from screening.bundle.findings import FINDINGS, AllOf, AnyOf, Condition, FindingRule, Not, OneOf
from screening.bundle.shapes import read_shape
from screening.bundle.yamlfile import read_yaml
from screening.engine import Engine
from screening.engine.compile import CATCH_ALL, compile_rules
from screening.engine.evaluate import holds

Facts = Mapping[str, Fact]
Fire = Callable[[Facts], frozenset[str]]

FOLDER = Path(__file__).parent.parent / "rules" / "findings"
POSTINGS = 2000
ROUNDS = 3


def shipped_rules() -> list[FindingRule]:
    """The rules of ``rules/findings``."""
    files = [read_yaml(path, path.name) for path in sorted(FOLDER.glob("*.yaml"))]
    return [rule for file in files for rule in read_shape(FINDINGS, file) or ()]


def random_postings(seed: int) -> list[dict[str, Fact]]:
    """Postings as a year of records would give: mostly defaults, the leading fields set."""
    dice = random.Random(seed)
    integers = {"ratio": 2000, "fine_ratio": 3000, "missing_facts": 3, "prior_penalties": 3, "fine": 10**8}

    def posting() -> dict[str, Fact]:
        facts: dict[str, Fact] = {"rank": 1}
        for field in FIELDS.values():
            if field.values:
                common = field.name in ("verdict", "transferred", "party_kind")
                facts[field.name] = dice.choice(field.values) if common or dice.random() < 0.2 else field.values[0]
            elif field.name in integers and dice.random() < 0.7:
                facts[field.name] = dice.randrange(integers[field.name])
        return facts

    return [posting() for _ in range(POSTINGS)]


def as_expression(condition: Condition, signs: Mapping[str, str]) -> str:
    """The condition in an expression language; ``signs`` are its words for all, any, not. Presence guards integers."""
    match condition:
        case AllOf():
            return "(" + f" {signs['all']} ".join(as_expression(part, signs) for part in condition.all) + ")"
        case AnyOf():
            return "(" + f" {signs['any']} ".join(as_expression(part, signs) for part in condition.any) + ")"
        case Not():
            return f"{signs['not']}({as_expression(condition.not_, signs)})"
        case OneOf():
            return "(" + f" {signs['any']} ".join(f'{condition.field} == "{word}"' for word in condition.values) + ")"
    ends = [f'{condition.field}_present == "yes"']
    ends += [] if condition.low is None else [f"{condition.field} >= {condition.low}"]
    ends += [] if condition.high is None else [f"{condition.field} <= {condition.high}"]
    return "(" + f" {signs['all']} ".join(ends) + ")"


def total(facts: Facts) -> dict[str, Fact]:
    """All fields: expression languages want every name bound, so an absent integer is 0 beside its flag."""
    return {field.name: 0 for field in FIELDS.values() if not field.values} | complete(facts)


def our_host(rules: Sequence[FindingRule]) -> Fire:
    engine = Engine(rules)
    return lambda facts: frozenset(engine.fire(facts))


def stock_host(rules: Sequence[FindingRule]) -> Fire:
    """The library as its manual has it: a host, an action per rule, assert, collect, retract."""
    ruleset = compile_rules(rules)
    fired: set[str] = set()

    def action(name: str) -> Callable[[object], None]:
        return lambda _: fired.add(name)

    definition = json.loads(ruleset.definition)
    for name, rule in definition.items():
        rule["run"] = action(name)
    host = StockHost({"findings": definition})

    def fire(facts: Facts) -> frozenset[str]:
        fact = {name: facts[name] for name in ruleset.fields if name in facts} | {"id": 1, "sid": "1", CATCH_ALL: "yes"}
        fired.clear()
        host.assert_fact("findings", fact)
        host.retract_fact("findings", fact)
        return frozenset(ruleset.owner[name] for name in fired if name != CATCH_ALL)

    return fire


def zen_decision(rules: Sequence[FindingRule]) -> Fire:
    """zen-engine: one decision whose expression node has one expression a rule."""
    signs = {"all": "and", "any": "or", "not": "not "}
    expressions = [
        {"id": str(place), "key": f"r{place}", "value": as_expression(rule.when, signs)}
        for place, rule in enumerate(rules)
    ]
    nodes = [
        {"id": "in", "type": "inputNode", "name": "in", "position": {"x": 0, "y": 0}},
        {"id": "out", "type": "outputNode", "name": "out", "position": {"x": 0, "y": 0}},
        {
            "id": "rules", "type": "expressionNode", "name": "rules", "position": {"x": 0, "y": 0},
            "content": {"expressions": expressions},
        },
    ]  # fmt: skip
    edges = [
        {"id": "1", "type": "edge", "sourceId": "in", "targetId": "rules"},
        {"id": "2", "type": "edge", "sourceId": "rules", "targetId": "out"},
    ]
    decision = zen.ZenEngine().create_decision(json.dumps({"nodes": nodes, "edges": edges}))

    def fire(facts: Facts) -> frozenset[str]:
        result = decision.evaluate(dict(facts))["result"]
        return frozenset(rule.id for place, rule in enumerate(rules) if result[f"r{place}"])

    return fire


def cel_program(rules: Sequence[FindingRule]) -> Fire:
    """common-expression-language: all rules as one compiled list, so that a record crosses the border once."""
    signs = {"all": "&&", "any": "||", "not": "!"}
    program = cel.compile("[" + ", ".join(as_expression(rule.when, signs) for rule in rules) + "]")
    names = [rule.id for rule in rules]

    def fire(facts: Facts) -> frozenset[str]:
        held = program.execute(dict(facts))
        return frozenset(name for name, fired in zip(names, held, strict=True) if fired)

    return fire


def reference(rules: Sequence[FindingRule]) -> Fire:
    return lambda facts: frozenset(rule.id for rule in rules if holds(rule.when, facts))


def cpu_microseconds(fire: Fire, postings: Sequence[Facts]) -> float:
    """CPU time of the process for one posting: the best of a few rounds."""

    def one_round() -> float:
        start = time.process_time()
        for facts in postings:
            fire(facts)
        return (time.process_time() - start) / len(postings) * 1e6

    return min(one_round() for _ in range(ROUNDS))


def main() -> None:
    rules, postings = shipped_rules(), random_postings(seed=7)
    # What an engine wants beside the bare posting is made ready outside the clock; ours fills in and checks by itself.
    completed, totals = [complete(facts) for facts in postings], [total(facts) for facts in postings]
    engines: list[tuple[str, Fire, Sequence[Facts]]] = [
        ("our host (durable-rules, C extension)", our_host(rules), postings),
        ("durable-rules, stock host loop", stock_host(rules), completed),
        ("zen-engine", zen_decision(rules), totals),
        ("CEL (common-expression-language)", cel_program(rules), totals),
        ("reference evaluator (Python)", reference(rules), completed),
    ]
    expected = [reference(rules)(facts) for facts in completed]
    average = sum(map(len, expected)) / len(postings)
    print(f"{len(rules)} rules, {len(postings)} postings, {average:.1f} fired on average")
    print(f"{'':40}{'µs CPU':>10}{'ratio':>8}")
    base = 0.0
    for name, fire, given in engines:
        if wrong := sum(fire(facts) != fired for facts, fired in zip(given, expected, strict=True)):
            raise SystemExit(f"{name}: {wrong} postings differ from the reference")
        spent = cpu_microseconds(fire, given)
        base = base or spent
        print(f"{name:40}{spent:10.1f}{spent / base:8.1f}")


if __name__ == "__main__":
    main()
