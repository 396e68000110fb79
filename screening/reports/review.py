"""The sample as it is used: Excel and JSON of what was drawn, and a check-list to print for each file."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import Any, Final

from screening.reports.pages import write_page
from screening.reports.results import LEVELS, VERDICTS, Results
from screening.reports.sampling import Chosen, Sample
from screening.reports.sheets import Column, Sheets

__all__ = ["checklist", "write_sample"]

_COLUMNS: Final = (
    Column("number", "序号", 7),
    Column("record_id", "案号", 26),
    Column("agency", "办案机关", 24),
    Column("party_name", "当事人", 18),
    Column("decided_on", "决定日期", 12),
    Column("level", "等级", 10),
    Column("score", "嫌疑分", 9),
    Column("charge", "涉嫌罪名", 24),
    Column("case_amount", "涉案金额（元）", 16),
    Column("stratum", "层", 36),
    Column("probability", "入样概率", 10),
    Column("weight", "权重", 10),
    Column("reasons", "理由", 60),
    Column("missing", "待补充事实", 30),
)
_METHOD: Final = (Column("name", "项目", 14), Column("value", "内容", 110))
_SHOWN: Final = (
    "record_id",
    "agency",
    "party_name",
    "decided_on",
    "level",
    "score",
    "charge",
    "case_amount",
    "reasons",
)


def write_sample(results: Results, sample: Sample) -> None:
    """Write ``sample.xlsx``, ``sample.json`` and the check-lists ``sample.html``."""
    told = {"范围": results.title, "种子": sample.seed, "案件总数": sample.cases, "方法": sample.method}
    with Sheets(results.target / "sample.xlsx", ("抽样", "方法")) as sheets:
        sheets.fill("抽样", _COLUMNS, (_row(n, c) for n, c in enumerate(sample.chosen, 1)))
        sheets.fill("方法", _METHOD, ({"name": name, "value": value} for name, value in told.items()))
    lines = [
        {key: c.row[key] for key in (*_SHOWN, "missing")}
        | {
            "stratum": c.stratum,
            "probability": c.probability,
            "certain": c.certain,
            "checklist": dict(checklist(c.row)),
        }
        for c in sample.chosen
    ]
    whole = {"scope": results.title, "seed": sample.seed, "cases": sample.cases, "method": sample.method}
    text = json.dumps(whole | {"sample": lines}, ensure_ascii=False, indent=1, default=str)
    partial = results.target / "sample.json.part"
    partial.write_text(text + "\n", encoding="utf-8", errors="replace")
    partial.replace(results.target / "sample.json")
    write_page(
        "sample.html.j2",
        results.target / "sample.html",
        title="现场核查抽样与核对单",
        scope=results.title,
        sample=sample,
        levels=LEVELS,
        lists=[list(checklist(c.row)) for c in sample.chosen],
    )


def checklist(row: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """What to compare with the paper file, and what the record says of it."""
    yield "立案日期", _told(row["filed_on"])
    yield "行为起止日期", f"{_told(row['conduct_from'])} 至 {_told(row['conduct_to'])}"
    yield "决定日期", _told(row["decided_on"])
    yield "录入日期", _told(row["entered_on"])
    yield "涉案金额（元）及其计算依据", _told(row["case_amount"])
    yield "罚款（元）", _told(row["fine"])
    yield "没收（元）", _told(row["confiscated"])
    if row["least_fine"] is not None:
        yield "低于所引条款最低罚款的理由", f"最低 {_told(row['least_fine'])} 元"
    yield "是否移送公安机关，有无移送书及回执", {True: "已移送", False: "未移送"}.get(row["transferred"], "未填")
    appraisal = any("鉴定" in text or "检验" in text or "认定" in text for text in row["missing"])
    absent = appraisal or "evidence.appraisal-absent" in row["rules"]
    yield "鉴定、检验、价格认定意见", "记录中未见，应查卷内有无" if absent else "核对卷内意见与记录是否相符"
    if row["charge"]:
        standard = "，".join(filter(None, (row["limb_text"], row["document"], row["clause"])))
        yield (
            f"是否符合{row['charge']}的立案追诉标准",
            f"{VERDICTS.get(row['verdict'], '—')}（{standard or '见结果文件'}）",
        )
    for text in row["missing"]:
        yield f"待补充：{text}", "记录中没有"


def _told(value: date | Decimal | None) -> str:
    if isinstance(value, Decimal):
        return f"{value:,.2f}".removesuffix(".00")
    return "未填" if value is None else str(value)


def _row(number: int, chosen: Chosen) -> dict[str, Any]:
    extra = {"stratum": chosen.stratum, "probability": chosen.probability, "weight": 1 / chosen.probability}
    return dict(chosen.row) | extra | {"number": number, "level": LEVELS.get(chosen.row["level"], chosen.row["level"])}
