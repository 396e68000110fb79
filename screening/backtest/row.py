"""A record as it was screened under the old bundle: what tells whether a change can touch it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any, Final

from screening.bundle.fields import Fact, complete
from screening.folding import fold
from screening.provisions import Provision, parse_provisions

__all__ = ["COLUMNS", "Row"]

COLUMNS: Final = (
    "region",
    "case_reason",
    "legal_basis",
    "decided_on",
    "narrative",
    "rules",
    "charges",
    "conducts",
    "penalty_content",
    "postings",
)


@dataclass(frozen=True)
class Row:
    """The columns ``COLUMNS`` of one record, and what follows from them, each worked out when it is first asked for."""

    given: Mapping[str, Any]

    @property
    def region(self) -> str:
        return self.given["region"] or ""

    @property
    def decided_on(self) -> date | None:
        day: date | None = self.given["decided_on"]
        return day

    @property
    def legal_basis(self) -> str:
        return self.given["legal_basis"] or ""

    @cached_property
    def reason(self) -> str:
        """The 案由, folded as the reader folds."""
        return fold(self.given["case_reason"] or "")

    @cached_property
    def text(self) -> str:
        """All that text rules read, folded."""
        return "\n".join((fold(self.given["narrative"] or ""), fold(self.given["penalty_content"] or ""), self.reason))

    @cached_property
    def charges(self) -> frozenset[str]:
        """The charges in question."""
        return frozenset(self.given["charges"] or ())

    @cached_property
    def conducts(self) -> frozenset[str]:
        """The conducts told, asserted or not."""
        return frozenset(self.given["conducts"] or ())

    @cached_property
    def rules(self) -> frozenset[str]:
        """The finding rules that fired."""
        return frozenset(self.given["rules"] or ())

    @cached_property
    def cited(self) -> tuple[Provision, ...]:
        """The provisions that the record cites, by the titles as written."""
        texts = (self.legal_basis, self.given["narrative"] or "")
        return tuple(dict.fromkeys(p for text in texts if "条" in text for p in parse_provisions(text)))

    @cached_property
    def postings(self) -> tuple[Mapping[str, Fact], ...]:
        """What the finding rules were asked about."""
        return tuple(complete(facts) for facts in json.loads(self.given["postings"] or "[]"))
