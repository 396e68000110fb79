"""The rule engine: finding rules in, ids of those that hold on a posting out, and why.

``Engine`` is all that other rooms need. durable-rules does the work and stays inside ``durable.py``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from screening.bundle.fields import Fact, complete
from screening.bundle.findings import FindingRule
from screening.engine.compile import compile_rules
from screening.engine.durable import Host
from screening.engine.evaluate import Explanation, Step, explain, failed_tests, holds

__all__ = ["Engine", "Explanation", "Step", "failed_tests"]


class Engine:
    """The finding rules of one bundle, loaded. Immutable and thread-safe; a new bundle builds a new one."""

    def __init__(self, rules: Iterable[FindingRule]) -> None:
        """ValueError in Chinese where the rules together are more than the engine can safely hold."""
        self.rules = tuple(rules)
        self._host = Host(compile_rules(self.rules))

    def fire(self, facts: Mapping[str, Fact]) -> tuple[str, ...]:
        """Ids of the rules that hold on one posting (one assessed charge), in bundle order."""
        return self._host.fire(facts)

    def explain(self, facts: Mapping[str, Fact]) -> tuple[Explanation, ...]:
        """Every rule on one posting, fired or not, with each of its conditions: wanted, actual, held."""
        return tuple(explain(rule, facts) for rule in self.rules)

    def self_test(self) -> None:
        """Run the tests of all rules through host and evaluator; ValueError where they differ or a test fails.

        To be run on every new engine before it takes the place of the old one.
        """
        for rule in self.rules:
            for name, index in failed_tests(rule):
                wanted = "应命中而未命中" if name == "fires" else "不应命中却命中了"
                raise ValueError(f"规则“{rule.id}”的测试 {name} 第 {index + 1} 条{wanted}。")
            for facts in (*rule.tests.fires, *rule.tests.silent):
                known = complete(facts)
                expected = tuple(other.id for other in self.rules if holds(other.when, known))
                fired = self.fire(facts)
                if fired != expected:
                    raise ValueError(f"规则引擎与参照实现不一致：{dict(facts)}，应为 {expected}，得到 {fired}。")
