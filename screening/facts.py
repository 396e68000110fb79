"""What a limb may ask about a case, whoever answers: a narrative that was read, a boundary test, a clerk on the phone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import NamedTuple, Protocol

from screening.logic import State
from screening.quantity import Quantity

__all__ = ["Evidence", "Facts", "GivenFacts", "Measured"]


class Evidence(NamedTuple):
    """Words in a field of the record: code-point offsets into that field's text, and the words themselves."""

    field: str
    start: int
    end: int
    text: str


class Measured(NamedTuple):
    """A quantity as it stands for the whole case, in base units. ``derived``: computed from what its evidence says."""

    name: str
    value: Decimal
    unit: str
    approx: bool = False
    derived: bool = False
    evidence: tuple[Evidence, ...] = ()


class Facts(Protocol):
    """Facts of one case. None and ``State.UNKNOWN`` mean that nothing is said about it."""

    @property
    def region(self) -> str | None:
        """The 6-digit 区划代码."""

    @property
    def party_kind(self) -> str | None:
        """个人 (个体工商户 included, 法释〔1999〕14号) or 单位."""

    def measured(self, name: str, of: str | None = None) -> Measured | None:
        """The case's quantity of that name, or only the part of it that is in circumstance ``of``."""

    def circumstance(self, name: str) -> State:
        """Whether the circumstance holds."""

    def conduct(self, name: str) -> State:
        """Whether the conduct is asserted."""

    def penalties(self, within: Quantity | None, kind: Sequence[str] = ()) -> int | None:
        """How many earlier penalties fall in a window of that length before the new act (None: ever).

        ``kind``: words that name the conduct they must have been for; none: for whatever it was.
        """

    def evidence_of(self, name: str) -> tuple[Evidence, ...]:
        """The words that assert a circumstance or conduct."""


@dataclass(frozen=True, slots=True)
class GivenFacts:
    """Facts that somebody states one by one (boundary tests, ``screening consult``)."""

    measures: Mapping[str, Quantity] = field(default_factory=dict)
    circumstances: Mapping[str, State] = field(default_factory=dict)
    conducts: frozenset[str] = frozenset()
    earlier_penalties: int | None = None
    region: str | None = None
    party_kind: str | None = None

    def measured(self, name: str, of: str | None = None) -> Measured | None:
        """The stated quantity. A part ``of`` a circumstance is the whole unless the circumstance was stated not to hold."""
        given = self.measures.get(name)
        if given is None or (of and self.circumstances.get(of) is State.NO):
            return None
        return Measured(name, given.value, given.unit)

    def circumstance(self, name: str) -> State:
        """As stated, else unknown."""
        return self.circumstances.get(name, State.UNKNOWN)

    def conduct(self, name: str) -> State:
        """Yes if stated; where nothing at all is stated about conduct, unknown."""
        return State.YES if name in self.conducts else State.UNKNOWN

    def penalties(self, within: Quantity | None, kind: Sequence[str] = ()) -> int | None:
        """As stated: the number is taken to lie within the window and to be of the kind."""
        del within, kind
        return self.earlier_penalties

    def evidence_of(self, name: str) -> tuple[Evidence, ...]:
        """Nothing: stated facts have no words behind them."""
        del name
        return ()
