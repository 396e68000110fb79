"""Weights proposed from simulated conclusions whose truth is known; accepted by a person into the policy."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from functools import cache
from itertools import combinations
from math import exp
from pathlib import Path
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from screening.bundle.bundle import Bundle
from screening.bundle.loader import load
from screening.cli import app
from screening.errors import BundleError
from screening.scoring import LEVELS, Finding, score
from screening.screener import Screener
from screening.store.session import Session
from screening.store.store import Store
from screening.tuning.acceptance import Proposed, accept, proposal_text, read_proposal
from screening.tuning.calibrate import Proposal, cases_of, concordance, propose, ranking
from screening.tuning.weights import Case, Fit, force, frame
from tests.small import write_bundle
from tests.store.making import SECRET, TODAY, record

HEADS = {
    "refer": ("transfer.reached-not-transferred", "history.split"),
    "early_intervention": ("transfer.near", "history.near-misses"),
    "watch": ("amount.half-way", "history.repeat"),
}
SIGNS = ("amount.fine-too-small", "evidence.appraisal-absent", "quality.lighter-provision")
OFTEN_RIGHT, OFTEN_WRONG = "amount.fine-too-small", "quality.lighter-provision"


@cache
def _bundle() -> Bundle:
    return load()


def simulated(truth: Mapping[str, float], cases: int, seed: int = 1) -> list[Case]:
    """Cases whose conclusions follow the present weights but for those of ``truth``."""
    random = Random(seed)
    forces = {**frame(_bundle().finding_rules).present, **{rule: force(points) for rule, points in truth.items()}}
    found = []
    for _ in range(cases):
        level = random.choice(sorted(HEADS))
        rules = {random.choice(HEADS[level]), *(sign for sign in SIGNS if random.random() < 0.4)}
        case = Case(level, tuple((rule, 1) for rule in sorted(rules)), 0.0, False)
        found.append(case._replace(right=random.random() < 1 / (1 + exp(2.5 - 4 * case.force(forces)))))
    return found


@pytest.fixture(scope="module")
def proposal(bundle: Bundle) -> Proposal:
    return propose(simulated({OFTEN_RIGHT: 60, OFTEN_WRONG: 1}, 600), bundle)


def test_weights_move_towards_the_truth(proposal: Proposal) -> None:
    assert proposal.why_not == ""
    assert proposal.points[OFTEN_RIGHT] > 25
    assert proposal.points[OFTEN_WRONG] < 12
    for weighing in proposal.weighings:
        if weighing.rule in proposal.points:
            assert not weighing.low <= weighing.now <= weighing.high


def test_unseen_cases_are_ranked_better_and_how_sure_that_is_is_said(proposal: Proposal) -> None:
    assert proposal.before
    assert proposal.after
    assert proposal.gain
    assert proposal.after.concordance > proposal.before.concordance
    assert proposal.after.precision > proposal.before.precision
    assert proposal.after.recall > proposal.before.recall
    assert 0 < proposal.gain[0] < proposal.gain[1]


def test_where_the_present_weights_are_right_nothing_is_proposed(bundle: Bundle) -> None:
    assert propose(simulated({}, 200), bundle).points == {}


@pytest.mark.parametrize("cases", [0, 1, 59])
def test_too_little_feedback_proposes_nothing_and_says_so(bundle: Bundle, cases: int) -> None:
    found = propose(simulated({OFTEN_RIGHT: 90}, cases), bundle)
    assert found.points == {}
    assert found.why_not.startswith("样本太少")


def test_feedback_that_is_all_right_tells_nothing(bundle: Bundle) -> None:
    cases = [case._replace(right=True) for case in simulated({}, 100)]
    assert propose(cases, bundle).why_not.startswith("样本太少")


def test_the_same_feedback_and_seed_give_the_same_proposal(bundle: Bundle) -> None:
    cases = simulated({OFTEN_RIGHT: 60}, 80)
    assert propose(cases, bundle, 7) == propose(cases, bundle, 7)


@given(st.integers(0, 10_000), st.sampled_from([0, 5, 50]))
def test_no_fit_breaks_the_order_of_levels_or_makes_a_weight_negative(seed: int, cases: int) -> None:
    rules = [rule for rule in _bundle().finding_rules if 0 < rule.weight < 100]
    random = Random(seed)
    told = [case._replace(right=random.random() < 0.5) for case in simulated({}, cases, seed)]
    forces = Fit(told, frame(rules), {rule.id for rule in rules}).forces
    assert min(forces.values()) >= 0
    for one, other in combinations(rules, 2):
        high, low = sorted((one, other), key=lambda rule: -LEVELS.index(rule.level))
        if high.level != low.level != "none" and high.weight >= low.weight:
            assert forces[high.id] >= forces[low.id] - 1e-9


def test_without_cases_a_fit_is_the_present_weights(bundle: Bundle) -> None:
    limits = frame(bundle.finding_rules)
    assert Fit([], limits, limits.present).forces == pytest.approx(limits.present)


def test_a_force_is_the_place_that_scoring_gives(bundle: Bundle) -> None:
    rules = {rule.id: rule for rule in bundle.finding_rules}
    forces = frame(bundle.finding_rules).present
    findings = [Finding(rules[id_], "罪", "", ()) for id_ in ("transfer.near", "amount.no-fine")]
    position = 1 - exp(
        -Case("early_intervention", (("transfer.near", 1), ("amount.no-fine", 1)), 0.0, True).force(forces)
    )
    assert float(score(findings, bundle.policy).value) == pytest.approx(45 + position * 25, abs=0.06)


def test_concordance_and_the_upper_half_are_counted_within_a_level() -> None:
    placed = [
        ("refer", 3.0, True),
        ("refer", 2.0, False),
        ("refer", 1.0, True),
        ("refer", 1.0, False),
        ("watch", 9.0, False),
    ]
    assert concordance(placed) == pytest.approx((2 + 0.5) / 4)
    found = ranking(placed)  # of refer 3 and 2 are looked at, of watch half a case
    assert found.precision == pytest.approx(1 / 2.5)
    assert found.recall == pytest.approx(1 / 2)


COMMENT = "# 同一当事人的其他案件"


def accepted(tmp_path: Path, points: dict[str, int]) -> Path:
    folder = write_bundle(tmp_path / "bundle", {})
    accept(Proposed(load(folder).revision, 70, points), folder, "检察官甲", date(2026, 11, 27))
    return folder


def test_acceptance_writes_who_and_when_and_leaves_the_rest_of_the_policy_alone(tmp_path: Path) -> None:
    before = (write_bundle(tmp_path / "before", {}) / "thresholds/policy.yaml").read_text("utf-8")
    folder = accepted(tmp_path, {"transfer.near": 41})
    after = (folder / "thresholds/policy.yaml").read_text("utf-8")
    assert after.startswith(before)
    assert COMMENT in after
    bundle = load(folder)
    weights = bundle.policy.weights
    assert weights
    assert (weights.accepted_by, weights.accepted_on, weights.cases) == ("检察官甲", date(2026, 11, 27), 70)
    assert {rule.id: rule.weight for rule in bundle.finding_rules}["transfer.near"] == 41


def test_a_second_acceptance_takes_the_place_of_the_first_and_keeps_what_it_does_not_speak_of(tmp_path: Path) -> None:
    folder = accepted(tmp_path, {"transfer.near": 41, "amount.no-fine": 12})
    accept(Proposed(load(folder).revision, 90, {"transfer.near": 44}), folder, "检察官乙", date(2027, 1, 4))
    text = (folder / "thresholds/policy.yaml").read_text("utf-8")
    weights = load(folder).policy.weights
    assert weights
    assert text.count("weights:") == text.count("accepted_by") == 1
    assert dict(weights.points) == {"transfer.near": 44, "amount.no-fine": 12}
    assert weights.accepted_by == "检察官乙"


def test_a_proposal_for_another_bundle_is_not_accepted(tmp_path: Path) -> None:
    folder = write_bundle(tmp_path, {})
    before = (folder / "thresholds/policy.yaml").read_bytes()
    with pytest.raises(BundleError, match="重新运行 screening calibrate"):
        accept(Proposed("sha256:0", 70, {"transfer.near": 41}), folder, "检察官甲", date(2026, 11, 27))
    assert (folder / "thresholds/policy.yaml").read_bytes() == before


def test_an_acceptance_that_would_break_the_bundle_changes_nothing(tmp_path: Path) -> None:
    folder = write_bundle(tmp_path, {})
    before = (folder / "thresholds/policy.yaml").read_bytes()
    with pytest.raises(BundleError, match=r"你是不是想写“transfer\.near”"):
        accept(Proposed(load(folder).revision, 70, {"transfer.naer": 41}), folder, "检察官甲", date(2026, 11, 27))
    assert (folder / "thresholds/policy.yaml").read_bytes() == before


def test_the_file_of_a_proposal_is_read_as_it_was_written(tmp_path: Path, proposal: Proposal, bundle: Bundle) -> None:
    path = tmp_path / "提案.yaml"
    path.write_text(proposal_text(proposal, bundle), encoding="utf-8")
    read = read_proposal(path)
    assert (read.revision, read.cases, dict(read.points)) == (bundle.revision, proposal.cases, proposal.points)


def test_cases_are_what_the_store_keeps_of_decisions(tmp_path: Path, screener: Screener) -> None:
    store = Store(str(tmp_path / "cases.db"), SECRET)
    done = Session(store, screener, TODAY).one(record(11))
    store.feedback.give(done.decision, "排除", "", "检察官甲")
    (case,) = cases_of(store.feedback.concluded(), screener.bundle)
    assert not case.right
    result = json.loads(store.decisions.get(done.decision).result)
    assert case.level == result["level"]
    assert [rule for rule, _ in case.rules] == sorted({finding["rule"] for finding in result["findings"]})


def run(*arguments: str) -> tuple[int, str]:
    result = CliRunner().invoke(app, ["calibrate", *arguments])
    assert "Traceback" not in result.output
    return result.exit_code, result.output


def test_on_the_command_line_a_person_accepts(
    tmp_path: Path, proposal: Proposal, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = write_bundle(tmp_path / "bundle", {})
    Store(str(tmp_path / "cases.db"), SECRET)
    monkeypatch.chdir(tmp_path)
    code, said = run("--store", "cases.db", "--bundle", "bundle")
    assert (code, "样本太少" in said) == (0, True)
    assert not (tmp_path / "权重提案.yaml").exists()
    monkeypatch.setattr("screening.cli.calibrate.propose", lambda *_: proposal)
    code, said = run("--store", "cases.db", "--bundle", "bundle")
    assert code == 0
    assert "每个等级先看一半" in said
    assert run("--accept", "权重提案.yaml", "--bundle", "bundle")[1].startswith("没有写是谁接受的")
    code, said = run("--accept", "权重提案.yaml", "--bundle", "bundle", "--by", "检察官甲")
    assert code == 0, said
    assert {rule.id: rule.weight for rule in load(folder).finding_rules}[OFTEN_RIGHT] == proposal.points[OFTEN_RIGHT]


def test_what_is_wrong_is_said_with_what_to_do(tmp_path: Path) -> None:
    assert run()[0] == 2
    assert "先用 screening calibrate --output" in run("--accept", str(tmp_path / "x.yaml"), "--by", "甲")[1]
