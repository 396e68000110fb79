"""``screening consult``: what an agency asks on the phone."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent


def consult(*args: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "screening.cli", "consult", *args], cwd=ROOT, capture_output=True, text=True, check=False
    )


def test_limbs_with_figures_and_sources_as_json() -> None:
    done = consult("销售假冒注册商标的商品罪", "--on", "2024-05-01", "--measure", "销售金额=62000元", "--json")
    answer = json.loads(done.stdout)[0]
    assert (answer["article"], answer["verdict"]) == ("刑法第214条", "reached")
    sold = next(limb for limb in answer["limbs"] if limb["verdict"] == "reached")
    assert {"measure": "销售金额", "at_least": "50000", "unit": "元"}.items() <= sold["conditions"][0].items()
    assert sold["document"] == "法释〔2004〕19号"
    assert sold["ratio"] == 1.24


def test_in_words_for_a_clerk() -> None:
    done = consult("销售假冒注册商标的商品罪", "--on", "2024-05-01", "--measure", "销售金额=62000元")
    assert "达到（124.0%）" in done.stdout
    assert "法释〔2004〕19号" in done.stdout


@pytest.mark.parametrize(
    ("rough", "charge"),
    [
        ("非法捞沙", "非法采矿罪"),
        ("假烟", "生产、销售伪劣产品罪"),
        ("拖欠工资", "拒不支付劳动报酬罪"),
        ("卖假冒商标的商品", "销售假冒注册商标的商品罪"),
        ("偷排废水", "污染环境罪"),
        ("砍树", "盗伐林木罪"),
    ],
)
def test_a_rough_name_finds_the_charge(rough: str, charge: str) -> None:
    done = consult(rough, "--on", "2024-05-01", "--json")
    assert charge in {answer["charge"] for answer in json.loads(done.stdout)}


def test_acts_that_were_never_punished_are_said_to_add_up() -> None:
    assert "数额累计计算　——法释〔2024〕4号 第四条第四款、第五款" in consult("逃税罪", "--on", "2024-05-01").stdout
    answer = json.loads(consult("tax-evasion", "--on", "2024-05-01", "--json").stdout)[0]
    assert answer["accumulates"] == {"document": "法释〔2024〕4号", "clause": "第四条第四款、第五款"}


def test_an_answer_by_likeness_says_so() -> None:
    assert "按意思相近的回答" in consult("偷排废水").stderr
    assert consult("拖欠工资").stderr == ""


def test_a_name_that_means_nothing_gets_the_nearest_names_or_a_hint() -> None:
    done = consult("翻新轮胎的轮胎店")
    assert done.returncode == 2
    assert "没有罪名" in done.stderr


def test_a_wrong_measure_unit_or_date_is_a_sentence_with_a_remedy() -> None:
    for args, words in (
        (["--measure", "销售金客=5元"], "销售金额"),
        (["--measure", "销售金额=5万无"], "万元"),
        (["--on", "2024-13-01"], "不是日期"),
        (["--circumstance", "尚未销售=maybe"], "yes"),
    ):
        done = consult("销售假冒注册商标的商品罪", *args)
        assert done.returncode == 2
        assert words in done.stderr
        assert "Traceback" not in done.stderr
