"""Where neither 案由 nor provisions point, words learned from labelled cases suppose a charge: never a verdict, always with the words."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from screening.bundle.bundle import Bundle
from screening.bundle.likeness import LIKENESS, NO_CHARGE, check_likeness
from screening.bundle.yamlfile import parse_yaml
from screening.cli.table import show
from screening.errors import InputError
from screening.logic import Verdict
from screening.output import line
from screening.record import Record, read_record
from screening.screener import Screener, Screening
from screening.tuning.learning import Told, learn, read_told

CASES = Path(__file__).parent / "cases"
AS_OF = date(2026, 11, 22)
#: Told so that no rule lists the words.
DOG = (
    "经审理查明，被告人翁某在自家后院支起铁锅，把收来的老母猪肉切块煮熟，出锅前将一小包从药材贩子手里买的干壳子碾碎撒进汤里，"
    "食客都说他家卤味吃了还想吃。检测报告显示汤料中含有吗啡、那可丁成分。"
)


def screened(screener: Screener, narrative: str, **given: object) -> Screening:
    record = read_record({"record_id": "1", "narrative": narrative, "decided_on": "2025-03-01", **given})
    return screener.screen(record, AS_OF)


@pytest.fixture(scope="module")
def unruled(bundle: Bundle) -> Screener:
    """The shipped bundle without rules that assert conduct, so that only likeness can say what was done."""
    rules = tuple(rule for rule in bundle.text_rules if not rule.asserts.conduct)
    return Screener(replace(bundle, text_rules=rules))


def test_the_charge_is_supposed_with_the_words_that_say_so(unruled: Screener) -> None:
    leading = screened(unruled, DOG).assessments[0]
    assert leading.charge == "生产、销售有毒、有害食品罪"
    assert leading.supposed
    (pointer,) = leading.pointers
    assert pointer.kind == "likeness"
    assert pointer.evidence
    assert all(DOG[word.start : word.end] == word.text for word in pointer.evidence)


def test_what_is_supposed_is_never_reached(unruled: Screener) -> None:
    text = (
        "2024年10月，翁某带人进了邻村集体的后山，拿油锯放倒杉树拉去锯木厂，村里人都不知情，林业站查看伐桩，"
        "鉴定被伐林木的立木蓄积为31立方米。"
    )
    result = screened(unruled, text)
    leading = result.assessments[0]
    assert leading.governing is not None
    assert leading.governing.verdict is Verdict.REACHED
    assert leading.verdict is Verdict.UNKNOWN
    assert leading.missing[0] == "需由人核对行为是否属于本罪"
    assert result.score.level == "watch"
    assert line(result)["charges"][0]["supposed"] is True


def test_the_table_says_that_it_is_supposed(
    unruled: Screener, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "200")
    show([screened(unruled, DOG)])
    assert "推测（须核对行为）：" in capsys.readouterr().err


def test_it_is_not_asked_where_the_case_reason_speaks(unruled: Screener) -> None:
    kinds = {
        p.kind for a in screened(unruled, DOG, case_reason="生产销售有毒有害食品案").assessments for p in a.pointers
    }
    assert "reason" in kinds
    assert "likeness" not in kinds


def test_a_case_reason_that_points_nowhere_speaks_for_an_ordinary_case(bundle: Bundle, unruled: Screener) -> None:
    dials = replace(bundle.policy.likeness, margin=Decimal("0.2"), margin_with_basis=Decimal(9))
    strict = Screener(replace(unruled.bundle, policy=replace(bundle.policy, likeness=dials)))
    assert screened(strict, DOG).assessments
    assert not screened(strict, DOG, case_reason="未按规定公示案").assessments
    assert not screened(strict, DOG, legal_basis="《某某条例》第三条").assessments


def test_what_a_rule_found_is_weighed_and_not_supposed(screener: Screener) -> None:
    text = "当事人在麻辣烫汤料中添加罂粟壳，卖给食客，检出吗啡、可待因、那可丁，汤料由其本人熬制。"
    leading = screened(screener, text).assessments[0]
    assert leading.charge == "生产、销售有毒、有害食品罪"
    assert {p.kind for p in leading.pointers} == {"conduct", "likeness"}
    assert not leading.supposed


@pytest.mark.parametrize(
    "narrative",
    [
        "经查，该店营业执照登记的经营场所与实际经营场所不一致，未办理变更登记，责令限期改正。",
        "当事人经营的食品货架上一种饼干未标明价格，执法人员当场责令改正，当事人已补签。",
        "在检查。",
    ],
)
def test_ordinary_cases_suppose_nothing(screener: Screener, narrative: str) -> None:
    assert not screened(screener, narrative).assessments


def test_a_bundle_without_a_model_supposes_nothing(unruled: Screener) -> None:
    silent = Screener(replace(unruled.bundle, likeness=None))
    assert not screened(silent, DOG).assessments


def test_most_facts_that_nobody_read_are_pointed_to_their_charge(screener: Screener) -> None:
    rows = [json.loads(text) for text in (CASES / "deeds" / "fresh.jsonl").read_text(encoding="utf-8").splitlines()]
    right = 0
    for row in rows:
        found = screener.screen(Record(row["id"], row["fact"]), AS_OF).assessments[:3]
        numbers = {int(number) for a in found for number in re.findall(r"\d{2,3}", a.threshold.article)}
        right += not numbers.isdisjoint(row["articles"])
    assert len(rows) >= 100
    assert right >= 0.85 * len(rows)


def test_learning_from_cases_writes_a_file_that_a_bundle_takes(bundle: Bundle) -> None:
    few = replace(bundle, thresholds=bundle.thresholds[:4], text_rules=())
    one, other = (t.charge for t in few.thresholds[:2])
    cases = [Told(f"第{n}次把磨盘抬上渡船", one) for n in range(9)] + [
        Told(f"第{n}回在谷仓里晒蓑衣", other) for n in range(9)
    ]
    cases += [Told(f"第{n}张告示贴歪了", NO_CHARGE) for n in range(9)]
    learned = learn(few, cases, AS_OF)
    assert learned.cases == 27
    assert learned.right > 0.9
    assert one not in learned.without_case
    model = LIKENESS.validate_python(parse_yaml(learned.yaml, "rules/likeness.yaml").data)
    assert {"磨盘", "渡船"} & set(model.words)
    assert not list(check_likeness(model, [t.charge for t in bundle.thresholds], parse_yaml(learned.yaml, "x")))
    assert learn(few, cases, AS_OF).yaml == learned.yaml


def test_a_model_of_charges_that_the_bundle_lacks_is_refused(bundle: Bundle) -> None:
    text = 'learned_on: 2026-01-01\ncases: 2\ncharges: ["无", "盗窃罪行"]\nbases: [0]\nwords:\n  "钱包": 300 1:20 2:5\n'
    file = parse_yaml(text, "rules/likeness.yaml")
    problems = list(check_likeness(LIKENESS.validate_python(file.data), [t.charge for t in bundle.thresholds], file))
    assert [p.line for p in problems] == [3, 4, 6]
    assert "盗窃罪行" in problems[0].message


def test_labelled_cases_of_either_shape_are_read(bundle: Bundle, tmp_path: Path) -> None:
    file = tmp_path / "案件.jsonl"
    rows = [
        {"fact": "甲", "charges": ["非法收购、运输盗伐、滥伐的林木罪"]},
        {"record": {"narrative": "乙"}, "gold": {"charges": []}},
        {"fact": "丙", "charges": ["没有的罪"]},
        {"fact": "丁", "charges": ["生产、销售假药罪"]},
    ]
    file.write_text("\n".join(json.dumps(row, ensure_ascii=False) for row in rows), encoding="utf-8")
    told = list(read_told(file, bundle))
    assert told == [
        Told("甲", "非法收购、运输盗伐、滥伐的林木罪"),
        Told("乙", NO_CHARGE),
        Told("丁", "生产、销售、提供假药罪"),  # its name of today
    ]
    file.write_text('{"text": "甲"}', encoding="utf-8")
    with pytest.raises(InputError, match="第 1 行"):
        list(read_told(file, bundle))


def test_the_dials_say_how_much_words_may_say(unruled: Screener) -> None:
    bundle = unruled.bundle
    deaf = replace(bundle.policy, likeness=replace(bundle.policy.likeness, margin=Decimal(9)))
    assert not screened(Screener(replace(bundle, policy=deaf)), DOG).assessments
