"""``screening consult``: what an agency asks on the phone."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

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


def test_a_name_nobody_knows_gets_the_nearest_names() -> None:
    done = consult("卖假冒商标的商品")
    assert done.returncode == 2
    assert "销售假冒注册商标的商品罪" in done.stderr


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
