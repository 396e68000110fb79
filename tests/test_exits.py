"""A way out that the law ties to several things is there only when all of them are; one that is not told keeps it open."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from screening.assess import Assessment, assess
from screening.bundle.bundle import Bundle
from screening.bundle.loader import load
from screening.errors import BundleError
from screening.facts import GivenFacts
from screening.linkage import Candidate
from screening.logic import State
from screening.quantity import parse_quantity
from screening.selftest import run
from tests.small import CHARGE, VERSION, write_bundle

TODAY = date(2026, 1, 1)
CONDUCT = date(2025, 1, 1)
TAX, LATE_FEE, PENALTY = "已足额补缴税款", "已缴纳滞纳金", "已履行税务行政处罚决定"


def assessed(bundle: Bundle, threshold: str, measures: dict[str, str], **circumstances: str) -> Assessment:
    facts = GivenFacts(
        {name: parse_quantity(text) for name, text in measures.items()},
        {name: State(state) for name, state in circumstances.items()},
    )
    candidate = Candidate(bundle.threshold(threshold), (), bundle.policy.pointers.enough)
    return assess(bundle, candidate, facts, CONDUCT, TODAY)


def tax(bundle: Bundle, **circumstances: str) -> Assessment:
    return assessed(bundle, "tax-evasion", {"逃税数额": "20 万元", "逃税占比": "30 %"}, **circumstances)


def test_tax_late_fee_and_penalty_together_are_the_way_out(bundle: Bundle) -> None:
    result = tax(bundle, **{TAX: "yes", LATE_FEE: "yes", PENALTY: "yes"})  # 刑法第201条第4款
    assert result.exit
    assert result.exit.id == "paid"


def test_two_of_three_leave_it_open_and_name_the_third(bundle: Bundle) -> None:
    result = tax(bundle, **{TAX: "yes", LATE_FEE: "yes"})
    assert result.exit is None
    assert result.exit_in_sight
    assert result.exit_in_sight.missing == ("需取得罚款缴纳凭证",)


def test_one_denied_closes_it(bundle: Bundle) -> None:
    result = tax(bundle, **{TAX: "yes", LATE_FEE: "no", PENALTY: "yes"})
    assert result.exit is result.exit_in_sight is None


def test_two_penalties_in_five_years_close_it_whatever_words_they_are_told_in(bundle: Bundle) -> None:
    measures = {name: parse_quantity(text) for name, text in {"逃税数额": "20 万元", "逃税占比": "30 %"}.items()}
    paid = dict.fromkeys((TAX, LATE_FEE, PENALTY), State.YES)
    candidate = Candidate(bundle.threshold("tax-evasion"), (), bundle.policy.pointers.enough)
    for penalties, way_out in ((1, True), (2, False)):
        facts = GivenFacts(measures, paid, earlier_penalties=penalties)
        result = assess(bundle, candidate, facts, CONDUCT, TODAY)
        assert bool(result.exit) is way_out  # 刑法第201条第4款


def test_nothing_told_is_no_way_out_in_sight(bundle: Bundle) -> None:
    assert tax(bundle).exit_in_sight is None


def test_a_circumstance_that_includes_all_three_tells_all_three(bundle: Bundle) -> None:
    assert tax(bundle, 已补缴税款并受行政处罚="yes").exit
    assert tax(bundle, 已补缴税款并受行政处罚="no").exit is None


def test_what_bars_a_way_out_bars_it_in_full(bundle: Bundle) -> None:
    result = tax(bundle, 已补缴税款并受行政处罚="yes", 五年内因逃税受过刑事处罚="yes")
    assert result.exit is result.exit_in_sight is None


@pytest.mark.parametrize(("amount", "out"), [("49999 元", False), ("50000 元", True), ("500000 元", False)])
def test_a_way_out_may_ask_for_a_figure(bundle: Bundle, amount: str, out: bool) -> None:
    result = assessed(bundle, "credit-card-fraud", {"恶意透支本金": amount}, 信用卡欠款已全部归还="yes")
    assert bool(result.exit) is out  # 公通字〔2022〕12号第49条第4款：五万元以上不满五十万元


def with_exit(folder: Path, exit_: str, more: str = "penalties: 0") -> Bundle:
    limb = "      - {id: x, text: 情形, all_of: [{measure: 销售金额, at_least: 5 万元}]}"
    version = VERSION.format(since="2010-01-01", limbs=limb, ids="x", facts=f"measures: {{销售金额: 50000 元}}, {more}")
    head = f"exits: [{{id: out, text: 出路, {exit_}, source: {{document: 刑法, clause: 第一条}}}}]"
    return load(write_bundle(folder, {"test-charge": CHARGE.format(id="test-charge", head=head, versions=version)}))


def test_the_short_form_is_a_list_of_one(tmp_path: Path) -> None:
    bundle = with_exit(tmp_path, "circumstance: 尚未销售")
    assert assessed(bundle, "test-charge", {"销售金额": "6 万元"}, 尚未销售="yes").exit


@pytest.mark.parametrize(
    ("exit_", "words"),
    [
        ("circumstance: 尚未销售, all_of: [{circumstance: 尚未销售}]", "二者写一个"),
        ("unless: [尚未销售]", "二者写一个"),
        ("all_of: [{limb: [x], at_least: 50 %}]", "不能引用情形"),
        ("all_of: [{circumstance: 尚未消售}]", "你是不是想写“尚未销售”"),
        ("circumstance: 尚未销售, unless: [尚未消售]", "你是不是想写“尚未销售”"),
    ],
)
def test_a_mistake_in_a_way_out_is_explained(tmp_path: Path, exit_: str, words: str) -> None:
    with pytest.raises(BundleError) as caught:
        with_exit(tmp_path, exit_)
    assert words in str(caught.value)


def test_a_files_own_test_says_which_ways_out_are_there(tmp_path: Path) -> None:
    bundle = with_exit(tmp_path, "circumstance: 尚未销售", "exits: [out]")
    found = run(bundle)
    assert [p.message for p in found.problems if "出路" in p.message] == [
        "测试“例”：应具备的出路是 out，实际具备的是 （无）。"
    ]


def test_a_way_out_that_a_test_names_must_exist(tmp_path: Path) -> None:
    with pytest.raises(BundleError, match="没有出路“oat”"):
        with_exit(tmp_path, "circumstance: 尚未销售", "exits: [oat]")
