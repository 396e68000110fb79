"""Which charges a record puts in question, and why: cited provisions, 案由, conduct, and the agency as a nudge.

Pointers add up by kind (the strongest of each kind counts once), with the weights of ``thresholds/policy.yaml``.
"""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal
from typing import NamedTuple

import daachorse

from screening.bundle.bundle import Bundle
from screening.bundle.threshold import Threshold
from screening.facts import Evidence
from screening.folding import fold
from screening.logic import State
from screening.provisions import Provision, Titles, parse_provisions
from screening.reading.reading import Reading
from screening.record import Record

__all__ = ["Candidate", "Linkage", "Pointer"]

ZERO = Decimal(0)


class Pointer(NamedTuple):
    """One reason why a charge is in question; ``kind`` is conduct, reason (案由), provision, agency or likeness."""

    kind: str
    text: str
    weight: Decimal
    evidence: tuple[Evidence, ...] = ()


class Candidate(NamedTuple):
    """A charge in question with its pointers; ``strength`` is the sum of the best of each kind.

    ``supposed``: only likeness points to it (``likeness.py``).
    """

    threshold: Threshold
    pointers: tuple[Pointer, ...]
    strength: Decimal
    supposed: bool = False


class Linkage:
    """An index from what a record says to charges, built once from a bundle."""

    def __init__(self, bundle: Bundle) -> None:
        self._weights = bundle.policy.pointers
        self._thresholds = bundle.thresholds
        self._by_conduct: dict[str, list[int]] = defaultdict(list)
        self._by_reason: dict[str, list[int]] = defaultdict(list)
        self._by_name: dict[str, list[int]] = defaultdict(list)
        parsed: list[tuple[Provision, int]] = []
        for number, threshold in enumerate(bundle.thresholds):
            for conduct in threshold.linkage.conduct:
                self._by_conduct[conduct].append(number)
            for reason in threshold.linkage.reasons:
                self._by_reason[fold(reason)].append(number)
            self._by_name[_bare(fold(threshold.charge))].append(number)
            parsed += [(p, number) for text in threshold.linkage.provisions for p in parse_provisions(text)]
        self._reasons = list(self._by_reason)
        self._automaton = daachorse.CharwiseDoubleArrayAhoCorasick(self._reasons)
        self._titles = Titles(p.title for p, _ in parsed)
        self._by_article: dict[tuple[str, str], list[tuple[Provision, int]]] = defaultdict(list)
        for provision, number in parsed:
            self._by_article[provision.title, provision.article].append((provision, number))

    def candidates(self, record: Record, reading: Reading, cited: tuple[Provision, ...]) -> tuple[Candidate, ...]:
        """The charges in question, the most strongly pointed to first (file order breaks ties)."""
        found: dict[int, list[Pointer]] = defaultdict(list)
        self._conduct(reading, found)
        self._reason(record, found)
        self._provision(cited, found)
        result = []
        for number, pointers in found.items():
            threshold = self._thresholds[number]
            for agency in threshold.agencies:
                if agency in record.agency:
                    pointers.append(Pointer("agency", record.agency, self._weights.agency))
                    break
            best: dict[str, Decimal] = {}
            for kind, _, weight, _ in pointers:
                if kind not in best or weight > best[kind]:
                    best[kind] = weight
            strength = sum(best.values(), ZERO)
            if strength >= self._weights.enough and not self._withdrawn(threshold, reading):
                result.append((-strength, number, Candidate(threshold, tuple(pointers), strength)))
        result.sort(key=lambda item: item[:2])
        return tuple(candidate for _, _, candidate in result)

    def cited(self, record: Record) -> tuple[Provision, ...]:
        """The provisions the record cites, by full title."""
        seen = dict.fromkeys(
            Provision(self._titles.full(p.title), p.article, p.paragraph, p.item)
            for text in (record.legal_basis, record.narrative)
            if "条" in text
            for p in parse_provisions(text)
        )
        return tuple(seen)

    def belongs(self, provision: Provision, threshold: Threshold) -> bool:
        """Whether a cited provision is one of the charge's."""
        known = self._by_article.get((provision.title, provision.article), ())
        return any(self._thresholds[number] is threshold and p.covers(provision) for p, number in known)

    def _conduct(self, reading: Reading, found: dict[int, list[Pointer]]) -> None:
        for name, asserted in reading.conducts.items():
            kind, weight = "conduct", self._weights.conduct
            if asserted.evidence[0].field == "legal_basis":
                kind, weight = "provision", self._weights.provision  # found by a citation: it counts once
            elif asserted.state is State.NO:
                weight = -weight
            elif asserted.state is State.UNKNOWN:
                weight = weight / 2
            for number in self._by_conduct.get(name, ()):
                found[number].append(Pointer(kind, name, weight, asserted.evidence))

    def _reason(self, record: Record, found: dict[int, list[Pointer]]) -> None:
        case_reason = fold(record.case_reason)
        if not case_reason:
            return
        longest: dict[int, str] = {}
        for _, _, place in self._automaton.find_overlapping(case_reason):
            reason = self._reasons[place]
            for number in self._by_reason[reason]:
                if len(reason) > len(longest.get(number, "")):
                    longest[number] = reason
        for number in self._by_name.get(own := _bare(case_reason), ()):  # an 案由 that is the charge's own name
            longest.setdefault(number, own)
        for number, reason in longest.items():
            start = case_reason.index(reason)
            evidence = Evidence(
                "case_reason", start, start + len(reason), record.case_reason[start : start + len(reason)]
            )
            found[number].append(Pointer("reason", evidence.text, self._weights.reason, (evidence,)))

    def _provision(self, cited: tuple[Provision, ...], found: dict[int, list[Pointer]]) -> None:
        for one in cited:
            matches = [(p, n) for p, n in self._by_article.get((one.title, one.article), ()) if p.covers(one)]
            charges = {n for _, n in matches}
            for provision, number in matches:
                exact = (provision.paragraph, provision.item) == (one.paragraph, one.item) and len(charges) <= 2
                weight = self._weights.provision if exact else self._weights.shared_provision
                pointer = Pointer("provision", str(one), weight)
                if pointer not in found[number]:
                    found[number].append(pointer)

    @staticmethod
    def _withdrawn(threshold: Threshold, reading: Reading) -> bool:
        return any(reading.conduct(name) is State.YES for name in threshold.linkage.not_with)


def _bare(name: str) -> str:
    """涉嫌侵犯著作权罪案 → 侵犯著作权."""
    return name.removeprefix("涉嫌").removesuffix("案").removesuffix("罪")
