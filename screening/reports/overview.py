"""``report.html``: what a run found, on one page; and ``write_report``, page and workbook together."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, Final

from screening.reports.charts import bars, columns
from screening.reports.pages import write_page
from screening.reports.results import LEVELS, VERDICTS, Results
from screening.reports.workbook import write_workbook

__all__ = ["write_report"]

_AGENCIES: Final = 20
_CASES: Final = 50
_LEVELS: Final = ", ".join(f"count(*) FILTER (level = '{level}') AS \"{level}\"" for level in LEVELS)
_QUALITY: Final = {
    "没有办案机关": "agency IS NULL",
    "没有地区": "region IS NULL",
    "没有决定日期": "decided_on IS NULL",
    "没有案情": "narrative IS NULL",
    "没有处罚依据": "legal_basis IS NULL",
    "没有记载是否移送": "transferred IS NULL",
    "没有读出涉案金额": "case_amount IS NULL",
    "没有识别出罪名": "charge IS NULL",
    "有待补充的事实": "len(missing) > 0",
    "读入时有疑点": "len(warnings) > 0",
}


def write_report(results: Results) -> None:
    """Write ``report.html`` and ``report.xlsx`` into the folder of the results, or of the campaign in it."""
    write_workbook(results)
    totals = results.one(f"""
        SELECT count(*) AS cases, {_LEVELS}, count(DISTINCT agency) AS agencies, min(decided_on) AS first,
            max(decided_on) AS last, count(*) FILTER (decided_on IS NULL) AS undated, count(ratio) AS rated,
            count(*) FILTER (ratio >= 0.8 AND ratio < 1) AS band, count(*) FILTER (ratio >= 1) AS over,
            count(*) FILTER (ratio >= 2) AS far FROM cases""")
    asked = ", ".join(f"count(*) FILTER ({where})" for where in _QUALITY.values())
    counts = results.one(f"SELECT [{asked}] AS counts FROM cases")["counts"]
    write_page(
        "report.html.j2",
        results.target / "report.html",
        title="行政处罚案件筛查报告",
        scope=results.title,
        levels=LEVELS,
        verdicts=VERDICTS,
        totals=totals,
        shown=_AGENCIES,
        agencies=bars(_by_agency(results), LEVELS, "各办案机关的案件，按等级"),
        months=columns(_by_month(results), LEVELS, "各决定月份的案件，按等级"),
        scores=columns(_by_score(results), LEVELS, "嫌疑分分布"),
        ratios=columns(_by_ratio(results), {"count": "案件"}, "数额达到标准的比例", (16, 20, "80% 至 100%")),
        rules=[rule | {"title": _title(results, rule["rule"])} for rule in results.rows(_RULES)],
        drafts=list(results.rows(_DRAFTS)),
        quality=sorted(zip(_QUALITY, counts, strict=True), key=lambda item: -item[1]),
        # Rows that can't be read belong to no campaign.
        rejected=None if results.campaign else results.rejected(),
        cases=list(results.rows(f"SELECT * FROM cases WHERE {_GRAVE} ORDER BY score DESC, record_id LIMIT {_CASES}")),
    )


_GRAVE: Final = "level <> 'none'"
_RULES: Final = """
    SELECT rule, count(*) AS cases, min(reason) AS example
    FROM (SELECT unnest(rules) AS rule, unnest(reasons) AS reason FROM cases) WHERE rule IS NOT NULL GROUP BY rule
    ORDER BY cases DESC, rule LIMIT 20"""
_DRAFTS: Final = """
    SELECT charge, threshold, version, count(*) AS cases FROM cases WHERE draft GROUP BY ALL
    ORDER BY cases DESC, charge, version"""


def _title(results: Results, rule: str) -> str:
    """What the rule is called, as a case that it fired on tells; its id where none does."""
    found = results.one("SELECT result FROM cases WHERE list_contains(rules, $1) LIMIT 1", rule)
    findings = json.loads(found["result"]).get("findings", ())
    return next((f["title"] for f in findings if f["rule"] == rule), rule)


_Stacks = list[tuple[str, dict[str, int]]]


def _stacks(rows: Iterator[dict[str, Any]]) -> _Stacks:
    return [(row.pop("name"), row) for row in rows]


def _by_agency(results: Results) -> _Stacks:
    return _stacks(
        results.rows(f"""
        SELECT coalesce(agency, '（未填机关）') AS name, {_LEVELS} FROM cases GROUP BY 1
        ORDER BY refer DESC, early_intervention DESC, count(*) DESC, 1 LIMIT {_AGENCIES}""")
    )


def _by_month(results: Results) -> _Stacks:
    """The last three years of months that have a case."""
    found = results.rows(f"""
        SELECT strftime(decided_on, '%Y-%m') AS name, {_LEVELS} FROM cases WHERE decided_on IS NOT NULL
        GROUP BY 1 ORDER BY 1 DESC LIMIT 36""")
    return _stacks(found)[::-1]


def _by_score(results: Results) -> _Stacks:
    found = dict(
        _stacks(
            results.rows(
                f"SELECT (least(floor(score / 5), 19) * 5)::INT::TEXT AS name, {_LEVELS} FROM cases GROUP BY 1"
            )
        )
    )
    return [(str(band), found.get(str(band), {})) for band in range(0, 100, 5)]


def _by_ratio(results: Results) -> _Stacks:
    """Shares of the figure in steps of 5%; the last step holds all that is twice the figure or more."""
    # 0.85 / 0.05 is not 17 in binary; the ratio comes with three decimals.
    found = dict(
        _stacks(
            results.rows("""
        SELECT (least(floor(round(ratio * 1000) / 50), 40) * 5)::INT::TEXT || '%' AS name, count(*) AS count FROM cases
        WHERE ratio IS NOT NULL GROUP BY 1""")
        )
    )
    return [(f"{step}%", found.get(f"{step}%", {})) for step in range(0, 205, 5)]
