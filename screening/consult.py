"""What an agency asks on the phone: which version governs on a date, its limbs with figures and sources, and, with facts, the verdicts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from rapidfuzz import fuzz, process

from screening.assess import Measurement, measure_version
from screening.bundle.bundle import Bundle
from screening.bundle.threshold import Threshold
from screening.facts import GivenFacts
from screening.governing import applicable
from screening.reading.reader import Reader

__all__ = ["Consultation", "Found", "consult", "find_charges"]


#: Likeness (0–100) from which a word is taken for what was meant, and from which it is worth a hint.
_ALIKE, _REMOTE = 66, 45
_MOST = 3


class Found(NamedTuple):
    """The files that a name means, ``exact`` or by likeness; ``nearest``: names of charges to choose from where it means none."""

    thresholds: tuple[Threshold, ...]
    exact: bool = False
    nearest: tuple[str, ...] = ()


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


def find_charges(bundle: Bundle, name: str) -> Found:
    """The files of a charge, from its name or from what a clerk calls it.

    By name first: the charge's own or a former one (with or without 罪), its id or an alias, each exactly. Else by what the
    text rules read in it (卖假烟 asserts a conduct), else by likeness to names, aliases, 案由 and conducts. The last two propose:
    ``exact`` is false, and people must be told so.
    """
    wanted = _bare(name)
    named = [t for t in bundle.thresholds if wanted in _names(t)]
    if named:
        return Found(tuple(named), exact=True)
    told = {mention.rule.asserts.conduct for mention in Reader(bundle).assertions(name)}
    meant = [t for t in bundle.thresholds if told.intersection(t.linkage.conduct)]
    if meant:
        return Found(tuple(meant))
    words: dict[str, list[Threshold]] = {}
    for threshold in bundle.thresholds:
        former = [f.charge for f in threshold.former_names]
        linkage = threshold.linkage
        for word in {threshold.charge, *former, *threshold.aliases, *linkage.reasons, *linkage.conduct}:
            words.setdefault(word, []).append(threshold)
    alike = process.extract(name, list(words), scorer=fuzz.ratio, limit=4, score_cutoff=_ALIKE)
    likely = tuple({t.id: t for word, _, _ in alike for t in words[word]}.values())
    if likely:
        return Found(likely[:_MOST])
    remote = process.extract(name, list(words), scorer=fuzz.WRatio, limit=12, score_cutoff=_REMOTE)
    nearest = tuple(dict.fromkeys(t.charge for word, _, _ in remote for t in words[word]))
    return Found((), nearest=nearest[:5])


def _names(threshold: Threshold) -> set[str]:
    charge, kind = _bare(threshold.charge), threshold.kind
    own = {threshold.id, charge, *map(_bare, threshold.aliases), *(_bare(f.charge) for f in threshold.former_names)}
    return own | {f"{charge}（{kind}）", f"{charge}({kind})", f"{threshold.charge}（{kind}）"}


def _bare(name: str) -> str:
    return name.strip().removesuffix("罪")
