"""The threshold files say what the reference table of figures says, row by row, or a sentence says why not."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from screening.bundle.bundle import Bundle
from tests.statute import CASES, difference, rows, stands_instead

TABLE = Path(__file__).resolve().parents[2] / "shared" / "laws" / "thresholds.csv"
EXCEPTIONS: dict[str, dict] = yaml.safe_load((CASES / "exceptions.yaml").read_text(encoding="utf-8"))

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
