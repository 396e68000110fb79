"""The truth table of the module, as its docstring shows it."""

from __future__ import annotations

import pytest

from screening.logic import State, all_of, at_least

YES, NO, UNKNOWN = State.YES, State.NO, State.UNKNOWN

AND = {
    (YES, YES): YES,
    (YES, NO): NO,
    (YES, UNKNOWN): UNKNOWN,
    (NO, NO): NO,
    (NO, UNKNOWN): NO,
    (UNKNOWN, UNKNOWN): UNKNOWN,
}
OR = {
    (YES, YES): YES,
    (YES, NO): YES,
    (YES, UNKNOWN): YES,
    (NO, NO): NO,
    (NO, UNKNOWN): UNKNOWN,
    (UNKNOWN, UNKNOWN): UNKNOWN,
}


@pytest.mark.parametrize("pair", AND)
def test_a_conjunction_is_as_the_table_says_in_either_order(pair: tuple[State, State]) -> None:
    assert all_of(pair) is all_of(reversed(pair)) is AND[pair]


@pytest.mark.parametrize("pair", OR)
def test_a_disjunction_is_as_the_table_says_in_either_order(pair: tuple[State, State]) -> None:
    assert at_least(1, pair) is at_least(1, tuple(reversed(pair))) is OR[pair]


def test_two_of_three_stays_open_while_the_unknown_one_could_decide() -> None:
    assert at_least(2, [YES, UNKNOWN, NO]) is UNKNOWN
    assert at_least(2, [YES, YES, UNKNOWN]) is YES
    assert at_least(2, [YES, NO, NO]) is NO
