"""What was read from a record, with the words in the text that say so: for showing, not for deciding."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import NamedTuple

from screening.facts import Evidence
from screening.logic import State
from screening.quantity import format_amount
from screening.reading.assertions import Asserted
from screening.reading.mentions import Mentioned
from screening.screener import Screening
from screening.tuning.words import STANDING, STATE, longest

__all__ = ["Mark", "Piece", "ReadFact", "ReadingShown", "TextShown", "pieces", "shown"]


class Mark(NamedTuple):
    """Words to be coloured: offsets into the field's text, what kind of thing they say (``words.MARK``), and which."""

    start: int
    end: int
    kind: str
    label: str


class Piece(NamedTuple):
    """A stretch of text under the same marks, the first of which gives its colour."""

    text: str
    marks: tuple[Mark, ...]


@dataclass(frozen=True, slots=True)
class TextShown:
    """A field of the record (``words.FIELD``), its text as it was sent, and its marks in text order."""

    field: str
    text: str
    marks: tuple[Mark, ...]


@dataclass(frozen=True, slots=True)
class ReadFact:
    """One thing read: a figure, a circumstance, a conduct. ``value``: for people. ``words``: what says so."""

    kind: str
    name: str
    value: str
    note: str
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ReadingShown:
    """All that was read. ``penalties``: how many earlier ones, None where nothing is said."""

    texts: tuple[TextShown, ...]
    facts: tuple[ReadFact, ...]
    conduct_from: date | None
    conduct_to: date | None
    penalties: int | None


def shown(screening: Screening) -> ReadingShown:
    """What was read for this screening."""
    record, reading = screening.record, screening.reading
    fields = {
        "narrative": record.narrative,
        "penalty.content": record.penalty.content,
        "case_reason": record.case_reason,
    }
    marks: dict[str, dict[Mark, None]] = {field: {} for field in fields}
    for evidence, kind, label in _marks(screening):
        if evidence.field in marks and evidence.start < evidence.end:
            marks[evidence.field][Mark(evidence.start, evidence.end, kind, label)] = None
    return ReadingShown(
        texts=tuple(TextShown(field, text, tuple(sorted(marks[field]))) for field, text in fields.items() if text),
        facts=tuple(_facts(screening)),
        conduct_from=reading.conduct_from,
        conduct_to=reading.conduct_to,
        penalties=reading.penalties(None),
    )


def pieces(shown_text: TextShown) -> Iterator[Piece]:
    """The text cut where marks begin and end; put together again it is the text."""
    edges = sorted({0, len(shown_text.text), *(edge for mark in shown_text.marks for edge in mark[:2])})
    for start, end in pairwise(edges):
        over = [mark for mark in shown_text.marks if mark.start <= start and end <= mark.end]
        over.sort(key=lambda mark: mark.end - mark.start)  # the narrower says more
        yield Piece(shown_text.text[start:end], tuple(over))


def _marks(screening: Screening) -> Iterator[tuple[Evidence, str, str]]:
    reading = screening.reading
    for mention in reading.mentions:
        kind = "measure" if mention.counts and not mention.aside else "aside"
        yield mention.evidence, kind, f"{mention.name} {_value(mention)}"
    for kind, found in (("conduct", reading.conducts), ("circumstance", reading.circumstances)):
        for asserted in found.values():
            for evidence in asserted.evidence:
                label = f"{asserted.name}：{STATE[asserted.state.value]}"
                yield evidence, kind if asserted.state is State.YES else "denied", label
    for assessment in screening.assessments:
        for pointer in assessment.pointers:
            if pointer.kind == "reason":
                for evidence in pointer.evidence:
                    yield evidence, "reason", f"指向{assessment.charge}"


def _facts(screening: Screening) -> Iterator[ReadFact]:
    reading = screening.reading
    if total := reading.total:
        words = tuple(e.text for e in total.evidence)
        value = f"{'约' if total.approx else ''}{format_amount(total.value)}{total.unit}"
        yield ReadFact("measure", "涉案金额", value, "全案", words)
    for mention in reading.mentions:
        yield ReadFact(
            "measure" if mention.counts and not mention.aside else "aside",
            mention.name, _value(mention), _note(mention), (mention.evidence.text,),
        )  # fmt: skip
    for stated in reading.stated.values():
        yield ReadFact("measure", stated.name, f"{format_amount(stated.value)}{stated.unit}", "填报", ())
    for kind, found in (("conduct", reading.conducts), ("circumstance", reading.circumstances)):
        yield from (_asserted(kind, found, name) for name in sorted(found))


def _asserted(kind: str, found: Mapping[str, Asserted], name: str) -> ReadFact:
    asserted = found[name]
    words = longest(e.text for e in asserted.evidence)
    state = STATE[asserted.state.value] if asserted.state is not State.UNKNOWN else "存疑"
    return ReadFact(kind if asserted.state is State.YES else "denied", name, state, "", words)


def _value(mention: Mentioned) -> str:
    rate = f"/{mention.per}" if mention.per else ""
    return f"{'约' if mention.approx else ''}{format_amount(mention.value)}{mention.unit}{rate}"


def _note(mention: Mentioned) -> str:
    told = (
        STANDING[mention.standing.value] if not mention.counts or mention.aside else "",
        "单价" if mention.per else "",
        mention.of,
        "推算" if mention.derived else "",
        "合计" if mention.total else "",
    )
    return "，".join(filter(None, told)).replace("肯定，", "").replace("肯定", "不计入")
