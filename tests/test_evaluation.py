"""Readings compared with labels: what is counted as right, as missed and as read for nothing."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import pytest

from screening.bundle.bundle import Bundle
from screening.errors import InputError
from screening.evaluation import Check, Question, Tally, evaluate, summary
from screening.gold import read_gold

GOLD = Path(__file__).resolve().parent / "cases" / "reading" / "gold"
NARRATIVE = "经查，当事人销售侵权白酒12瓶，单价500元，销售金额6000元，库存3000元。罚款2000元。"


def line(gold: Mapping[str, object], narrative: str = NARRATIVE, **more: object) -> str:
    case = {"id": "一", "theme": "market", "record": {"record_id": "一", "narrative": narrative}, "gold": gold}
    return json.dumps(case | more, ensure_ascii=False)


def amount(text: str, role: str, value: str, **more: object) -> dict[str, object]:
    start = NARRATIVE.index(text)
    return {"text": text, "start": start, "end": start + len(text), "role": role, "value": value, "unit": "元"} | more


def counted(tmp_path: Path, bundle: Bundle, gold: Mapping[str, object], narrative: str = NARRATIVE) -> list[Check]:
    file = tmp_path / "gold.jsonl"
    file.write_text(line(gold, narrative) + "\n", encoding="utf-8")
    return evaluate(read_gold(file, bundle), bundle)


def figures(checks: list[Check], bundle: Bundle) -> dict[tuple[str, str], Tally]:
    return {(row.question.value, row.label): row.tally for row in summary(checks, bundle.measures)}


def test_a_figure_under_the_right_name_with_the_right_value_is_right(tmp_path: Path, bundle: Bundle) -> None:
    labels = [amount("6000元", "销售金额", "6000"), amount("500元", "单价", "500"), amount("2000元", "罚款", "2000")]
    rows = figures(counted(tmp_path, bundle, {"amounts": [*labels, amount("3000元", "货值金额", "3000")]}), bundle)
    assert rows["数额", "金额"] == Tally(right=2, wanted=2, found=2)
    assert rows["数额", "单价、单位量"] == rows["数额", "不计入的"] == Tally(1, 1, 1)
    assert rows["数额", "合计"] == Tally(4, 4, 4)


def test_a_wrong_name_is_missed_where_it_was_wanted_and_too_much_where_it_was_read(
    tmp_path: Path, bundle: Bundle
) -> None:
    labels = [amount("6000元", "罚款", "6000"), amount("3000元", "货值金额", "3000")]
    rows = figures(counted(tmp_path, bundle, {"amounts": labels}), bundle)
    assert rows["数额", "不计入的"] == Tally(right=0, wanted=1, found=0)
    assert rows["数额", "金额"] == Tally(right=1, wanted=1, found=2)


def test_a_wrong_value_is_no_hit(tmp_path: Path, bundle: Bundle) -> None:
    labels = [amount("6000元", "销售金额", "600"), amount("3000元", "货值金额", "3000")]
    rows = figures(counted(tmp_path, bundle, {"amounts": labels}), bundle)
    assert rows["数额", "金额"] == Tally(right=1, wanted=2, found=2)


def test_a_measure_nobody_labelled_is_read_for_nothing(tmp_path: Path, bundle: Bundle) -> None:
    rows = figures(counted(tmp_path, bundle, {"amounts": []}), bundle)
    assert rows["数额", "金额"] == Tally(right=0, wanted=0, found=2)


def test_a_figure_that_measures_nothing_may_be_read_without_a_name_but_not_as_a_measure(
    tmp_path: Path, bundle: Bundle
) -> None:
    start = NARRATIVE.index("12瓶")
    beside = {"text": "12瓶", "start": start, "end": start + 3, "role": "旁涉", "value": "12", "unit": "瓶"}
    checks = counted(tmp_path, bundle, {"amounts": [beside, amount("6000元", "旁涉", "6000")]})
    assert next((c.words, c.wanted) for c in checks if c.question is Question.AMOUNT) == ("6000元", "")


def test_what_is_denied_or_somebody_elses_must_not_count(tmp_path: Path, bundle: Bundle) -> None:
    labels = [amount("6000元", "销售金额", "6000", polarity="denied"), amount("3000元", "货值金额", "3000")]
    rows = figures(counted(tmp_path, bundle, {"amounts": labels}), bundle)
    assert rows["数额", "金额"] == Tally(right=1, wanted=1, found=2)
    assert rows["表述", "denied"] == Tally(right=0, wanted=1, found=0)
    assert rows["表述", "asserted"] == Tally(right=1, wanted=1, found=2)


def test_the_other_questions_are_asked_only_where_labelled(tmp_path: Path, bundle: Bundle) -> None:
    narrative = (
        "2023年5月1日至2023年5月8日，当事人销售假酒，销售金额6000元，尚未发现其他违法行为。当事人未受过行政处罚。"
    )
    start = narrative.index("6000元")
    told = amount("6000元", "销售金额", "6000") | {"start": start, "end": start + 5}
    checks = counted(
        tmp_path,
        bundle,
        {
            "amounts": [told],
            "total": "6000",
            "circumstances": [{"name": "尚未销售", "state": "unknown", "text": "销售假酒"}],
            "conduct_from": "2023-05-01",
            "conduct_to": "2023-05-07",
            "earlier_penalties": [],
        },
        narrative,
    )
    assert [(c.question.value, c.right) for c in checks if c.question not in {Question.AMOUNT, Question.POLARITY}] == [
        ("涉案金额", True),
        ("行为起止", True),
        ("行为起止", False),
        ("此前处罚", True),
        ("情节", True),
    ]


NO = {"amounts": []}
MALFORMED = {
    "no JSON": ("{", "不是完整的 JSON"),
    "no object": ("[1]", "JSON 对象"),
    "no labels": (
        json.dumps({"id": "一", "theme": "x", "record": {"record_id": "一", "narrative": "字"}}),
        "缺少“gold”",
    ),
    "unknown key": (line(NO | {"amount": []}), "不认识的键“amount”"),
    "no such measure": (line({"amounts": [amount("6000元", "销售金客", "6000")]}), "你是不是想写“销售金额”"),
    "no such circumstance": (
        line(NO | {"circumstances": [{"name": "未售", "state": "yes", "text": "库存"}]}),
        "没有名为“未售”的情节",
    ),
    "no such state": (
        line(NO | {"circumstances": [{"name": "尚未销售", "state": "maybe", "text": "库存"}]}),
        "不在可选范围内",
    ),
    "words elsewhere": (line({"amounts": [amount("6000元", "销售金额", "6000") | {"start": 3}]}), "不在所写的位置"),
    "words nowhere": (
        line(NO | {"circumstances": [{"name": "尚未销售", "state": "yes", "text": "滞销"}]}),
        "“滞销”不在违法事实里",
    ),
    "a bad record": (line(NO, record={"record_id": "一"}), "narrative"),
}


@pytest.mark.parametrize("name", MALFORMED)
def test_labels_that_cannot_be_read_are_told_with_their_line(name: str, tmp_path: Path, bundle: Bundle) -> None:
    text, expected = MALFORMED[name]
    file = tmp_path / "gold.jsonl"
    file.write_text(f"{line(NO)}\n\n{text}\n", encoding="utf-8")
    with pytest.raises(InputError) as raised:
        read_gold(file, bundle)
    assert "gold.jsonl 第 3 行" in str(raised.value)
    assert expected in str(raised.value)


def test_a_folder_without_labels_is_told(tmp_path: Path, bundle: Bundle) -> None:
    with pytest.raises(InputError, match="没有标注"):
        read_gold(tmp_path, bundle)


# A little under what was measured: F1 of all figures, then the share of right answers.
FLOORS = {
    False: {
        "数额": 0.80,
        "涉案金额": 0.76,
        "表述": 0.97,
        "推算": 0.10,
        "情节": 0.60,
        "行为起止": 0.84,
        "此前处罚": 0.55,
    },
    True: {
        "数额": 0.73,
        "涉案金额": 0.68,
        "表述": 0.95,
        "推算": 0.35,
        "情节": 0.62,
        "行为起止": 0.89,
        "此前处罚": 0.45,
    },
}


@pytest.fixture(scope="module")
def answers(bundle: Bundle) -> list[Check]:
    return evaluate(read_gold(GOLD, bundle), bundle)


@pytest.mark.parametrize("held", FLOORS, ids=["looked at", "held"])
def test_narratives_are_read_at_least_as_well_as_before(held: bool, answers: list[Check], bundle: Bundle) -> None:
    part = [check for check in answers if check.case.held is held]
    measured = {}
    for question in Question:
        asked = [check for check in part if check.question is question]
        measured[question.value] = sum(check.right for check in asked) / len(asked)
    whole = next(row.tally for row in summary(part, bundle.measures) if row.label == "合计")
    measured["数额"] = whole.f1 or 0.0
    assert {q: m for q, m in measured.items() if m < FLOORS[held][q]} == {}


def test_the_set_is_as_large_as_it_says(bundle: Bundle) -> None:
    cases = read_gold(GOLD, bundle)
    assert len(cases) == len({case.id for case in cases}) >= 200
    assert 0.25 < sum(case.held for case in cases) / len(cases) < 0.45
    assert all(80 <= len(case.record.narrative) <= 600 for case in cases)
