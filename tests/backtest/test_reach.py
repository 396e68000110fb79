"""A record that no changed thing touches has the same result under both bundles: so leaving it out changes nothing."""

from __future__ import annotations

import json
import random
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, fields, replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from screening.backtest.compare import compared
from screening.backtest.reach import reaches
from screening.backtest.row import Row
from screening.bulk.rows import row_of, touched_by
from screening.bundle.bundle import Bundle
from screening.bundle.loader import load
from screening.bundle.threshold import Source
from screening.bundle.vocabulary import Region, RegionalFigure
from screening.errors import BundleError
from screening.output import line
from screening.quantity import Quantity
from screening.record import Record, read_record
from screening.screener import Screener
from screening.tuning.diff import AREAS
from tests.backtest.mutations import KINDS, mutate

ROOT = Path(__file__).resolve().parents[2]
AS_OF = date(2026, 11, 22)
DRAWN = 90
# A word of a definition, a fine, the title of a document or one provision seldom decides a case.
SELDOM = (
    "thresholds/circumstances/*.yaml",
    "thresholds/fines/*.yaml",
    "thresholds/documents.yaml",
    "rules/provisions/*.yaml",
)
FIVE, SOURCE = Quantity(Decimal(50000), "元"), Source("刑法", "第一条")


@dataclass(frozen=True)
class Before:
    """Own records with their rows and results under the shipped bundle."""

    bundle: Bundle
    records: list[Record]
    rows: list[Row]
    results: list[dict[str, Any]]
    words: list[str]


def given() -> Iterator[dict[str, Any]]:
    for path in [ROOT / "examples" / "records.jsonl", *sorted((ROOT / "tests/cases/records").glob("*.jsonl"))]:
        for text in path.read_text(encoding="utf-8").splitlines():
            one = json.loads(text)
            yield one.get("record", one)


@pytest.fixture(scope="module")
def before(screener: Screener) -> Before:
    records = [read_record(one) for one in given()]
    screened = [screener.screen(record, AS_OF) for record in records]
    rows = [Row(row_of(screener, s) | touched_by(screener, s)) for s in screened]
    chance = random.Random(3)
    words = []
    for _ in range(400):
        text = chance.choice(records).narrative
        at = chance.randrange(len(text) - 6)
        word = text[at : at + chance.randint(2, 4)]
        if all("一" <= char <= "鿿" for char in word):
            words.append(word)
    return Before(screener.bundle, records, rows, [line(s) for s in screened], words)


def changed_bundle(folder: Path, kind: str, chance: random.Random, words: list[str]) -> tuple[Bundle, str]:
    """A bundle that loads and differs."""
    for attempt in range(40):
        copy = folder / str(attempt)
        for part in ("thresholds", "rules"):
            shutil.copytree(ROOT / part, copy / part)
        told = mutate(copy, kind, chance, words)
        try:
            return load(copy), told
        except BundleError:
            shutil.rmtree(copy)
    pytest.fail(f"no change of {kind} that loads in forty attempts")


def untouched_stay(before: Before, new: Bundle, drawn: list[int]) -> int:
    """Hold that of the drawn records those that nothing touches stay; returns how many changed."""
    found = reaches(before.bundle, new)
    screener = Screener(new)
    changed = 0
    for number in drawn:
        after = line(screener.screen(before.records[number], AS_OF), new.policy.charges_shown)
        difference = compared(before.results[number], after)
        if difference is not None:
            changed += 1
            assert any(reach.touches(before.rows[number]) for reach in found), (number, difference)
    return changed


def test_every_part_of_a_bundle_is_compared() -> None:
    compared_parts = {field for field, _ in AREAS}
    assert {part.name for part in fields(Bundle)} - compared_parts == {"revision", "files"}


def test_a_figure_of_a_province_touches_its_records_in_which_the_charge_is_in_question(before: Before) -> None:
    row = next(row for row in before.rows if row.charges and row.region)
    figures = [
        RegionalFigure(charge, "x", "销售金额", FIVE, date(2020, 1, 1), SOURCE) for charge in sorted(row.charges)[:1]
    ]
    region = Region(f"{row.region[:2]}0000", "某省", tuple(figures))
    (reach,) = reaches(before.bundle, replace(before.bundle, regions={region.code[:2]: region}))
    touched = [each for each in before.rows if reach.touches(each)]
    assert row in touched
    assert all(each.region[:2] == row.region[:2] and figures[0].threshold in each.charges for each in touched)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("seed", [1])
def test_a_record_that_nothing_touches_stays(before: Before, tmp_path: Path, kind: str, seed: int) -> None:
    chance = random.Random(f"{kind} {seed}")
    new, _ = changed_bundle(tmp_path, kind, chance, before.words)
    untouched_stay(before, new, chance.sample(range(len(before.records)), DRAWN))


@pytest.mark.soak
@pytest.mark.parametrize("kind", KINDS)
def test_many_changes(before: Before, tmp_path: Path, kind: str) -> None:
    changed = 0
    for seed in range(12):
        chance = random.Random(f"{kind} many {seed}")
        new, told = changed_bundle(tmp_path / str(seed), kind, chance, before.words)
        try:
            changed += untouched_stay(before, new, list(range(len(before.records))))
        except AssertionError as error:
            raise AssertionError(f"seed {seed}, {told}") from error
    assert changed or kind in SELDOM, "changes that change nothing prove nothing"
