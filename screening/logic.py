"""Three-valued logic and verdicts.

    and      yes      no   unknown          or       yes   no       unknown
    yes      yes      no   unknown          yes      yes   yes      yes
    no       no       no   no               no       yes   no       unknown
    unknown  unknown  no   unknown          unknown  yes   unknown  unknown

``unknown`` is never folded into ``no``: a missing fact is reported as missing.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

__all__ = ["State", "Verdict", "all_of", "at_least"]


class State(StrEnum):
    """What is known of a yes/no fact."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"

    __hash__ = str.__hash__  # the enum's own goes through Python each time


class Verdict(StrEnum):
    """How a charge or a limb stands against its figures."""

    REACHED = "reached"  # 达到
    NEAR = "near"  # 达到 80% 以上
    BELOW = "below"  # 未达到
    UNKNOWN = "unknown"  # 缺事实

    __hash__ = str.__hash__


def all_of(states: Iterable[State]) -> State:
    """The conjunction of the table above; yes for nothing."""
    seen = set(states)
    if State.NO in seen:
        return State.NO
    return State.UNKNOWN if State.UNKNOWN in seen else State.YES


def at_least(count: int, states: Iterable[State]) -> State:
    """Whether ``count`` of the states are yes; ``count`` 1 is the disjunction of the table above."""
    known = list(states)
    yes = known.count(State.YES)
    if yes >= count:
        return State.YES
    return State.UNKNOWN if yes + known.count(State.UNKNOWN) >= count else State.NO
