"""A store on the command line: history counts, decisions are kept, verified, replayed, concluded on."""

from __future__ import annotations

import json
import re
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
SERIES = json.loads((ROOT / "tests" / "cases" / "history" / "series.jsonl").read_text("utf-8").splitlines()[0])


def run(*args: str) -> subprocess.CompletedProcess[str]:
    done = subprocess.run(
        [sys.executable, "-m", "screening.cli", *args], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert "Traceback" not in done.stderr
    return done


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> str:
    return str(tmp_path_factory.mktemp("store") / "cases.db")


@pytest.fixture(scope="module")
def lines(store: str, tmp_path_factory: pytest.TempPathFactory) -> list[dict]:
    """The results of three fines of one party, screened together."""
    records = tmp_path_factory.mktemp("in") / "records.jsonl"
    records.write_text("".join(json.dumps(r, ensure_ascii=False) + "\n" for r in SERIES["records"]), encoding="utf-8")
    done = run("screen", str(records), "--as-of", "2026-11-22", "--store", store)
    assert done.returncode == 0, done.stderr
    return [json.loads(text) for text in done.stdout.splitlines()]


def test_a_series_shows_at_the_record_that_completes_it(lines: list[dict]) -> None:
    assert [line["level"] for line in lines][-1] == SERIES["expect"]["level"] == "refer"
    (split,) = [finding for finding in lines[-1]["findings"] if finding["rule"] == "history.split"]
    assert split["records"] == [record["record_id"] for record in SERIES["records"][:2]]


def test_a_decision_is_replayed_to_the_same_line(lines: list[dict], store: str) -> None:
    last = dict(lines[-1])
    done = run("replay", last.pop("decision"), "--store", store)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == last


def test_the_chain_is_verified(lines: list[dict], store: str) -> None:
    done = run("verify", "--store", store)
    assert (done.returncode, f"共 {len(lines)} 份决定" in done.stdout) == (0, True)


@pytest.mark.parametrize(
    ("table", "change", "told"),
    [
        ("decisions", "UPDATE decisions SET charge = '别的' WHERE number = 1", "筛查决定第 1 行"),
        ("api_audit", "UPDATE api_audit SET subject = '别的' WHERE seq = 1", "审计记录第 1 行：内容与校验值不符"),
        ("api_audit", "DELETE FROM api_audit", "审计记录第 0 行：应有 2 行，只有 0 行"),
    ],
)
@pytest.mark.usefixtures("lines")
def test_one_command_verifies_every_chain(store: str, tmp_path: Path, table: str, change: str, told: str) -> None:
    copy = tmp_path / "cases.db"
    shutil.copy(store, copy)
    keys = ("keys", "create", "--scope", "read", "--region", "all", "--expires", "2999-01-01")
    for _ in range(2):
        assert run(*keys, "--store", f"sqlite:///{copy}").returncode == 0
    assert run("verify", "--store", str(copy)).returncode == 0
    with sqlite3.connect(copy) as connection:
        for name in ("update", "delete"):
            connection.execute(f"DROP TRIGGER {table}_no_{name}")
        connection.execute(change)
    done = run("verify", "--store", str(copy))
    assert (done.returncode, told in done.stdout) == (1, True), done.stdout


def test_conclusions_are_counted_by_rule(lines: list[dict], store: str) -> None:
    assert run("calibration", "--store", store).stdout.startswith("还没有")
    assert run("feedback", lines[-1]["decision"], "确认", "--by", "检察官甲", "--store", store).returncode == 0
    found = json.loads(run("calibration", "--json", "--store", store).stdout)
    assert [rule["right"] for rule in found["rules"] if rule["name"] == "history.split"] == [1]


def test_what_is_wrong_is_said_with_what_to_do(store: str, lines: list[dict]) -> None:
    assert "可写：确认" in run("feedback", lines[0]["decision"], "对", "--store", store).stderr
    assert "没有编号" in run("replay", "S0", "--store", store).stderr
    for words in (("verify", "--store"), ("store", "status")):
        done = run(*words, "/nowhere/cases.db")  # a mistyped path is no empty store
        assert "没有这个筛查库" in done.stderr
        assert done.returncode == 3
    kept, known = re.findall(r"\d{4}", run("store", "status", store).stdout)
    assert kept == known
