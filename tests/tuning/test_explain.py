"""An explanation tells the whole path of a result, and nothing that the result does not."""

from __future__ import annotations

import json
from datetime import date
from html.parser import HTMLParser
from pathlib import Path

import pytest
from typer.testing import CliRunner

from screening.cli import app
from screening.record import read_record
from screening.screener import Screener
from screening.tuning.explain import explain
from screening.tuning.explain_html import as_html
from screening.tuning.explain_json import as_json
from screening.tuning.explain_text import as_text
from screening.tuning.explanation import Explanation
from screening.tuning.reading_shown import pieces

EXAMPLES = Path(__file__).resolve().parent.parent.parent / "examples" / "records.jsonl"
AS_OF = date(2026, 11, 22)
SALE = {
    "record_id": "甲市监处罚〔2024〕1号",
    "narrative": "经查，当事人销售侵犯注册商标专用权的白酒，销售金额62000元。<b>未发现</b>其他问题。",
    "case_reason": "销售侵犯注册商标专用权的商品案",
    "legal_basis": "《中华人民共和国商标法》第五十七条第（三）项",
    "agency": "甲市市场监督管理局",
    "decided_on": "2024-02-02",
    "conduct_to": "2023-11-20",
    "transferred": False,
}


def explained(screener: Screener, **changes: object) -> Explanation:
    return explain(screener.screen(read_record(SALE | changes), AS_OF), screener)


def test_the_rules_said_to_have_fired_are_those_that_did(screener: Screener) -> None:
    for text in EXAMPLES.read_text(encoding="utf-8").splitlines()[:60]:
        screening = screener.screen(read_record(json.loads(text)), AS_OF)
        explanation = explain(screening, screener)
        assert {r.rule for r in explanation.rules if r.fired} == {f.rule.id for f in screening.score.findings}
        assert sum(step.contribution for step in explanation.steps) == pytest.approx(screening.score.value, abs=0.5)


def test_a_limb_is_told_with_what_it_wants_and_what_there_is(screener: Screener) -> None:
    charge = explained(screener).charges[0]
    assert charge.governing
    condition = charge.governing.limbs[0].conditions[0]
    assert (condition.what, condition.wanted, condition.actual, condition.state) == (
        "销售金额",
        "5 万元",
        "62000元",
        "yes",
    )
    assert condition.words == ("62000元",)


def test_the_reason_for_the_version_names_both_days_and_the_law(screener: Screener) -> None:
    choice = explained(screener).charges[0].choice
    assert "行为终了日 2023-11-20" in choice
    assert "刑法第12条" in choice


def test_a_conduct_before_the_first_version_is_judged_by_the_first_that_followed(screener: Screener) -> None:
    choice = explained(screener, conduct_to="1999-01-05", decided_on="1999-02-02").charges[0].choice
    assert "没有当时的标准" in choice


def test_of_a_rule_that_is_silent_the_condition_that_failed_is_told(screener: Screener) -> None:
    (rule,) = [r for r in explained(screener).rules if r.rule == "transfer.already"]
    assert not rule.fired
    assert [(s.meaning, s.wanted, s.actual, s.held) for s in rule.steps] == [("是否已移送公安机关", "是", "否", False)]


def test_the_coloured_text_is_the_text(screener: Screener) -> None:
    for text in explained(screener).reading.texts:
        assert "".join(piece.text for piece in pieces(text)) == text.text


def test_a_record_that_points_nowhere_says_so_in_every_form(screener: Screener) -> None:
    explanation = explained(
        screener, narrative="当事人未按规定悬挂营业执照。", case_reason="", legal_basis="", agency=""
    )
    assert explanation.charges == ()
    assert "没有指向任何罪名" in as_text(explanation).plain
    assert "没有指向任何罪名" in as_html(explanation)
    assert as_json(explanation)["charges"] == []


class Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.fetched: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in ("meta", "br"):
            self.open.append(tag)
        self.fetched += [value or "" for name, value in attrs if name in ("src", "href")]

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def test_the_page_is_whole_fetches_nothing_and_shows_markup_in_a_narrative_as_text(screener: Screener) -> None:
    html = as_html(explained(screener))
    tags = Tags()
    tags.feed(html)
    assert not tags.open
    assert not tags.fetched
    assert "<b>未发现" not in html
    assert html == as_html(explained(screener))


def run(*arguments: str) -> tuple[int, str]:
    result = CliRunner().invoke(app, ["explain", *arguments])
    assert "Traceback" not in result.output
    return result.exit_code, result.output


def test_one_of_several_records_is_named_by_its_id() -> None:
    code, output = run(str(EXAMPLES))
    assert code == 2
    assert "--id" in output
    id_ = json.loads(EXAMPLES.read_text(encoding="utf-8").splitlines()[1])["record_id"]
    code, output = run(str(EXAMPLES), "--id", id_, "--format", "json", "--as-of", "2026-11-22")
    assert code == 0
    assert json.loads(output)["record_id"] == id_
    code, output = run(str(EXAMPLES), "--id", "没有这一号")
    assert code == 2
    assert "没有案号" in output


def test_a_single_record_needs_no_id(tmp_path: Path) -> None:
    path = tmp_path / "一条.json"
    path.write_text(json.dumps(SALE, ensure_ascii=False, indent=1), encoding="utf-8")
    code, output = run(str(path), "--as-of", "2026-11-22")
    assert code == 0
    assert "四、得分" in output
