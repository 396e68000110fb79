"""Intervals and tails, against figures worked out by hand, and the rate of false alarms by simulation."""

from __future__ import annotations

import random

import pytest

from screening.statistics import binomial_tail, fisher_tail, holm, shrunk, wilson


@pytest.mark.parametrize(
    ("hits", "cases", "low", "high"),
    [
        (0, 0, 0, 1),
        (5, 10, 0.2366, 0.7634),  # (0.5 + z²/20 ∓ z·√(0.025 + z²/400)) / (1 + z²/10)
        (0, 10, 0, 0.2775),  # z² / (10 + z²)
        (10, 10, 0.7225, 1),
    ],
)
def test_wilson(hits: int, cases: int, low: float, high: float) -> None:
    assert wilson(hits, cases) == pytest.approx((low, high), abs=1e-4)


@pytest.mark.parametrize(
    ("hits", "cases", "share", "chance"),
    [
        (3, 3, 0.5, 1 / 8),
        (2, 3, 0.5, 4 / 8),
        (0, 5, 0.1, 1),
        (1, 2, 0.1, 0.19),
        (6, 5, 0.5, 0),
        (1, 3, 0, 0),
        (3, 3, 1, 1),
    ],
)
def test_binomial_tail(hits: int, cases: int, share: float, chance: float) -> None:
    assert binomial_tail(hits, cases, share) == pytest.approx(chance)


def test_fisher_is_that_of_the_lady_tasting_tea() -> None:
    assert fisher_tail(4, 4, 0, 4) == pytest.approx(1 / 70)
    assert fisher_tail(3, 4, 1, 4) == pytest.approx(17 / 70)
    assert fisher_tail(0, 4, 4, 4) == pytest.approx(1)
    assert fisher_tail(0, 0, 0, 0) == 1


def test_few_cases_are_drawn_to_the_common_share_and_many_stay() -> None:
    assert shrunk(1, 1, 0.1) == pytest.approx(3 / 21)
    assert shrunk(900, 1000, 0.1) == pytest.approx(0.884, abs=1e-3)


def test_holm_marks_step_by_step() -> None:
    assert holm([0.04, 0.001, 0.02], 0.05) == [True, True, True]
    assert holm([0.04, 0.001, 0.03], 0.05) == [False, True, False]
    assert holm([], 0.05) == []


def test_without_bunching_an_alarm_among_twenty_agencies_is_as_rare_as_stated() -> None:
    dice = random.Random(7)
    alarms = sum(
        any(holm([binomial_tail(sum(dice.random() < 0.5 for _ in range(40)), 40, 0.5) for _ in range(20)]))
        for _ in range(400)
    )
    assert alarms / 400 <= 0.05 + 3 * (0.05 * 0.95 / 400) ** 0.5
