"""A mistake in a bundle file is reported at its line and column, in Chinese, with what to write instead."""

from __future__ import annotations

from pathlib import Path

import pytest

from screening.bundle.shapes import read_shape
from screening.bundle.threshold import THRESHOLD
from screening.bundle.yamlfile import read_yaml

GOOD = """\
id: sale
charge: 销售假冒注册商标的商品罪
article: 刑法第214条
linkage:
  provisions: [商标法第57条第3项]
versions:
  - effective_from: 2004-12-22
    source: {document: 法释〔2004〕19号, clause: 第二条}
    any_of:
      - id: sold
        text: 销售金额五万元以上
        all_of: [{measure: 销售金额, at_least: 5 万元}]
    tests:
      - {name: 恰好达到, measures: {销售金额: 50000 元}, expect: [sold]}
"""

# what is changed, into what, line, column, words that must be said
MISTAKES = [
    ("at_least: 5 万元", "at_least: 5 万无", 12, 46, "你是不是想写“万元”"),
    ("at_least: 5 万元", "at_least: 五万元", 12, 44, "数字+单位"),
    ("at_least: 5 万元", "atleast: 5 万元", 12, 34, "你是不是想写“at_least”"),
    ("text: 销售", "texts: 销售", 11, 9, "不认识的键“texts”"),
    ("effective_from: 2004-12-22", "effective_from: 2004-02-30", 7, 21, "没有“2004-02-30”这一天"),
    ("effective_from: 2004-12-22", "effective_from: 2004/12/22", 7, 21, "例如 2004-12-22"),
    ("charge: 销售假冒注册商标的商品罪\n", "charge: 甲罪\ncharge: 乙罪\n", 3, 1, "键“charge”重复出现"),
    ("charge: 销售", "charge：销售", 2, 7, "全角"),
    ("      - id: sold\n", "\t- id: sold\n", 10, 1, "Tab"),
    ("all_of: [{", "all_of: {", 12, 48, "没有配对的“[”"),
    ("    source: {document", "    sources: {document", 8, 5, "你是不是想写“source”"),
    ("id: sale", "id: 售假", 1, 5, "小写英文字母"),
    ("{measure: 销售金额, at_least: 5 万元}", "{meassure: 销售金额, at_least: 5 万元}", 12, 19, "哪一种条件"),
    ("[{measure: 销售金额, at_least: 5 万元}]", "[]", 12, 17, "至少要写一项"),
    ("article: 刑法第214条\n", "", 1, 1, "缺少“article”"),
]


@pytest.mark.parametrize("mistake", MISTAKES, ids=lambda mistake: mistake[1].strip()[:30])
def test_a_mistake_is_shown_where_it_is_with_a_remedy(tmp_path: Path, mistake: tuple[str, str, int, int, str]) -> None:
    old, new, line, column, words = mistake
    assert old in GOOD
    path = tmp_path / "sale.yaml"
    path.write_text(GOOD.replace(old, new, 1), encoding="utf-8")
    file = read_yaml(path, "thresholds/charges/sale.yaml")
    assert read_shape(THRESHOLD, file) is None
    found = [(p.line, p.column, p.message + p.remedy) for p in file.problems]
    assert any(place == (line, column) and words in text for *place_, text in found for place in [tuple(place_)]), found


def test_the_good_file_has_no_problem(tmp_path: Path) -> None:
    path = tmp_path / "sale.yaml"
    path.write_text(GOOD, encoding="utf-8")
    file = read_yaml(path, "sale.yaml")
    assert read_shape(THRESHOLD, file) is not None
    assert file.problems == []


def test_scalars_stay_text(tmp_path: Path) -> None:
    path = tmp_path / "x.yaml"
    path.write_text("a: 010\nb: on\nc: 1_000\nd: null\n", encoding="utf-8")
    assert read_yaml(path, "x.yaml").data == {"a": "010", "b": "on", "c": "1_000", "d": "null"}


@pytest.mark.parametrize(
    "content", [b"", b"\xff\xfe\x00", b"a: [1, 2", b"a: \x07", b"{{{{", b"- " * 3000, b"&a [*a]", b"? [1]\n: 2"]
)
def test_bytes_that_are_no_bundle_file_give_a_problem_not_a_traceback(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "x.yaml"
    path.write_bytes(content)
    file = read_yaml(path, "x.yaml")
    assert read_shape(THRESHOLD, file) is None
    assert file.problems
