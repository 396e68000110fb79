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
    """One threshold file on one day; ``measurement`` holds its limbs against the facts given (none: all unknown)."""

    threshold: Threshold
    on: date
    measurement: Measurement | None
    note: str = ""


def consult(bundle: Bundle, threshold: Threshold, on: date, facts: GivenFacts) -> Consultation:
    """Answer for conduct on that day. Where the law at hand does not reach back that far, ``note`` says so."""
    versions = applicable(threshold, on, on)
    if versions is None:
        return Consultation(threshold, on, None, "手头的法律文本未覆盖这一天")
    note = "" if versions.crime_then else f"此罪自 {threshold.since} 起设立，此前的行为不构成此罪"
    return Consultation(threshold, on, measure_version(bundle, threshold, versions.then, facts, on), note)


def find_charges(bundle: Bundle, name: str) -> tuple[Sequence[Threshold], Sequence[str]]:
    """The files of a charge: by its name (with or without 罪), its id or an alias exactly; else nothing and the nearest names."""
    wanted = name.strip().removesuffix("罪")
    exact = [
        t
        for t in bundle.thresholds
        if wanted in (t.charge.removesuffix("罪"), t.id, *(a.removesuffix("罪") for a in t.aliases))
        or wanted == f"{t.charge.removesuffix('罪')}（{t.kind}）"
        or wanted == f"{t.charge.removesuffix('罪')}({t.kind})"
        or wanted == f"{t.charge}（{t.kind}）"
    ]
    if exact:
        return exact, ()
    names: dict[str, str] = {}
    for threshold in bundle.thresholds:
        for word in (threshold.charge, *threshold.aliases, *threshold.linkage.reasons, *threshold.linkage.conduct):
            names.setdefault(word, threshold.charge)
    nearest = process.extract(name, list(names), scorer=fuzz.WRatio, limit=12, score_cutoff=45)
    return (), tuple(dict.fromkeys(names[word] for word, _, _ in nearest))[:5]
