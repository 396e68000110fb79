"""Narrative → Reading. One automaton pass over each field, one numeral pass, then work per hit."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Final

from screening.bundle.bundle import Bundle
from screening.bundle.vocabulary import MeasureDefinition
from screening.facts import Evidence, Measured
from screening.folding import fold
from screening.quantity import UNITS, format_amount
from screening.reading.ages import births
from screening.reading.areas import with_areas
from screening.reading.assertions import Assertions, Mention, combine, excluded
from screening.reading.columns import of_columns
from screening.reading.corrected import with_corrections
from screening.reading.counted import Counted
from screening.reading.cues import Cues
from screening.reading.dates import DateSpan, dates
from screening.reading.derive import FOREIGN, derive
from screening.reading.differences import with_differences
from screening.reading.earlier import earlier_penalties, of_earlier, punished_days
from screening.reading.figures import Register, offence_in
from screening.reading.gains import with_gains
from screening.reading.mentions import Mentioned
from screening.reading.named import CONFISCATED
from screening.reading.names import MONEY
from screening.reading.passages import Passage, Voice, passage_at, passages
from screening.reading.persons import with_names
from screening.reading.phrases import Phrases
from screening.reading.procedure import of_procedure
from screening.reading.quantities import quantities
from screening.reading.reading import Reading
from screening.reading.roles import Roles
from screening.reading.sanctioned import Sanctioned, with_found
from screening.reading.sets import with_sets
from screening.reading.standing import Standing, StandingReader
from screening.reading.taxes import with_taxes
from screening.reading.text import Span, Text
from screening.reading.totals import case_total
from screening.reading.wages import with_wages
from screening.reading.wholes import of_all_goods
from screening.record import Record

__all__ = ["Reader"]

_QUOTED = re.compile(r"(?:[称说答道问]|表示|交代|供述)[:,]?“[^”]{2,200}”")
_GAIN: Final = "违法所得"
_OF_GAIN: Final = "没收违法所得"
_CONFISCATING: Final = frozenset({_OF_GAIN, "没收非法财物"})
_GAIN_BEFORE = re.compile(r"违法所得(?:合?共?计|人民币|[:： ])*\Z")
_CLAIMED = re.compile("主张|自报|自称|索赔|要求")
_BRACKETED_UNIT = re.compile(r"\(([^()]{1,6})\)\s*$")
#: What is done to the mentions of a text before anything is derived from them, in this order.
_STAGES: Final[tuple[Callable[[Sequence[Mentioned], Text], Sequence[Mentioned]], ...]] = (
    with_corrections,
    with_differences,
    of_all_goods,
    with_areas,
    with_taxes,
    with_wages,
)


class Reader:
    """Compiled once from a bundle; reads any number of records. Stateless and safe to share."""

    def __init__(self, bundle: Bundle) -> None:
        phrases = Phrases()
        self._measures = bundle.measures
        self._circumstances = bundle.circumstances
        self._roles = Roles(bundle.measures.values(), bundle.lexicon, phrases)
        self._counted = Counted(bundle.measures.values(), phrases)
        self._standings = StandingReader(bundle.lexicon, phrases)
        self._assertions = Assertions(bundle.text_rules, phrases)
        self._sanctioned = Sanctioned(bundle.sanctions)
        self._phrases = phrases.freeze("\n".join(text for rule in bundle.text_rules for text in rule.tests.hit))
        self._stated_names = _stated_names(bundle.measures)

    def read(self, record: Record) -> Reading:
        """Read the narrative and what else carries facts: the 案由 and the 处罚内容. Never raises for odd text."""
        texts = [Text("narrative", record.narrative), Text("penalty.content", record.penalty.content)]
        reason = Text("case_reason", record.case_reason)
        found: list[tuple[Mention, Evidence]] = []
        mentions: list[Mentioned] = []
        spans = dates(record.narrative, told_on=record.decided_on)
        punished = punished_days(texts[0], spans)
        first, last = _conduct_dates(record, texts[0], spans, [day for day, _ in punished])
        for text in (*texts, reason):
            if not text.raw:
                continue
            hits = self._phrases.scan(text)
            standings = self._standings.read(hits)
            found += [(m, text.evidence(*m.span)) for m in self._assertions.find(hits, standings)]
            if text is not reason:
                named = self._roles.name(
                    with_sets(text.folded, with_names(text.folded, quantities(text.raw))), hits, standings
                )
                if text is texts[0]:
                    named = self._counted.of(hits, standings, named, spans, last)
                outside, in_tables = of_columns(named, text, self._stated_names)
                for stage in _STAGES:
                    outside = stage(outside, text)
                mentions += with_gains([*derive(outside, text), *in_tables], text)
        cues = Cues(texts[0].folded)
        told_by = passages(texts[0].folded, cues, events=offence_in(cues) != Register.NONE)
        stated = record.conduct_from or record.conduct_to
        earlier = earlier_penalties(texts[0], spans, punished, first if stated else last)
        by_provision = self._sanctioned.found(record)
        circumstances = with_found(combine(found, "circumstance"), by_provision, "circumstance")
        reading = Reading(
            texts={text.name: text.folded for text in texts},
            mentions=tuple(_quoted(_settled(mentions, of_earlier(texts[0], earlier), texts[1]), texts[0].folded)),
            circumstances=excluded(circumstances, self._circumstances),
            conducts=with_found(combine(found, "conduct"), by_provision, "conduct"),
            earlier=earlier,
            vocabulary=self._measures,
            stated=self._stated(record, mentions, texts[0]),
            region=record.region,
            party_kind=_kind(record),
            conduct_from=first,
            conduct_to=last,
        )
        total = case_total(reading, cues, told_by)  # weighs who speaks by itself
        return reading.with_total(total, _by_voice(reading.mentions, told_by))

    def assertions(self, text: str) -> list[Mention]:
        """The mentions of one text, for the rules' own tests."""
        hits = self._phrases.scan(Text("narrative", text))
        return self._assertions.find(hits, self._standings.read(hits))

    def _stated(self, record: Record, mentions: Sequence[Mentioned], narrative: Text) -> Mapping[str, Measured]:
        """The columns by measure, without those that repeat a sum of foreign money as if it were 元.

        Nor those that repeat a figure which the narrative puts aside (更正前) and nowhere counts, nor what somebody only claims.
        What was confiscated as 违法所得 is that, unless a column tells it.
        """
        foreign = {m.value for m in mentions if m.unit in FOREIGN}
        aside = {(m.value, m.unit) for m in mentions if m.standing is Standing.ASIDE and m.per is None}
        aside -= {(m.value, m.unit) for m in mentions if m.counts}
        stated: dict[str, Measured] = {}
        for name, value in record.stated_amounts:
            folded = fold(name).strip()
            written = _BRACKETED_UNIT.search(folded)
            definition = self._stated_names.get(folded[: written.start()].strip() if written else folded)
            if definition is None or _CLAIMED.search(folded) or (definition.unit == MONEY and value in foreign):
                continue
            if (value, definition.unit) in aside:
                continue
            unit = UNITS.get(written[1]) if written else None
            factor = unit.factor if unit and unit.base == definition.unit else Decimal(1)
            evidence = Evidence(f"stated_amounts.{name}", 0, 0, f"{name}：{value}")
            stated.setdefault(
                definition.name, Measured(definition.name, value * factor, definition.unit, evidence=(evidence,))
            )
        if gain := _confiscated(record, mentions, narrative):
            stated.setdefault(_GAIN, gain)
        return stated


def _confiscated(record: Record, mentions: Sequence[Mentioned], narrative: Text) -> Measured | None:
    """What the narrative says was confiscated as 违法所得, else what was confiscated where that is all there was of it."""
    told = [m for m in mentions if m.standing is Standing.ASSERTED and m.per is None and _is_gain(m, narrative)]
    amount = max((m.value for m in told), default=None)
    if amount is None and _CONFISCATING & set(record.penalty.types) == {_OF_GAIN}:
        amount = record.penalty.confiscated
    if not amount:
        return None
    evidence = Evidence(CONFISCATED, 0, 0, f"{_OF_GAIN}：{format_amount(amount)}元")
    return Measured(_GAIN, amount, MONEY, evidence=(evidence,))


def _stated_names(measures: Mapping[str, MeasureDefinition]) -> dict[str, MeasureDefinition]:
    """What heads a column of figures: a measure's words and, where they are not too short to be plain, those in front of a figure."""
    names: dict[str, MeasureDefinition] = {}
    for definition in measures.values():
        for word in definition.words:
            names.setdefault(fold(word), definition)
    for definition in measures.values():
        for word in definition.before:
            if len(word) > 2:
                names.setdefault(fold(word), definition)
    names.update({fold(definition.name): definition for definition in measures.values()})
    return names


def _settled(mentions: list[Mentioned], earlier: list[Span], penalty: Text) -> list[Mentioned]:
    """Without unnamed money in 处罚内容, which is the penalty's own; what earlier penalties were about is no fact of the case.

    What was confiscated there as 违法所得 was found to be that.
    """
    kept = [
        m._replace(name=_GAIN, aside=False) if _is_gain(m, penalty) else m
        for m in mentions
        if m.evidence.field != penalty.name or m.name != "金额"
    ]
    return _without_both(
        [
            m._replace(standing=Standing.EARLIER)
            if m.evidence.field == "narrative" and any(start <= m.evidence.start < end for start, end in earlier)
            else m
            for m in kept
        ]
    )


def _without_both(mentions: list[Mentioned]) -> list[Mentioned]:
    """What earlier penalties were about is not counted in a total either: 前次3.9万元已处罚，此次1.7万元，两次合计5.6万元."""
    earlier = {(m.unit, m.value) for m in mentions if m.standing is Standing.EARLIER and m.per is None}
    if not earlier:
        return mentions
    both = {(unit, value + m.value) for unit, value in earlier for m in mentions if m.counts and m.unit == unit}
    return [m._replace(standing=Standing.EARLIER) if m.total and (m.unit, m.value) in both else m for m in mentions]


def _is_gain(mention: Mentioned, text: Text) -> bool:
    """Whether the text says that it was confiscated as 违法所得."""
    if mention.name != "没收" or mention.evidence.field != text.name:
        return False
    start = mention.evidence.start
    return _GAIN_BEFORE.search(text.folded, max(0, start - 16), start) is not None


def _by_voice(mentions: Sequence[Mentioned], speakers: list[Passage]) -> Sequence[Mentioned]:
    """What the defence or the ruling says of a measure yields to what was found of it.

    Not so the money of a ruling, which sums up the case; its goods are what is taken away or to be replanted.
    """
    if all(passage.voice <= Voice.FURTHER for passage in speakers):
        return mentions
    said = []
    for m in mentions:
        voice = passage_at(speakers, m.evidence.start).voice if m.evidence.field == "narrative" else Voice.PLAIN
        said.append(voice > Voice.FURTHER and not (voice == Voice.RULING and m.unit == MONEY))
    return _yielding(mentions, said)


def _quoted(mentions: Sequence[Mentioned], text: str) -> Sequence[Mentioned]:
    """What somebody says in quotation marks yields likewise: 当事人称：“只卖了五千元”."""
    quoted = [match.span() for match in _QUOTED.finditer(text)] if "“" in text else []
    if not quoted:
        return mentions
    said = [
        m.evidence.field == "narrative" and any(start < m.evidence.start < end for start, end in quoted)
        for m in mentions
    ]
    return _yielding(mentions, said)


def _yielding(mentions: Sequence[Mentioned], said: Sequence[bool]) -> Sequence[Mentioned]:
    """With what was only ``said`` set aside, where the same measure was found elsewhere."""
    if not any(said):
        return mentions
    found = {m.name for m, only in zip(mentions, said, strict=True) if m.counts and not only}
    return [
        m._replace(standing=Standing.UNCERTAIN) if only and m.counts and m.name in found else m
        for m, only in zip(mentions, said, strict=True)
    ]


def _kind(record: Record) -> str | None:
    return "个人" if record.party.kind == "个体工商户" else record.party.kind


def _conduct_dates(
    record: Record, text: Text, spans: list[DateSpan], punished: list[DateSpan]
) -> tuple[date | None, date | None]:
    """As the record states them; else the first and last day that the narrative tells before the decision.

    Not birthdays; nor days of penalties and of what the authorities did since, where it tells of others.
    """
    if record.conduct_from or record.conduct_to:
        return record.conduct_from or record.conduct_to, record.conduct_to or record.conduct_from
    limit = record.decided_on
    born = births(text.folded, spans)
    told = [s for s in spans if (limit is None or s.first <= limit) and s not in born]
    told = [s for s in told if s not in punished] or told
    told = [s for s in told if not of_procedure(text, s)] or told
    if not told:
        return None, None
    last = max(s.last or s.first for s in told)
    return min(s.first for s in told), min(last, limit) if limit else last
