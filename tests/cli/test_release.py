"""From a key to an active bundle and back, as people do it on the command line."""

from __future__ import annotations

import json
import stat
from pathlib import Path

import pytest

from screening.bundle.loader import load
from screening.screener import Screener
from screening.store.schema import comparisons
from screening.store.shadow import compared
from screening.store.store import Store
from tests.api.test_reload import charge, given_file, sound_bundle
from tests.cli.test_store import run
from tests.store.making import TODAY, draft, record


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return sound_bundle(tmp_path / "bundle")


def trusting(folder: Path, *names: str) -> Path:
    """Keys for these people, and the list of them."""
    path = folder / "trusted.txt"
    lines = []
    for name in names:
        made = run("sign", "--new-key", str(folder / f"{name}.pem"), "--name", name)
        assert (made.returncode, stat.S_IMODE((folder / f"{name}.pem").stat().st_mode)) == (0, 0o600)
        lines.append(made.stdout)
    path.write_text("".join(lines), encoding="utf-8")
    return path


def asking_four_eyes(folder: Path) -> None:
    path = folder / "thresholds/policy.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("four_eyes: no", "four_eyes: yes"), encoding="utf-8")


def test_a_bundle_is_signed_checked_activated_and_taken_back(folder: Path, tmp_path: Path) -> None:
    store, trusted = str(tmp_path / "cases.db"), str(trusting(tmp_path, "张某某", "李某某"))
    asking_four_eyes(folder)
    before = load(folder).revision
    assert run("sign", str(folder), "--key", str(tmp_path / "张某某.pem")).returncode == 0
    assert load(folder).revision == before
    assert "签名有效：张某某" in run("check", "--bundle", str(folder), "--trust", trusted).stderr
    where = ("--store", store, "--reason", "法释〔2025〕5号施行")
    alone = run("activate", str(folder), *where, "--by", "张某某", "--trust", trusted)
    assert (alone.returncode, "不能自己启用" in alone.stderr) == (2, True)
    assert run("activate", str(folder), *where, "--by", "李某某", "--trust", trusted).returncode == 0

    given_file(folder).write_text(charge("3 万元"), encoding="utf-8")
    assert "签名无效" in run("check", "--bundle", str(folder), "--trust", trusted).stderr
    touched = run("activate", str(folder), *where, "--by", "李某某", "--trust", trusted)
    assert (touched.returncode, "改动过" in touched.stderr) == (2, True)
    run("sign", str(folder), "--key", str(tmp_path / "李某某.pem"))
    assert run("activate", str(folder), *where, "--by", "张某某", "--trust", trusted).returncode == 0
    assert run("rollback", "--store", store, "--reason", "误中太多", "--by", "王某某").returncode == 0
    lines = run("releases", "--store", store).stdout.splitlines()
    assert len(lines) == 3
    assert all(word in lines[0] for word in ("王某某", "退回到", "误中太多", before[:19], "签名 张某某", "在用"))
    told = [json.loads(line) for line in run("releases", "--store", store, "--format", "json").stdout.splitlines()]
    assert [each["signed_by"] for each in told] == ["张某某", "李某某", "张某某"]
    assert run("verify", "--store", store).returncode == 0


def test_a_bundle_whose_tests_fail_is_not_activated(folder: Path, tmp_path: Path) -> None:
    given_file(folder).write_text(charge("6 万元"), encoding="utf-8")
    done = run("activate", str(folder), "--store", str(tmp_path / "cases.db"), "--reason", "施行")
    assert (done.returncode, "没有启用" in done.stderr, "test-charge.yaml" in done.stderr) == (3, True, True)
    assert "还没有启用过" in run("releases", "--store", str(tmp_path / "cases.db")).stderr


def test_without_an_earlier_bundle_nothing_is_taken_back(folder: Path, tmp_path: Path) -> None:
    store = str(tmp_path / "cases.db")
    run("activate", str(folder), "--store", store, "--reason", "施行")
    done = run("rollback", "--store", store, "--reason", "误中太多")
    assert (done.returncode, "没有更早" in done.stderr) == (2, True)
    unknown = run("activate", "sha256:" + "0" * 64, "--store", store, "--reason", "施行")
    assert (unknown.returncode, "没有规则包" in unknown.stderr) == (2, True)


@pytest.mark.parametrize("words", [(), ("规则包",), ("--key", "x"), ("规则包", "--key", "x", "--new-key", "y")])
def test_sign_says_what_it_needs(words: tuple[str, ...]) -> None:
    done = run("sign", *words)
    assert (done.returncode, "二者取一" in done.stderr) == (2, True)


def test_the_report_of_a_shadow_is_in_sentences(folder: Path, tmp_path: Path) -> None:
    store = str(tmp_path / "cases.db")
    assert run("shadow", "start", str(folder), "--store", store, "--reason", "试用", "--by", "张某某").returncode == 0
    assert "还没有比较过" in run("shadow", "report", "--store", store).stderr
    old = Screener(load(folder))
    given_file(folder).write_text(charge("1 万元", "10000 元"), encoding="utf-8")
    new = Screener(load(folder))
    opened = Store(store)
    made = draft(old, record(1, case_reason="测试案由"))
    opened.write([made], old.bundle)
    with opened.engine.begin() as connection:
        row = compared(made.id, made.screening, new.screen(made.screening.record, TODAY))
        connection.execute(comparisons.insert(), [row])
    opened.close()
    told = run("shadow", "report", "--store", store).stdout
    for sentence in (
        "比较了 1 条记录，0 条结果完全相同",
        "等级升高：1 条",
        "→ 建议移送",
        "判定 未达到 → 达到",
        "新命中",
    ):
        assert sentence in told
    shown = json.loads(run("shadow", "report", "--store", store, "--format", "json").stdout)
    assert shown["counts"] == {"same": 0, "rise": 1, "fall": 0, "charge": 0, "other": 0}
    assert run("shadow", "stop", "--store", store, "--reason", "看够了").returncode == 0
    assert [line[0] for line in run("releases", "--store", store).stdout.splitlines()] == ["2", "1"]
