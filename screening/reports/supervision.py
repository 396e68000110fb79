"""What the records of each agency show beside its own past and its peers: patterns with their uncertainty, no verdicts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

from screening.reports.results import Results
from screening.statistics import binomial_tail, fisher_tail, holm, shrunk, wilson

__all__ = ["FEW", "INDICATORS", "Dials", "Indicator", "Measured", "Movement", "movements", "shares"]

FEW: Final = 10  # cases below which a share is marked as resting on few
_PAST: Final = 12  # months that the latest is compared with


@dataclass(frozen=True, slots=True)
class Dials:
    """What is a matter of choice and not of law: ``late`` in days from decision to entry, ``far`` a share of the least fine."""

    late: int = 30
    far: float = 0.5
    level: float = 0.05


@dataclass(frozen=True, slots=True)
class Indicator:
    """A share of an agency's cases: ``hit`` of those that are ``among`` (conditions of SQL).

    Compared with the other agencies, or with the fixed share ``even`` where there is one.
    """

    id: str
    title: str
    among: str
    hit: str
    words: str
    even: float | None = None


INDICATORS: Final = (
    Indicator(
        "late",
        "决定后较晚录入",
        "decided_on IS NOT NULL AND entered_on IS NOT NULL",
        "entered_on - decided_on > {late}",
        "自决定之日起超过 {late} 日才录入的占比（{late} 日是可调的观察线，不是法定期限）。",
    ),
    Indicator("no-narrative", "缺案情", "true", "narrative IS NULL OR narrative = ''", "没有填写案情的占比。"),
    Indicator("no-basis", "缺处罚依据", "true", "legal_basis IS NULL", "没有填写处罚依据的占比。"),
    Indicator("no-day", "缺决定日期", "true", "decided_on IS NULL", "没有填写决定日期的占比。"),
    Indicator("no-transfer", "缺移送情况", "true", "transferred IS NULL", "没有填写是否移送的占比。"),
    Indicator("no-amount", "缺涉案金额", "true", "case_amount IS NULL", "没有读出涉案金额的占比。"),
    Indicator(
        "bunching",
        "数额聚集在标准之下",
        "ratio >= 0.8 AND ratio < 1",
        "ratio >= 0.9",
        "数额在标准 80% 至 100% 的案件中，90% 以上的占比；数额越大案件越少时，不超过一半。",
        0.5,
    ),
    Indicator(
        "low-fine",
        "罚款远低于法定幅度",
        "least_fine > 0 AND fine IS NOT NULL",
        "fine < {far} * least_fine",
        "罚款不足所引条款最低罚款 {far} 倍的占比；减轻处罚的，应看卷宗中的理由。",
    ),
    Indicator(
        "not-transferred",
        "达到标准而未记载移送",
        "verdict = 'reached' AND transferred IS NOT NULL",
        "NOT transferred",
        "数额等达到立案追诉标准、填写了移送情况的案件中，填写为未移送的占比（移送率 = 1 − 此数）。",
    ),
)


@dataclass(frozen=True, slots=True)
class Measured:
    """One indicator of one agency. ``chance``: of so many hits or more if nothing set it apart."""

    indicator: str
    agency: str
    cases: int
    hits: int
    low: float
    high: float
    drawn: float
    common: float
    chance: float
    marked: bool

    @property
    def share(self) -> float:
        """Hits among the cases, 0 where there are none."""
        return self.hits / self.cases if self.cases else 0.0

    @property
    def few(self) -> bool:
        """Whether it rests on few cases."""
        return self.cases < FEW


def shares(results: Results, indicator: Indicator, dials: Dials) -> list[Measured]:
    """The indicator for each agency that has a case for it, most conspicuous first."""
    hit = indicator.hit.format(late=int(dials.late), far=float(dials.far))
    found = [
        (row["agency"], row["cases"], row["hits"])
        for row in results.rows(f"""
            SELECT coalesce(agency, '（未填机关）') AS agency, count(*) AS cases, count(*) FILTER ({hit}) AS hits
            FROM cases WHERE {indicator.among} GROUP BY 1 ORDER BY 1""")
    ]
    cases, hits = sum(n for _, n, _ in found), sum(k for _, _, k in found)
    chances = [
        binomial_tail(k, n, indicator.even) if indicator.even is not None else fisher_tail(k, n, hits - k, cases - n)
        for _, n, k in found
    ]
    common = indicator.even if indicator.even is not None else hits / cases if cases else 0.0
    marks = holm(chances, dials.level)
    measured = [
        Measured(indicator.id, agency, n, k, *wilson(k, n), shrunk(k, n, common), common, chance, mark and n >= FEW)
        for (agency, n, k), chance, mark in zip(found, chances, marks, strict=True)
    ]
    return sorted(measured, key=lambda m: (not m.marked, m.chance, -m.drawn, m.agency))


@dataclass(frozen=True, slots=True)
class Movement:
    """Entries of an agency in the latest full month beside what its own past and its peers' movement would give.

    ``expected_own``: the mean of the months before; ``expected_peers``: that mean, moved as all the others moved.
    The chances are two-sided and exact, all counts being Poisson and their sum given.
    """

    agency: str
    month: str
    entries: int
    past: int
    months: int
    expected_own: float
    chance_own: float
    expected_peers: float | None
    chance_peers: float | None
    marked: bool


def movements(results: Results, dials: Dials) -> list[Movement]:
    """Entries by agency against past and peers; empty where the records cover less than four full months."""
    months = [r["month"] for r in results.rows(_MONTHS)]
    if len(months) < 4:
        return []
    latest, before = months[-1], months[-1 - _PAST : -1]
    counts: dict[str, tuple[int, int]] = {
        r["agency"]: (r["latest"], r["past"]) for r in results.rows(_COUNTS, latest, before)
    }
    found = [_movement(agency, counts, latest, len(before)) for agency in counts]
    chances = [max(m.chance_own, m.chance_peers if m.chance_peers is not None else 0.0) for m in found]
    marks = holm(chances, dials.level)
    marked = [replace(m, marked=mark) for m, mark in zip(found, marks, strict=True)]
    return [m for _, m in sorted(zip(chances, marked, strict=True), key=lambda pair: (pair[0], pair[1].agency))]


def _movement(agency: str, counts: Mapping[str, tuple[int, int]], month: str, months: int) -> Movement:
    latest, past = counts[agency]
    others_latest = sum(k for name, (k, _) in counts.items() if name != agency)
    others_past = sum(n for name, (_, n) in counts.items() if name != agency)
    expected_peers = chance_peers = None
    if others_past:
        expected_peers = past * others_latest / others_past
        chance_peers = _two_sided(
            fisher_tail(latest, latest + past, others_latest, others_latest + others_past),
            fisher_tail(past, latest + past, others_past, others_latest + others_past),
        )
    share = 1 / (months + 1)
    own = _two_sided(binomial_tail(latest, latest + past, share), binomial_tail(past, latest + past, 1 - share))
    return Movement(agency, month, latest, past, months, past / months, own, expected_peers, chance_peers, False)


def _two_sided(upper: float, lower: float) -> float:
    return min(1.0, 2 * min(upper, lower))


# The month of the last entry counts as full where an entry stands in its last three days.
_ENTRY: Final = "coalesce(entered_on, decided_on)"
_MONTHS: Final = f"""
    WITH ends AS (SELECT min({_ENTRY}) AS first, max({_ENTRY}) AS last FROM cases)
    SELECT strftime(m, '%Y-%m') AS month FROM ends, unnest(generate_series(date_trunc('month', first)::TIMESTAMP,
        date_trunc('month', last + INTERVAL 3 DAY - INTERVAL 1 MONTH)::TIMESTAMP, INTERVAL 1 MONTH)) AS t(m)
    WHERE first IS NOT NULL ORDER BY 1"""
_COUNTS: Final = f"""
    SELECT coalesce(agency, '（未填机关）') AS agency,
        count(*) FILTER (strftime({_ENTRY}, '%Y-%m') = $1) AS latest,
        count(*) FILTER (list_contains($2::VARCHAR[], strftime({_ENTRY}, '%Y-%m'))) AS past
    FROM cases GROUP BY 1 ORDER BY 1"""
