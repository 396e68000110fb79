"""The tests that bundle files carry: boundary tests of limbs, hit and miss sentences of text rules, postings of finding rules."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path

from screening.bundle.bundle import Bundle
from screening.bundle.textrules import TextRule, marked
from screening.bundle.threshold import LimbTest, Threshold, Version
from screening.bundle.yamlfile import YamlFile
from screening.engine import failed_tests
from screening.errors import BundleError, Problem
from screening.facts import GivenFacts
from screening.logic import State, Verdict
from screening.measuring import Measuring
from screening.reading.reader import Reader
from screening.reading.standing import Standing
from screening.screener import Screener

__all__ = ["SelfTest", "proven", "run"]


@dataclass(frozen=True, slots=True)
class SelfTest:
    """How many tests ran and what failed, each failure at its line."""

    ran: int
    problems: tuple[Problem, ...]


def proven(folder: Path | None) -> tuple[Screener, int]:
    """A bundle that passed its check and all its tests, made ready, and how many tests; ``BundleError`` with every problem else."""
    screener = Screener.from_folder(folder)
    try:
        screener.engine.self_test()
    except ValueError as error:
        raise BundleError([Problem("rules/findings", 1, 1, str(error))]) from None
    ran = run(screener.bundle)
    if ran.problems:
        raise BundleError(ran.problems)
    return screener, ran.ran


def run(bundle: Bundle, only: Collection[str] | None = None) -> SelfTest:
    """Run the tests of all files, or ``only`` of those."""
    reader = Reader(bundle)
    problems: list[Problem] = []
    ran = 0
    for name, file in bundle.files.items():
        if only is not None and name not in only:
            continue
        for outcome in _tests(name, file, bundle, reader):
            ran += 1
            if outcome is not None:
                problems.append(outcome)
    return SelfTest(ran, tuple(problems))


def _tests(name: str, file: YamlFile, bundle: Bundle, reader: Reader) -> Iterator[Problem | None]:
    if name.startswith("thresholds/charges/"):
        yield from _boundaries(bundle.threshold(name.rsplit("/", 1)[1].removesuffix(".yaml")), file, bundle)
    if name.startswith("rules/text/"):
        ids = [entry["id"] for entry in file.data] if isinstance(file.data, list) else []
        rules = {rule.id: rule for rule in bundle.text_rules}
        for index, id_ in enumerate(ids):
            yield from _sentences(rules[id_], index, file, reader)
    if name.startswith("rules/findings/"):
        found = {rule.id: rule for rule in bundle.finding_rules}
        ids = [entry["id"] for entry in file.data] if isinstance(file.data, list) else []
        for index, id_ in enumerate(ids):
            rule = found[id_]
            failures = list(failed_tests(rule))
            for list_name, number in failures:
                wanted = "应命中而未命中" if list_name == "fires" else "不应命中却命中了"
                yield file.problem((index, "tests", list_name, number), f"规则“{id_}”的这条测试{wanted}。")
            yield from [None] * (len(rule.tests.fires) + len(rule.tests.silent) - len(failures))


def _boundaries(threshold: Threshold, file: YamlFile, bundle: Bundle) -> Iterator[Problem | None]:
    for index, version in enumerate(threshold.versions):
        for number, test in enumerate(version.tests):
            message = _boundary(threshold, version, test, bundle)
            loc = ("versions", index, "tests", number)
            yield file.problem(loc, message, "请核对数字，或改正测试的 expect。") if message else None


def _boundary(threshold: Threshold, version: Version, test: LimbTest, bundle: Bundle) -> str:
    facts = GivenFacts(
        test.measures,
        {name: State(state) for name, state in test.circumstances.items()},
        frozenset(test.conduct),
        test.penalties,
        test.region,
        test.party,
    )
    measuring = Measuring(bundle, threshold, version, facts, version.effective_from)
    results = (*measuring.limbs(), *measuring.limbs("加重"))
    got = {verdict: {r.limb.id for r in results if r.verdict is verdict} for verdict in Verdict}
    for wanted, verdict, word in (
        (test.expect, Verdict.REACHED, "达到"),
        (test.near, Verdict.NEAR, "接近"),
        (test.unknown, Verdict.UNKNOWN, "缺事实"),
    ):
        if wanted is not None and set(wanted) != got[verdict]:
            return f"测试“{test.name}”：应{word}的情形是 {_names(set(wanted))}，实际{word}的是 {_names(got[verdict])}。"
    there = {e.id for e in threshold.exits if measuring.exit(e).state is State.YES}
    if test.exits is not None and set(test.exits) != there:
        return f"测试“{test.name}”：应具备的出路是 {_names(set(test.exits))}，实际具备的是 {_names(there)}。"
    return ""


def _names(ids: set[str]) -> str:
    return "、".join(sorted(ids)) or "（无）"


def _sentences(rule: TextRule, index: int, file: YamlFile, reader: Reader) -> Iterator[Problem | None]:
    for number, sentence in enumerate(rule.tests.hit):
        plain, spans = marked(sentence)
        mentions = [m for m in reader.assertions(plain) if m.rule is rule and m.standing is Standing.ASSERTED]
        loc = (index, "tests", "hit", number)
        if not mentions:
            yield file.problem(loc, f"规则“{rule.id}”没有命中这句话。", "请补充写法，或检查是否被 except、否定词排除。")
        elif spans and not set(spans) <= {m.span for m in mentions}:
            found = "、".join(f"[[{plain[m.span[0] : m.span[1]]}]]" for m in mentions)
            yield file.problem(loc, f"规则“{rule.id}”命中的依据与 [[ ]] 不符，实际是 {found}。")
        else:
            yield None
    for number, sentence in enumerate(rule.tests.miss):
        mentions = [
            m for m in reader.assertions(marked(sentence)[0]) if m.rule is rule and m.standing is Standing.ASSERTED
        ]
        if mentions:
            words = sentence[mentions[0].span[0] : mentions[0].span[1]]
            yield file.problem((index, "tests", "miss", number), f"规则“{rule.id}”不应命中这句话，却命中了“{words}”。")
        else:
            yield None
