"""Whatever is mistyped in a charge file is reported at its line and column, in Chinese and with what to do; none is a traceback."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from screening.bundle.loader import load
from screening.errors import BundleError
from tests.small import ROOT, write_bundle

CHARGE = """\
id: test-charge
charge: 测试罪
article: 刑法第999条
linkage:
  reasons: [测试案由]
versions:
  - effective_from: 2004-12-22
    source: {document: 刑法, clause: 第一条}
    any_of:
      - id: sold
        text: 销售金额五万元以上
        all_of: [{measure: 销售金额, at_least: 5 万元}]
    tests:
      - {name: 恰好达到, measures: {销售金额: 50000 元}, expect: [sold]}
"""
MISTAKES: list[dict[str, Any]] = yaml.load(  # as text, all of it
    (ROOT / "tests/cases/mistakes/threshold.yaml").read_text("utf-8"), yaml.BaseLoader
)

REMEDY = re.compile("请|你是不是想写|可写：")


def at(text: str, words: str) -> tuple[int, int]:
    before = text[: text.index(words)]
    return before.count("\n") + 1, len(before) - before.rfind("\n")


def test_the_file_without_a_mistake_is_read(tmp_path: Path) -> None:
    load(write_bundle(tmp_path, {"test-charge": CHARGE}))


def test_there_are_fifty() -> None:
    assert len({mistake["name"] for mistake in MISTAKES}) >= 50


@pytest.mark.parametrize("mistake", MISTAKES, ids=lambda mistake: mistake["name"])
def test_a_mistake_is_reported_where_it_is_with_what_to_do(tmp_path: Path, mistake: dict[str, Any]) -> None:
    old, new = str(mistake["old"]), str(mistake["new"])
    assert old in CHARGE
    text = CHARGE.replace(old, new, 1)
    with pytest.raises(BundleError) as raised:
        load(write_bundle(tmp_path, {"test-charge": text}))
    problems = raised.value.problems
    assert all(p.file == "thresholds/charges/test-charge.yaml" for p in problems)
    said = [p for p in problems if mistake["says"] in p.message + p.remedy]
    assert said, problems
    where = (
        (int(mistake["line"]), int(mistake["column"])) if "line" in mistake else at(text, str(mistake.get("at", new)))
    )
    assert [(p.line, p.column) for p in said] == [where]
    assert all(REMEDY.search(p.message + p.remedy) for p in problems), problems
