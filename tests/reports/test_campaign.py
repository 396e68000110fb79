"""Campaigns: what they select, where their files go, and how mistakes in them are explained."""

from __future__ import annotations

import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest

from screening.errors import BundleError, InputError
from screening.reports.campaign import read_campaign
from screening.reports.results import Results
from tests.reports.made import row, seeded, write

ROOT = Path(__file__).resolve().parent.parent.parent
CHARGES = ("污染环境罪", "销售假冒注册商标的商品罪", "生产、销售有毒、有害食品罪")


def campaign(folder: Path, text: str) -> Path:
    path = folder / "专项.yaml"
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("text", "chosen"),
    [
        ("name: 全部", {"商标", "污染", "食品", "无"}),
        ("name: 食药\nfocus: 食品药品", {"食品"}),
        ("name: 环资\nfocus: 环境资源", {"污染"}),
        ("name: 罪名\ncharges: [污染环境罪, 销售假冒注册商标的商品罪]", {"商标", "污染"}),
        ("name: 机关\nagencies: [生态环境]", {"污染"}),
        ('name: 引号\nagencies: ["O\'x"]', set()),
        ("name: 日期\ndecided_from: 2025-03-02\ndecided_to: 2025-03-03", {"污染", "食品"}),
        ("name: 都要\nfocus: 环境资源\ndecided_to: 2025-03-01", set()),
    ],
)
def test_what_a_campaign_selects(tmp_path: Path, text: str, chosen: set[str]) -> None:
    rows = [
        row(record_id="商标", decided_on=date(2025, 3, 1)),
        row(
            record_id="污染",
            decided_on=date(2025, 3, 2),
            charge="污染环境罪",
            article="刑法第338条",
            agency="甲县生态环境局",
        ),
        row(record_id="食品", charge=CHARGES[2], article="刑法第144条"),
        row(record_id="无", charge=None, article=None, decided_on=None),
    ]
    results = Results.open(write(tmp_path, rows), read_campaign(campaign(tmp_path, text), lambda: CHARGES))
    assert {r["record_id"] for r in results.rows("SELECT record_id FROM cases")} == chosen


@pytest.mark.parametrize(
    ("text", "place", "words"),
    [
        ("focus: 食品药品", ":1:1", "name"),
        ("name: 一\nfocus: 食品药监", ":2:8", "食品药品"),
        ("name: 一\ncharges:\n  - 污染环境\n", ":3:5", "污染环境罪"),
        ("name: 一\ndecided_from: 2025-02-30", ":2:15", "没有"),
        ("name: 一\ndecided_from: 2025-03-01\ndecided_to: 2025-01-01", ":3:13", "早于"),
        ("name: 一\nagency: [x]", ":2:", "agency"),
        ("name： 一", ":1:1", "冒号"),
    ],
)
def test_mistakes_are_explained_where_they_stand(tmp_path: Path, text: str, place: str, words: str) -> None:
    with pytest.raises(BundleError) as error:
        read_campaign(campaign(tmp_path, text), lambda: CHARGES)
    assert place in str(error.value) and words in str(error.value)


def test_a_campaign_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="没有这个文件"):
        read_campaign(tmp_path / "x.yaml", lambda: CHARGES)


def run(*args: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "screening.cli", *map(str, args)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("command", ["report", "sample", "supervise"])
def test_each_command_writes_its_files_for_a_campaign_beside_those_of_the_whole(tmp_path: Path, command: str) -> None:
    write(tmp_path, seeded(300))
    done = run(command, tmp_path, "--campaign", campaign(tmp_path, "name: 2025/食药 专项\nfocus: 食品药品"))
    assert done.returncode == 0, done.stderr
    target = tmp_path / "campaigns" / "2025_食药_专项"
    assert {"html", "xlsx"} <= {p.name.removeprefix(f"{command}.") for p in target.iterdir()}
    assert "2025/食药 专项" in (target / f"{command}.html").read_text()


def test_a_folder_without_results_and_a_campaign_without_cases_are_said(tmp_path: Path) -> None:
    empty = run("report", tmp_path)
    assert (empty.returncode, "没有筛查结果" in empty.stderr) == (2, True)
    write(tmp_path, [row()])
    none = run("sample", tmp_path, "--campaign", campaign(tmp_path, "name: 空\nagencies: [没有的局]"))
    assert (none.returncode, "没有符合条件的案件" in none.stderr) == (2, True)
    assert "Traceback" not in empty.stderr + none.stderr
