"""A mistake in a file of fines is reported at its line and column, in Chinese, with what to write instead."""

from __future__ import annotations

from pathlib import Path

import pytest

from screening.bundle.loader import load
from screening.errors import BundleError
from tests.small import CHARGE, VERSION, write_bundle

GOOD = """\
- law: 某某管理法
  versions:
    - version: 2021-04-29
      effective_from: 2021-09-01
      liability: [第40条至第49条]
      harmless: [第41条]
      fines:
        - provisions: [第42条第1款]
          steps:
            - {base: 货值金额, base_below: 1 万元, at_least: 5 万元, at_most: 10 万元}
            - {base: 货值金额, base_from: 1 万元, at_least: 10 倍, at_most: 20 倍}
    - version: 2015-04-24
      effective_from: 2015-10-01
      fines:
        - {provisions: [第40条], steps: [{case: 情节严重, may: yes, at_most: 5 万元}]}
"""

# what is changed, into what, line, column, words that must be said
MISTAKES = [
    ("at_least: 5 万元", "at_least: 5 万无", 10, 58, "你是不是想写“万元”"),
    ("at_least: 5 万元", "at_leats: 5 万元", 10, 46, "你是不是想写“at_least”"),
    ("base: 货值金额, base_below", "base: 货值金頟, base_below", 10, 22, "你是不是想写“货值金额”"),
    ("base: 货值金额, base_below", "base: 行政处罚次数, base_below", 10, 22, "不能与“1 万元”比较"),
    ("at_least: 5 万元", "at_least: 50 万元", 10, 56, "高于最高罚款“10 万元”"),
    ("at_least: 5 万元", "at_least: 5 倍", 10, 15, "要么都写元"),
    ("at_least: 5 万元", "at_least: 5 亩", 10, 56, "要以元、倍或者 % 计"),
    ("{base: 货值金额, base_from: 1 万元, at", "{at", 11, 15, "以什么为基数"),
    ("base_from: 1 万元", "base_from: 9000 元", 11, 15, "基数重叠"),
    ("第42条第1款", "第四十二条第1款", 8, 24, "应写成 第124条第1款第2项"),
    ("[第40条], steps", "[第40条, 第40条], steps", 15, 31, "写了两次"),
    ("[第40条至第49条]", "[第40-49条]", 5, 19, "应写成 第122条 或者 第122条至第149条"),
    (
        "version: 2015-04-24\n      effective_from: 2015",
        "version: 2015-04-24\n      effective_from: 2025",
        13,
        23,
        "从新到旧",
    ),
    ("case: 情节严重, may: yes, at_most: 5 万元", "may: yes", 15, 40, "写明依照什么处罚"),
]


def bundle_with(folder: Path, text: str) -> Path:
    limb = "      - {id: x, text: 情形, all_of: [{measure: 销售金额, at_least: 5 万元}]}"
    version = VERSION.format(since="2010-01-01", limbs=limb, ids="x", facts="measures: {销售金额: 50000 元}")
    charge = CHARGE.format(id="test-charge", head="", versions=version)
    return write_bundle(folder, {"test-charge": charge}, {"thresholds/fines/some.yaml": text})


@pytest.mark.parametrize("mistake", MISTAKES, ids=lambda mistake: mistake[1].strip()[:30])
def test_a_mistake_is_shown_where_it_is_with_a_remedy(tmp_path: Path, mistake: tuple[str, str, int, int, str]) -> None:
    old, new, line, column, words = mistake
    assert old in GOOD
    with pytest.raises(BundleError) as caught:
        load(bundle_with(tmp_path, GOOD.replace(old, new, 1)))
    found = [(p.line, p.column, p.message + p.remedy) for p in caught.value.problems]
    assert any((at, col) == (line, column) and words in text for at, col, text in found), found


def test_fines_are_part_of_the_revision(tmp_path: Path) -> None:
    before = load(bundle_with(tmp_path / "a", GOOD))
    after = load(bundle_with(tmp_path / "b", GOOD.replace("20 倍", "30 倍")))
    assert [law.law for law in before.fine_laws] == ["某某管理法"]
    assert before.revision != after.revision


def test_a_law_is_told_once(tmp_path: Path) -> None:
    with pytest.raises(BundleError, match=r"“某某管理法”在 thresholds/fines/some.yaml 里已经有了"):
        load(bundle_with(tmp_path, GOOD + GOOD))
