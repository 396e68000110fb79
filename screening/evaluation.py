"""How well narratives are read: the reading compared with labels, question by question, and counted."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from functools import partial
from typing import Final, NamedTuple

from screening.bundle.bundle import Bundle
from screening.bundle.vocabulary import MeasureDefinition
from screening.facts import Measured
from screening.gold import NO_MEASURE, PER_PIECE, UNNAMED, GoldAmount, GoldCase, Unasked
from screening.quantity import format_amount
from screening.reading.mentions import Mentioned
from screening.reading.reader import Reader
from screening.reading.reading import Reading
from screening.reading.standing import Standing
from screening.reading.text import Span

__all__ = ["Check", "Question", "Row", "Tally", "evaluate", "group_of", "summary", "tally"]


class Question(StrEnum):
    """What is asked about a narrative."""

    AMOUNT = "数额"
    POLARITY = "表述"
    TOTAL = "涉案金额"
    DERIVED = "推算"
    CIRCUMSTANCE = "情节"
    DATES = "行为起止"
    EARLIER = "此前处罚"


class Check(NamedTuple):
    """One answer. ``wanted`` and ``found`` are what is counted by: a role, a polarity, a state; empty where there is none.

    ``words`` are those of the narrative, ``detail`` the values where the label alone does not tell.
    """

    case: GoldCase
    question: Question
    wanted: str
    found: str
    right: bool
    words: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Tally:
    """How many were ``right`` of those ``wanted`` and of those ``found``. A share of nothing is None."""

    right: int = 0
    wanted: int = 0
    found: int = 0

    @property
    def precision(self) -> float | None:
        return self.right / self.found if self.found else None

    @property
    def recall(self) -> float | None:
        return self.right / self.wanted if self.wanted else None

    @property
    def f1(self) -> float | None:
        return 2 * self.right / (self.wanted + self.found) if self.wanted + self.found else None


_POLARITY: Final[Mapping[Standing, str]] = {
    Standing.ASSERTED: "asserted",
    Standing.DENIED: "denied",
    Standing.UNCERTAIN: "uncertain",
    Standing.CITED: "cited",
    Standing.OTHER: "other_party",
    Standing.EARLIER: "earlier",
    Standing.ASIDE: "other_party",
}
_GROUPS: Final[Mapping[str, str]] = {
    "元": "金额", "美元": "金额", "亩": "面积、体积、重量", "立方米": "面积、体积、重量", "千克": "面积、体积、重量",
    "人": "人数", "%": "比例、倍数、浓度", "倍": "比例、倍数、浓度", "mg/L": "比例、倍数、浓度", "mg/100ml": "比例、倍数、浓度",
}  # fmt: skip


def group_of(role: str, measures: Mapping[str, MeasureDefinition]) -> str:
    """The group that figures of this role are counted in: by unit, those set aside (罚款, 成本 …) by themselves."""
    if role in PER_PIECE:
        return "单价、单位量"
    if role in UNNAMED:
        return "未具名的"
    definition = measures[role]
    return "不计入的" if definition.aside else _GROUPS.get(definition.unit, "件数、次数")


def evaluate(cases: Iterable[GoldCase], bundle: Bundle) -> list[Check]:
    """Every answer to every question that the cases ask."""
    reader = Reader(bundle)
    return [check for case in cases for check in _Comparison(case, reader.read(case.record), bundle.measures).checks()]


def tally(checks: Iterable[Check], label: Callable[[str], str] = str) -> dict[str, Tally]:
    """Right, wanted and found of each label; ``label`` may put several under one name."""
    right: defaultdict[str, int] = defaultdict(int)
    wanted, found = right.copy(), right.copy()
    for check in checks:
        if check.wanted:
            wanted[label(check.wanted)] += 1
        if check.found:
            found[label(check.found)] += 1
        if check.right:
            right[label(check.wanted)] += 1
    return {name: Tally(right[name], wanted[name], found[name]) for name in {**wanted, **found}}


class Row(NamedTuple):
    """A line of the summary: all of a question, or one label or group of labels in it."""

    question: Question
    label: str
    tally: Tally


def summary(checks: Iterable[Check], measures: Mapping[str, MeasureDefinition]) -> list[Row]:
    """The tallies of every question, in the order of ``Question``; figures by group, with their total (合计) last."""
    by_question: dict[Question, list[Check]] = {question: [] for question in Question}
    for check in checks:
        by_question[check.question].append(check)
    rows: list[Row] = []
    for question, asked in by_question.items():
        if question is Question.AMOUNT:
            groups = tally(asked, lambda role: group_of(role, measures)) | tally(asked, lambda _: "合计")
        else:
            groups = tally(asked)
        rows += [Row(question, label, groups[label]) for label in groups]
    return rows


@dataclass(frozen=True, slots=True)
class _Comparison:
    """One case beside its reading."""

    case: GoldCase
    reading: Reading
    measures: Mapping[str, MeasureDefinition]

    def checks(self) -> Iterator[Check]:
        yield from self._amounts()
        yield from self._values()
        for asked in self.case.gold.circumstances:
            state = self.reading.circumstance(asked.name).value
            right = state == asked.state
            yield Check(self.case, Question.CIRCUMSTANCE, asked.state, state, right, asked.text, asked.name)

    def _amounts(self) -> Iterator[Check]:
        told = [
            m
            for m in self.reading.mentions
            if m.evidence.field == "narrative" and not (m.derived and m.as_told is None)  # put together from others
        ]
        taken: set[Span] = set()
        for asked in self.case.gold.amounts:
            near = [m for m in told if m.evidence.start < asked.end and asked.start < m.evidence.end]
            taken.update(m.span for m in near)
            mention = min(near, key=partial(_distance, asked.start), default=None)
            yield from self._amount(asked, mention)
        for mention in told:
            if mention.span not in taken and self._measures_case(role := self._role(mention)):
                yield Check(self.case, Question.AMOUNT, "", role, False, mention.evidence.text)

    def _amount(self, asked: GoldAmount, mention: Mentioned | None) -> Iterator[Check]:
        role = self._role(mention) if mention else ""
        measure = self._measures_case(asked.role)
        if mention and (measure or asked.role in UNNAMED):
            polarity = _POLARITY[mention.standing]
            if mention.standing is Standing.ASIDE and asked.polarity == "denied":
                polarity = "denied"  # that it is none of this case says as much
            right = polarity == asked.polarity
            yield Check(self.case, Question.POLARITY, asked.polarity, polarity, right, asked.text, asked.role)
        if asked.role == NO_MEASURE or asked.polarity != "asserted":
            if self._measures_case(role) and role not in asked.also:
                yield Check(self.case, Question.AMOUNT, "", role, False, asked.text)
            return
        roles = self._as_right(asked)
        named = role in roles or (mention is not None and mention.per is not None and mention.name in roles)
        spared = NO_MEASURE in roles and not self._measures_case(role)
        # Under another right name the figure may be in another unit (320条, 64000支): only like is compared with like.
        same = mention is None or mention.value == asked.value or mention.unit != asked.unit
        right = spared or (named and same)
        detail = f"{asked.value:f} → {mention.value:f} {mention.unit}" if mention and not same else ""
        found = asked.role if named or spared else role
        yield Check(self.case, Question.AMOUNT, asked.role, found, right, asked.text, detail)

    def _as_right(self, asked: GoldAmount) -> set[str]:
        """The roles that are right: a measure is served by one that it is made of (盗窃数额 by 货值金额) as by itself."""
        named = {asked.role, *asked.also}
        formulas = [formula for name in named if name in self.measures for formula in self.measures[name].made_of]
        return named | {f.terms[0].measure for f in formulas if len(f.terms) == 1 and f.divisor is None}

    def _role(self, mention: Mentioned) -> str:
        """The role a mention has been given; empty where it is set aside as no fact of the case."""
        if mention.per is not None:
            return PER_PIECE[mention.unit != "元"]
        return mention.name if mention.counts or mention.aside else ""

    def _measures_case(self, role: str) -> bool:
        """Whether figures of that role are facts that limbs may ask for."""
        return role in self.measures and role not in UNNAMED and not self.measures[role].aside

    def _values(self) -> Iterator[Check]:
        gold = self.case.gold
        if gold.total is not Unasked.UNASKED:
            yield self._value(Question.TOTAL, gold.total, _value(self.reading.total), "涉案金额")
        for asked in gold.derived:
            made = {m.value for m in self.reading.mentions if m.derived and m.name == asked.measure}
            found = asked.value if asked.value in made else _value(self.reading.measured(asked.measure))
            yield self._value(Question.DERIVED, asked.value, found, asked.measure)
        for name, day, read in (
            ("起", gold.conduct_from, self.reading.conduct_from),
            ("止", gold.conduct_to, self.reading.conduct_to),
        ):
            if day is not None:
                yield self._value(Question.DATES, day, read, name)
        if gold.earlier_penalties is not None:
            told = self.reading.penalties(None)
            yield self._value(Question.EARLIER, len(gold.earlier_penalties), told, "次数")

    def _value(self, question: Question, wanted: object, found: object, words: str) -> Check:
        """An answer that is one value; that there is none may be right."""
        right, label = wanted == found, question.value
        detail = " → ".join("无" if value is None else _shown(value) for value in (wanted, found))
        return Check(self.case, question, label, label if right or found is not None else "", right, words, detail)


def _distance(at: int, mention: Mentioned) -> int:
    return abs(mention.evidence.start - at)


def _value(measured: Measured | None) -> Decimal | None:
    return measured.value if measured else None


def _shown(value: object) -> str:
    return format_amount(value) if isinstance(value, Decimal) else str(value)
