"""What a candidate bundle says of the records that were decided under the active one, and what all of it comes to."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, Final

from sqlalchemy import Engine, or_, select

from screening.scoring import LEVELS
from screening.screener import Screening
from screening.store.connect import explained
from screening.store.records import now
from screening.store.schema import comparisons, decisions

__all__ = ["Comparisons", "Example", "Summary", "as_json", "compared", "differences"]

_MOST: Final = 20
Differences = dict[str, list[Any]]


@dataclass(frozen=True, slots=True)
class Example:
    """One record on which the two differ; each pair is (active, candidate)."""

    decision: str
    record_id: str
    level: tuple[str, str]
    score: tuple[float, float]
    charge: tuple[str, str]
    differs: Differences


@dataclass(slots=True)
class Summary:
    """How many records two bundles screened, how many differ and how, with at most twenty examples of each kind.

    A record rises or falls by its level; ``charge``: another charge leads; ``other``: score, verdict or findings alone.
    """

    candidate: str
    active: str
    records: int = 0
    counts: Counter[str] = field(default_factory=Counter)
    examples: dict[str, list[Example]] = field(default_factory=dict)


def differences(active: Screening, candidate: Screening) -> Differences:
    """What → [active, candidate], of what differs: level, score, charge, verdict, rules that fired."""
    one, other = _told(active), _told(candidate)
    return {what: [one[what], other[what]] for what in one if one[what] != other[what]}


def compared(decision: str, active: Screening, candidate: Screening) -> dict[str, Any]:
    """The row of ``comparisons`` beside a decision, which has to be kept before it."""
    told = _told(candidate)
    return {
        "decision": decision,
        "candidate": candidate.revision,
        "active": active.revision,
        "level": told["level"],
        "score": told["score"],
        "charge": told["charge"] or None,
        "differs": json.dumps(differences(active, candidate), ensure_ascii=False),
        "made_at": now(),
    }


class Comparisons:
    """The comparisons of one store."""

    def __init__(self, engine: Engine, address: str) -> None:
        self._engine, self._address = engine, address

    def latest(self) -> str | None:
        """The candidate that was last compared."""
        asked = select(comparisons.c.candidate).order_by(comparisons.c.made_at.desc()).limit(1)
        with explained(self._address), self._engine.connect().execution_options(reads=True) as connection:
            found: str | None = connection.execute(asked).scalar()
            return found

    def summaries(self, candidate: str, regions: Sequence[str] = ("",)) -> list[Summary]:
        """What a candidate came to beside each bundle that was active meanwhile; of regions with these prefixes only."""
        found: dict[str, Summary] = {}
        for active, example in self._each(candidate, regions):
            summary = found.setdefault(active, Summary(candidate, active))
            summary.records += 1
            for kind in _kinds(example):
                summary.counts[kind] += 1
                if kind == "same":
                    continue
                shown = summary.examples.setdefault(kind, [])
                if len(shown) < _MOST:
                    shown.append(example)
        return list(found.values())

    def _each(self, candidate: str, regions: Sequence[str]) -> Iterator[tuple[str, Example]]:
        c, d = comparisons.c, decisions.c
        asked = select(
            c.decision, c.active, c.level, c.score, c.charge, c.differs,
            d.record_id, d.level.label("had_level"), d.score.label("had_score"), d.charge.label("had_charge"),
        ).join_from(comparisons, decisions, c.decision == d.id).where(c.candidate == candidate)  # fmt: skip
        if "" not in regions:
            asked = asked.where(or_(*(d.region.startswith(prefix, autoescape=True) for prefix in regions)))
        with (
            explained(self._address),
            self._engine.connect().execution_options(reads=True, yield_per=500) as connection,
        ):
            for row in connection.execute(asked.order_by(d.number.desc())):
                yield (
                    row.active,
                    Example(
                        row.decision,
                        row.record_id,
                        (row.had_level, row.level),
                        (row.had_score, row.score),
                        (row.had_charge or "", row.charge or ""),
                        json.loads(row.differs),
                    ),
                )


def as_json(summary: Summary, most: int = _MOST) -> dict[str, Any]:
    """A summary as it goes over the wire, with at most so many examples of each kind."""
    shown = {kind: [asdict(each) for each in some[:most]] for kind, some in summary.examples.items()}
    counts = {kind: summary.counts[kind] for kind in ("same", "rise", "fall", "charge", "other")}
    return {
        "candidate": summary.candidate,
        "active": summary.active,
        "records": summary.records,
        "counts": counts,
        "examples": shown,
    }


def _told(screening: Screening) -> dict[str, Any]:
    first = screening.assessments[0] if screening.assessments else None
    return {
        "level": screening.score.level,
        "score": float(screening.score.value),
        "charge": first.charge if first else "",
        "verdict": first.verdict.value if first else "none",
        "rules": sorted({finding.rule.id for finding in screening.score.findings}),
    }


def _kinds(example: Example) -> list[str]:
    """``same``, or one or more of ``rise``, ``fall``, ``charge``; ``other`` where something else differs."""
    if not example.differs:
        return ["same"]
    step = LEVELS.index(example.level[1]) - LEVELS.index(example.level[0])
    kinds = [
        name for name, true in (("rise", step > 0), ("fall", step < 0), ("charge", "charge" in example.differs)) if true
    ]
    return kinds or ["other"]
