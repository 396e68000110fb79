"""The reading of one record: what was measured, asserted, denied; it answers what limbs ask (``Facts``)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from itertools import chain

from screening.bundle.conditions import Term
from screening.bundle.vocabulary import MeasureDefinition
from screening.facts import Evidence, Measured
from screening.logic import State
from screening.quantity import Quantity
from screening.reading.assertions import Asserted
from screening.reading.earlier import Earlier
from screening.reading.resolve import resolve
from screening.reading.roles import SOLD, UNSOLD, Mentioned

__all__ = ["Reading"]


@dataclass(slots=True, eq=False)
class Reading:
    """Everything read from one record. ``mentions`` in text order; ``stated`` are the figures the agency put into columns.

    ``pointing`` are mentions of conduct in any standing but denied (for 案由 that says 涉嫌…).
    """

    texts: Mapping[str, str]
    mentions: tuple[Mentioned, ...]
    circumstances: Mapping[str, Asserted]
    conducts: Mapping[str, Asserted]
    earlier: Earlier
    vocabulary: Mapping[str, MeasureDefinition]
    stated: Mapping[str, Measured]
    region: str | None
    party_kind: str | None
    conduct_from: date | None
    conduct_to: date | None
    total: Measured | None = None
    _known: dict[tuple[str, str | None], Measured | None] = field(default_factory=dict)
    _counting: dict[str, list[Mentioned]] = field(init=False)

    def __post_init__(self) -> None:
        self._counting = defaultdict(list)
        for mention in self.mentions:
            if mention.counts:
                self._counting[mention.name].append(mention)

    def measured(self, name: str, of: str | None = None) -> Measured | None:
        """The case's value of a measure: told, else put together from others, else as stated in a column."""
        key = (name, of)
        if key not in self._known:
            self._known[key] = None  # a formula that comes back to itself finds nothing
            self._known[key] = (
                self._told(name, of) or self._made(name, of) or self._unnamed(name, of) or self._stated(name, of)
            )
        return self._known[key]

    def with_total(self, total: Measured | None) -> Reading:
        """This reading with its 涉案金额, which formulas may fall back on."""
        self.total = total
        self._known.clear()
        return self

    def _told(self, name: str, of: str | None) -> Measured | None:
        if name == "涉案金额":
            return self.total
        mentions = self._counting.get(name, [])
        if of == UNSOLD:
            unsold = [m for m in mentions if m.of == UNSOLD]
            if not unsold and (self.circumstance(UNSOLD) is not State.YES or self._sold()):
                return None
            mentions = unsold or [m for m in mentions if m.of != SOLD]
        elif of and self.circumstance(of) is not State.YES:
            return None
        return resolve(mentions, self.texts)

    def _sold(self) -> bool:
        return "销售金额" in self._counting or any(m.of == SOLD for m in chain.from_iterable(self._counting.values()))

    def _made(self, name: str, of: str | None) -> Measured | None:
        definition = self.vocabulary.get(name)
        for formula in definition.made_of if definition else ():
            parts = [(self._part(term, of, alone=len(formula) == 1), term.times) for term in formula]
            known = [p for p, _ in parts if p is not None]
            if len(known) == len(formula) and definition:
                return Measured(
                    name,
                    sum((p.value * times for p, times in parts if p is not None), Decimal(0)),
                    definition.unit,
                    any(p.approx for p in known),
                    True,
                    tuple(e for p in known for e in p.evidence),
                )
        return None

    def _part(self, term: Term, of: str | None, *, alone: bool) -> Measured | None:
        """An addend of a formula; one that stands alone may itself be put together (a chain of names for one thing)."""
        part = term.of or of
        return self._told(term.measure, part) or (
            self.measured(term.measure, part) if alone and term.measure != "涉案金额" else None
        )

    def _unnamed(self, name: str, of: str | None) -> Measured | None:
        definition = self.vocabulary.get(name)
        if definition is None or not definition.unnamed_in or of:
            return None
        found = [
            m for m in self.mentions if m.counts and m.name in ("数量", "金额") and m.unit in definition.unnamed_in
        ]
        whole = resolve(found, self.texts)
        factor = definition.accepts(whole.unit) if whole else None
        if whole is None or factor is None:
            return None
        return Measured(name, whole.value * factor, definition.unit, whole.approx, True, whole.evidence)

    def _stated(self, name: str, of: str | None) -> Measured | None:
        if of and (self.circumstance(of) is not State.YES or (of == UNSOLD and self._sold())):
            return None  # a column tells of all the goods
        return self.stated.get(name)

    def circumstance(self, name: str) -> State:
        """Whether the circumstance holds; for 尚未销售 the amounts know it too."""
        known = self.circumstances.get(name)
        if known:
            return known.state
        if name == UNSOLD and any(m.of == UNSOLD for m in self.mentions):
            return State.YES
        return State.UNKNOWN

    def conduct(self, name: str) -> State:
        """Whether the conduct is asserted."""
        known = self.conducts.get(name)
        return known.state if known else State.UNKNOWN

    def penalties(self, within: Quantity | None, of: str | None = None) -> int | None:
        """Earlier penalties in the window before the new act, as the narrative tells them."""
        del of  # a narrative names earlier penalties only where they are of the same kind
        return self.earlier.within(within, self.conduct_from, self.conduct_to)

    def evidence_of(self, name: str) -> tuple[Evidence, ...]:
        """The words behind a circumstance, a conduct or 行政处罚次数."""
        if name == "行政处罚次数":
            return self.earlier.evidence
        known = self.circumstances.get(name) or self.conducts.get(name)
        return known.evidence if known else ()
