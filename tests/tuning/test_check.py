"""What check says, to people and to programs; skeletons pass it."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest
from typer.testing import CliRunner

from screening.bundle.loader import load
from screening.cli import app
from screening.screener import Screener
from screening.selftest import run as run_tests
from screening.tuning.firing import Firing, count_firing, firing_reminders
from screening.tuning.reminders import reminders
from tests.small import CHARGE, VERSION, write_bundle
from tests.store.making import record

LIMB = "      - {id: x, text: 情形, all_of: [{measure: 违法所得, at_least: 1 万元}]}"
FACTS = "measures: {违法所得: 10000 元}"


def folder(tmp_path: Path, change: tuple[str, str] = ("", ""), extra: dict[str, str] | None = None) -> Path:
    version = VERSION.format(since="2010-01-01", limbs=LIMB, ids="x", facts=FACTS)
    text = CHARGE.format(id="test-charge", head="", versions=version)
    return write_bundle(tmp_path, {"test-charge": text.replace(*change) if change[0] else text}, extra)


def said(path: Path, as_of: date = date(2026, 11, 22)) -> list[tuple[str, str, int]]:
    own = (CHARGE_FILE, "rules/text/own.yaml")
    return [(r.code, r.problem.file, r.problem.line) for r in reminders(load(path), as_of) if r.problem.file in own]


CHARGE_FILE = "thresholds/charges/test-charge.yaml"
SOURCE = "clause: 第一条}"
OWN = """\
- id: x.selling
  asserts: {conduct: 无证销售}
  any: [无证销售, 长期无证销售, 未无证销售]
  tests: {hit: ["当事人[[无证销售]]"]}
"""


def test_a_figure_nobody_compared_with_the_text_is_named(tmp_path: Path) -> None:
    assert said(folder(tmp_path, (SOURCE, SOURCE + "\n    draft: yes"))) == [("unsupported-figure", CHARGE_FILE, 11)]


def test_a_figure_whose_source_has_lapsed_while_its_version_goes_on_is_named(tmp_path: Path) -> None:
    lapsed = (
        "document: 法释〔2014〕14号, clause: 第一条}\n    effective_to: 2030-01-01\n    note: 试验"  # 2022-03-06 失效
    )
    path = folder(tmp_path, ("document: 刑法, clause: 第一条}", lapsed))
    assert said(path, date(2022, 3, 5)) == []
    assert said(path, date(2022, 3, 6)) == [("unsupported-figure", CHARGE_FILE, 12)]
    (found,) = [r for r in reminders(load(path), date(2026, 11, 22)) if r.problem.file == CHARGE_FILE]
    assert "“法释〔2014〕14号”已于 2022-03-06 失效" in found.problem.message


def test_a_version_that_ends_without_a_successor_is_named_unless_a_note_says_why(tmp_path: Path) -> None:
    ends = SOURCE + "\n    effective_to: 2030-01-01"
    assert said(folder(tmp_path, (SOURCE, ends))) == [("no-successor", CHARGE_FILE, 9)]
    assert said(folder(tmp_path, (SOURCE, ends + "\n    note: 定罪标准已经取消"))) == []


def test_a_source_checked_more_than_a_year_ago_is_named(tmp_path: Path) -> None:
    path = folder(tmp_path, (SOURCE, "clause: 第一条, checked_on: 2025-11-22}"))
    assert said(path, date(2026, 11, 22)) == []
    assert said(path, date(2026, 11, 23)) == [("stale-check", CHARGE_FILE, 8)]


def test_a_phrase_that_adds_nothing_is_named_and_one_that_denies_is_not(tmp_path: Path) -> None:
    path = folder(tmp_path, extra={"rules/text/own.yaml": OWN})
    assert said(path) == [("contained-phrase", "rules/text/own.yaml", 3)]
    (found,) = [r for r in reminders(load(path), date(2026, 11, 22)) if "own" in r.problem.file]
    assert "“长期无证销售”（已有“无证销售”）" in found.problem.message
    assert "未无证销售" not in found.problem.message


def test_a_rule_that_nearly_always_fires_and_two_that_always_do_together_are_named(tmp_path: Path) -> None:
    bundle = load(folder(tmp_path))
    firing = Firing(
        10, {"transfer.near": 9, "transfer.exit": 5, "quality.draft": 5}, {("quality.draft", "transfer.exit"): 5}
    )
    found = list(firing_reminders(bundle, firing, 0.8))
    assert [(r.code, r.problem.file) for r in found] == [
        ("fires-too-often", "rules/findings/transfer.yaml"),
        ("always-together", "rules/findings/quality.yaml"),
    ]
    assert all(r.problem.line > 1 for r in found)


TOLD = "经查，当事人销售假冒“某某”注册商标的白酒，销售金额620000元。"


def test_firing_is_counted_on_records(screener: Screener) -> None:
    firing = count_firing(screener, [record(number, narrative=TOLD) for number in range(6)], date(2026, 11, 22))
    assert firing.records == 6
    assert set(firing.alone.values()) == {6}
    codes = {r.code for r in firing_reminders(screener.bundle, firing, 0.5)}
    assert codes == {"fires-too-often", "always-together"}


def check(*arguments: str) -> tuple[int, str, str]:
    result = CliRunner().invoke(app, ["check", *arguments])
    assert "Traceback" not in result.output
    return result.exit_code, result.stdout, result.stderr


def test_for_a_program_a_broken_bundle_is_an_answer_too(tmp_path: Path) -> None:
    path = folder(tmp_path, ("at_least: 1 万元", "at_least: 1 万无"))
    code, out, _ = check("--bundle", str(path), "--format", "json")
    (error,) = json.loads(out)["errors"]
    assert code == 3
    assert (error["file"], error["line"], error["column"]) == (CHARGE_FILE, 10, 64)
    assert "万元" in error["remedy"] + error["message"]


@pytest.mark.parametrize("broken", [False, True], ids=["good", "broken"])
def test_sarif_is_what_code_hosts_read(tmp_path: Path, broken: bool) -> None:
    change = ("at_least: 1 万元", "at_least: 1 万无") if broken else (SOURCE, SOURCE + "\n    draft: yes")
    code, out, _ = check("--bundle", str(folder(tmp_path, change)), "--format", "sarif")
    log = json.loads(out)
    (run,) = log["runs"]
    rules = [rule["id"] for rule in run["tool"]["driver"]["rules"]]
    assert (code, log["version"]) == (3 if broken else 0, "2.1.0")
    assert run["results"]
    for result in run["results"]:
        assert rules[result["ruleIndex"]] == result["ruleId"]
        assert result["level"] == ("error" if broken else "warning")
        assert result["message"]["text"]
        (place,) = (location["physicalLocation"] for location in result["locations"])
        assert place["artifactLocation"]["uri"].isascii()
        assert 1 <= place["region"]["startColumn"] < place["region"]["endColumn"]


def test_fix_mends_before_it_checks(tmp_path: Path) -> None:
    path = folder(tmp_path, ("article: ", "article："))
    assert check("--bundle", str(path))[0] == 3
    code, _, err = check("--bundle", str(path), "--fix")
    assert code == 0
    assert "已改 thresholds/charges/test-charge.yaml：" in err


@pytest.mark.parametrize("kind", ["threshold", "rule", "finding"])
def test_a_skeleton_passes_check_and_its_own_tests_and_is_never_overwritten(tmp_path: Path, kind: str) -> None:
    path = folder(tmp_path)
    arguments = ["new", kind, "new-one", "--bundle", str(path)]
    assert CliRunner().invoke(app, arguments).exit_code == 0
    bundle = load(path)
    assert run_tests(bundle).problems == ()
    again = CliRunner().invoke(app, arguments)
    assert again.exit_code == 2
    assert "已经用过" in again.output


def test_a_new_charge_is_a_draft(tmp_path: Path) -> None:
    path = folder(tmp_path)
    CliRunner().invoke(app, ["new", "threshold", "new-one", "--bundle", str(path)])
    threshold = load(path).threshold("new-one")
    assert all(version.draft for version in threshold.versions)


def test_an_id_that_can_be_no_file_name_is_refused(tmp_path: Path) -> None:
    result = CliRunner().invoke(app, ["new", "rule", "../x", "--bundle", str(folder(tmp_path))])
    assert result.exit_code == 2
    assert "不能用作编号" in result.output


def test_a_bundle_of_ones_own_is_the_same_bundle_in_a_new_folder(tmp_path: Path) -> None:
    path, copy = folder(tmp_path), tmp_path / "我的规则包"
    arguments = ["new", "bundle", str(copy), "--bundle", str(path)]
    assert CliRunner().invoke(app, arguments).exit_code == 0
    assert load(copy).revision == load(path).revision
    again = CliRunner().invoke(app, arguments)
    assert again.exit_code == 2
    assert "没有改动" in again.output
