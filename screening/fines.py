"""The least fine that the cited provisions allow, and whether the fine imposed keeps to it (降格处罚).

What is not known never makes a fine too small: of several provisions, steps and versions the lowest counts, a base that the
record does not tell counts as the smallest that its step is meant for, and a penalty provision that is not recorded ends it.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal
from typing import Literal, NamedTuple

from screening.bundle.bundle import Bundle
from screening.bundle.fine import Fine, FineLaw, FineStep, FineVersion
from screening.facts import Measured
from screening.provisions import Provision, Titles, parse_provisions
from screening.quantity import format_amount
from screening.reading.reading import Reading
from screening.record import Record

__all__ = ["Cited", "Fines", "Least", "keeps", "reduction_stated"]

Standing = Literal["unknown", "kept", "below", "absent"]
ZERO = Decimal(0)
# Local rules (地方性法规) may have fines of their own where a law leaves the field to them (食品安全法第36条).
_LOCAL = re.compile(r"省|自治区|自治州|自治县|市(?!场)|北京|天津|上海|重庆|特区")
_UNSETTLED_ROLES = frozenset({"金额", "数量", "涉案金额"})
_REDUCED = re.compile(r"减轻(?:行政)?处罚|减轻罚款|减轻情节|予以减轻|依法减轻")
_DENIED = re.compile(r"(?:不|无|未|没有)[^，。；]{0,14}\Z")
_REDUCTION = {("行政处罚法", "32"), ("行政处罚法", "33")}


class Least(NamedTuple):
    """The least fine in 元 (above zero), by which provision in the text of which day; ``base`` is what was multiplied.

    ``required``: every cited provision orders a fine, so that none at all is less than the least.
    """

    amount: Decimal
    provision: Provision
    version: date
    required: bool
    base: Measured | None = None

    def __str__(self) -> str:
        of = f"，{self.base.name}{format_amount(self.base.value)}{self.base.unit}" if self.base else ""
        return f"{self.provision}（{self.version.isoformat()}文本{of}）"


class Cited(NamedTuple):
    """The provisions that a record cites, and the least fine that they allow."""

    provisions: tuple[Provision, ...]
    least: Least | None = None


class _Edition:
    """A version of a law with its provisions parsed, by article."""

    def __init__(self, law: str, version: FineVersion) -> None:
        self.version = version
        self._fines: dict[str, list[tuple[Provision, Fine]]] = defaultdict(list)
        for fine in version.fines:
            for text in fine.provisions:
                for provision in parse_provisions(f"《{law}》{text}"):
                    self._fines[provision.article].append((provision, fine))
        self._open = version.open_articles.difference(self._fines)

    def allowing(self, cited: Provision) -> list[tuple[Provision, Fine]] | None:
        """The entries that a citation may mean; None where it may set a fine that is not recorded."""
        known = self._fines.get(cited.article, [])
        meant = [(own, fine) for own, fine in known if own.covers(cited)]
        return None if cited.article in self._open or (known and not meant) else meant


class Fines:
    """An index from provisions to fines, built once from a bundle."""

    def __init__(self, bundle: Bundle) -> None:
        self._laws: dict[str, FineLaw] = {law.law: law for law in bundle.fine_laws}
        self._titles = Titles(self._laws)
        self._editions = {
            (law.law, version.effective_from): _Edition(law.law, version)
            for law in bundle.fine_laws
            for version in law.versions
        }
        steps = (step for law in bundle.fine_laws for v in law.versions for fine in v.fines for step in fine.steps)
        self._measures = {step.base: bundle.measure_named(step.base) or "" for step in steps if step.base}

    def cited(self, record: Record, reading: Reading, provisions: tuple[Provision, ...]) -> Cited:
        """The provisions together with their least fine."""
        return Cited(provisions, self.least(record, reading, provisions))

    def least(self, record: Record, reading: Reading, cited: Iterable[Provision]) -> Least | None:
        """The least fine; None where the provisions have none, or where it can't be told.

        Of the law of the conduct and that of the decision the more lenient applies (行政处罚法第37条).
        """
        if record.penalty.fine is None and not record.penalty.types:
            return None
        days = dict.fromkeys(day for day in (reading.conduct_to, record.decided_on) if day)
        found: list[Least] = []
        for one in cited:
            law = self._laws.get(self._titles.full(one.title))
            if law is None:
                if _LOCAL.search(one.title):
                    return None
                continue
            for day in days:
                version = law.on(day)
                edition = self._editions[law.law, version.effective_from] if version else None
                meant = edition.allowing(one._replace(title=law.law)) if edition else None
                if version is None or meant is None:
                    return None
                found += [self._of(own, version.version, steps, reading) for own, steps in _applying(meant, reading)]
        if not found:
            return None
        lowest = min(found, key=lambda least: least.amount)
        return lowest._replace(required=all(least.required for least in found)) if lowest.amount else None

    def _of(self, provision: Provision, version: date, steps: list[FineStep], reading: Reading) -> Least:
        floors = [floor for step in steps if (floor := self._floor(step, reading))]
        amount, base = min(floors, key=lambda floor: floor[0], default=(ZERO, None))
        plain = [step for step in steps if not step.case and step.party != "个人"]
        required = bool(plain) and not any(step.may for step in plain)
        return Least(amount, provision, version, required, base)

    def _floor(self, step: FineStep, reading: Reading) -> tuple[Decimal, Measured | None] | None:
        """The least fine of a step and the base it was reckoned from; None where the base shows that the step is not meant."""
        base = self._base(step, reading)
        if base and (
            (step.base_below and base.value >= step.base_below.value)
            or (step.base_from and base.value < step.base_from.value)
        ):
            return None
        if step.at_least is None:
            return ZERO, base
        if not step.times and not step.per:
            return step.at_least.value, base
        value = base.value if base else step.base_from.value if step.base_from else ZERO
        if step.base_counts_as:
            value = max(value, step.base_counts_as.value)
        if step.per:
            value /= step.per.value
        return step.at_least.value * value / (100 if step.at_least.unit == "%" else 1), base

    def _base(self, step: FineStep, reading: Reading) -> Measured | None:
        """The base as the narrative and as a column tell it, the smaller where both do; not one that is only guessed to be it."""
        name = self._measures.get(step.base or "")
        if not name:
            return None
        guessed = {mention.evidence for mention in reading.mentions if mention.name in _UNSETTLED_ROLES}
        told = (reading.measured(name), reading.stated.get(name))
        known = [one for one in told if one and guessed.isdisjoint(one.evidence)]
        return min(known, key=lambda one: one.value, default=None)


def keeps(record: Record, least: Least | None) -> Standing:
    """How the fine imposed stands to the least: kept, below, absent (none, where one must be), or unknown."""
    fine, types = record.penalty.fine, record.penalty.types
    if least is None:
        return "unknown"
    if fine:
        return "below" if fine < least.amount else "kept"
    said = (*types, record.penalty.content)
    none = bool(types) and not any("罚款" in text or "不予" in text or "免" in text for text in said)
    return "absent" if none and least.required else "unknown"


def reduction_stated(record: Record, cited: Iterable[Provision]) -> bool:
    """Whether the record says that the penalty was reduced (减轻处罚), or cites the article that allows it."""
    if any((one.title, one.article) in _REDUCTION for one in cited):
        return True
    return any(
        not _DENIED.search(text, 0, start)
        for text in (record.legal_basis, record.penalty.content, record.narrative)
        for start in _places(text)
    )


def _places(text: str) -> Iterator[int]:
    return (match.start() for match in _REDUCED.finditer(text)) if "减轻" in text else iter(())


def _applying(meant: list[tuple[Provision, Fine]], reading: Reading) -> Iterator[tuple[Provision, list[FineStep]]]:
    """The steps that are meant for this kind of party, of the entries that have some."""
    kind = reading.party_kind
    for provision, fine in meant:
        steps = [step for step in fine.steps if kind is None or step.party in (None, kind)]
        if steps:
            yield provision, steps
