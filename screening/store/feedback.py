"""What prosecutors concluded, and how right rules and scores were by it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal, get_args

from sqlalchemy import Engine, insert, select

from screening.errors import StoreError
from screening.statistics import wilson
from screening.store.decisions import Decisions
from screening.store.records import now
from screening.store.schema import feedback

__all__ = ["CONCLUSIONS", "Calibration", "Conclusion", "Feedback", "Precision"]

Conclusion = Literal["确认", "排除", "已移送", "已立案"]
CONCLUSIONS: tuple[str, ...] = get_args(Conclusion)
_RIGHT = frozenset({"确认", "已移送", "已立案"})
_BANDS = (0, 10, 45, 70, 85, 101)


@dataclass(frozen=True, slots=True)
class Precision:
    """How often it was right: ``right`` of ``cases``, with the 95 % interval (Wilson)."""

    name: str
    cases: int
    right: int
    low: float
    high: float

    @property
    def share(self) -> float:
        return self.right / self.cases


@dataclass(frozen=True, slots=True)
class Calibration:
    """Precision by rule, by score band and by level; a decision counts with its latest conclusion."""

    cases: int
    rules: tuple[Precision, ...]
    bands: tuple[Precision, ...]
    levels: tuple[Precision, ...]


class Feedback:
    """The conclusions of one store. They are added to and never changed: the latest counts."""

    def __init__(self, engine: Engine, decisions: Decisions) -> None:
        self._engine, self._decisions = engine, decisions

    def give(self, decision: str, conclusion: str, reason: str, by: str) -> None:
        """Keep a conclusion; ``StoreError`` for an unknown decision or conclusion."""
        if conclusion not in CONCLUSIONS:
            raise StoreError(f"没有“{conclusion}”这种结论。", f"可写：{'、'.join(CONCLUSIONS)}。")
        self._decisions.get(decision)
        row = {"decision": decision, "conclusion": conclusion, "reason": reason, "given_by": by, "given_at": now()}
        with self._engine.begin() as connection:
            connection.execute(insert(feedback).values(row))

    def of(self, decision: str) -> list[dict[str, str]]:
        """The conclusions on one decision, the oldest first."""
        asked = select(feedback).where(feedback.c.decision == decision).order_by(feedback.c.id)
        with self._engine.connect().execution_options(reads=True) as connection:
            return [
                {"conclusion": row.conclusion, "reason": row.reason, "by": row.given_by, "at": row.given_at}
                for row in connection.execute(asked)
            ]

    def latest(self) -> dict[str, bool]:
        """Decision → whether its latest conclusion says that it was right."""
        asked = select(feedback.c.decision, feedback.c.conclusion).order_by(feedback.c.id)
        with self._engine.connect().execution_options(reads=True) as connection:
            return {row.decision: row.conclusion in _RIGHT for row in connection.execute(asked)}

    def concluded(self) -> list[tuple[bool, dict[str, Any]]]:
        """Whether it was right, and the result, of every decision that somebody concluded on, the oldest first."""
        concluded = self.latest()
        return [(concluded[id_], result) for id_, result in self._decisions.results() if id_ in concluded]

    def calibration(self) -> Calibration:
        """How right rules, score bands and levels were, by the conclusions there are."""
        results = self.concluded()
        return Calibration(
            len(results),
            _precisions(((rule["rule"], right) for right, result in results for rule in _once(result["findings"]))),
            _precisions(((_band(result["score"]), right) for right, result in results)),
            _precisions(((result["level"], right) for right, result in results)),
        )


def _once(findings: Iterable[Mapping[str, Any]]) -> Iterable[Mapping[str, Any]]:
    """Each rule once a decision, however many charges it fired for."""
    return {finding["rule"]: finding for finding in findings}.values()


def _band(score: float) -> str:
    low = max(band for band in _BANDS if band <= score)
    high = _BANDS[_BANDS.index(low) + 1]
    return f"{low:>3}–{min(100, high)}"


def _precisions(told: Iterable[tuple[str, bool]]) -> tuple[Precision, ...]:
    tally: dict[str, list[bool]] = defaultdict(list)
    for name, right in told:
        tally[name].append(right)
    return tuple(
        Precision(name, len(rights), sum(rights), *wilson(sum(rights), len(rights)))
        for name, rights in sorted(tally.items())
    )
