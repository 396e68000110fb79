"""Narrative → Reading. One automaton pass over each field, one numeral pass, then work per hit."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal

from screening.bundle.bundle import Bundle
from screening.bundle.vocabulary import MeasureDefinition
from screening.facts import Evidence, Measured
from screening.folding import fold
from screening.quantity import UNITS
from screening.reading.assertions import Assertions, Mention, combine
from screening.reading.cues import Cues
from screening.reading.dates import DateSpan, dates
from screening.reading.derive import derive
from screening.reading.earlier import earlier_penalties
from screening.reading.passages import Passage, Voice, passage_at, passages
from screening.reading.phrases import Phrases
from screening.reading.quantities import quantities
from screening.reading.reading import Reading
from screening.reading.roles import Mentioned, Roles
from screening.reading.standing import Standing, StandingReader
from screening.reading.text import Text
from screening.reading.totals import case_total
from screening.record import Record

__all__ = ["Reader"]

_BRACKETED_UNIT = re.compile(r"\(([^()]{1,6})\)\s*$")


class Reader:
    """Compiled once from a bundle; reads any number of records. Stateless and safe to share."""

    def __init__(self, bundle: Bundle) -> None:
        phrases = Phrases()
        self._measures = bundle.measures
        self._roles = Roles(bundle.measures.values(), bundle.lexicon, phrases)
        self._standings = StandingReader(bundle.lexicon, phrases)
        self._assertions = Assertions(bundle.text_rules, phrases)
        self._phrases = phrases.freeze("\n".join(text for rule in bundle.text_rules for text in rule.tests.hit))
        self._stated_names = _stated_names(bundle.measures)

    def read(self, record: Record) -> Reading:
        """Read the narrative and what else carries facts: the 案由 and the 处罚内容. Never raises for odd text."""
        texts = [Text("narrative", record.narrative), Text("penalty.content", record.penalty.content)]
        reason = Text("case_reason", record.case_reason)
        found: list[tuple[Mention, Evidence]] = []
        mentions: list[Mentioned] = []
        for text in (*texts, reason):
            if not text.raw:
                continue
            hits = self._phrases.scan(text)
            standings = self._standings.read(hits)
            found += [(m, _evidence(text, m)) for m in self._assertions.find(hits, standings)]
            if text is not reason:
                mentions += derive(self._roles.name(quantities(text.raw), hits, standings), text)
        cues = Cues(texts[0].folded)
        speakers = passages(texts[0].folded, cues, events=False)
        spans = dates(record.narrative)
        first, last = _conduct_dates(record, spans)
        reading = Reading(
            texts={text.name: text.folded for text in texts},
            mentions=tuple(_settled(mentions)),
            circumstances=combine(found, "circumstance"),
            conducts=combine(found, "conduct"),
            earlier=earlier_penalties(texts[0], spans, first),
            vocabulary=self._measures,
            stated=self._stated(record),
            region=record.region,
            party_kind=_kind(record),
            conduct_from=first,
            conduct_to=last,
        )
        total = case_total(reading, cues)  # weighs who speaks by itself
        reading.mentions = tuple(_heard(reading.mentions, speakers))
        return reading.with_total(total)

    def assertions(self, text: str) -> list[Mention]:
        """The mentions of one text, for the rules' own tests."""
        hits = self._phrases.scan(Text("narrative", text))
        return self._assertions.find(hits, self._standings.read(hits))

    def _stated(self, record: Record) -> Mapping[str, Measured]:
        stated: dict[str, Measured] = {}
        for name, value in record.stated_amounts:
            folded = fold(name).strip()
            written = _BRACKETED_UNIT.search(folded)
            definition = self._stated_names.get(folded[: written.start()].strip() if written else folded)
            if definition is None:
                continue
            unit = UNITS.get(written[1]) if written else None
            factor = unit.factor if unit and unit.base == definition.unit else Decimal(1)
            evidence = Evidence(f"stated_amounts.{name}", 0, 0, f"{name}：{value}")
            stated.setdefault(
                definition.name, Measured(definition.name, value * factor, definition.unit, evidence=(evidence,))
            )
        return stated


def _stated_names(measures: Mapping[str, MeasureDefinition]) -> dict[str, MeasureDefinition]:
    names: dict[str, MeasureDefinition] = {}
    for definition in measures.values():
        for word in definition.words:
            names.setdefault(fold(word), definition)
    names.update({fold(definition.name): definition for definition in measures.values()})
    return names


def _evidence(text: Text, mention: Mention) -> Evidence:
    start, end = mention.span
    return Evidence(text.name, start, end, text.raw[start:end])


def _settled(mentions: list[Mentioned]) -> list[Mentioned]:
    """Unnamed money in 处罚内容 is the penalty's own and no fact of the case."""
    return [m for m in mentions if not (m.evidence.field == "penalty.content" and m.name == "金额")]


def _heard(mentions: Sequence[Mentioned], speakers: list[Passage]) -> Sequence[Mentioned]:
    """What the defence, the law or the ruling says of a measure yields to what was found of it."""
    if len(speakers) == 1:
        return mentions
    fact = [
        m.evidence.field != "narrative" or passage_at(speakers, m.evidence.start).voice <= Voice.FURTHER
        for m in mentions
    ]
    found = {m.name for m, told in zip(mentions, fact, strict=True) if told and m.counts}
    return [
        m if told or not m.counts or m.name not in found else m._replace(standing=Standing.UNCERTAIN)
        for m, told in zip(mentions, fact, strict=True)
    ]


def _kind(record: Record) -> str | None:
    return "个人" if record.party.kind == "个体工商户" else record.party.kind


def _conduct_dates(record: Record, spans: list[DateSpan]) -> tuple[date | None, date | None]:
    """As the record states them; else the first and last day that the narrative tells before the decision."""
    if record.conduct_from or record.conduct_to:
        return record.conduct_from or record.conduct_to, record.conduct_to or record.conduct_from
    limit = record.decided_on
    told = [s for s in spans if s.first and (limit is None or s.first <= limit)]
    if not told:
        return None, None
    last = max(s.last or s.first for s in told)
    return min(s.first for s in told), min(last, limit) if limit else last
