"""What is handed out: ``backtest.html`` to read and print, ``backtest.xlsx`` to work through, ``changed.jsonl`` for programs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from screening.backtest.compare import KINDS
from screening.backtest.totals import Tally, Told
from screening.bulk.files import whole
from screening.output import to_json
from screening.reports.charts import Interval, bars, intervals
from screening.reports.pages import write_page
from screening.reports.results import LEVELS, VERDICTS
from screening.reports.sheets import Column, Sheets

__all__ = ["write_all"]

_SHOWN: Final = 100
_BARS: Final = 15
_PARTS: Final = {"refer": "等级上升", "watch": "等级下降", "none": "其他变化"}

_CASES: Final = (
    Column("record_id", "案号", 26),
    Column("agency", "办案机关", 24),
    Column("region", "地区", 9),
    Column("party_name", "当事人", 18),
    Column("case_reason", "案由", 24),
    Column("decided_on", "决定日期", 12),
    Column("kinds", "变化", 14),
    Column("level_before", "改前等级", 10),
    Column("level_after", "改后等级", 10),
    Column("score_before", "改前分", 9),
    Column("score_after", "改后分", 9),
    Column("charge_before", "改前罪名", 24),
    Column("charge_after", "改后罪名", 24),
    Column("verdict_before", "改前与标准比较", 14),
    Column("verdict_after", "改后与标准比较", 14),
    Column("ratio_before", "改前比例", 10),
    Column("ratio_after", "改后比例", 10),
    Column("lost", "失去的理由", 36),
    Column("gained", "新增的理由", 36),
    Column("causes", "由哪处改动引起", 70),
)
_CHANGED: Final = (*(Column(kind, name, 10) for kind, name in KINDS.items()),)
_LEVELS: Final = tuple(
    Column(f"{level}_{side}", f"{words}{name}", 12)
    for side, words in (("before", "改前"), ("after", "改后"))
    for level, name in LEVELS.items()
)
_PRECISION: Final = (
    Column("name", "等级", 16),
    Column("bundle", "规则包", 10),
    Column("cases", "有结论的案件", 14),
    Column("right", "结论为对", 12),
    Column("share", "准确率", 10),
    Column("low", "95% 区间下限", 14),
    Column("high", "95% 区间上限", 14),
)


def write_all(told: Told, folder: Path, names: tuple[str, str]) -> None:
    """Write the three files into ``folder``. ``names``: what the user called the two bundles."""
    folder.mkdir(parents=True, exist_ok=True)
    with whole(folder / "changed.jsonl") as target, target.open("w", encoding="utf-8") as file:
        file.writelines(to_json(_plain(case)) + "\n" for case in told.cases)
    _workbook(told, folder / "backtest.xlsx")
    _page(told, folder / "backtest.html", names)


def _plain(case: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in case.items() if name not in ("seq", "changes", "places")}


def _page(told: Told, target: Path, names: tuple[str, str]) -> None:
    changed = {name: tally for name, tally in told.agencies.items() if tally.changed}
    write_page(
        "backtest.html.j2",
        target,
        title="规则改动回测报告",
        told=told,
        names=names,
        levels=LEVELS,
        verdicts=VERDICTS,
        kinds=KINDS,
        parts=_PARTS,
        shown=_SHOWN,
        agencies=dict(list(changed.items())[:_BARS]),
        more_agencies=max(0, len(changed) - _BARS),
        chart=bars(
            [(name, _stack(tally)) for name, tally in list(changed.items())[:_BARS]], _PARTS, "各办案机关改变的案件"
        ),
        charges={name: tally for name, tally in told.charges.items() if tally.changed},
        precision=intervals([_interval(row) for row in told.precision if row.cases], "准确率与 95% 区间"),
    )


def _stack(tally: Tally) -> dict[str, int]:
    rises, falls = tally.kinds["rises"], tally.kinds["falls"]
    return {"refer": rises, "watch": falls, "none": tally.changed - rises - falls}


def _interval(row: Any) -> Interval:
    low, high = row.interval
    return Interval(f"{row.name} · {row.bundle}", low, row.share, high, f"{row.share:.0%}（{row.right}/{row.cases}）")


def _workbook(told: Told, target: Path) -> None:
    sheets_of = ("改变的案件", "按办案机关", "按罪名", "准确率", "规则包的改动")
    with Sheets(target, sheets_of) as sheets:
        sheets.fill("改变的案件", _CASES, map(_case, told.cases))
        for sheet, heading, tallies in (("按办案机关", "办案机关", told.agencies), ("按罪名", "罪名", told.charges)):
            columns = (Column("name", heading, 30), Column("changed", "改变", 10), *_CHANGED, *_LEVELS)
            sheets.fill(sheet, columns, _tallies({"合计": told.whole} | dict(tallies)))
        sheets.fill("准确率", _PRECISION, map(_precision, told.precision))
        changes = ({"sentence": change.sentence} for change in told.outcome.diff)
        sheets.fill("规则包的改动", (Column("sentence", "改动", 110),), changes)


def _case(case: Mapping[str, Any]) -> dict[str, Any]:
    row = {column.key: case.get(column.key) for column in _CASES}
    row["kinds"] = "、".join(KINDS[kind] for kind in case["kinds"])
    for side in ("before", "after"):
        told = case[side]
        row[f"level_{side}"] = LEVELS[told["level"]]
        row[f"verdict_{side}"] = VERDICTS.get(told["verdict"])
        row |= {f"{name}_{side}": told[name] for name in ("score", "charge", "ratio")}
    return row


def _tallies(tallies: Mapping[str, Tally]) -> Iterator[dict[str, Any]]:
    for name, tally in tallies.items():
        sides = {"before": tally.before, "after": tally.after}
        levels = {f"{level}_{side}": counts[level] for side, counts in sides.items() for level in LEVELS}
        yield {"name": name, "changed": tally.changed, **{kind: tally.kinds[kind] for kind in KINDS}, **levels}


def _precision(row: Any) -> dict[str, Any]:
    low, high = row.interval
    return {
        "name": row.name,
        "bundle": row.bundle,
        "cases": row.cases,
        "right": row.right,
        "share": row.share,
        "low": low,
        "high": high,
    }
