"""Figures that no word names, beside a figure of the law that the case falls short of: a misread amount must not be a silent no."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import NamedTuple

from screening.assess import Assessment
from screening.bundle.conditions import AnyOf, Condition, MeasureCondition, SumCondition
from screening.logic import State, Verdict
from screening.outcome import LimbResult
from screening.quantity import Quantity, format_amount
from screening.reading.mentions import UNNAMED, Mentioned
from screening.reading.reading import Reading

__all__ = ["Nameless", "Unplaced"]

_FEW = 10
"""Up to so many people are counted in every record (two officers, three witnesses): such a count points to nothing."""


class Unplaced(NamedTuple):
    """A figure of the case without a name, and the measure of a limb that it would fill to ``wanted`` or near it."""

    figure: Mentioned
    measure: str
    wanted: Quantity

    @property
    def words(self) -> str:
        """The figure and what it may be, for a sentence."""
        figure = f"{format_amount(self.figure.value)}{self.figure.unit}"
        return f"“{figure}”未写明是什么；如为{self.measure}，标准为{self.wanted}"


class Nameless:
    """The figures of a record that no word names; what follows from others, is taken off or stands aside is none of them.

    ``near``: the share (of one) of a figure of the law from which a case comes near it.
    """

    __slots__ = ("_figures", "_known", "_near", "_reading")

    def __init__(self, reading: Reading, near: Decimal) -> None:
        self._reading, self._near = reading, near
        self._figures = [
            m for m in reading.mentions if m.name in UNNAMED and m.counts and not (m.aside or m.minus or m.derived)
        ]
        self._known: dict[str, Unplaced | None] = {}

    def filling(self, assessment: Assessment) -> Unplaced | None:
        """The largest that is at least near what an open limb of the charge asks for; None where none is. Looked for once a charge.

        Only where the charge stands neither reached nor near, and no limb is looked at that fails for another reason than its figure.
        """
        id_ = assessment.threshold.id
        if id_ not in self._known:
            self._known[id_] = self._found(assessment)
        return self._known[id_]

    def _found(self, assessment: Assessment) -> Unplaced | None:
        governing = assessment.governing
        if not self._figures or governing is None or assessment.verdict not in (Verdict.BELOW, Verdict.UNKNOWN):
            return None
        found = (
            Unplaced(figure, measure, least)
            for result in governing.limbs
            if _open(result)
            for measure, least in _asked(result.limb.all_of)
            if _short(self._reading, measure, least)
            for figure in self._figures
            if _fills(figure, self._reading, measure, least.value * self._near)
        )
        return max(found, key=lambda each: each.figure.value, default=None)


def _open(result: LimbResult) -> bool:
    """Whether nothing but figures keeps the limb from being reached."""
    return not result.barred_by and not any(o.state is State.NO and o.share is None for o in result.outcomes)


def _asked(conditions: Sequence[Condition]) -> Iterator[tuple[str, Quantity]]:
    """The measures of a limb with the least that each must come to; a range counts from its low end."""
    for condition in conditions:
        if isinstance(condition, MeasureCondition) and not condition.gate:
            least = condition.at_least or condition.more_than or (condition.between and condition.between[0])
            if least:
                yield condition.measure, least
        elif isinstance(condition, SumCondition):
            yield from ((term.measure, condition.at_least) for term in condition.sum if term.times == 1)
        elif isinstance(condition, AnyOf):
            yield from _asked(condition.any_of)


def _short(reading: Reading, measure: str, least: Quantity) -> bool:
    told = reading.measured(measure)
    return told is None or told.value < least.value


def _fills(figure: Mentioned, reading: Reading, measure: str, least: Decimal) -> bool:
    if figure.unit == "人" and least < _FEW:
        return False
    definition = reading.vocabulary.get(measure)
    factor = definition.accepts(figure.unit) if definition else None
    return factor is not None and figure.value * factor >= least
