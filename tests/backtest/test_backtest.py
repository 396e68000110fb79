"""A backtest says which cases change and why; screening only what the change can touch comes to the same as screening all."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
from typer.testing import CliRunner

from screening.backtest.pages import write_all
from screening.backtest.run import Outcome
from screening.backtest.totals import told_of
from screening.cli import app
from screening.store.store import Store
from tests.backtest.conftest import FORMULA, ROOT, Change, added, bundle_with, replaced

SALE = "thresholds/charges/counterfeit-trademark-sale.yaml"
FIGURE = replaced(SALE, "销售金额, at_least: 5 万元", "销售金额, at_least: 8 万元", start="effective_from: 2004-12-22")
MADE_THERE = """\
- id: test.made-there
  asserts: {conduct: 制造假冒注册商标的商品}
  any: [三号院]
  tests: {hit: ["在[[三号院]]里"]}
"""
NEW_CHARGE = """\
id: test-charge
charge: 测试罪
article: 刑法第999条
linkage: {reasons: [注册商标], provisions: [商标测试法第57条]}
versions:
  - effective_from: 2010-01-01
    source: {document: 刑法, clause: 第一条}
    any_of:
      - {id: x, text: 情形, all_of: [{measure: 销售金额, at_least: 1 万元}]}
    tests: [{name: 例, expect: [x], measures: {销售金额: 10000 元}}]
"""
Run = Callable[..., Outcome]

CHANGES: dict[str, tuple[Change, ...]] = {
    "a figure and a dial": (FIGURE, replaced("thresholds/policy.yaml", "watch: 10", "watch: 12")),
    "a rule that only one record of a party meets": (added("rules/text/test.yaml", MADE_THERE),),
    "a charge with a law of its own": (added("thresholds/charges/test-charge.yaml", NEW_CHARGE),),
}


@pytest.mark.parametrize("changes", CHANGES.values(), ids=CHANGES)
def test_what_is_left_out_would_not_have_changed(run: Run, tmp_path: Path, changes: tuple[Change, ...]) -> None:
    new = bundle_with(tmp_path / "new", *changes)
    short, whole = run(new), run(new, whole=True)
    assert short.cases == whole.cases
    assert short.cases
    assert short.touched < whole.touched == short.records == 44


def test_a_case_that_falls_says_which_figure_made_it_fall(run: Run, tmp_path: Path) -> None:
    told = told_of(run(bundle_with(tmp_path / "new", FIGURE)), None)
    (case,) = [case for case in told.cases if case["record_id"] == FORMULA["record_id"]]
    assert case["kinds"][0] == "falls"
    assert (case["before"]["verdict"], case["after"]["verdict"]) == ("reached", "unknown")
    assert case["lost"]
    (cause,) = case["causes"]
    assert "由“销售金额 不低于 5 万元”改为“销售金额 不低于 8 万元”" in cause
    agency = told.agencies["甲市市场监督管理局"]
    assert agency.before["refer"] - agency.after["refer"] == 1


def test_a_case_changes_with_another_of_the_same_party(run: Run, tmp_path: Path) -> None:
    told = told_of(run(bundle_with(tmp_path / "new", added("rules/text/test.yaml", MADE_THERE))), None)
    causes = {case["record_id"]: case["causes"] for case in told.cases}
    assert causes["甲市监处罚〔2024〕1号"] == ["文字规则：增加文字规则“test.made-there”。"]
    assert "同一当事人" in causes["甲市监处罚〔2024〕3号"][0]


def test_what_changes_nothing_is_not_screened(run: Run, tmp_path: Path) -> None:
    note = replaced("thresholds/missing.yaml", "why: ", "why: 另有说明，")
    outcome = run(bundle_with(tmp_path / "new", note))
    assert [change.area for change in outcome.diff] == ["未收的罪名"] * len(outcome.diff)
    assert (outcome.touched, outcome.cases) == (0, ())


def test_page_and_workbook_show_data_as_it_is_and_need_nothing_else(run: Run, tmp_path: Path) -> None:
    told = told_of(run(bundle_with(tmp_path / "new", FIGURE)), None)
    write_all(told, tmp_path / "out", ("改前", "<b>改后</b>"))
    page = (tmp_path / "out/backtest.html").read_text(encoding="utf-8")
    assert not re.search(r"(?:src|href)=|@import|https?:", page)
    assert "&lt;b&gt;改后" in page and "=1+1" in page
    sheet = openpyxl.load_workbook(tmp_path / "out/backtest.xlsx")["改变的案件"]
    cells = [cell for row in sheet.iter_rows(min_row=2) for cell in row]
    assert {cell.data_type for cell in cells} <= {"s", "n", "d"}
    assert "=1+1" in [cell.value for cell in cells]
    lines = (tmp_path / "out/changed.jsonl").read_text(encoding="utf-8").splitlines()
    assert [json.loads(text)["record_id"] for text in lines] == [case["record_id"] for case in told.cases]


def test_the_command_weighs_both_bundles_by_what_was_concluded(tmp_path: Path) -> None:
    records = tmp_path / "案件.jsonl"
    records.write_text(json.dumps(FORMULA, ensure_ascii=False), encoding="utf-8")
    address = str(tmp_path / "库.db")
    screened = CliRunner().invoke(app, ["screen", str(records), "--store", address])
    store = Store(address)
    store.feedback.give(json.loads(screened.stdout)["decision"], "确认", "", "甲")
    (revision,) = {result["revision"] for _, result in store.decisions.results()}
    store.close()
    new = bundle_with(tmp_path / "new", FIGURE)
    asked = ["backtest", revision, str(new), str(records), "--store", address, "--output", str(tmp_path / "out")]
    result = CliRunner().invoke(app, [*asked, "--workers", "1"])
    assert result.exit_code == 0, result.output
    assert "准确率 建议移送 改前：100%（1/1，95% 区间 21%–100%）" in result.output
    assert "准确率 建议移送 改后" not in result.output  # the case is no longer among them
    assert "等级下降 1 件" in result.output
    again = CliRunner().invoke(app, [*asked, "--workers", "1"])
    assert "逐条筛查" not in again.output and "等级下降 1 件" in again.output


def test_tables_whose_headings_are_read_otherwise_are_screened_whole(tmp_path: Path) -> None:
    table = tmp_path / "案件.csv"
    told = "经查，当事人销售假冒注册商标的白酒，销售金额62000元。"
    table.write_text(f"文书号,违法事实,案件经过\n甲1号,经查，当事人超范围经营。,{told}\n", encoding="utf-8")
    new = bundle_with(
        tmp_path / "new", replaced("thresholds/headers.yaml", "narrative: [违法事实", "narrative: [案件经过")
    )
    asked = ["backtest", str(ROOT), str(new), str(table), "--workers", "1", "--output", str(tmp_path / "out")]
    result = CliRunner().invoke(app, asked)
    assert result.exit_code == 0, result.output
    assert "共 1 件，重新筛查 1 件，1 件结果改变" in result.output
    (case,) = [json.loads(text) for text in (tmp_path / "out/changed.jsonl").read_text(encoding="utf-8").splitlines()]
    assert case["kinds"][0] == "rises" and "表头" in case["causes"][0]
