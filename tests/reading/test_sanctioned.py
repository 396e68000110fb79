"""A cited provision finds the conduct that it names; the narrative has the last word."""

from __future__ import annotations

from pathlib import Path

import pytest

from screening.bundle.loader import load
from screening.errors import BundleError
from screening.logic import State
from screening.provisions import placed_provisions
from screening.reading.reader import Reader
from screening.record import read_record
from tests.small import CHARGE, VERSION, write_bundle

CONDUCT = "测试行为"
CIRCUMSTANCE = "尚未销售"
RULES = f"""\
- {{provision: 税收征收管理法第67条, conduct: {CONDUCT}, said: 抗税, source: 某法(2015-04-24)}}
- {{provision: 水污染防治法第83条第3项, circumstance: {CIRCUMSTANCE}, said: 暗管, source: 某法(2017-06-27)}}
- {{provision: 治安管理处罚法第66条, conduct: {CONDUCT}, until: 2026-01-01, said: 旧, source: 某法(2012-10-26)}}
"""
WORDS = f"""\
- id: test.conduct
  asserts: {{conduct: {CONDUCT}}}
  any: [撕毁通知]
  tests: {{hit: ["当事人[[撕毁通知]]"]}}
"""


def bundle_with(folder: Path, rules: str) -> Path:
    limb = "      - {id: x, text: 情形, all_of: [{circumstance: 尚未销售}]}"
    version = VERSION.format(since="2010-01-01", limbs=limb, ids="x", facts="circumstances: {尚未销售: yes}")
    charge = CHARGE.format(id="test-charge", head="", versions=version)
    extra = {"rules/provisions/test.yaml": rules, "rules/text/test.yaml": WORDS}
    return write_bundle(folder, {"test-charge": charge}, extra)


@pytest.fixture(scope="module")
def reader(tmp_path_factory: pytest.TempPathFactory) -> Reader:
    return Reader(load(bundle_with(tmp_path_factory.mktemp("bundle"), RULES)))


CITED = [
    # 处罚依据, 决定日期, conduct, circumstance
    ("《中华人民共和国税收征收管理法》第六十七条", "2025-05-28", State.YES, State.UNKNOWN),
    ("《税收征管法》第六十七条第一款", "2025-05-28", State.YES, State.UNKNOWN),
    ("《税收征收管理法》第六十八条", "2025-05-28", State.UNKNOWN, State.UNKNOWN),
    ("《水污染防治法》第三十九条、第八十三条第（三）项", "2025-05-28", State.UNKNOWN, State.YES),
    ("《水污染防治法》第八十三条第一款第三项", "2025-05-28", State.UNKNOWN, State.YES),
    ("《水污染防治法》第八十三条", "2025-05-28", State.UNKNOWN, State.UNKNOWN),
    ("《治安管理处罚法》第六十六条", "2025-12-31", State.YES, State.UNKNOWN),
    ("《治安管理处罚法》第六十六条", "2026-01-01", State.UNKNOWN, State.UNKNOWN),
    ("", "2025-05-28", State.UNKNOWN, State.UNKNOWN),
]


@pytest.mark.parametrize(("basis", "day", "conduct", "circumstance"), CITED)
def test_what_a_provision_finds(reader: Reader, basis: str, day: str, conduct: State, circumstance: State) -> None:
    record = read_record(
        {"record_id": "甲〔2025〕1号", "narrative": "经查明，情况属实。", "legal_basis": basis, "decided_on": day}
    )
    reading = reader.read(record)
    assert (reading.conduct(CONDUCT), reading.circumstance(CIRCUMSTANCE)) == (conduct, circumstance)
    for name in (CONDUCT, CIRCUMSTANCE):
        for evidence in reading.evidence_of(name):
            assert evidence.field == "legal_basis"
            assert basis[evidence.start : evidence.end] == evidence.text


def test_the_narrative_has_the_last_word(reader: Reader) -> None:
    basis = {"legal_basis": "《税收征收管理法》第六十七条"}
    denied = reader.read(read_record({"record_id": "甲〔2025〕1号", "narrative": "当事人没有撕毁通知。", **basis}))
    assert denied.conduct(CONDUCT) is State.NO
    told = reader.read(read_record({"record_id": "甲〔2025〕1号", "narrative": "当事人撕毁通知。", **basis}))
    assert [e.field for e in told.evidence_of(CONDUCT)] == ["narrative"]


def test_places_of_provisions() -> None:
    text = "违反《商标法》第五十七条第（三）项，依据该法第六十条第二款，参照《产品质量法》第四十九条"
    assert [text[start:end] for _, (start, end) in placed_provisions(text)] == [
        "五十七条第（三）项",
        "六十条第二款",
        "四十九条",
    ]


@pytest.mark.parametrize(
    ("rules", "line", "words"),
    [
        ("- {provision: 税收征收管理法, conduct: 测试行为, said: 甲, source: 乙}\n", 1, "不是一个条款"),
        ("- provision: 税收征收管理法第67条\n  conduct: 测试行位\n  said: 甲\n  source: 乙\n", 2, "没有行为"),
        ("- provision: 税收征收管理法第67条\n  said: 甲\n  source: 乙\n", 1, "conduct、circumstance"),
        (RULES + RULES, 4, "写了两次"),
    ],
)
def test_mistakes_are_told_at_their_line(tmp_path: Path, rules: str, line: int, words: str) -> None:
    with pytest.raises(BundleError) as raised:
        load(bundle_with(tmp_path, rules))
    problem = raised.value.problems[0]
    assert (problem.file, problem.line) == ("rules/provisions/test.yaml", line)
    assert words in problem.message
