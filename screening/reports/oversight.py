"""``supervise.html``, ``.xlsx`` and ``.json``: the indicators of supervision, charts, and a table of where to look first."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from typing import Any, Final

from screening.reports.charts import Interval, intervals
from screening.reports.pages import write_page
from screening.reports.results import Results
from screening.reports.sheets import Column, Sheets
from screening.reports.supervision import FEW, INDICATORS, Dials, Indicator, Measured, Movement, movements, shares

__all__ = ["ranked", "write_supervision"]

_SHOWN: Final = 15
_RANKING: Final = (
    Column("agency", "办案机关", 28),
    Column("marked", "显著项数", 10),
    Column("patterns", "与同类机关或自身以往明显不同的方面", 60),
    Column("cases", "案件数", 10),
)
_SHARES: Final = (
    Column("title", "指标", 24),
    Column("agency", "办案机关", 28),
    Column("cases", "案件数", 10),
    Column("hits", "其中", 10),
    Column("share", "占比", 10),
    Column("low", "95% 下限", 10),
    Column("high", "95% 上限", 10),
    Column("drawn", "收缩后占比", 12),
    Column("common", "比较基准", 10),
    Column("chance", "偶然概率", 12),
    Column("marked", "显著", 8),
    Column("few", "件数少", 8),
)
_MOVEMENTS: Final = (
    Column("agency", "办案机关", 28),
    Column("month", "月份", 10),
    Column("entries", "录入数", 10),
    Column("past", "以往各月合计", 13),
    Column("months", "以往月数", 10),
    Column("expected_own", "按自身以往应有", 15),
    Column("chance_own", "偶然概率（自身）", 16),
    Column("expected_peers", "按同类变动应有", 15),
    Column("chance_peers", "偶然概率（同类）", 16),
    Column("marked", "显著", 8),
)


def write_supervision(results: Results, dials: Dials) -> None:
    """Write the three files into the folder of the results, or of the campaign in it."""
    found = [(indicator, shares(results, indicator, dials)) for indicator in INDICATORS]
    moved = movements(results, dials)
    ranking = ranked(results, found, moved)
    told = [row for indicator, measured in found for row in _rows(indicator, measured)]
    with Sheets(results.target / "supervise.xlsx", ("排序", "指标", "录入量")) as sheets:
        sheets.fill("排序", _RANKING, ranking)
        sheets.fill("指标", _SHARES, told)
        sheets.fill("录入量", _MOVEMENTS, map(asdict, moved))
    whole = {"scope": results.title, "dials": asdict(dials), "ranking": ranking, "indicators": told}
    text = json.dumps(whole | {"entries": [asdict(m) for m in moved]}, ensure_ascii=False, indent=1)
    partial = results.target / "supervise.json.part"
    partial.write_text(text + "\n", encoding="utf-8", errors="replace")
    partial.replace(results.target / "supervise.json")
    write_page(
        "supervise.html.j2",
        results.target / "supervise.html",
        title="监督线索统计",
        scope=results.title,
        dials=dials,
        few=FEW,
        leading=[row for row in ranking if row["marked"]],
        quiet=sum(not row["marked"] for row in ranking),
        moved=moved[:_SHOWN],
        panels=[_panel(indicator, measured, dials) for indicator, measured in found],
    )


def ranked(
    results: Results, found: Sequence[tuple[Indicator, Sequence[Measured]]], moved: Sequence[Movement]
) -> list[dict[str, Any]]:
    """Agencies by the number of indicators that stand out."""
    patterns: dict[str, list[str]] = {
        row["agency"]: []
        for row in results.rows("SELECT DISTINCT coalesce(agency, '（未填机关）') AS agency FROM cases")
    }
    for indicator, measured in found:
        for m in measured:
            if m.marked:
                patterns[m.agency].append(f"{indicator.title} {m.share:.0%}（{m.hits}/{m.cases}）")
    for move in moved:
        if move.marked:
            patterns[move.agency].append(f"{move.month} 录入 {move.entries} 件，以往月均 {move.expected_own:.1f} 件")
    counts = {
        row["agency"]: row["cases"]
        for row in results.rows(
            "SELECT coalesce(agency, '（未填机关）') AS agency, count(*) AS cases FROM cases GROUP BY 1"
        )
    }
    rows = [
        {"agency": agency, "marked": len(words), "patterns": words, "cases": counts[agency]}
        for agency, words in patterns.items()
    ]
    return sorted(rows, key=lambda row: (-row["marked"], row["agency"]))


def _rows(indicator: Indicator, measured: Sequence[Measured]) -> Iterator[dict[str, Any]]:
    for m in measured:
        yield asdict(m) | {"title": indicator.title, "share": m.share, "few": m.few}


def _panel(indicator: Indicator, measured: Sequence[Measured], dials: Dials) -> dict[str, Any]:
    drawn = [
        Interval(
            m.agency, m.low, m.share, m.high, f"{m.share:.1%}（{m.hits}/{m.cases}）{'*' if m.few else ''}", m.marked
        )
        for m in measured[:_SHOWN]
    ]
    common = measured[0].common if measured else None
    hits = sum(m.hits for m in measured)
    return {
        "title": indicator.title,
        "words": indicator.words.format(late=dials.late, far=dials.far),
        "even": indicator.even is not None,
        "common": common,
        "chart": intervals(drawn, indicator.title, common) if hits else None,
        "none": "各机关都没有这样的案件。" if measured else "没有可比的案件。",
        "left": max(0, len(measured) - _SHOWN) if hits else 0,
    }
