"""The output line that others hold on to."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from screening.output import line, to_json
from screening.record import read_record
from screening.screener import Screener

EXAMPLES = Path(__file__).resolve().parent.parent / "examples" / "records.jsonl"
AS_OF = date(2026, 11, 22)
LEVELS = ["none", "watch", "early_intervention", "refer"]


@pytest.fixture(scope="module")
def lines(screener: Screener) -> list[dict]:
    texts = EXAMPLES.read_text(encoding="utf-8").splitlines()
    return [json.loads(to_json(line(screener.screen(read_record(json.loads(text)), AS_OF)))) for text in texts]


def test_every_line_has_the_fields_of_the_contract(lines: list[dict]) -> None:
    for out in lines:
        assert {
            "record_id",
            "score",
            "level",
            "revision",
            "as_of",
            "charges",
            "measures",
            "circumstances",
            "findings",
        } <= out.keys()
        assert out["level"] in LEVELS
        assert 0 <= out["score"] < 100
        assert out["revision"].startswith("sha256:")
        assert out["as_of"] == "2026-11-22"


def test_every_charge_says_verdict_version_source_and_what_is_missing(lines: list[dict]) -> None:
    charges = [charge for out in lines for charge in out["charges"]]
    assert charges
    for charge in charges:
        assert charge["verdict"] in ("reached", "near", "below", "unknown")
        assert {
            "charge",
            "article",
            "ratio",
            "threshold",
            "version",
            "document",
            "clause",
            "limb",
            "missing",
            "other_version",
            "draft",
            "pointers",
        } <= charge.keys()
        if charge["verdict"] == "unknown":
            assert charge["missing"], charge
        if charge["verdict"] == "reached":
            assert charge["document"] and charge["clause"] and charge["limb"]


def test_every_evidence_slices_back_to_its_words(screener: Screener) -> None:
    for text in EXAMPLES.read_text(encoding="utf-8").splitlines():
        record = read_record(json.loads(text))
        out = line(screener.screen(record, AS_OF))
        fields = {
            "narrative": record.narrative,
            "penalty.content": record.penalty.content,
            "case_reason": record.case_reason,
        }
        spans = [
            e
            for m in (*out["measures"], *out["circumstances"], *out["findings"], *out["conducts"])
            for e in m["evidence"]
        ]
        for evidence in spans:
            if evidence["field"] in fields:
                assert fields[evidence["field"]][evidence["start"] : evidence["end"]] == evidence["text"]


def test_values_are_decimal_strings_in_base_units(lines: list[dict]) -> None:
    for out in lines:
        for measure in out["measures"]:
            assert Decimal(measure["value"]).is_finite()
            assert "E" not in measure["value"]
            assert measure["unit"] not in ("万元", "公斤", "斤", "吨", "公顷", "平方米")


def test_the_case_total_is_emitted_when_the_narrative_has_money_in_it(lines: list[dict]) -> None:
    for out in lines:
        asserted = [m for m in out["measures"] if m["unit"] == "元" and m["standing"] == "asserted" and "per" not in m]
        told = [
            m
            for m in asserted
            if m["name"] not in ("罚款", "没收", "退赔", "保证金", "成本", "单价", "检验费", "生态修复费用")
        ]
        if any(m["evidence"] and m["evidence"][0]["field"] == "narrative" for m in told):
            assert any(m["name"] == "涉案金额" for m in out["measures"]), out["record_id"]


def test_contributions_add_up_to_the_score(lines: list[dict]) -> None:
    for out in lines:
        if out["level"] != "none":
            assert sum(f["contribution"] for f in out["findings"]) == pytest.approx(
                out["score"], abs=0.05 * len(out["findings"]) + 0.11
            )


def test_the_same_record_gives_the_same_bytes(screener: Screener) -> None:
    texts = EXAMPLES.read_text(encoding="utf-8").splitlines()[:40]
    first, second = (
        [to_json(line(s.screen(read_record(json.loads(t)), AS_OF))) for t in texts]
        for s in (screener, Screener(screener.bundle))
    )
    assert first == second
