"""涉案金额: one figure for the case, with the words it rests on."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from screening.bundle.bundle import Bundle
from screening.facts import Measured
from screening.reading.reader import Reader
from screening.record import read_record

CASES: list[dict[str, Any]] = yaml.safe_load(
    (Path(__file__).parent.parent / "cases" / "reading" / "totals.yaml").read_text("utf-8")
)
PIECES = """经审理查明：|公诉机关指控，|另查明，|公诉机关认为，|综上，|具体事实如下：|1、|二、|
|。|，|、|(|)|2019年3月4日|同年5月|被告人窃得被害人|骗取|价值|经鉴定，被盗财物|共计|退赔|以|的价格卖给他人
|并处罚金|其中|实际骗取|谎称|3000元|人民币叁万元整|1.2万元|每条80元|不足五万元|违法经营额|销售金额|货值金额|罚款"""


@pytest.fixture(scope="module")
def reader(bundle: Bundle) -> Reader:
    return Reader(bundle)


def total(reader: Reader, narrative: str) -> Measured | None:
    return reader.read(read_record({"record_id": "1", "narrative": narrative})).total


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_the_total_is_what_the_case_is_about(reader: Reader, case: dict[str, Any]) -> None:
    found = total(reader, case["text"])
    assert (found and found.value) == (None if case["total"] is None else Decimal(str(case["total"])))


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_evidence_is_the_words_at_its_offsets(reader: Reader, case: dict[str, Any]) -> None:
    found = total(reader, case["text"])
    for evidence in found.evidence if found else ():
        assert case["text"][evidence.start : evidence.end] == evidence.text


def test_a_sum_says_so_and_shows_its_addends(reader: Reader) -> None:
    found = total(reader, "经审理查明，被告人窃得被害人钱某现金500元、价值1200元的手表一块。")
    assert found is not None
    assert (found.name, found.value, found.unit, found.derived) == ("涉案金额", Decimal(1700), "元", True)
    assert [evidence.text for evidence in found.evidence] == ["500元", "1200元"]


def test_a_total_that_is_told_is_no_sum(reader: Reader) -> None:
    found = total(reader, "经审理查明，被告人窃得被害人钱某现金500元、价值1200元的手表一块，共计1700元。")
    assert found is not None
    assert (found.derived, [evidence.text for evidence in found.evidence]) == (False, ["1700元"])


def test_what_a_column_states_stands_in_where_the_narrative_is_silent(reader: Reader) -> None:
    record = read_record({"record_id": "1", "narrative": "", "stated_amounts": {"非法经营数额": 62000}})
    found = reader.read(record).total
    assert found is not None
    assert found.value == 62000


@settings(max_examples=300, deadline=None)
@given(st.lists(st.sampled_from(PIECES.split("|")), max_size=40).map("".join))
def test_no_text_is_too_odd(reader: Reader, narrative: str) -> None:
    found = total(reader, f"案情{narrative}")
    assert found is None or (found.unit == "元" and found.value >= 0 and found.evidence)
