"""Where no rule points anywhere, charges are suggested by likeness of words: marked as such, and without any weight."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from screening.bundle.bundle import Bundle
from screening.cli.table import show
from screening.output import line, to_json
from screening.record import Record, read_record
from screening.screener import Screener, Screening

HERE = Path(__file__).resolve().parent
CASES = [json.loads(text) for text in (HERE / "cases" / "suggestions.jsonl").read_text(encoding="utf-8").splitlines()]
EXAMPLES = (HERE.parent / "examples" / "records.jsonl").read_text(encoding="utf-8").splitlines()
AS_OF = date(2026, 11, 22)


def told(narrative: str, case_reason: str = "") -> Record:
    return read_record(
        {"record_id": "1", "narrative": narrative, "case_reason": case_reason, "decided_on": "2025-03-01"}
    )


def screened(screener: Screener, narrative: str) -> Screening:
    return screener.screen(told(narrative), AS_OF)


@pytest.fixture(scope="module")
def bundle(bundle: Bundle) -> Bundle:
    """Without the model of words: its charges come before suggestions."""
    return replace(bundle, likeness=None)


@pytest.fixture(scope="module")
def screener(bundle: Bundle) -> Screener:
    return Screener(bundle)


def dialled(bundle: Bundle, least: str, most: int) -> Screener:
    dials = replace(bundle.policy.suggestions, least=Decimal(least), most=most)
    return Screener(replace(bundle, policy=replace(bundle.policy, suggestions=dials)))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["charge"])
def test_what_is_told_in_words_of_no_rule_is_suggested(screener: Screener, case: dict) -> None:
    result = screened(screener, case["narrative"])
    pointed = [a.charge for a in result.assessments]  # the day a rule learns these words it is in question
    assert case["charge"] in (pointed or [s.threshold.charge for s in result.suggestions])


def test_most_of_these_have_no_charge_in_question(screener: Screener) -> None:
    assert sum(not screened(screener, case["narrative"]).assessments for case in CASES) >= 3


def test_suggestions_change_neither_score_nor_level_nor_charges(screener: Screener, bundle: Bundle) -> None:
    silent = dialled(bundle, "0", 0)
    records = [told(case["narrative"]) for case in CASES] + [read_record(json.loads(text)) for text in EXAMPLES[:60]]
    suggested = 0
    for record in records:
        one, other = (line(s.screen(record, AS_OF)) for s in (screener, silent))
        suggested += bool(one.pop("suggestions"))
        assert not other.pop("suggestions")
        assert one == other
    assert suggested


def test_a_suggestion_is_no_charge_and_says_by_which_words(screener: Screener) -> None:
    for case in CASES:
        out = line(screened(screener, case["narrative"]))
        assert not (out["charges"] and out["suggestions"])
        for suggestion in out["suggestions"]:
            assert suggestion.keys() == {"charge", "article", "threshold", "likeness", "words"}  # and no verdict
            assert 0 < suggestion["likeness"] <= 1
            assert suggestion["words"]
            for word in suggestion["words"]:
                assert case["narrative"][word["start"] : word["end"]] == word["text"]


def test_a_record_with_a_charge_in_question_is_never_asked(bundle: Bundle, monkeypatch: pytest.MonkeyPatch) -> None:
    screener = Screener(bundle)
    monkeypatch.setattr(screener.suggester, "suggest", lambda *_: pytest.fail("looked for suggestions"))
    assert screened(screener, "经查，当事人销售侵犯注册商标专用权的白酒，销售金额62000元。").assessments


def test_the_case_reason_counts_as_well(screener: Screener) -> None:
    result = screener.screen(told("当事人的情况见卷宗。", "摊派养老理财案"), AS_OF)
    assert "case_reason" in {word.field for s in result.suggestions for word in s.words}


def test_one_word_in_common_suggests_nothing(bundle: Bundle) -> None:
    assert all(
        len(s.words) > 1 for case in CASES for s in screened(dialled(bundle, "0", 20), case["narrative"]).suggestions
    )


def test_a_charge_whose_conduct_is_denied_is_not_suggested(screener: Screener) -> None:
    result = screened(screener, "未发现当事人盗伐林木，林场树木完好，树桩年久。")
    assert not result.assessments
    assert result.reading.conducts["盗伐林木"].state == "no"
    assert all("盗伐林木" not in s.threshold.linkage.conduct for s in result.suggestions)


def test_the_dials_say_how_like_and_how_many(bundle: Bundle) -> None:
    text = CASES[0]["narrative"]
    assert len(screened(dialled(bundle, "0", 1), text).suggestions) == 1
    assert len(screened(dialled(bundle, "0", 20), text).suggestions) > 3
    assert not screened(dialled(bundle, "1", 20), text).suggestions


def test_likest_first_and_each_charge_once(bundle: Bundle) -> None:
    for case in CASES:
        found = screened(dialled(bundle, "0", 20), case["narrative"]).suggestions
        assert [s.likeness for s in found] == sorted((s.likeness for s in found), reverse=True)
        assert len({s.threshold.charge for s in found}) == len(found)


def test_the_same_record_has_the_same_suggestions(screener: Screener, bundle: Bundle) -> None:
    other = Screener(bundle)
    for case in CASES:
        assert to_json(line(screened(screener, case["narrative"]))) == to_json(line(screened(other, case["narrative"])))


def test_the_table_says_that_a_suggestion_is_no_verdict(
    screener: Screener, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "200")
    result = screened(screener, CASES[0]["narrative"])
    show([result])
    assert f"建议核对（非判定）：{result.suggestions[0].threshold.charge}" in capsys.readouterr().err
