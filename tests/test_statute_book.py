"""The threshold files say what the reference table of figures says, row by row, or a sentence says why not."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from screening.bundle.bundle import Bundle
from tests.figures_of_law import missing_figures
from tests.statute import CASES, cases_of_the_standards, difference, named, rows, stands_instead, uncited

LAWS = Path(__file__).resolve().parents[2] / "shared" / "laws"
TABLE = LAWS / "thresholds.csv"
EXCEPTIONS: dict[str, dict] = yaml.safe_load((CASES / "exceptions.yaml").read_text(encoding="utf-8"))

UNCITED: list[dict] = yaml.safe_load((CASES / "uncited.yaml").read_text(encoding="utf-8"))

RECKONED: dict[tuple[str, str], list[str]] = {
    (entry["threshold"], entry["limb"]): sorted(entry["figures"])
    for entry in yaml.safe_load((CASES / "reckoned.yaml").read_text(encoding="utf-8"))
}

pytestmark = pytest.mark.skipif(not TABLE.is_file(), reason="the reference table is not at hand")


def test_every_row_that_rests_on_a_text_stands_in_our_files(bundle: Bundle) -> None:
    found = {row.id: (row, difference(bundle, row)) for row in rows(TABLE)}
    wrong = [
        f"{id_} {row.charge} {row.fact} {row.value}{row.unit} {row.documents[0]} {row.clause.article}：{said}"
        for id_, (row, said) in found.items()
        if said and id_ not in EXCEPTIONS
    ]
    assert not wrong, "\n".join(wrong)


def test_every_exception_is_still_one(bundle: Bundle) -> None:
    differing = {row.id for row in rows(TABLE) if difference(bundle, row)}
    assert set(EXCEPTIONS) <= differing


def test_where_another_clause_is_cited_it_has_the_same_figure(bundle: Bundle) -> None:
    elsewhere = {id_: entry["instead"] for id_, entry in EXCEPTIONS.items() if "instead" in entry}
    wrong = [
        row.id for row in rows(TABLE) if row.id in elsewhere and not stands_instead(bundle, row, **elsewhere[row.id])
    ]
    assert not wrong


def test_every_clause_that_defines_a_charge_in_scope_is_cited(bundle: Bundle) -> None:
    found = set(uncited(bundle, LAWS))
    excused = {(entry["charge"], entry["clause"]) for entry in UNCITED}
    assert found == excused, sorted(found ^ excused)


def test_every_article_of_the_standards_has_a_file_or_a_reason(bundle: Bundle) -> None:
    """立案追诉标准（一）、（一）的补充规定、（二）: each 案 with the article of 刑法 that it names."""
    known = [t.article for t in bundle.thresholds] + [missing.article for missing in bundle.missing]
    cases = list(cases_of_the_standards(LAWS))
    assert len(cases) > 185
    without = [(text, case, article) for text, case, article in cases if not named(article, known)]
    assert without == []


def test_every_figure_stands_in_the_document_that_it_cites(bundle: Bundle) -> None:
    """Beside those that follow from one that does: a half, five times (``reckoned.yaml`` says how)."""
    assert {limb: sorted(figures) for limb, figures in missing_figures(bundle, LAWS / "texts").items()} == RECKONED
