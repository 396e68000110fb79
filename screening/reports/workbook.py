"""``report.xlsx``: the cases by level, a summary, what facts are missing, and what points to no charge."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from screening.reports.results import LEVELS, VERDICTS, Results
from screening.reports.sheets import Column, Sheets

__all__ = ["write_workbook"]

_CASES: Final = (
    Column("record_id", "案号", 26),
    Column("agency", "办案机关", 24),
    Column("region", "地区", 9),
    Column("party_name", "当事人", 18),
    Column("case_reason", "案由", 24),
    Column("decided_on", "决定日期", 12),
    Column("score", "嫌疑分", 9),
    Column("charge", "涉嫌罪名", 24),
    Column("article", "刑法条文", 14),
    Column("verdict", "与标准比较", 13),
    Column("ratio", "达到比例", 10),
    Column("case_amount", "涉案金额（元）", 16),
    Column("fine", "罚款（元）", 14),
    Column("confiscated", "没收（元）", 14),
    Column("transferred", "已移送", 8),
    Column("document", "依据文件", 18),
    Column("clause", "条款", 22),
    Column("draft", "标准为草稿", 11),
    Column("reasons", "理由", 70),
    Column("missing", "待补充事实", 30),
    Column("notes", "说明", 30),
)
_UNRECOGNISED: Final = (*_CASES[:7], *_CASES[11:15], Column("legal_basis", "处罚依据", 40), Column("notes", "说明", 40))
_SUMMARY: Final = (
    Column("agency", "办案机关", 30),
    Column("cases", "案件数", 10),
    *(Column(level, name, 10) for level, name in LEVELS.items()),
    Column("incomplete", "待补充事实", 12),
    Column("unrecognised", "未识别", 10),
    Column("amount", "涉案金额合计（元）", 20),
)
_WHERE: Final = {
    "建议移送": "level = 'refer'",
    "提前介入": "level = 'early_intervention'",
    "关注": "level = 'watch'",
    "汇总": "",
    "待补充事实": "len(missing) > 0",
}
_ORDER: Final = "ORDER BY score DESC, record_id, md5(result)"


def write_workbook(results: Results) -> None:
    """Write ``report.xlsx`` beside the results. Numbers are 元; ids are text."""
    with Sheets(results.target / "report.xlsx", (*_WHERE, "未识别")) as sheets:
        for name, where in _WHERE.items():
            if where:
                sheets.fill(name, _CASES, _cases(results, where))
        sheets.fill("未识别", _UNRECOGNISED, _cases(results, "charge IS NULL"))
        # Last, so that it can say what found no room elsewhere.
        sheets.fill("汇总", _SUMMARY, _summary(results, sheets))


def _cases(results: Results, where: str) -> Iterator[dict[str, Any]]:
    keys = ", ".join(dict.fromkeys(c.key for c in (*_CASES, *_UNRECOGNISED)))
    for row in results.rows(f"SELECT {keys} FROM (SELECT * FROM cases WHERE {where} {_ORDER})"):
        row["verdict"] = VERDICTS.get(row["verdict"], row["verdict"])
        yield row


def _summary(results: Results, sheets: Sheets) -> Iterator[dict[str, Any]]:
    levels = ", ".join(f"count(*) FILTER (level = '{level}') AS \"{level}\"" for level in LEVELS)
    sql = f"""
        SELECT if(grouping(agency) = 1, '合计', coalesce(agency, '（未填机关）')) AS agency, count(*) AS cases, {levels},
            count(*) FILTER (len(missing) > 0) AS incomplete, count(*) FILTER (charge IS NULL) AS unrecognised,
            sum(case_amount) AS amount
        FROM cases GROUP BY ROLLUP (cases.agency) ORDER BY grouping(cases.agency) DESC, refer DESC, cases DESC, 1"""
    yield from results.rows(sql)
    empty = {column.key: None for column in _SUMMARY}
    for note in sheets.notes:
        yield empty | {"agency": note}
