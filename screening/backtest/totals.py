"""What a backtest comes to: by level, agency and charge, and how right either bundle is by what prosecutors concluded."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from screening.backtest.causes import causes_of
from screening.backtest.compare import KINDS
from screening.backtest.run import Outcome
from screening.reports.results import Results
from screening.scoring import LEVELS
from screening.statistics import wilson
from screening.store.store import Store

__all__ = ["Right", "Tally", "Told", "concluded_in", "told_of"]

Json = dict[str, Any]
NO_AGENCY, NO_CHARGE = "（未填机关）", "（未识别罪名）"
_CUTS: Final = (("refer", "建议移送"), ("early_intervention", "提前介入以上"), ("watch", "关注以上"))


@dataclass(slots=True)
class Tally:
    """Cases of one agency or charge: by level under either bundle, and by how they changed."""

    before: Counter[str] = field(default_factory=Counter)
    after: Counter[str] = field(default_factory=Counter)
    kinds: Counter[str] = field(default_factory=Counter)

    @property
    def changed(self) -> int:
        return self.kinds.total()


@dataclass(frozen=True, slots=True)
class Right:
    """Of the concluded cases that one bundle puts at this level or above, how many were right, with the 95 % interval (Wilson)."""

    name: str
    bundle: str
    cases: int
    right: int

    @property
    def share(self) -> float | None:
        return self.right / self.cases if self.cases else None

    @property
    def interval(self) -> tuple[float, float]:
        return wilson(self.right, self.cases)


@dataclass(frozen=True, slots=True)
class Told:
    """A backtest ready to be shown. ``cases`` have their ``causes``; ``concluded`` is None where no store was asked."""

    outcome: Outcome
    cases: tuple[Json, ...]
    kinds: Mapping[str, int]
    moves: Mapping[tuple[str, str], int]
    agencies: Mapping[str, Tally]
    charges: Mapping[str, Tally]
    whole: Tally
    precision: tuple[Right, ...]
    concluded: int | None


def concluded_in(store: Store) -> dict[str, bool]:
    """Record id → whether it was right, by the latest conclusion on the latest concluded decision of it."""
    latest = store.feedback.latest()
    return {result["record_id"]: latest[id_] for id_, result in store.decisions.results() if id_ in latest}


def told_of(outcome: Outcome, right: Mapping[str, bool] | None) -> Told:
    """Add it up. ``right``: record id → whether it was right, as last concluded; None where there is no store."""
    headings = any(change.area == "表头" for change in outcome.diff)
    cases = [case | {"causes": causes_of(case, outcome.reaches, headings)} for case in outcome.cases]
    cases.sort(
        key=lambda case: (list(KINDS).index(case["kinds"][0]), -max(case["before"]["score"], case["after"]["score"]))
    )
    results = Results.open(outcome.results.parent)
    agencies, charges, whole = _tallies(results), _tallies(results, "charge", NO_CHARGE), Tally()
    for tally in agencies.values():
        whole.before += tally.before
        whole.after += tally.after
    for case in cases:
        old, new, kind = case["before"], case["after"], case["kinds"][0]
        for tally in (whole, agencies[case["agency"] or NO_AGENCY]):
            _move(tally, tally, case)
            tally.kinds[kind] += 1
        names = [side["charge"] or NO_CHARGE for side in (old, new)]
        _move(charges[names[0]], charges[names[1]], case)
        for name in dict.fromkeys(names):
            charges[name].kinds[kind] += 1
    moves = Counter((case["before"]["level"], case["after"]["level"]) for case in cases)
    return Told(
        outcome,
        tuple(cases),
        Counter(case["kinds"][0] for case in cases),
        moves,
        _most_changed(agencies),
        _most_changed(charges),
        whole,
        tuple(_precision(results, cases, right)) if right else (),
        len(right) if right is not None else None,
    )


def _tallies(results: Results, column: str = "agency", absent: str = NO_AGENCY) -> defaultdict[str, Tally]:
    found: defaultdict[str, Tally] = defaultdict(Tally)
    for row in results.rows(f"SELECT {column} AS name, level, count(*) AS cases FROM cases GROUP BY ALL ORDER BY ALL"):
        for side in (found[row["name"] or absent].before, found[row["name"] or absent].after):
            side[row["level"]] += row["cases"]
    return found


def _move(out_of: Tally, into: Tally, case: Json) -> None:
    out_of.after[case["before"]["level"]] -= 1
    into.after[case["after"]["level"]] += 1


def _most_changed(tallies: Mapping[str, Tally]) -> dict[str, Tally]:
    def rank(item: tuple[str, Tally]) -> tuple[object, ...]:
        name, tally = item
        return -tally.kinds["rises"] - tally.kinds["falls"], -tally.changed, -tally.before.total(), name

    return dict(sorted(tallies.items(), key=rank))


def _precision(results: Results, cases: list[Json], right: Mapping[str, bool]) -> Iterator[Right]:
    """By level and bundle; a case counts with the level that each bundle gives it."""
    asked = results.rows("SELECT record_id, level FROM cases WHERE record_id IN (SELECT unnest($1))", list(right))
    before = {row["record_id"]: row["level"] for row in asked}
    after = before | {case["record_id"]: case["after"]["level"] for case in cases if case["record_id"] in before}
    for level, name in _CUTS:
        for bundle, levels in (("改前", before), ("改后", after)):
            at = [id_ for id_, its in levels.items() if LEVELS.index(its) >= LEVELS.index(level)]
            yield Right(name, bundle, len(at), sum(right[id_] for id_ in at))
