"""Rules for the tests of the engine, written as a file has them: scalars are text."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from screening.bundle.findings import FINDINGS, FindingRule
from screening.bundle.shapes import read_shape
from screening.bundle.yamlfile import read_yaml

MakeRule = Callable[..., FindingRule]


@pytest.fixture(scope="session")
def rule() -> MakeRule:
    """``rule(when, id)`` builds one rule from the plain data of its condition; other keys replace its defaults."""

    def build(when: object, id: str = "some.rule", **other: object) -> FindingRule:
        tests = {"fires": [{"verdict": "reached"}], "silent": [{"verdict": "none"}]}
        entry = {"id": id, "title": "规则", "when": when, "weight": "10", "says": "{charge}。", "tests": tests} | other
        return FINDINGS.validate_python([entry])[0]

    return build


@pytest.fixture(scope="session")
def shipped() -> tuple[FindingRule, ...]:
    """The rules of ``rules/findings``; a mistake in them fails the test with its place."""
    rules: list[FindingRule] = []
    for path in sorted((Path(__file__).parents[2] / "rules" / "findings").glob("*.yaml")):
        file = read_yaml(path, path.name)
        found = read_shape(FINDINGS, file)
        assert found, "\n\n".join(map(str, file.problems))
        rules.extend(found)
    return tuple(rules)
