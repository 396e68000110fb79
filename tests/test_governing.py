"""从旧兼从轻（刑法第12条；高检发释字〔2001〕5号）."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from screening.assess import Assessment, assess
from screening.bundle.bundle import Bundle
from screening.bundle.loader import load
from screening.facts import GivenFacts
from screening.linkage import Candidate
from screening.logic import Verdict
from screening.quantity import parse_quantity
from tests.small import CHARGE, VERSION, write_bundle

NEW, OLD = "2020-01-01", "2010-01-01"
BEFORE, AFTER, TODAY = date(2015, 6, 1), date(2021, 6, 1), date(2026, 1, 1)


def bundle_with(folder: Path, new: str, old: str, head: str = "") -> Bundle:
    versions = "".join(
        VERSION.format(
            since=since,
            limbs=f"      - {{id: x, text: 数额, all_of: [{{measure: 销售金额, at_least: {figure}}}]}}",
            ids="x",
            facts=f"measures: {{销售金额: {figure}}}",
        )
        for since, figure in ((NEW, new), (OLD, old))
    )
    return load(write_bundle(folder, {"test-charge": CHARGE.format(id="test-charge", head=head, versions=versions)}))


def assessed(bundle: Bundle, amount: str, conduct: date) -> Assessment:
    candidate = Candidate(bundle.thresholds[0], (), bundle.policy.pointers.enough)
    return assess(bundle, candidate, GivenFacts({"销售金额": parse_quantity(amount)}), conduct, TODAY)


def governing(assessment: Assessment) -> str:
    assert assessment.governing
    return assessment.governing.version.effective_from.isoformat()


def test_the_later_milder_figure_governs_an_old_act(tmp_path: Path) -> None:
    result = assessed(bundle_with(tmp_path, new="10 万元", old="5 万元"), "60000 元", BEFORE)
    assert (result.verdict, governing(result), result.favourable) == (Verdict.BELOW, NEW, True)
    assert result.other and result.other.verdict is Verdict.REACHED


def test_the_later_stricter_figure_does_not(tmp_path: Path) -> None:
    result = assessed(bundle_with(tmp_path, new="3 万元", old="5 万元"), "35000 元", BEFORE)
    assert (result.verdict, governing(result)) == (Verdict.BELOW, OLD)
    assert result.other and result.other.verdict is Verdict.REACHED


def test_an_act_after_the_change_knows_only_the_new_version(tmp_path: Path) -> None:
    result = assessed(bundle_with(tmp_path, new="3 万元", old="5 万元"), "35000 元", AFTER)
    assert (result.verdict, governing(result), result.other) == (Verdict.REACHED, NEW, None)


def test_conduct_on_the_first_day_of_a_version_falls_under_it(tmp_path: Path) -> None:
    result = assessed(bundle_with(tmp_path, new="3 万元", old="5 万元"), "35000 元", date(2020, 1, 1))
    assert governing(result) == NEW


def test_where_no_interpretation_was_in_force_at_conduct_time_the_new_one_applies(tmp_path: Path) -> None:
    result = assessed(bundle_with(tmp_path, new="3 万元", old="5 万元"), "60000 元", date(2005, 1, 1))
    assert (result.verdict, governing(result)) == (Verdict.REACHED, NEW)


def test_a_crime_that_did_not_exist_then_is_none(tmp_path: Path) -> None:
    bundle = bundle_with(tmp_path, new="3 万元", old="5 万元", head="since: 2018-01-01")
    result = assessed(bundle, "60000 元", BEFORE)
    assert result.verdict is Verdict.BELOW
    assert "尚未设立" in result.note
    assert assessed(bundle, "60000 元", AFTER).verdict is Verdict.REACHED


@pytest.mark.parametrize("amount", ["60000 元", "120000 元"])
def test_equal_outcomes_leave_the_version_of_the_conduct_in_place(tmp_path: Path, amount: str) -> None:
    assert governing(assessed(bundle_with(tmp_path, new="5 万元", old="5 万元"), amount, BEFORE)) == OLD
