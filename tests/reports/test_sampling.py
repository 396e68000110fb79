"""The sample: the same seed the same files, every case with its chance, the gravest for certain."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import openpyxl
import pytest

from screening.reports.results import Results
from screening.reports.review import checklist, write_sample
from screening.reports.sampling import allocate, draw
from tests.reports.made import row, seeded, write


def ids(folder: Path, size: int, seed: int) -> list[str]:
    return [c.row["record_id"] for c in draw(Results.open(folder), size, seed).chosen]


def test_the_same_seed_draws_the_same_files_in_whatever_order_the_rows_come(smooth: Path, tmp_path: Path) -> None:
    turned = write(tmp_path, reversed(seeded(4000)))
    assert ids(smooth, 60, 7) == ids(turned, 60, 7)
    assert ids(smooth, 60, 7) != ids(smooth, 60, 8)


@pytest.mark.parametrize("size", [1, 2, 10, 60, 500, 3999, 4000, 9000])
def test_as_many_as_asked_each_once_and_the_weights_add_up_to_all(smooth: Path, size: int) -> None:
    sample = draw(Results.open(smooth), size, 1)
    assert len({c.row["record_id"] for c in sample.chosen}) == len(sample.chosen) == min(size, 4000)
    assert sum(1 / c.probability for c in sample.chosen) == pytest.approx(4000)


def test_the_highest_scores_are_certain(smooth: Path) -> None:
    chosen = draw(Results.open(smooth), 50, 1).chosen
    certain = [c for c in chosen if c.certain]
    assert len(certain) == 15
    assert min(c.row["score"] for c in certain) >= max(c.row["score"] for c in chosen if not c.certain)


def test_chances_are_what_they_say(tmp_path: Path) -> None:
    write(tmp_path, [row(record_id=str(n), score=1.0) for n in range(10)])
    results = Results.open(tmp_path)
    counts = Counter(c.row["record_id"] for seed in range(150) for c in draw(results, 4, seed, certain=0).chosen)
    assert len(counts) == 10
    assert all(abs(n - 60) < 4 * (150 * 0.4 * 0.6) ** 0.5 for n in counts.values())


def test_two_rows_of_one_number_are_two_files(tmp_path: Path) -> None:
    write(tmp_path, [row(), row(), row(result="{ }")])
    assert len(draw(Results.open(tmp_path), 3, 1).chosen) == 3


@pytest.mark.parametrize(
    ("strata", "size", "given"),
    [
        ({"a": 5, "b": 5}, 0, {"a": 0, "b": 0}),
        ({"a": 1, "b": 9}, 2, {"a": 1, "b": 1}),
        ({"a": 1, "b": 9}, 10, {"a": 1, "b": 9}),
        ({"a": 4, "b": 4, "c": 3}, 6, {"a": 2, "b": 2, "c": 2}),
    ],
)
def test_allocation(strata: dict[str, int], size: int, given: dict[str, int]) -> None:
    assert allocate(strata, size) == given


def test_seed_and_method_stand_in_every_file(smooth: Path) -> None:
    results = Results.open(smooth)
    write_sample(results, draw(results, 20, 2026))
    told = json.loads((smooth / "sample.json").read_text())
    method = openpyxl.load_workbook(smooth / "sample.xlsx")["方法"]
    assert (told["seed"], method["B3"].value) == (2026, 2026)
    assert told["method"] == method["B5"].value
    assert told["method"] in (smooth / "sample.html").read_text()


def test_the_list_asks_for_what_is_missing_and_for_an_appraisal() -> None:
    told = dict(checklist(row(missing=["价格鉴定"])))
    assert told["待补充：价格鉴定"] == "记录中没有"
    assert "未见" in told["鉴定、检验、价格认定意见"]
    assert told["是否移送公安机关，有无移送书及回执"] == "未移送"
