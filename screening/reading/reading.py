"""The reading of one record: what was measured, asserted, denied; it answers what limbs ask (``Facts``)."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_DOWN, Decimal
from itertools import chain

from screening.bundle.conditions import Term
from screening.bundle.vocabulary import MeasureDefinition
from screening.facts import Evidence, Measured
from screening.logic import State
from screening.quantity import Quantity, rounded
from screening.reading.assertions import Asserted
from screening.reading.earlier import Earlier
from screening.reading.goods import SOLD, UNSOLD
from screening.reading.lists import NOT_ADDED
from screening.reading.mentions import UNNAMED, Mentioned
from screening.reading.resolve import resolve
from screening.reading.standing import Standing
from screening.reading.wholes import SALES, VALUE

__all__ = ["Reading"]

_FURTHER = re.compile(r"(?:另|还有|尚有|余下|剩余|剩下)(?![^。;\d]{0,8}(?:听课|旁听|围观|未交|没交|未入|没入|未加入|无关))[^。;\d]{0,10}\Z")
_OTHER_PART = {SOLD: UNSOLD, UNSOLD: SOLD}
_FINEST = Decimal("0.000001")
# The limit of a standard is a figure of the law, not of the case, and serves as a divisor all the same.
_OF_THE_LAW = frozenset({Standing.ASSERTED, Standing.CITED, Standing.ASIDE})


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
    _counting: dict[str, list[Mentioned]] = field(init=False)  # by name, what the narrative tells
    _penalty: dict[str, list[Mentioned]] = field(init=False)  # and what only 处罚内容 does

    def __post_init__(self) -> None:
        self._count()

    def _count(self) -> None:
        told = self._counting = defaultdict(list)
        punished = self._penalty = defaultdict(list)
        for mention in self.mentions:
            if mention.counts:
                (told if mention.evidence.field == "narrative" else punished)[mention.name].append(mention)

    def measured(self, name: str, of: str | None = None) -> Measured | None:
        """The case's value of a measure: told, else put together from others, else as stated in a column."""
        key = (name, of)
        if key not in self._known:
            self._known[key] = None  # a formula that comes back to itself finds nothing
            self._known[key] = (
                self._whole(name, self._told(name, of), of)
                or self._in_penalty(name, of)
                or self._made(name, of)
                or self._unnamed(name, of)
                or self._stated(name, of)
            )
        return self._known[key]

    def with_total(self, total: Measured | None, mentions: Sequence[Mentioned]) -> Reading:
        """This reading with its 涉案金额, which formulas may fall back on, and ``mentions`` weighed by who tells them."""
        self.total = total
        if mentions is not self.mentions:
            self.mentions = tuple(mentions)
            self._count()
        self._known.clear()
        return self

    def _told(self, name: str, of: str | None) -> Measured | None:
        if name == "涉案金额":
            return self.total
        told = self._counting.get(name)
        if told is None and name == SALES:  # what the goods that were sold are said to be worth
            told = [m for m in self._counting.get(VALUE, ()) if m.of == SOLD]
        if told and (further := self._further(name)):
            told = sorted([*told, *further], key=lambda m: m.span)
        return self._resolved(told or [], of)

    def _further(self, name: str) -> list[Mentioned]:
        """More of what is counted without its name again: 售出伪基站2套，另有未售的1套."""
        definition = self.vocabulary.get(name)
        if definition is None or definition.unit not in definition.unnamed_in:
            return []
        text = self.texts.get("narrative", "")
        nameless = _nameless(self._counting, {definition.unit})
        return [m for m in nameless if _FURTHER.search(text, max(0, m.span[0] - 14), m.span[0])]

    def _whole(self, name: str, told: Measured | None, of: str | None) -> Measured | None:
        """What is told, with the other part of the goods that no word names: 待售作训服21套，已销售8套."""
        definition = self.vocabulary.get(name)
        if told is None or of or definition is None or told.unit not in definition.unnamed_in:
            return told
        parts = {m.of for m in self._counting.get(name, ())} - {""}
        other = _OTHER_PART.get(parts.pop()) if len(parts) == 1 else None
        if other is None:
            return told
        nameless = _nameless(self._counting, {told.unit})
        # One that is told as more of it (``_further``) is in there already.
        left = resolve([m for m in nameless if m.of == other and m.evidence not in told.evidence], self.texts)
        if left is None:
            return told
        value = told.value + left.value
        return Measured(name, value, told.unit, told.approx or left.approx, True, (*told.evidence, *left.evidence))

    def _in_penalty(self, name: str, of: str | None) -> Measured | None:
        """What 处罚内容 says was confiscated, where the narrative tells no figure that can be it, or that very figure and no more."""
        if not (told := self._penalty.get(name)):
            return None
        found = self._resolved(told, of)
        unnamed = self._unnamed(name, of)
        same = found and any(m.value == found.value for each in UNNAMED for m in self._counting.get(each, ()))
        if found and unnamed and same and unnamed.value <= found.value:
            return found
        return unnamed or found

    def _resolved(self, mentions: list[Mentioned], of: str | None) -> Measured | None:
        """The value of mentions of one measure, or of the part of it that is in circumstance ``of``."""
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
            if definition and formula.divisor:
                if quotient := self._quotient(definition, formula.terms[0], formula.divisor, of):
                    return quotient
                continue
            chained = len(formula.terms) == 1 and not self._may_be_value(formula.terms[0].measure, name)
            parts = [(self._part(term, of, alone=chained), term.times) for term in formula.terms]
            known = [p for p, _ in parts if p is not None]
            if (
                len(known) == 1
                and known[0].name == VALUE
                and (sold := self._told(SALES, of))
                and sold.value - known[0].value >= 1  # less is the rounding of a price times a count
            ):
                continue  # goods of which more was sold than they are worth are not all the goods
            total = sum((p.value * times for p, times in parts if p is not None), Decimal(0))
            if len(known) == len(formula.terms) and definition and total > 0:
                return Measured(
                    name,
                    total,
                    definition.unit,
                    any(p.approx for p in known),
                    True,
                    tuple(e for p in known for e in p.evidence),
                )
        return None

    def _may_be_value(self, other: str, name: str) -> bool:
        """Whether a measure is made of this one and else of what goods are worth, which is no loss: only what is told of it counts."""
        definition = self.vocabulary.get(other)
        made_of = [[t.measure for t in f.terms] for f in definition.made_of if not f.divisor] if definition else []
        return [name] in made_of and [VALUE] in made_of

    def _quotient(self, definition: MeasureDefinition, above: Term, below: Term, of: str | None) -> Measured | None:
        """One measure over another: a share (%, 倍) where both have one unit; what a percentage was taken of, over a percentage."""
        if not (pair := self._pair(above, below, of)):
            return None
        dividend, divisor = pair
        percent = definition.unit == "%" or (divisor.unit == "%" and dividend.unit != "%")
        value = dividend.value * above.times * (100 if percent else 1) / (divisor.value * below.times)
        if definition.unit == "%" and value > 100:
            return None  # a part greater than its whole: the two do not belong together
        finest = rounded(value, _FINEST, ROUND_DOWN)  # downwards: no figure of the law is reached by rounding
        value = value if value == finest else finest
        approx, evidence = dividend.approx or divisor.approx, (*dividend.evidence, *divisor.evidence)
        return Measured(definition.name, value, definition.unit, approx, True, evidence)

    def _pair(self, above: Term, below: Term, of: str | None) -> tuple[Measured, Measured] | None:
        """What is divided by what: the case's values of both or, of readings (mg/L), those two that the text puts together."""
        units = {d.unit for term in (above, below) if (d := self.vocabulary.get(term.measure))}
        if len(units) == 1 and units <= NOT_ADDED:
            together = (
                self._together(above.measure, below.measure) if not of or self.circumstance(of) is State.YES else []
            )
            return max(together, key=lambda pair: pair[0].value / pair[1].value, default=None)
        dividend, divisor = self._part(above, of, alone=True), self._part(below, of, alone=True)
        if dividend is None or divisor is None or not divisor.value:
            return None
        several = divisor.unit in NOT_ADDED and len({m.value for m in self._counting.get(divisor.name, ())}) > 1
        if several or (len(units) == 1 and dividend.unit != divisor.unit):
            return None
        return dividend, divisor

    def _together(self, above: str, below: str) -> list[tuple[Measured, Measured]]:
        """Each reading with the limit that stands next to it: 总铬4.6mg/L（标准限值1.5mg/L）; no limit serves twice."""
        unit = self.vocabulary[below].unit
        told = [m for m in self.mentions if m.unit == unit and m.per is None]
        pairs: dict[int, tuple[Mentioned, Mentioned]] = {}
        for step in (1, -1):  # a limit behind the reading, else one in front of it
            used = {limit.span for _, limit in pairs.values()}
            for index, one in enumerate(told):
                if one.name != above or not one.counts or index in pairs or not 0 <= index + step < len(told):
                    continue
                limit = told[index + step]
                if limit.span in used or (step < 0 and index > 1 and told[index - 2].name != below):
                    continue  # it is the limit of the reading in front of it
                if limit.name == below and limit.value and limit.standing in _OF_THE_LAW:
                    pairs[index] = (one, limit)
        return [(_told(one), _told(limit)) for one, limit in pairs.values()]

    def _part(self, term: Term, of: str | None, *, alone: bool) -> Measured | None:
        """An addend of a formula; one that stands alone may itself be put together (a chain of names for one thing)."""
        part = term.of or of
        found = self._told(term.measure, part) or (
            self.measured(term.measure, part) if alone and term.measure != "涉案金额" else None
        )
        if found is None and term.times < 0:  # 批准采伐30立方米 counts for nothing by itself, but is taken off
            aside = [m for m in self.mentions if m.name == term.measure and m.standing is Standing.ASIDE]
            found = self._resolved(aside, part)
        return found

    def _unnamed(self, name: str, of: str | None) -> Measured | None:
        definition = self.vocabulary.get(name)
        if definition is None or not definition.unnamed_in or (of and self.circumstance(of) is not State.YES):
            return None
        units = definition.unnamed_in
        counted = _nameless(self._counting, units) or _nameless(self._penalty, units)
        # 410条、612条，都是每条200支: what they hold is there, and is not added to what holds it.
        if any(m.derived and m.unit == definition.unit for m in counted):
            counted = [m for m in counted if m.unit == definition.unit]
        whole = resolve(counted, self.texts)
        factor = definition.accepts(whole.unit) if whole else None
        if whole is None or factor is None:
            return None
        return Measured(name, whole.value * factor, definition.unit, whole.approx, True, whole.evidence)

    def _stated(self, name: str, of: str | None) -> Measured | None:
        if of and (self.circumstance(of) is not State.YES or (of == UNSOLD and self._sold())):
            return None  # a column tells of all the goods
        return self.stated.get(name)

    def circumstance(self, name: str) -> State:
        """Whether the circumstance holds; for 尚未销售 the amounts know it too, and better than words that all was sold."""
        known = self.circumstances.get(name)
        if name == UNSOLD and not (known and known.state is State.YES) and any(m.of == UNSOLD for m in self.mentions):
            return State.YES
        return known.state if known else State.UNKNOWN

    def conduct(self, name: str) -> State:
        """Whether the conduct is asserted."""
        known = self.conducts.get(name)
        return known.state if known else State.UNKNOWN

    def penalties(self, within: Quantity | None, kind: Sequence[str] = ()) -> int | None:
        """Earlier penalties in the window before the new act, as the narrative tells them; of another kind they are none of these."""
        earlier = self.earlier.alike(kind) if kind and self.earlier.told else self.earlier
        return earlier.within(within, self.conduct_from, self.conduct_to)

    def evidence_of(self, name: str) -> tuple[Evidence, ...]:
        """The words behind a circumstance, a conduct or 行政处罚次数."""
        if name == "行政处罚次数":
            return self.earlier.evidence
        known = self.circumstances.get(name) or self.conducts.get(name)
        return known.evidence if known else ()


def _told(mention: Mentioned) -> Measured:
    return Measured(mention.name, mention.value, mention.unit, mention.approx, mention.derived, (mention.evidence,))


def _nameless(told: Mapping[str, Sequence[Mentioned]], units: Container[str]) -> list[Mentioned]:
    """The figures in one of these units that no word names."""
    return [m for name in UNNAMED for m in told.get(name, ()) if m.unit in units]
