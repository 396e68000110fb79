"""How the measures of an output line are named, and how they say what they follow from."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from screening.output import line
from screening.record import read_record
from screening.screener import Screener

CASES: list[dict[str, Any]] = yaml.safe_load(
    (Path(__file__).parent / "cases" / "reading" / "labels.yaml").read_text("utf-8")
)
AS_OF = date(2026, 11, 22)


def shown(screener: Screener, narrative: str, penalty: str = "", **record: Any) -> list[dict[str, Any]]:
    given = {"record_id": "1", "narrative": narrative, "penalty": {"content": penalty}, **record}
    measures: list[dict[str, Any]] = line(screener.screen(read_record(given), AS_OF))["measures"]
    return measures


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_a_figure_goes_by_what_the_text_calls_it(screener: Screener, case: dict[str, Any]) -> None:
    measures = shown(screener, case.get("text", "经查属实。"), case.get("penalty", ""))
    told = [m["name"] for m in measures if not m["derived"] and m["evidence"][0]["text"] == case["figure"]]
    assert case["label"] in told


def test_what_was_put_together_says_from_which_figures(screener: Screener) -> None:
    text = "当事人未经许可开采灰岩，矿产品价值39000元。"
    either = [m for m in shown(screener, text, case_reason="非法采矿案") if m["name"] == "矿产品价值或破坏价值"]
    assert [(m["value"], m["derived"], m["from"]) for m in either] == [("39000", True, "矿产品价值39000元")]
