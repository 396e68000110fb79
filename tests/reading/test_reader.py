"""What a narrative says: roles of amounts, parts, totals, states of circumstances, earlier penalties."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
import yaml

from screening.bundle.loader import load
from screening.logic import State
from screening.quantity import Quantity
from screening.reading.reader import Reader
from screening.reading.reading import Reading
from screening.record import read_record
from tests.small import write_bundle

CASES = yaml.safe_load((Path(__file__).parent.parent / "cases" / "reading" / "roles.yaml").read_text(encoding="utf-8"))
CHARGE = """\
id: test-charge
charge: 测试罪
article: 刑法第999条
linkage: {reasons: [测试案由], conduct: [倾倒废物]}
versions:
  - effective_from: 2010-01-01
    source: {document: 刑法, clause: 第一条}
    any_of: [{id: x, text: 情形, all_of: [{conduct: 倾倒废物}]}]
    tests: [{name: 例, conduct: [倾倒废物], expect: [x]}]
"""
RULES = """\
- id: test.dump
  asserts: {conduct: 倾倒废物}
  any: [倾倒废物, {near: [[废物, 废液], [倾倒, 外排]], within: 20 字}]
  except: [演练]
  tests: {hit: ["当事人[[倾倒废物]]"]}
"""


@pytest.fixture(scope="module")
def reader(tmp_path_factory: pytest.TempPathFactory) -> Reader:
    folder = write_bundle(tmp_path_factory.mktemp("bundle"), {"test-charge": CHARGE}, {"rules/text/test.yaml": RULES})
    return Reader(load(folder))


def read(reader: Reader, narrative: str, **more: object) -> Reading:
    return reader.read(read_record({"record_id": "1", "narrative": narrative, **more}))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["text"][:24])
def test_an_amount_is_what_its_sentence_says_it_is(reader: Reader, case: dict) -> None:
    reading = read(reader, case["text"])
    got = {name: measured.value if (measured := reading.measured(name)) else None for name in case["measures"]}
    assert got == {name: None if value is None else Decimal(str(value)) for name, value in case["measures"].items()}
    for circumstance, measures in case.get("of", {}).items():
        for name, value in measures.items():
            measured = reading.measured(name, circumstance)
            assert measured is not None and measured.value == value


def test_every_span_slices_back_to_its_text(reader: Reader) -> None:
    for case in CASES:
        for mention in read(reader, case["text"]).mentions:
            if not mention.derived:
                assert case["text"][mention.evidence.start : mention.evidence.end] == mention.evidence.text


CONDUCT = {
    "当事人将废液直接倾倒于河沟": State.YES,
    "现场未发现倾倒废物的情况": State.NO,
    "该厂废液没有外排": State.NO,
    "经查，当事人不存在倾倒废物的行为": State.NO,
    "未经批准倾倒废物": State.YES,
    "当事人涉嫌倾倒废物，尚在核实": State.UNKNOWN,
    "如再次倾倒废物，将移送公安机关": State.UNKNOWN,
    "《关于禁止倾倒废物的通知》已送达": State.UNKNOWN,
    "倾倒废物情节严重的，依照刑法追究刑事责任": State.UNKNOWN,
    "应急演练中模拟倾倒废物": State.UNKNOWN,
    "另有李某倾倒废物，另案处理": State.UNKNOWN,
    "曾因倾倒废物被处罚": State.UNKNOWN,
    "倾倒废物的事实不成立": State.NO,
    "群众举报该厂“长期倾倒废物”，查无实据": State.UNKNOWN,
    "该车间为非倾倒废物场所": State.NO,
    "《某解释》第一条规定，倾倒废物三吨以上的，应当定罪": State.UNKNOWN,
    "当事人违反《某条例》第五条规定，倾倒废物三吨": State.YES,
}


@pytest.mark.parametrize("text", CONDUCT)
def test_a_conduct_is_asserted_denied_or_left_open(reader: Reader, text: str) -> None:
    assert read(reader, text).conduct("倾倒废物") is CONDUCT[text]


def test_a_denied_place_does_not_undo_an_assertion_elsewhere(reader: Reader) -> None:
    assert read(reader, "当事人夜间倾倒废物。在另一处未发现倾倒废物。").conduct("倾倒废物") is State.YES


EARLIER = [
    ("2019年6月14日，当事人因同样行为被处罚；2022年3月2日，再次被本局处罚。", None, 2),
    ("2019年6月14日，当事人因同样行为被处罚；2022年3月2日，再次被本局处罚。", "2 年", 1),
    ("当事人已两次被本局罚款。", None, 2),
    ("当事人此前未因同类违法受过处罚。", "2 年", 0),
    ("当事人系初次违法。", "2 年", 0),
    ("当事人销售白酒。", "2 年", None),
]


@pytest.mark.parametrize(("text", "window", "count"), EARLIER)
def test_earlier_penalties_are_counted_in_their_window(
    reader: Reader, text: str, window: str | None, count: int | None
) -> None:
    reading = read(reader, text, conduct_from="2023-05-01", conduct_to="2023-06-01")
    assert reading.penalties(Quantity(Decimal(window.split()[0]), "年") if window else None) == count


def test_conduct_dates_come_from_the_columns_else_from_the_narrative(reader: Reader) -> None:
    told = read(reader, "2023年2月至12月，当事人销售白酒。", decided_on="2024-04-16")
    assert (told.conduct_from, told.conduct_to) == (date(2023, 2, 1), date(2023, 12, 31))
    stated = read(reader, "2023年2月，当事人销售白酒。", conduct_from="2022-01-01", conduct_to="2022-05-01")
    assert (stated.conduct_from, stated.conduct_to) == (date(2022, 1, 1), date(2022, 5, 1))


def test_a_column_that_repeats_a_figure_put_right_since_is_no_figure_of_the_case(reader: Reader) -> None:
    told = "最初在审批表中填写销售金额74600元，复检结论作出后更正。"
    assert read(reader, told, stated_amounts={"销售金额": 74600}).measured("销售金额") is None
    stated = read(reader, told, stated_amounts={"销售金额": 16000}).measured("销售金额")
    assert stated and stated.value == 16000


@pytest.mark.parametrize(
    ("told", "first", "last"),
    [
        ("去年3月至5月，当事人销售白酒。", date(2023, 3, 1), date(2023, 5, 31)),
        (
            "2023年3月5日至同年5月6日，当事人销售白酒。本案已于2024年4月2日移送某县公安局。",
            date(2023, 3, 5),
            date(2023, 5, 6),
        ),
        ("2023年3月，当事人销售白酒。2024年4月8日，本局送达听证告知书。", date(2023, 3, 1), date(2023, 3, 31)),
        ("2022年少缴税款3万元，2023年少缴税款4万元，此前未受行政处罚。", date(2022, 1, 1), date(2023, 12, 31)),
        ("当事人拖欠2023年3月至5月工资，2023年8月1日已全部付清。", date(2023, 3, 1), date(2023, 5, 31)),
    ],
)
def test_conduct_ends_before_the_case_goes_its_way(reader: Reader, told: str, first: date, last: date) -> None:
    reading = read(reader, told, decided_on="2024-04-16")
    assert (reading.conduct_from, reading.conduct_to) == (first, last)


def test_a_stated_amount_serves_where_the_narrative_is_silent_and_yields_where_it_speaks(reader: Reader) -> None:
    silent = read(reader, "当事人销售白酒。", stated_amounts={"销售金额（万元）": 6.2})
    assert silent.measured("销售金额").value == 62000  # type: ignore[union-attr]
    told = read(reader, "当事人销售金额31000元。", stated_amounts={"销售金额": 62000})
    assert told.measured("销售金额").value == 31000  # type: ignore[union-attr]


@pytest.mark.parametrize(
    "text",
    ["", "。" * 1000, "元" * 5000, "（" * 3000, "1" * 20000, "共计" * 2000, "\U0001f600销售金额5万元", "3元、" * 3000],
)
def test_odd_texts_are_read_without_an_exception(reader: Reader, text: str) -> None:
    read(reader, text or "x")


def test_a_column_that_repeats_foreign_money_is_no_sum_of_yuan() -> None:
    shipped = Reader(load())
    record = {
        "record_id": "1",
        "narrative": "当事人私下购汇，累计换入6200万日元，支付人民币2984000元。",
        "stated_amounts": {"非法经营数额": 62000000},
    }
    assert shipped.read(read_record(record)).stated == {}
    assert "非法经营数额" in shipped.read(read_record({**record, "narrative": "累计换入800万日元。"})).stated
