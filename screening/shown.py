"""The measures of an output line: 涉案金额, every figure told, and what the limbs in question ask for, each with how it follows.

A figure that no measure names goes by what the text calls it. What was put together from others says from which (``from``).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from itertools import pairwise
from typing import Any

from screening.assess import Assessment
from screening.bundle.conditions import (
    AnyOf,
    Condition,
    MeasureCondition,
    PenaltiesCondition,
    asked,
)
from screening.bundle.threshold import Limb, Threshold
from screening.facts import Evidence, Measured
from screening.quantity import Quantity, format_amount
from screening.reading.labels import label_of
from screening.reading.lists import NOT_ADDED
from screening.reading.mentions import UNNAMED, Mentioned
from screening.reading.reading import Reading
from screening.reading.standing import Standing

__all__ = ["evidence_shown", "measures_shown"]

Json = dict[str, Any]
_Told = dict[Evidence, tuple[str, Mentioned]]  # what is told at a place, and the name it goes by
_COLUMN = "stated_amounts."
_MOST_ADDENDS = 6
_FEWEST, _MOST_ITEMS = 3, 12
_YEARS = "零一二三四五六七八九"


def measures_shown(reading: Reading, assessments: Sequence[Assessment]) -> list[Json]:
    """涉案金额 first, then every quantity told, then what was put together from them for the case or for a limb."""
    names = _names(reading)
    told_at = {m.evidence: (name, m) for m, name in zip(reading.mentions, names, strict=True) if not m.derived}
    shown = [_measured(reading.total, told_at)] if reading.total else []
    rows = [_mentioned(m, name) for m, name in zip(reading.mentions, names, strict=True)]
    shown += rows
    told = {(row["name"], row["value"]) for m, row in zip(reading.mentions, rows, strict=True) if m.counts}
    for value in (*_parts(reading, assessments[:1], told_at), *_wholes(reading, assessments)):
        key = value.name, format_amount(value.value)
        if key not in told:
            told.add(key)
            shown.append(_measured(value, told_at))
    return shown


def evidence_shown(spans: Iterable[Evidence]) -> list[Json]:
    """Words in fields of the record, with their offsets."""
    return [{"field": e.field, "start": e.start, "end": e.end, "text": e.text} for e in spans]


def _names(reading: Reading) -> list[str]:
    """What each figure goes by; items that no word names, by the name of the sum that they come to (共28603元，甲9817元、乙…)."""
    names = [_name(reading, m) for m in reading.mentions]
    alike: dict[tuple[str, str], list[int]] = defaultdict(list)
    for number, mention in enumerate(reading.mentions):
        if not mention.per:
            alike[mention.evidence.field, mention.unit].append(number)
    for numbers in alike.values():
        if len(numbers) < _FEWEST or all(reading.mentions[number].name not in UNNAMED for number in numbers):
            continue
        for place, number in enumerate(numbers):
            if names[number] not in UNNAMED and reading.mentions[number].standing is Standing.ASSERTED:
                value = reading.mentions[number].value
                behind, before = (
                    numbers[place + 1 : place + 1 + _MOST_ITEMS],
                    numbers[max(0, place - _MOST_ITEMS) : place],
                )
                for item in (*_items(reading, value, behind), *_items(reading, value, before[::-1])):
                    names[item] = names[number]
    return names


def _items(reading: Reading, value: Decimal, numbers: Sequence[int]) -> Sequence[int]:
    """The first of these mentions, two or more, if they come to that value and no word names them."""
    run = Decimal(0)
    for count, number in enumerate(numbers, start=1):
        mention = reading.mentions[number]
        run += mention.value
        if mention.name not in UNNAMED or run > value:
            break
        if run == value and count > 1:
            return numbers[:count]
    return ()


def _name(reading: Reading, mention: Mentioned) -> str:
    """The measure's name; what the text says where there is none, or where the measure is a collective one (没收, 退赔)."""
    if not _goes_by_the_text(reading, mention.name):
        return mention.name
    text = reading.texts.get(mention.evidence.field) if mention.standing is not Standing.CITED else None
    label = label_of(mention, text) if text else ""
    if mention.name in UNNAMED:
        return label or mention.name
    definition = reading.vocabulary.get(mention.name)
    words = (word for word in definition.words if label.endswith(word)) if definition and label else ()
    return max(words, key=len, default=label) or mention.name


def _goes_by_the_text(reading: Reading, name: str) -> bool:
    return name in UNNAMED or ((definition := reading.vocabulary.get(name)) is not None and definition.collective)


def _wholes(reading: Reading, assessments: Sequence[Assessment]) -> Iterator[Measured]:
    """The case's values: of all that is told, and of all that the limbs in question ask for."""
    charges = [(a.threshold, _limbs(a)) for a in assessments if a.governing]
    wanted: list[tuple[str, str | None]] = [
        (m.name, None) for m in reading.mentions if not _goes_by_the_text(reading, m.name)
    ]
    for _, limbs in charges:
        wanted += asked(condition for limb in limbs for condition in limb.all_of)
    for name, of in dict.fromkeys(wanted):
        if whole := reading.measured(name, of):
            yield whole
    for _, limbs in charges:
        yield from _alternatives(reading, limbs)
    if reading.earlier.told:
        yield from _penalties(reading, charges)


def _parts(reading: Reading, leading: Sequence[Assessment], told_at: _Told) -> Iterator[Measured]:
    """What is told under other names and counts towards what the leading charge asks for: 违法经营数额 is sales and unsold goods."""
    for assessment in leading:
        for name, _ in dict.fromkeys(asked(condition for limb in _limbs(assessment) for condition in limb.all_of)):
            definition, whole = reading.vocabulary.get(name), reading.measured(name)
            if definition is None or whole is None or definition.unit in NOT_ADDED:
                continue
            names = {term.measure for formula in definition.made_of if not formula.divisor for term in formula.terms}
            behind = names.intersection(told_at[e][1].name for e in whole.evidence if e in told_at)
            told = [m for m in reading.mentions if m.name in names and m.counts and not m.minus]
            rest = sum((m.value for m in told if m.name not in behind), Decimal(0))
            for m in told:
                if m.name in behind or rest == whole.value:
                    yield Measured(name, m.value, definition.unit, m.approx, True, (m.evidence,))


def _limbs(assessment: Assessment) -> list[Limb]:
    """The limbs of the governing version that make the act a crime."""
    governing = assessment.governing
    return [limb for limb in governing.version.any_of if limb.tier == "入罪"] if governing else []


def _conditions(limbs: Iterable[Limb]) -> Iterator[Condition]:
    """All conditions, those inside an alternative too."""
    conditions = [condition for limb in limbs for condition in limb.all_of]
    while conditions:
        condition = conditions.pop()
        if isinstance(condition, AnyOf):
            conditions += condition.any_of
        else:
            yield condition


def _alternatives(reading: Reading, limbs: Sequence[Limb]) -> Iterator[Measured]:
    """What one clause asks of either of two measures (违法所得或公私财产损失): the larger that is known."""
    for one, other in pairwise(limbs):
        first, second = one.all_of[0], other.all_of[0]
        if len(one.all_of) > 1 or len(other.all_of) > 1:
            continue
        if not isinstance(first, MeasureCondition) or not isinstance(second, MeasureCondition):
            continue
        if first.at_least != second.at_least or first.between != second.between or first.of or second.of:
            continue
        if one.party != other.party or one.source != other.source:
            continue
        measures = first.measure, second.measure
        if known := [whole for name in measures if (whole := reading.measured(name))]:
            larger = max(known, key=lambda whole: whole.value)
            yield larger._replace(name="或".join(measures), derived=True)


def _penalties(reading: Reading, charges: Iterable[tuple[Threshold, Sequence[Limb]]]) -> Iterator[Measured]:
    """Earlier penalties that the narrative tells of, in the windows that limbs ask for: 二年内行政处罚次数."""
    asked = {
        (condition.within, threshold.words_with(condition.of)): None
        for threshold, limbs in charges
        for condition in _conditions(limbs)
        if isinstance(condition, PenaltiesCondition)
    }
    for within, kind in asked or [(None, ())]:
        count = reading.penalties(within, kind)
        if count is not None:
            evidence = reading.evidence_of("行政处罚次数")
            yield Measured(_in_window(within), Decimal(count), "次", False, True, evidence)


def _in_window(within: Quantity | None) -> str:
    if within is None:
        return "行政处罚次数"
    number = format_amount(within.value)
    return f"{_YEARS[int(number)] if number in '123456789' else number}{within.unit}内行政处罚次数"


def _mentioned(mention: Mentioned, name: str) -> Json:
    result = {
        "name": name,
        "value": format_amount(mention.value),
        "unit": mention.unit,
        "approx": mention.approx,
        "derived": mention.derived,
        "standing": mention.standing.value,
        "evidence": evidence_shown((mention.evidence,)),
    }
    if mention.per:
        result["per"] = mention.per
    if mention.of:
        result["of"] = mention.of
    return result


def _measured(measured: Measured, told_at: _Told) -> Json:
    result = {
        "name": measured.name,
        "value": format_amount(measured.value),
        "unit": measured.unit,
        "approx": measured.approx,
        "derived": measured.derived,
        "standing": Standing.ASSERTED.value,
        "evidence": evidence_shown(measured.evidence),
    }
    if says := _from(measured, told_at):
        result["from"] = says
    return result


def _from(measured: Measured, told_at: _Told) -> str:
    """How a value follows, in words: 销售金额62000元、货值金额40000元; empty where it is told under its own name."""
    known: dict[str, None] = {}
    for evidence in measured.evidence:
        if evidence.field.startswith(_COLUMN):
            known[f"登记的{evidence.field.removeprefix(_COLUMN)}"] = None
        elif evidence in told_at:
            name, mention = told_at[evidence]
            if name == measured.name and len(measured.evidence) == 1:
                return ""
            known[f"{name}{format_amount(mention.value)}{mention.unit}"] = None
    more = f"等{len(known)}项" if len(known) > _MOST_ADDENDS else ""
    return "、".join([*known][:_MOST_ADDENDS]) + more
