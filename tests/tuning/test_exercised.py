"""What no case ever exercises is listed; what one does is not."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

from typer.testing import CliRunner

from screening.bundle.bundle import Bundle
from screening.cli import app
from screening.record import read_record
from screening.screener import Screener
from screening.tuning.exercised import exercised, unexercised
from tests.small import one_limb

AS_OF = date(2026, 11, 22)
CASE = {
    "record_id": "1",
    "case_reason": "测试案由案",
    "conduct_to": "2020-01-01",
    "narrative": "经查，当事人违法所得{}元。",
}


def case(amount: int) -> dict[str, str]:
    return CASE | {"narrative": CASE["narrative"].format(amount)}


def small(tmp_path: Path) -> Bundle:
    return one_limb(tmp_path, "{measure: 违法所得, at_least: 1 万元}", "measures: {违法所得: 10000 元}")


def test_a_limb_that_a_case_reaches_is_exercised_and_one_far_from_it_is_not(tmp_path: Path) -> None:
    bundle = small(tmp_path)
    limb = ("test-charge", date(2010, 1, 1), "x")
    for amount, left in ((20000, ()), (100, (limb,))):
        found = exercised(Screener(bundle), [read_record(case(amount))], AS_OF)
        assert unexercised(bundle, found).limbs == left


def test_a_rule_that_fires_is_exercised(tmp_path: Path) -> None:
    bundle = small(tmp_path)
    record = read_record(case(20000) | {"transferred": False})
    left = unexercised(bundle, exercised(Screener(bundle), [record], AS_OF))
    assert "transfer.reached-not-transferred" not in left.rules
    assert "transfer.already" in left.rules


def test_the_command_lists_them_and_needs_records(tmp_path: Path) -> None:
    small(tmp_path)
    path = tmp_path / "cases.jsonl"
    path.write_text(json.dumps(case(100), ensure_ascii=False) + "\n", encoding="utf-8")
    arguments = ["test", "--bundle", str(tmp_path), "--coverage"]
    result = CliRunner().invoke(app, [*arguments, "--records", str(path)])
    assert "测试罪（test-charge）2010-01-01 起：x" in result.stdout
    refused = CliRunner().invoke(app, arguments)
    assert refused.exit_code == 2
    assert "--records" in refused.output
