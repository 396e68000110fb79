"""What a corpus says about the bundle's words: those it lacks, and places where they mean something else."""

from __future__ import annotations

import csv
import json
import sys
from pathlib import Path

import pytest
import yaml
from typer.testing import CliRunner

from screening.bundle.bundle import Bundle
from screening.cli import app
from screening.tuning.lexicon import Guard, Proposal, Term, propose, words_of
from tests.conftest import ROOT

CORPUS = ROOT / "tests" / "cases" / "lexicon" / "corpus.txt"
TEXTS = [text for text in CORPUS.read_text(encoding="utf-8").splitlines() if text]


@pytest.fixture(scope="module")
def proposal(bundle: Bundle) -> Proposal:
    return propose(TEXTS, bundle)


def guard(proposal: Proposal, word: str) -> Guard | None:
    return next((g for g in proposal.guards if g.guards == word), None)


def term(proposal: Proposal, word: str) -> Term | None:
    return next((t for t in proposal.terms if t.word == word), None)


def run(*args: object) -> str:
    result = CliRunner().invoke(app, ["lexicon", "propose", *map(str, args)])
    assert result.exit_code == 0, result.output
    return result.stdout


def test_a_word_of_the_bundle_across_two_words_of_the_text_needs_a_guard(proposal: Proposal) -> None:
    found = guard(proposal, "有毒")
    assert found is not None
    assert (found.word, found.count) == ("持有毒品", 2)
    assert found.examples == [TEXTS[0], TEXTS[1]]
    assert found.used_by


def test_who_looks_for_the_word_is_named(proposal: Proposal, bundle: Bundle) -> None:
    found = guard(proposal, "有毒")
    assert found is not None
    ids = {rule.id for rule in bundle.text_rules} | set(bundle.measures)
    assert set(found.used_by) <= ids


def test_a_word_that_means_the_same_in_a_longer_one_needs_none(bundle: Bundle) -> None:
    assert "销售" in words_of(bundle)
    assert guard(propose(["全年销售额六万元。"], bundle), "销售") is None


def test_what_the_bundle_guards_already_is_not_proposed(bundle: Bundle) -> None:
    assert "未经" in bundle.lexicon.not_denials
    assert guard(propose(["当事人未经批准开采。"], bundle), "未") is None


def test_a_telling_word_beside_amounts_that_no_word_covers_is_proposed(proposal: Proposal) -> None:
    found = term(proposal, "复秤")
    assert found is not None
    assert found.texts == 3
    assert found.near_amounts >= 2
    assert all("复秤" in example for example in found.examples)


def test_words_of_the_bundle_words_of_one_text_and_words_beside_nothing_are_not(
    proposal: Proposal, bundle: Bundle
) -> None:
    for found in proposal.terms:
        assert found.word not in words_of(bundle)
        assert found.texts > 1
        assert found.near_amounts + found.near_conducts > 0


def test_the_same_corpus_gives_the_same_proposal_and_no_more_than_asked(proposal: Proposal, bundle: Bundle) -> None:
    assert propose(TEXTS, bundle) == proposal
    few = propose(TEXTS, bundle, top=1)
    assert (len(few.terms), len(few.guards)) == (1, 1)
    assert few.terms[0] == proposal.terms[0]


def test_it_is_written_for_people_programs_and_editors() -> None:
    text = run(CORPUS, "--top", 5)
    assert "持有毒品 里的“有毒”（2 次" in text
    assert "读了 6 段文字" in text
    as_json, as_yaml = json.loads(run(CORPUS, "--format", "json")), yaml.safe_load(run(CORPUS, "--format", "yaml"))
    assert as_json == as_yaml
    assert as_json["guards"][0].keys() == {"word", "guards", "used_by", "count", "examples"}


def test_records_and_plain_text_give_the_same(tmp_path: Path) -> None:
    records, table = tmp_path / "records.jsonl", tmp_path / "records.csv"
    rows = [{"record_id": str(n), "narrative": text} for n, text in enumerate(TEXTS, 1)]
    records.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")
    with table.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(
            [("行政处罚决定书文号", "违法事实"), *((r["record_id"], r["narrative"]) for r in rows)]
        )
    assert run(records) == run(CORPUS) == run(table)


def test_without_jieba_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "jieba", None)
    result = CliRunner().invoke(app, ["lexicon", "propose", str(CORPUS)])
    assert result.exit_code == 2
    assert "pip install 'screening[tuning]'" in result.stderr


def test_a_corpus_that_is_not_there_is_a_sentence(tmp_path: Path) -> None:
    for name in ("none.txt", "none.jsonl"):
        result = CliRunner().invoke(app, ["lexicon", "propose", str(tmp_path / name)])
        assert result.exit_code == 2
        assert "核对路径" in result.stderr
