"""What a party's other records show beside one record, charge by charge: repetition, sums, splitting, strings of near-misses."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal

from screening.assess import Assessment, Measurement
from screening.bundle.policy import HistoryDials
from screening.bundle.threshold import Accumulation
from screening.history.known import Known, days_of
from screening.history.marks import marks_of
from screening.history.past import Past
from screening.history.remembered import Remembered
from screening.logic import State, Verdict
from screening.quantity import Quantity
from screening.record import Record

__all__ = ["Course", "Measure", "added_by_law", "course_of"]

Measure = Callable[[Remembered], Measurement]


@dataclass(frozen=True, slots=True)
class Course:
    """The signs of one charge. ``counted``: whose amounts the verdict includes, none of them punished (未经处理).

    ``penalties``: for the same kind of conduct before this act. ``acts``: whose amounts ``together`` adds to this record's, punished
    or not. ``separated``: whether a penalty lies between the acts, so that the law does not add them up without more.
    ``near_misses``: records just short of the figure, as this one is. ``consignment``: records of others that share its marks, and
    ``shared`` what all of them come to.
    """

    counted: tuple[Past, ...] = ()
    penalties: tuple[Past, ...] = ()
    acts: tuple[Past, ...] = ()
    together: Measurement | None = None
    separated: State = State.UNKNOWN
    split: bool = False
    near_misses: tuple[Past, ...] = ()
    consignment: tuple[Past, ...] = ()
    shared: Measurement | None = None
    behind: dict[str, tuple[str, ...]] = field(init=False)

    def __post_init__(self) -> None:
        told = {
            "accumulated": self.counted,
            "same_kind_penalties": self.penalties,
            "together": self.acts,
            "split": self.acts if self.split else (),
            "near_misses": self.near_misses,
            "consignment": self.consignment,
        }
        object.__setattr__(self, "behind", {name: tuple(p.record_id for p in past) for name, past in told.items()})

    def behind_of(self, fields: Iterable[str]) -> tuple[str, ...]:
        """The ids of the records that the fields rest on."""
        return tuple(dict.fromkeys(id_ for name in fields for id_ in self.behind.get(name, ())))


def added_by_law(known: Known, assessment: Assessment, limitation: Quantity) -> tuple[Past, ...]:
    """The party's other acts that the governing version orders to be added: 未经处理, neither punished nor handed over."""
    law = _law(assessment)
    if law is None:
        return ()
    acts = known.acts(assessment.threshold.id, law.within or limitation)
    return tuple(past for past in acts if not past.punished and past.transferred is not True)


def course_of(known: Known, assessment: Assessment, dials: HistoryDials, measure: Measure) -> Course:
    """The signs for one assessed charge. ``measure``: the governing version against other facts."""
    threshold = assessment.threshold
    law = _law(assessment)
    counted = added_by_law(known, assessment, dials.limitation)
    window = (law.within or dials.limitation) if law else dials.window
    acts = tuple(past for past in known.acts(threshold.id, window) if past.transferred is not True)
    together = measure(Remembered(known, threshold, acts)) if acts else None
    separated = _separated(known, acts) if acts else State.UNKNOWN
    sharing = _sharing(known, assessment)
    return Course(
        counted=counted,
        penalties=known.penalties(dials.window, threshold.words_with(None), threshold.id),
        acts=acts,
        together=together,
        separated=separated,
        split=_split(known.record, acts, assessment.verdict, together, dials.split_within)
        and separated is not State.YES,
        near_misses=_near_misses(known, assessment, dials),
        consignment=sharing,
        shared=measure(Remembered(known, threshold, sharing)) if sharing else None,
    )


def _law(assessment: Assessment) -> Accumulation | None:
    return assessment.governing.version.accumulates if assessment.governing else None


def _separated(known: Known, acts: Sequence[Past]) -> State:
    """Whether an act goes on after the first of the penalties; unknown where no day of this conduct is told."""
    decided = [past.decided_on for past in acts if past.punished and past.decided_on]
    if not decided:
        return State.NO
    if known.reading.conduct_to is None and known.reading.conduct_from is None:
        return State.UNKNOWN
    first = min(decided)
    ends: list[date | None] = [known.end, *(past.conduct_to or past.decided_on for past in acts)]
    return State.YES if any(end is not None and end > first for end in ends) else State.NO


def _split(
    record: Record, acts: Sequence[Past], alone: Verdict, together: Measurement | None, within: Quantity
) -> bool:
    """One party, fined several times at about one time by one agency or neighbours, each time below, together at the figure."""
    if together is None or together.verdict is not Verdict.REACHED or alone is Verdict.REACHED:
        return False
    at = record.decided_on
    close = [p for p in acts if at and p.decided_on and at - p.decided_on <= timedelta(days_of(within))]
    return len(close) == len(acts) and all(_one_place(record, past) for past in acts)


def _one_place(record: Record, past: Past) -> bool:
    if record.agency and record.agency == past.agency:
        return True
    return bool(record.region and past.region and record.region[:4] == past.region[:4])


def _near_misses(known: Known, assessment: Assessment, dials: HistoryDials) -> tuple[Past, ...]:
    least = dials.near_miss.value / 100
    if not _just_short(assessment.verdict, assessment.ratio, least):
        return ()
    acts = known.acts(assessment.threshold.id, dials.window)
    deeds = [(past, past.deed(assessment.threshold.id)) for past in acts]
    return tuple(past for past, deed in deeds if deed and _just_short(deed.verdict, deed.ratio, least))


def _just_short(verdict: Verdict, ratio: Decimal | None, least: Decimal) -> bool:
    return verdict is not Verdict.REACHED and ratio is not None and least <= ratio < 1


def _sharing(known: Known, assessment: Assessment) -> tuple[Past, ...]:
    """Records of other parties about the same consignment: a plate, batch or waybill number in common, the same charge."""
    marks = set(marks_of(known.record.narrative)) if known.beside else set()
    id_ = assessment.threshold.id
    return tuple(p for p in known.beside if marks.intersection(p.marks) and (d := p.deed(id_)) and d.amounts)
