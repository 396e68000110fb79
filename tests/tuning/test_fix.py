"""What is mechanical is mended in place: comments stay, and the file says what it said before."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from screening.bundle.yamlfile import parse_yaml
from screening.tuning.fix import fix_folder, fixed
from tests.small import ROOT

NAME = "thresholds/charges/x.yaml"
FILE = """\
# 抬头的注释
id: x
article: 刑法第999条
# 罪名的注释
charge: 测试罪   # 行尾的注释
versions:
  - source: {document: 刑法, clause: 第一条}
    # 施行日的注释
    effective_from: 2010-01-01
    any_of:
      - {id: a, text: 五万元以上, all_of: [{measure: 违法所得, at_least: 5万元}]}

# 文末的注释
"""


def test_keys_go_in_order_with_the_comments_above_them() -> None:
    text, what = fixed(FILE, NAME)
    assert "键的顺序" in what
    lines = text.splitlines()
    assert lines[:5] == [
        "# 抬头的注释",
        "id: x",
        "# 罪名的注释",
        "charge: 测试罪   # 行尾的注释",
        "article: 刑法第999条",
    ]
    assert lines[6:9] == [
        "    # 施行日的注释",
        "  - effective_from: 2010-01-01",
        "    source: {document: 刑法, clause: 第一条}",
    ]
    assert text.endswith("# 文末的注释\n")


MENDED = [
    ("at_least: 5万元", "at_least: 5 万元"),
    ("at_least: ５ 万元", "at_least: 5 万元"),
    ("at_least: 49999.5元", "at_least: 49999.5 元"),
    ("between: [3万元, 10万元]", "between: [3 万元, 10 万元]"),
]


@pytest.mark.parametrize("wrong, right", MENDED, ids=[wrong for wrong, _ in MENDED])
def test_a_figure_is_written_as_the_files_write_it(wrong: str, right: str) -> None:
    assert right in fixed(FILE.replace("at_least: 5万元", wrong), NAME)[0]


UNREADABLE = [
    ("charge: 测试罪", "charge：测试罪", "charge: 测试罪"),
    ("    any_of:", "\t\tany_of:", "    any_of:"),
    ("id: x\n", "id: x   \r\n", "id: x\n"),
]


@pytest.mark.parametrize("right, wrong, mended", UNREADABLE, ids=["full-width colon", "tab", "line end"])
def test_what_could_not_be_read_can_be_afterwards(right: str, wrong: str, mended: str) -> None:
    text, what = fixed(FILE.replace(right, wrong, 1), NAME)
    assert what
    assert mended in text
    assert parse_yaml(text, NAME).problems == []


@pytest.mark.parametrize(
    "text", ["text: 共5万元以上\n", 'name: "5万元"\n', "charge: 甲罪：乙\n", "a: [1, 2\n", "says: '{charge：x}'\n"]
)
def test_words_stay_as_they_are(text: str) -> None:
    assert fixed(text, NAME) == (text, ())


def test_mending_twice_changes_nothing_more_and_the_shipped_bundle_says_the_same(tmp_path: Path) -> None:
    for path in (*ROOT.glob("thresholds/charges/[c-d]*.yaml"), *ROOT.glob("rules/findings/*.yaml")):
        copy = tmp_path / path.relative_to(ROOT)
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(path, copy)
    before = {path: parse_yaml(path.read_text(encoding="utf-8"), "").data for path in tmp_path.rglob("*.yaml")}
    list(fix_folder(tmp_path))
    assert list(fix_folder(tmp_path)) == []
    assert all(parse_yaml(path.read_text(encoding="utf-8"), "").data == data for path, data in before.items())
