"""Measures that are the quotient of two others: shares, standing timber from logs, how far a limit is exceeded."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from screening.bundle.loader import load
from screening.errors import BundleError
from screening.facts import Measured
from screening.record import read_record
from screening.screener import Screener
from tests.small import CHARGE, VERSION, write_bundle

SHARE, STANDING = "逃税占比", "立木蓄积"
LEAD, NICKEL = "重金属超标倍数(铅汞镉铬砷铊锑)", "重金属超标倍数(镍铜锌银钒锰钴)"


def measured(screener: Screener, name: str, narrative: str) -> Measured | None:
    return screener.reader.read(read_record({"record_id": "1", "narrative": narrative})).measured(name)


@pytest.mark.parametrize(
    ("name", "narrative", "value", "words"),
    [
        (SHARE, "经查，当事人2023年少缴税款20万元，当年应纳税额80万元。", "25", ["20万元", "80万元"]),
        (SHARE, "经查，当事人2023年少缴税款9万元，当年应纳税额90万元。", "10", ["9万元", "90万元"]),  # 刑法第201条
        (STANDING, "经检尺，原木材积13立方米，该树种出材率65%。", "20", ["13立方米", "65%"]),  # 法释〔2023〕8号第19条
        (LEAD, "经监测，总铬浓度为4.5mg/L，排放限值为1.5mg/L。", "3", ["4.5mg/L", "1.5mg/L"]),
        (LEAD, "废水中铅浓度为3200μg/L，标准限值1mg/L。", "3.2", ["3200μg/L", "1mg/L"]),
        (LEAD, "经监测，总铬浓度为4.6mg/L，排放限值为1.5mg/L。", "3.066666", ["4.6mg/L", "1.5mg/L"]),  # 不进位
        (
            NICKEL,
            "废水中总镍浓度6毫克/升，超过《电镀污染物排放标准》限值0.5毫克/升。",
            "12",
            ["6毫克/升", "0.5毫克/升"],
        ),
    ],
)
def test_a_quotient_has_the_evidence_of_both_its_parts(
    screener: Screener, name: str, narrative: str, value: str, words: list[str]
) -> None:
    found = measured(screener, name, narrative)
    assert found
    assert (found.value, found.derived) == (Decimal(value), True)
    assert [evidence.text for evidence in found.evidence] == words


def test_each_reading_goes_with_its_own_limit(screener: Screener) -> None:
    text = "外排废水中总铬4.8mg/L（标准限值1.5mg/L），总镍2.1mg/L（标准限值0.5mg/L）。"
    lead, nickel = measured(screener, LEAD, text), measured(screener, NICKEL, text)
    assert lead and nickel
    assert (lead.value, nickel.value) == (Decimal("3.2"), Decimal("4.2"))


@pytest.mark.parametrize(
    ("name", "narrative"),
    [
        (SHARE, "经查，当事人2023年少缴税款20万元，已缴税款80万元。"),  # 已缴不是应缴
        (SHARE, "经查，当事人少缴税款20万元，当月应纳税额3万元。"),  # 部分大于整体，不是一回事
        (STANDING, "经检尺，原木材积13立方米，杉木出材率65%，松木出材率60%。"),
        (LEAD, "废水化学需氧量500mg/L，标准限值100mg/L，总铬浓度0.4mg/L。"),  # 限值是别的污染物的
        (LEAD, "土壤中镉含量3.2mg/kg，标准限值0.3mg/L。"),  # 单位不同
    ],
)
def test_what_does_not_belong_together_is_not_divided(screener: Screener, name: str, narrative: str) -> None:
    assert measured(screener, name, narrative) is None


def test_what_is_told_comes_before_what_is_divided(screener: Screener) -> None:
    found = measured(screener, SHARE, "当事人少缴税款20万元，当年应纳税额80万元，占应纳税额的12%。")
    assert found
    assert found.value == 12


@pytest.mark.parametrize(
    ("formula", "words"),
    [
        ("销售金额 ÷ 货值金额 ÷ 罚款", "两边各一个计量"),
        ("销售金额 + 罚款 ÷ 货值金额", "两边各一个计量"),
        ("销售金额 ÷ 货值金客", "你是不是想写“货值金额”"),
        ("销售金额 ÷ 比例", "不能得出"),
    ],
)
def test_a_wrong_formula_is_explained(tmp_path: Path, formula: str, words: str) -> None:
    limb = "      - {id: x, text: 情形, all_of: [{measure: 销售金额, at_least: 5 万元}]}"
    version = VERSION.format(since="2010-01-01", limbs=limb, ids="x", facts="measures: {销售金额: 50000 元}")
    measures = f"- {{name: 占比, unit: '%', made_of: [{formula}]}}\n- {{name: 比例, unit: '%'}}\n"
    folder = write_bundle(
        tmp_path,
        {"test-charge": CHARGE.format(id="test-charge", head="", versions=version)},
        {"thresholds/measures/more.yaml": measures},
    )
    with pytest.raises(BundleError) as caught:
        load(folder)
    assert words in str(caught.value)
