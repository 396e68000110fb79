"""A one-character word in a text rule is nearly always a slip: check says so, and loads the bundle all the same."""

from __future__ import annotations

from pathlib import Path

from typer.testing import CliRunner

from screening.bundle.advice import advice
from screening.bundle.bundle import Bundle
from screening.bundle.loader import load
from screening.cli import app
from tests.small import CHARGE, VERSION, write_bundle

LIMB = "      - {id: x, text: 情形, all_of: [{measure: 违法所得, at_least: 1 万元}]}"
RULES = """\
- id: x.selling
  asserts: {conduct: 无证销售}
  any: [无证销售, {near: [售, 无证], within: 9 字}]
  except: [正规的,不予处罚, 的,不予立案, "免"]
  tests: {hit: ["当事人[[无证销售]]"]}
"""


def folder(tmp_path: Path) -> Path:
    version = VERSION.format(since="2010-01-01", limbs=LIMB, ids="x", facts="measures: {违法所得: 10000 元}")
    charge = CHARGE.format(id="test-charge", head="", versions=version)
    return write_bundle(tmp_path, {"test-charge": charge}, {"rules/text/own.yaml": RULES})


def test_the_word_is_named_with_its_place_and_what_to_do(tmp_path: Path) -> None:
    (problem,) = [p for p in advice(load(folder(tmp_path))) if p.file == "rules/text/own.yaml"]
    assert (problem.line, problem.column) == (4, 22)
    assert "“的”" in problem.message
    assert "加上引号" in problem.remedy


def test_a_quoted_word_and_a_step_of_a_sequence_are_meant(tmp_path: Path) -> None:
    said = "".join(map(str, advice(load(folder(tmp_path)))))
    assert "“免”" not in said
    assert "“售”" not in said


def test_it_is_a_reminder_and_no_error(tmp_path: Path) -> None:
    result = CliRunner().invoke(app, ["check", "--bundle", str(folder(tmp_path))])
    assert result.exit_code == 0
    assert "提醒：rules/text/own.yaml:4:22" in result.output


def test_the_shipped_rules_give_no_cause(bundle: Bundle) -> None:
    assert list(map(str, advice(bundle))) == []
