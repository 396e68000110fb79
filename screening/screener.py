"""screen(record) → Screening: the pipeline, one step a line."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import NamedTuple

from screening.assess import Assessment, Measurement, assess, measure_version
from screening.bundle.bundle import Bundle
from screening.bundle.fields import Fact
from screening.bundle.loader import load
from screening.collecting import collector_paused
from screening.engine import Engine
from screening.facts import Evidence
from screening.fines import Fines, Least
from screening.history.course import Course, Measure, added_by_law, course_of
from screening.history.known import Known
from screening.history.past import Past
from screening.history.remembered import Remembered
from screening.history.telling import course_fields, course_words
from screening.likeness import Likening
from screening.linkage import Candidate, Linkage
from screening.logic import Verdict
from screening.provisions import Provision
from screening.reading.reader import Reader
from screening.reading.reading import Reading
from screening.record import Record
from screening.scoring import Finding, Score, score
from screening.signs import Signs, fields_of, signs_of, words_of
from screening.suggesting import Suggester, Suggestion

__all__ = ["Posting", "Screener", "Screening"]

NO_COURSE = Course()
_CLOSE = (Verdict.REACHED, Verdict.NEAR)
_ORDER = {Verdict.REACHED: 0, Verdict.NEAR: 1, Verdict.UNKNOWN: 2, Verdict.BELOW: 3}


@dataclass(frozen=True, slots=True)
class Screening:
    """The result for one record under one bundle on one day; it can be replayed.

    ``alone``: the charges assessed on the record alone; ``courses``: what other records show, by threshold, where any count;
    ``least_fine``: the least that the cited provisions allow, where that can be told.
    """

    record: Record
    revision: str
    as_of: date
    reading: Reading
    assessments: tuple[Assessment, ...]
    score: Score
    notes: tuple[str, ...] = ()
    alone: tuple[Assessment, ...] = ()
    courses: Mapping[str, Course] = field(default_factory=dict)
    suggestions: tuple[Suggestion, ...] = ()
    least_fine: Least | None = None


class Posting(NamedTuple):
    """What the rules are asked once: a charge in question (None: the record by itself), its rank, the fields, its history."""

    assessment: Assessment | None
    rank: int
    facts: Mapping[str, Fact]
    course: Course


class Screener:
    """A bundle made ready: reader, linkage and engine are compiled once; ``screen`` is pure."""

    def __init__(self, bundle: Bundle) -> None:
        self.bundle = bundle
        with collector_paused():
            self.reader = Reader(bundle)
            self.linkage = Linkage(bundle)
            self.fines = Fines(bundle)
            self.engine = Engine(bundle.finding_rules)
            self.likening = Likening(bundle)
            self.suggester = Suggester(bundle)
        self._rules = {rule.id: rule for rule in bundle.finding_rules}

    @classmethod
    def from_folder(cls, folder: Path | None = None) -> Screener:
        """Load a bundle (the shipped one by default) and make it ready; ``BundleError`` where it is wrong."""
        return cls(load(folder))

    def prepare(self) -> None:
        """Build now what is else built when the first record needs it: a service has nobody wait for it."""
        self.likening.prepare()
        self.suggester.prepare()

    def screen(self, record: Record, as_of: date, past: Sequence[Past] = (), beside: Sequence[Past] = ()) -> Screening:
        """Screen one penalty record for a crime that a fine may be hiding.

        Pure: the same arguments give the same bytes. ``as_of`` is the day whose law is compared with the law of the
        conduct date (刑法第12条). ``past``: the party's other records; ``beside``: those of other parties that may be of the
        same consignment; what was not known on ``as_of`` or was decided later than this record is left out of account.
        Raises nothing for odd records; what could not be read is part of the result.
        """
        reading = self.reader.read(record)
        conduct = reading.conduct_to or record.decided_on or as_of
        provisions = self.linkage.cited(record)
        candidates = self.likening.beside(record, reading, self.linkage.candidates(record, reading, provisions))
        alone = [assess(self.bundle, candidate, reading, conduct, as_of) for candidate in candidates]
        alone = _ordered(alone)
        known = Known.of(record, reading, as_of, past, beside)
        dials = self.bundle.policy.history
        assessments, courses = alone, dict[str, Course]()
        if known.own or known.beside:
            assessments = [self._remembering(a, known, conduct, as_of) for a in alone]
            assessments = _ordered(assessments)
            for a in assessments:
                if a.governing is None:
                    continue
                courses[a.threshold.id] = course_of(known, a, dials, self._measure(a, conduct, as_of))
        signs = self._signs(record, reading, provisions, as_of)
        findings = self._findings(record, reading, signs, assessments, courses)
        return Screening(
            record, self.bundle.revision, as_of, reading, tuple(assessments), score(findings, self.bundle.policy),
            _notes(record, reading), tuple(alone), courses, () if candidates else self.suggester.suggest(record, reading),
            signs.cited.least,
        )  # fmt: skip

    def _remembering(self, alone: Assessment, known: Known, conduct: date, as_of: date) -> Assessment:
        """The same charge with the penalties on record counted and the amounts that the law adds up added."""
        added = added_by_law(known, alone, self.bundle.policy.history.limitation)
        facts = Remembered(known, alone.threshold, added)
        return assess(self.bundle, Candidate(alone.threshold, alone.pointers, alone.strength, alone.supposed), facts, conduct, as_of)

    def _measure(self, assessment: Assessment, conduct: date, as_of: date) -> Measure:
        """The governing version of a charge, to be measured against other facts."""
        governing = assessment.governing
        assert governing is not None
        on = as_of if assessment.favourable else conduct

        def measure(facts: Remembered) -> Measurement:
            return measure_version(self.bundle, assessment.threshold, governing.version, facts, on)

        return measure

    def postings_of(self, screening: Screening) -> tuple[Posting, ...]:
        """What the rules were asked for this screening, once more: for an explanation, not for a verdict."""
        record, reading = screening.record, screening.reading
        signs = self._signs(record, reading, self.linkage.cited(record), screening.as_of)
        return tuple(self._postings(record, reading, signs, screening.assessments, screening.courses))

    def _signs(self, record: Record, reading: Reading, provisions: tuple[Provision, ...], as_of: date) -> Signs:
        cited = self.fines.cited(record, reading, provisions)
        return signs_of(record, reading, cited, as_of, self.bundle.policy)

    def _postings(
        self,
        record: Record,
        reading: Reading,
        signs: Signs,
        assessments: Sequence[Assessment],
        courses: Mapping[str, Course],
    ) -> Iterator[Posting]:
        """The charges that rules are asked about, most strongly pointed to first; the record by itself where there is none."""
        leading = max((a.strength for a in assessments), default=Decimal(0))
        enough = leading * self.bundle.policy.pointers.share_of_leading
        fallbacks = {id_ for a in assessments if a.strength >= enough for id_ in a.threshold.falls_back_to}
        serious = [a for a in assessments if a.strength >= enough or a.threshold.id in fallbacks]
        for rank, assessment in enumerate(serious or [None], start=1):
            course = courses.get(assessment.threshold.id, NO_COURSE) if assessment else NO_COURSE
            told = fields_of(record, reading, signs, assessment, self.linkage)
            remembered = course_fields(course, _law_adds(assessment)) if course is not NO_COURSE else {}
            yield Posting(assessment, rank, {**told, **remembered, "rank": rank}, course)

    def _findings(
        self,
        record: Record,
        reading: Reading,
        signs: Signs,
        assessments: Sequence[Assessment],
        courses: Mapping[str, Course],
    ) -> list[Finding]:
        found: dict[tuple[str, str], Finding] = {}
        for assessment, rank, facts, course in self._postings(record, reading, signs, assessments, courses):
            fired = self.engine.fire(facts)
            if not fired:
                continue
            words = {**words_of(record, reading, signs, assessment), **course_words(course)}
            charge = assessment.threshold.id if assessment else ""
            ratio = assessment.ratio if assessment else None
            evidence = _words_behind(assessment, signs)
            for id_ in fired:
                rule = self._rules[id_]
                key = (id_, charge if rule.scope == "charge" else "")
                if key not in found:
                    text, records = rule.says.format_map(words), course.behind_of(rule.fields)
                    found[key] = Finding(rule, charge, text, evidence, ratio, rank, records=records)
        return list(found.values())


def _law_adds(assessment: Assessment | None) -> bool:
    return bool(assessment and assessment.governing and assessment.governing.version.accumulates)


def _ordered(assessments: Sequence[Assessment]) -> list[Assessment]:
    """In the order of looking at them; what a special charge falls back to stands before it where only that is reached or near."""
    ordered = sorted(assessments, key=_by_weight)
    for special in [a for a in ordered if a.verdict not in _CLOSE and a.threshold.falls_back_to]:
        general = [a for a in ordered if a.threshold.id in special.threshold.falls_back_to and a.verdict in _CLOSE]
        for other in general:
            if ordered.index(other) > ordered.index(special):
                ordered.remove(other)
                ordered.insert(ordered.index(special), other)
    return ordered


def _by_weight(assessment: Assessment) -> tuple[object, ...]:
    """The most strongly pointed to first; of equals the graver verdict, the one nothing bars, the more special charge (刑法第149条)."""
    barred = bool(assessment.limb and assessment.limb.barred_by)
    return -assessment.strength, _ORDER[assessment.verdict], barred, len(assessment.threshold.linkage.conduct)


def _words_behind(assessment: Assessment | None, signs: Signs) -> tuple[Evidence, ...]:
    limb = assessment.limb if assessment else None
    spans = [e for o in limb.outcomes for e in o.evidence] if limb else []
    if assessment and (open_figure := signs.nameless.filling(assessment)):
        spans.append(open_figure.figure.evidence)
    spans += [e for p in assessment.pointers for e in p.evidence] if assessment else []
    return tuple(dict.fromkeys((*spans, *signs.says_crime, *signs.returned)))[:8]


def _notes(record: Record, reading: Reading) -> tuple[str, ...]:
    notes = []
    if reading.conduct_to is None:
        notes.append(
            "行为时间未载明，按处罚决定日期确定适用版本"
            if record.decided_on
            else "行为时间与决定日期均未载明，按筛查日期确定适用版本"
        )
    return tuple(notes)
