"""What differs between two bundles is said in sentences, and nothing else is."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest
from typer.testing import CliRunner

from screening.bundle.loader import load
from screening.cli import app
from screening.store.store import Store
from screening.tuning.diff import changes
from tests.small import one_limb

CHARGE = "thresholds/charges/test-charge.yaml"
CHANGES = [
    (CHARGE, "at_least: 1 万元", "at_least: 2 万元", "情形x：条件由“违法所得 不低于 1 万元”改为“违法所得 不低于 2 万元”。"),
    (CHARGE, "clause: 第一条", "clause: 第二条", "罪名test-charge，版本2010-01-01：条款由“第一条”改为“第二条”。"),
    (CHARGE, "[测试案由]", "[测试案由, 另一案由]", "罪名test-charge：增加案由的词“另一案由”。"),
    ("thresholds/policy.yaml", "refer: 70", "refer: 75", "参数：建议移送的分数线由“70”改为“75”。"),
    ("thresholds/policy.yaml", "near: 80 %", "near: 85 %", "参数：接近的比例由“80 %”改为“85 %”。"),
    ("rules/findings/transfer.yaml", "weight: 60", "weight: 55", "命中规则transfer.reached-not-transferred：权重由“60”改为“55”。"),
    ("rules/text/common.yaml", "    - 尚未销售\n", "", "：删去词“尚未销售”。"),
]  # fmt: skip


def two(tmp_path: Path, file: str, old: str, new: str) -> tuple[Path, Path]:
    paths = (tmp_path / "a", tmp_path / "b")
    for path in paths:
        one_limb(path, "{measure: 违法所得, at_least: 1 万元}", "measures: {违法所得: 30000 元}")
    changed = paths[1] / file
    text = changed.read_text(encoding="utf-8")
    assert old in text
    changed.write_text(text.replace(old, new, 1), encoding="utf-8")
    return paths


@pytest.mark.parametrize("change", CHANGES, ids=[f"{old} → {new}".strip() for _, old, new, _ in CHANGES])
def test_a_change_is_one_sentence(tmp_path: Path, change: tuple[str, str, str, str]) -> None:
    file, old, new, sentence = change
    before, after = two(tmp_path, file, old, new)
    found = [c.sentence for c in changes(load(before), load(after))]
    assert len(found) == 1
    assert found[0].endswith(sentence)


def test_a_comment_is_no_change(tmp_path: Path) -> None:
    before, after = two(tmp_path, CHARGE, "charge:", "# 注释\ncharge:")
    assert list(changes(load(before), load(after))) == []


def test_a_bundle_is_compared_with_its_own_past(tmp_path: Path) -> None:
    folder, changed = two(tmp_path, CHARGE, "at_least: 1 万元", "at_least: 2 万元")
    for arguments in (
        ["init", "-q"],
        ["add", "."],
        ["-c", "user.name=x", "-c", "user.email=x@x", "commit", "-qm", "x"],
    ):
        subprocess.run(["git", "-C", str(folder), *arguments], check=True)
    result = CliRunner().invoke(app, ["diff", "HEAD", str(changed), "--repository", str(folder), "--format", "json"])
    assert result.exit_code == 0, result.output
    (change,) = json.loads(result.stdout)["changes"]
    assert change["path"] == ["test-charge", "版本2010-01-01", "情形x"]


@pytest.mark.parametrize("where", ["no-such-revision", "--output=x"])
def test_what_is_neither_folder_nor_revision_is_said(tmp_path: Path, where: str) -> None:
    result = CliRunner().invoke(app, ["diff", "--repository", str(tmp_path), "--", where, where])
    assert result.exit_code == 2
    assert "既不是文件夹" in result.output


MISSING = "- {{charge: {}, article: 刑法第998条, why: 没有数额标准}}\n"
HEADERS = "fields:\n  record_id: [{}]\n"


def test_headings_and_charges_left_out_are_compared_as_well(tmp_path: Path) -> None:
    for folder, charge, heading in (("a", "甲罪", "文书号"), ("b", "乙罪", "决定书号")):
        one_limb(tmp_path / folder, "{measure: 违法所得, at_least: 1 万元}", "measures: {违法所得: 30000 元}")
        (tmp_path / folder / "thresholds/missing.yaml").write_text(MISSING.format(charge), encoding="utf-8")
        (tmp_path / folder / "thresholds/headers.yaml").write_text(HEADERS.format(heading), encoding="utf-8")
    result = CliRunner().invoke(app, ["diff", str(tmp_path / "a"), str(tmp_path / "b")])
    assert result.exit_code == 0, result.output
    assert result.stdout.splitlines() == [
        "未收的罪名：删去未收的罪名“甲罪”。",
        "未收的罪名：增加未收的罪名“乙罪”。",
        "表头文书号：字段由“record_id”改为“（不认）”。",
        "表头决定书号：字段由“（不认）”改为“record_id”。",
        "共 4 处不同。",
    ]


def test_a_revision_that_a_store_keeps_is_compared(tmp_path: Path) -> None:
    old, new = two(tmp_path, "thresholds/policy.yaml", "refer: 70", "refer: 75")
    kept = load(old)
    address = str(tmp_path / "案件.db")
    Store(address).write([], kept)
    revision = kept.revision
    result = CliRunner().invoke(app, ["diff", revision, str(new), "--store", address])
    assert result.exit_code == 0, result.output
    assert "建议移送的分数线由“70”改为“75”" in result.stdout
    without = CliRunner().invoke(app, ["diff", revision, str(new)])
    assert without.exit_code == 2 and "--store" in without.output
    unknown = CliRunner().invoke(app, ["diff", "sha256:0", str(new), "--store", address])
    assert unknown.exit_code == 2 and "库里没有规则包" in unknown.output
