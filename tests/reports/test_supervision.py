"""What stands out is found, what doesn't is left alone, and the words accuse nobody."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from screening.reports.oversight import write_supervision
from screening.reports.results import Results
from screening.reports.supervision import INDICATORS, Dials, movements, shares
from tests.reports.conftest import BUNCHED, LATE
from tests.reports.made import row, seeded, write

BY_ID = {indicator.id: indicator for indicator in INDICATORS}


def marked(folder: Path, indicator: str) -> set[str]:
    return {m.agency for m in shares(Results.open(folder), BY_ID[indicator], Dials()) if m.marked}


def test_planted_patterns_are_found_and_nothing_else(planted: Path) -> None:
    assert (marked(planted, "bunching"), marked(planted, "late")) == ({BUNCHED}, {LATE})


def test_amounts_that_fall_off_smoothly_raise_no_alarm(tmp_path: Path) -> None:
    alarms = sum(bool(marked(write(tmp_path, seeded(1500, seed)), "bunching")) for seed in range(20))
    assert alarms <= 3  # at most 5% each: more than three of twenty have a chance below 2%


@pytest.mark.parametrize(
    ("indicator", "hit", "miss", "outside"),
    [
        ("late", {"entered_on": date(2025, 4, 3)}, {"entered_on": date(2025, 4, 2)}, {"entered_on": None}),
        ("bunching", {"ratio": 0.9}, {"ratio": 0.8}, {"ratio": 1.0}),
        ("low-fine", {"least_fine": Decimal(6001)}, {"least_fine": Decimal(6000)}, {"least_fine": None}),
        ("not-transferred", {"verdict": "reached"}, {"verdict": "reached", "transferred": True}, {"verdict": "near"}),
    ],
)
def test_who_counts(tmp_path: Path, indicator: str, hit: dict, miss: dict, outside: dict) -> None:
    write(tmp_path, [row(**hit), row(**miss), row(**outside)])
    (measured,) = shares(Results.open(tmp_path), BY_ID[indicator], Dials())
    assert (measured.hits, measured.cases, measured.few, measured.marked) == (1, 2, True, False)


def months(agency: str, counts: list[int]) -> list[dict]:
    return [
        row(agency=agency, decided_on=date(2025, month, 28), entered_on=date(2025, month, 30 if month != 2 else 28))
        for month, count in enumerate(counts, 1)
        for _ in range(count)
    ]


def test_entries_that_drop_while_those_of_peers_do_not_stand_out(tmp_path: Path) -> None:
    write(
        tmp_path, months("甲局", [30, 30, 30, 30, 3]) + months("乙局", [30, 30, 30, 30, 30]) + months("丙局", [9] * 5)
    )
    first, *others = movements(Results.open(tmp_path), Dials())
    assert (first.agency, first.month, first.entries, first.expected_own, first.marked) == (
        "甲局",
        "2025-05",
        3,
        30,
        True,
    )
    assert first.expected_peers == 30
    assert not any(m.marked for m in others)


def test_a_season_that_all_share_does_not_stand_out(tmp_path: Path) -> None:
    write(tmp_path, [case for agency in ("甲局", "乙局", "丙局") for case in months(agency, [30, 30, 30, 30, 5])])
    assert not any(m.marked for m in movements(Results.open(tmp_path), Dials()))


def test_a_month_that_has_only_begun_is_not_compared(tmp_path: Path) -> None:
    write(tmp_path, [*months("甲局", [5, 5, 5, 5]), row(agency="甲局", entered_on=date(2025, 5, 2))])
    assert {m.month for m in movements(Results.open(tmp_path), Dials())} == {"2025-04"}


def test_the_files_say_the_same_and_accuse_nobody(planted: Path) -> None:
    write_supervision(Results.open(planted), Dials())
    told = json.loads((planted / "supervise.json").read_text())
    assert {r["agency"] for r in told["ranking"] if r["marked"]} == {BUNCHED, LATE}
    page = (planted / "supervise.html").read_text()
    assert "不说明任何机关或个人有过错" in page
    assert not [word for word in ("瞒报", "徇私", "渎职", "造假", "故意压") if word in page]
