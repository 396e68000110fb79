"""Limbs against facts: what is reached, near, below, and what stays open because a fact is missing."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from screening.bundle.bundle import Bundle
from screening.bundle.loader import load
from screening.facts import GivenFacts
from screening.logic import State, Verdict
from screening.measuring import Measuring
from screening.outcome import LimbResult
from screening.quantity import parse_quantity
from tests.small import CHARGE, VERSION, one_limb, write_bundle

ON = date(2020, 1, 1)
AMOUNT = "{measure: 销售金额, at_least: 5 万元}"
TOLD = "measures: {销售金额: 50000 元}"


def measure(bundle: Bundle, facts: GivenFacts, limb: str = "x") -> LimbResult:
    threshold = bundle.thresholds[0]
    version = threshold.versions[0]
    results = Measuring(bundle, threshold, version, facts, ON).limbs()
    return next(r for r in results if r.limb.id == limb)


def sold(text: str, **more: object) -> GivenFacts:
    return GivenFacts({"销售金额": parse_quantity(text)}, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("amount", "verdict", "ratio"),
    [
        ("50000 元", Verdict.REACHED, "1"),  # 以上含本数，刑法第99条
        ("49999.99 元", Verdict.NEAR, "0.9999998"),
        ("40000 元", Verdict.NEAR, "0.8"),
        ("39999.99 元", Verdict.BELOW, "0.7999998"),
        ("62000 元", Verdict.REACHED, "1.24"),
    ],
)
def test_an_amount_is_compared_exactly(tmp_path: Path, amount: str, verdict: Verdict, ratio: str) -> None:
    result = measure(one_limb(tmp_path, AMOUNT, TOLD), sold(amount))
    assert (result.verdict, result.ratio) == (verdict, Decimal(ratio))


def test_a_missing_amount_is_unknown_and_named(tmp_path: Path) -> None:
    result = measure(one_limb(tmp_path, AMOUNT, TOLD), GivenFacts())
    assert result.verdict is Verdict.UNKNOWN
    assert result.missing == ("销售金额",)
    assert not result.speaks


def test_more_than_excludes_the_number(tmp_path: Path) -> None:
    bundle = one_limb(tmp_path, "{measure: 销售金额, more_than: 5 万元}", "measures: {销售金额: 50001 元}")
    assert measure(bundle, sold("50000 元")).verdict is Verdict.NEAR
    assert measure(bundle, sold("50000.01 元")).verdict is Verdict.REACHED


def test_an_unknown_circumstance_keeps_the_limb_open_but_a_short_amount_closes_it(tmp_path: Path) -> None:
    bundle = one_limb(
        tmp_path, AMOUNT + ", {circumstance: 造成人身伤害}", TOLD + ", circumstances: {造成人身伤害: yes}"
    )
    open_ = measure(bundle, sold("60000 元"))
    assert (open_.verdict, open_.missing) == (Verdict.UNKNOWN, ("需取得伤情鉴定或医疗诊断",))
    assert measure(bundle, sold("10000 元")).verdict is Verdict.BELOW
    assert measure(bundle, sold("60000 元", circumstances={"造成人身伤害": State.NO})).verdict is Verdict.BELOW
    assert measure(bundle, sold("60000 元", circumstances={"造成人身伤害": State.YES})).verdict is Verdict.REACHED


def test_what_bars_a_limb_does_so_only_when_it_is_asserted(tmp_path: Path) -> None:
    bundle = one_limb(tmp_path, AMOUNT, TOLD, ", unless: [造成人身伤害]")
    assert measure(bundle, sold("60000 元")).verdict is Verdict.REACHED
    barred = measure(bundle, sold("60000 元", circumstances={"造成人身伤害": State.YES}))
    assert (barred.verdict, barred.barred_by) == (Verdict.BELOW, "造成人身伤害")


def test_unsold_goods_are_a_part_of_their_own(tmp_path: Path) -> None:
    bundle = one_limb(
        tmp_path, "{measure: 货值金额, of: 尚未销售, at_least: 15 万元}", "measures: {货值金额: 150000 元}"
    )
    facts = {"货值金额": parse_quantity("150000 元")}
    assert measure(bundle, GivenFacts(facts)).verdict is Verdict.REACHED
    assert measure(bundle, GivenFacts(facts, {"尚未销售": State.NO})).verdict is Verdict.UNKNOWN


def test_a_weighted_sum_counts_what_is_known(tmp_path: Path) -> None:
    bundle = one_limb(tmp_path, "{sum: [销售金额 × 3, 货值金额], at_least: 15 万元}", "measures: {销售金额: 50000 元}")
    both = GivenFacts({"销售金额": parse_quantity("3 万元"), "货值金额": parse_quantity("6 万元")})
    assert measure(bundle, both).verdict is Verdict.REACHED
    assert measure(bundle, sold("4 万元")).ratio == Decimal("0.8")


REGION = """\
code: "420000"
name: 湖北省
figures:
  - {threshold: test-charge, limb: x, measure: 销售金额, figure: 5 万元, effective_from: 2015-01-01, source: {document: 刑法, clause: 测试}}
"""


@pytest.mark.parametrize(
    ("amount", "verdict"),
    [
        ("23999 元", Verdict.BELOW),
        ("24000 元", Verdict.NEAR),
        ("30000 元", Verdict.UNKNOWN),
        ("99999 元", Verdict.UNKNOWN),
        ("100000 元", Verdict.REACHED),
    ],
)
def test_a_range_without_a_regional_figure_is_open_between_its_ends(
    tmp_path: Path, amount: str, verdict: Verdict
) -> None:
    bundle = one_limb(tmp_path, "{measure: 销售金额, between: [3 万元, 10 万元]}", "measures: {销售金额: 10 万元}")
    result = measure(bundle, sold(amount))
    assert result.verdict is verdict
    assert bool(result.missing) is (verdict is Verdict.UNKNOWN)


def test_a_range_with_a_regional_figure_is_decided_by_it(tmp_path: Path) -> None:
    limb = "      - {id: x, text: 情形, all_of: [{measure: 销售金额, between: [3 万元, 10 万元]}]}"
    version = VERSION.format(since="2010-01-01", limbs=limb, ids="x", facts="measures: {销售金额: 10 万元}")
    charge = CHARGE.format(id="test-charge", head="", versions=version)
    bundle = load(write_bundle(tmp_path, {"test-charge": charge}, {"thresholds/regions/420000.yaml": REGION}))
    assert measure(bundle, sold("50000 元", region="421181")).verdict is Verdict.REACHED
    assert measure(bundle, sold("49999 元", region="421181")).verdict is Verdict.NEAR
    assert measure(bundle, sold("50000 元", region="330000")).verdict is Verdict.UNKNOWN


def test_a_figure_for_units_does_not_bind_a_person_and_an_unknown_party_leaves_it_open(tmp_path: Path) -> None:
    bundle = one_limb(tmp_path, AMOUNT, TOLD + ", party: 单位", ", party: 单位")
    assert measure(bundle, sold("60000 元", party_kind="单位")).verdict is Verdict.REACHED
    unknown = measure(bundle, sold("60000 元"))
    assert (unknown.verdict, unknown.missing) == (Verdict.UNKNOWN, ("当事人类型（个人或单位）",))
    threshold = bundle.thresholds[0]
    assert Measuring(bundle, threshold, threshold.versions[0], sold("60000 元", party_kind="个人"), ON).limbs() == ()


def test_half_of_another_limb_with_an_earlier_penalty(tmp_path: Path) -> None:
    limbs = (
        f"      - {{id: amount, text: 数额, all_of: [{AMOUNT}]}}\n"
        "      - {id: x, text: 一半并二年内受过处罚, all_of: [{limb: [amount], at_least: 50 %}, {penalties: 1 次, within: 2 年}]}"
    )
    facts = "measures: {销售金额: 60000 元}, penalties: 1"
    text = CHARGE.format(
        id="test-charge",
        head="",
        versions=VERSION.format(since="2010-01-01", limbs=limbs, ids="x, amount", facts=facts),
    )
    bundle = load(write_bundle(tmp_path, {"test-charge": text}))
    assert measure(bundle, sold("25000 元", earlier_penalties=1)).verdict is Verdict.REACHED
    assert measure(bundle, sold("25000 元", earlier_penalties=0)).verdict is Verdict.BELOW
    open_ = measure(bundle, sold("25000 元"))
    assert (open_.verdict, open_.missing) == (Verdict.UNKNOWN, ("2年内因同类行为受行政处罚次数",))


def relative(folder: Path, other: str, told: str, more: str = "") -> Bundle:
    limbs = (
        f"      - {{id: other, text: 另一情形, all_of: [{other}]{more}}}\n"
        "      - {id: x, text: 一半, all_of: [{limb: [other], at_least: 50 %}]}"
    )
    version = VERSION.format(since="2010-01-01", limbs=limbs, ids="x, other", facts=told)
    return load(write_bundle(folder, {"test-charge": CHARGE.format(id="test-charge", head="", versions=version)}))


def test_half_of_another_limb_asks_for_all_that_the_limb_asks_for_and_scales_only_the_figure(tmp_path: Path) -> None:
    told = "measures: {销售金额: 60000 元}, circumstances: {造成人身伤害: yes}"
    bundle = relative(tmp_path, AMOUNT + ", {circumstance: 造成人身伤害}", told)
    hurt, unhurt = {"造成人身伤害": State.YES}, {"造成人身伤害": State.NO}
    assert measure(bundle, sold("25000 元", circumstances=hurt)).verdict is Verdict.REACHED
    assert measure(bundle, sold("24999 元", circumstances=hurt)).verdict is Verdict.NEAR
    assert measure(bundle, sold("19999 元", circumstances=hurt)).verdict is Verdict.BELOW
    assert measure(bundle, sold("60000 元", circumstances=unhurt)).verdict is Verdict.BELOW
    assert measure(bundle, sold("24999 元", circumstances=unhurt)).verdict is Verdict.BELOW
    open_ = measure(bundle, sold("60000 元"))
    assert (open_.verdict, open_.missing) == (Verdict.UNKNOWN, ("需取得伤情鉴定或医疗诊断",))
    assert measure(bundle, GivenFacts(circumstances=hurt)).missing == ("销售金额",)


def test_what_bars_a_limb_bars_its_half(tmp_path: Path) -> None:
    bundle = relative(tmp_path, AMOUNT, "measures: {销售金额: 60000 元}", ", unless: [造成人身伤害]")
    assert measure(bundle, sold("30000 元")).verdict is Verdict.REACHED
    assert measure(bundle, sold("30000 元", circumstances={"造成人身伤害": State.YES})).verdict is Verdict.BELOW


def test_half_of_a_provincial_range_is_half_of_both_ends(tmp_path: Path) -> None:
    bundle = relative(tmp_path, "{measure: 销售金额, between: [4 万元, 10 万元]}", "measures: {销售金额: 10 万元}")
    assert measure(bundle, sold("20000 元")).verdict is Verdict.UNKNOWN
    assert measure(bundle, sold("49999 元")).verdict is Verdict.UNKNOWN
    assert measure(bundle, sold("50000 元")).verdict is Verdict.REACHED
    assert measure(bundle, sold("16000 元")).verdict is Verdict.NEAR


def test_half_of_a_sum_is_half_of_its_figure(tmp_path: Path) -> None:
    sum_ = "{sum: [销售金额 × 3, 货值金额], at_least: 15 万元}"
    bundle = relative(tmp_path, sum_, "measures: {销售金额: 50000 元}")
    assert measure(bundle, sold("25000 元")).verdict is Verdict.REACHED
    assert measure(bundle, sold("24999 元")).verdict is Verdict.NEAR


def test_kinds_are_converted_in_proportion(tmp_path: Path) -> None:
    mix = "{mix: [{measure: 销售金额, per: 5 万元}, {measure: 货值金额, per: 10 万元}]}"
    bundle = one_limb(tmp_path, mix, "measures: {销售金额: 50000 元}")
    facts = GivenFacts({"销售金额": parse_quantity("25000 元"), "货值金额": parse_quantity("50000 元")})
    assert measure(bundle, facts).verdict is Verdict.REACHED
    assert measure(bundle, sold("25000 元")).ratio == Decimal("0.5")


def test_two_of_three_signs(tmp_path: Path) -> None:
    signs = "{circumstance: 造成人身伤害}, {circumstance: 尚未销售}, {circumstance: 已移送公安机关}"
    bundle = one_limb(tmp_path, f"{{any_of: [{signs}], count: 2}}", "circumstances: {造成人身伤害: yes, 尚未销售: yes}")
    one = GivenFacts(circumstances={"造成人身伤害": State.YES})
    assert measure(bundle, one).verdict is Verdict.UNKNOWN
    ruled_out = {"造成人身伤害": State.YES, "尚未销售": State.NO, "已移送公安机关": State.NO}
    assert measure(bundle, GivenFacts(circumstances=ruled_out)).verdict is Verdict.BELOW
