"""What an agency asks on the phone: which version governs on a date, its limbs with figures and sources, and, with facts, the verdicts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from rapidfuzz import fuzz, process

from screening.assess import Measurement, measure_version
from screening.bundle.bundle import Bundle
from screening.bundle.threshold import Threshold
from screening.facts import GivenFacts
from screening.governing import applicable

__all__ = ["Consultation", "consult", "find_charges"]


@dataclass(frozen=True, slots=True)
class Consultation:
    """One threshold file on one day; ``measurement`` holds its limbs against the facts given (none: all unknown).

    ``charge`` is the name in force that day.
    """

    threshold: Threshold
    charge: str
    on: date
    measurement: Measurement | None
    note: str = ""


def consult(bundle: Bundle, threshold: Threshold, on: date, facts: GivenFacts, asked: str = "") -> Consultation:
    """Answer for conduct on that day; ``asked`` is the name it was asked by, which chooses among several of that day.

    Where the law at hand does not reach back that far, ``note`` says so.
    """
    names = [name.charge for name in threshold.names_on(on)] or [threshold.charge]
    charge = next((name for name in names if _bare(name) == _bare(asked)), names[0])
    versions = applicable(threshold, on, on)
    if versions is None:
        return Consultation(threshold, charge, on, None, "手头的法律文本未覆盖这一天")
    note = "" if versions.crime_then else f"此罪自 {threshold.since} 起设立，此前的行为不构成此罪"
    return Consultation(threshold, charge, on, measure_version(bundle, threshold, versions.then, facts, on), note)


def find_charges(bundle: Bundle, name: str) -> tuple[Sequence[Threshold], Sequence[str]]:
    """The files of a charge, and else the nearest names.

    It is known by its name or a former name (with or without 罪), its id or an alias, each exactly.
    """
    wanted = _bare(name)
    exact = [
        t
        for t in bundle.thresholds
        if wanted in (t.id, *(_bare(n) for n in (t.charge, *t.aliases, *(f.charge for f in t.former_names))))
        or wanted == f"{_bare(t.charge)}（{t.kind}）"
        or wanted == f"{_bare(t.charge)}({t.kind})"
        or wanted == f"{t.charge}（{t.kind}）"
    ]
    if exact:
        return exact, ()
    names: dict[str, str] = {}
    for threshold in bundle.thresholds:
        former = [f.charge for f in threshold.former_names]
        for word in (
            threshold.charge,
            *former,
            *threshold.aliases,
            *threshold.linkage.reasons,
            *threshold.linkage.conduct,
        ):
            names.setdefault(word, threshold.charge)
    nearest = process.extract(name, list(names), scorer=fuzz.WRatio, limit=12, score_cutoff=45)
    return (), tuple(dict.fromkeys(names[word] for word, _, _ in nearest))[:5]


def _bare(name: str) -> str:
    return name.strip().removesuffix("罪")
