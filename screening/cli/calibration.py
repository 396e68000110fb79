"""``screening calibration``: how right rules and scores were, by what prosecutors concluded."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from screening.cli.common import BROKEN, StoreAddress, fail, open_store
from screening.errors import StoreError
from screening.store.feedback import Precision

__all__ = ["command"]


def command(store: StoreAddress, as_json: Annotated[bool, typer.Option("--json", help="输出 JSON。")] = False) -> None:
    """按检察官的结论，统计各规则、各分数段的准确率（确认、已移送、已立案为准确）及 95% 置信区间。

    例：screening calibration --store 案件.db
    """
    try:
        found = open_store(store).feedback.calibration()
    except StoreError as error:
        fail(str(error), BROKEN)
    if as_json:
        typer.echo(json.dumps(asdict(found), ensure_ascii=False))
        return
    if not found.cases:
        typer.echo("还没有检察官的结论，先用 screening feedback 记录。")
        return
    typer.echo(f"有结论的筛查 {found.cases} 份。样本少时区间很宽，不宜据此调整权重。")
    for title, rows in (("规则", found.rules), ("分数段", found.bands), ("等级", found.levels)):
        _show(title, rows)


def _show(title: str, rows: Sequence[Precision]) -> None:
    table = Table(title, "份数", "准确", "准确率", "95% 区间")
    for row in rows:
        interval = f"{row.low:.0%}–{row.high:.0%}"
        table.add_row(row.name, str(row.cases), str(row.right), f"{row.share:.0%}", interval)
    Console().print(table)
