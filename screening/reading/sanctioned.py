"""What the provisions under which an agency punishes say by themselves: it has found the conduct that they name."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from screening.bundle.sanctions import Sanction
from screening.facts import Evidence
from screening.logic import State
from screening.provisions import Provision, Titles, parse_provisions, placed_provisions
from screening.reading.assertions import Asserted
from screening.record import Record

__all__ = ["Found", "Sanctioned", "with_found"]


class Found(NamedTuple):
    """A conduct or circumstance that a cited provision finds; ``kind`` is one of these two words."""

    kind: str
    name: str
    evidence: Evidence


class Sanctioned:
    """An index from provisions to what they find, built once from ``rules/provisions/``."""

    def __init__(self, sanctions: Iterable[Sanction]) -> None:
        self._by_article: dict[tuple[str, str], list[tuple[Provision, Sanction]]] = defaultdict(list)
        for sanction in sanctions:
            for provision in parse_provisions(sanction.provision):
                self._by_article[provision.title, provision.article].append((provision, sanction))
        self._titles = Titles(title for title, _ in self._by_article)

    def found(self, record: Record) -> list[Found]:
        """What the provisions of 处罚依据 find. An item counts only where the citation names it."""
        return list(self._found(record)) if record.legal_basis else []

    def _found(self, record: Record) -> Iterator[Found]:
        for cited, (start, end) in placed_provisions(record.legal_basis):
            title = self._titles.full(cited.title)
            for provision, sanction in self._by_article.get((title, cited.article), ()):
                if _within(cited, provision) and sanction.holds_on(record.decided_on):
                    evidence = Evidence("legal_basis", start, end, record.legal_basis[start:end])
                    kind = "conduct" if sanction.conduct else "circumstance"
                    yield Found(kind, sanction.conduct or sanction.circumstance or "", evidence)


def with_found(told: dict[str, Asserted], found: Iterable[Found], kind: str) -> dict[str, Asserted]:
    """``told`` with what the cited provisions find; the narrative has the last word where it asserts or denies."""
    for _, name, evidence in (one for one in found if one.kind == kind):
        known = told.get(name)
        if known is None or known.state is State.UNKNOWN:
            told[name] = Asserted(name, State.YES, (evidence,))
    return told


def _within(cited: Provision, provision: Provision) -> bool:
    """Whether the citation is as narrow as the provision; one without a paragraph may be of a single one."""
    return provision.item in (None, cited.item) and (
        provision.paragraph is None
        or provision.paragraph == cited.paragraph
        or (cited.paragraph is None and provision.item is not None)
    )
