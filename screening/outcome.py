"""What measuring finds out: of one condition, of a limb, of a way out."""

from __future__ import annotations

from decimal import Decimal
from typing import NamedTuple

from screening.bundle.threshold import Exit, Limb
from screening.facts import Evidence
from screening.logic import State, Verdict

__all__ = ["ExitResult", "LimbResult", "Outcome"]

ONE = Decimal(1)
_RANK = {Verdict.REACHED: 4, Verdict.NEAR: 3, Verdict.BELOW: 1, Verdict.UNKNOWN: 0}


class Outcome(NamedTuple):
    """One condition: its state, how much of the figure is there (1 = all), what was measured, what is missing.

    ``actual`` and ``wanted`` are words for people: 62000 元, 5 万元. ``figure``: the condition is about a quantity.
    """

    state: State
    share: Decimal | None = None
    label: str = ""
    actual: str = ""
    wanted: str = ""
    missing: tuple[str, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    approx: bool = False
    figure: bool = False


class LimbResult(NamedTuple):
    """A limb against the facts. ``ratio`` is the weakest measured condition; None where none has a figure that was measured.

    ``speaks``: the record says something about it at all; a limb that nothing is known of has ``verdict`` unknown and is silent.
    """

    limb: Limb
    verdict: Verdict
    ratio: Decimal | None
    outcomes: tuple[Outcome, ...]
    missing: tuple[str, ...] = ()
    barred_by: str = ""

    @property
    def speaks(self) -> bool:
        return any(o.state is not State.UNKNOWN or o.share is not None for o in self.outcomes)

    @property
    def decisive(self) -> Outcome:
        """The measured condition that sets the ratio, else the first condition."""
        measured = [o for o in self.outcomes if o.share is not None]
        return min(measured, key=lambda o: o.share or ONE) if measured else self.outcomes[0]

    @property
    def rank(self) -> tuple[int, Decimal]:
        """Sorts limbs: what speaks most for prosecution first (highest)."""
        ratio = -ONE if self.ratio is None else self.ratio
        return 2 if self.verdict is Verdict.UNKNOWN and self._established(ratio) else _RANK[self.verdict], ratio

    def _established(self, ratio: Decimal) -> bool:
        """Whether all figures it asks for are told, and they or the rest hold in part."""
        if any(o.figure and o.share is None and o.state is State.UNKNOWN for o in self.outcomes):
            return False
        measured = [o for o in self.outcomes if o.share is not None]
        return ratio >= ONE or any(o.state is State.YES for o in (measured or self.outcomes))


class ExitResult(NamedTuple):
    """A way out against the facts: open (``unknown``) as long as one of its conditions is not told, and then ``missing`` names it."""

    exit: Exit
    state: State
    outcomes: tuple[Outcome, ...]
    missing: tuple[str, ...] = ()
    barred_by: str = ""

    @property
    def in_sight(self) -> bool:
        """Whether part of it is told and nothing speaks against the rest."""
        return self.state is State.UNKNOWN and any(o.state is State.YES for o in self.outcomes)
