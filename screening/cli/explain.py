"""``screening explain``: why a record got its score, from the words that were read to the rule that fired."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, Literal

import typer
from rich.console import Console

from screening.cli.common import AsOf, BundleFolder, fail, headers_of, open_bundle, parse_day
from screening.errors import InputError
from screening.intake import read_inputs
from screening.intake.headers import HeaderMap
from screening.output import to_json
from screening.record import Record
from screening.screener import Screener
from screening.tuning.explain import explain
from screening.tuning.explain_html import as_html
from screening.tuning.explain_json import as_json
from screening.tuning.explain_text import as_text

__all__ = ["command"]


def command(  # noqa: PLR0913, PLR0917 - each parameter is an option of the command line
    source: Annotated[
        str, typer.Argument(metavar="RECORD", help="记录文件（JSON、JSONL、CSV、Excel）；- 为标准输入（JSON）。")
    ],
    id_: Annotated[
        str | None, typer.Option("--id", help="文件里有多条记录时，要说明的那一条的案号。", show_default=False)
    ] = None,
    form: Annotated[Literal["text", "json", "html"], typer.Option("--format", help="输出的形式。")] = "text",
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="写到这个文件；不写为标准输出。", show_default=False)
    ] = None,
    bundle: BundleFolder = None,
    as_of: AsOf = None,
) -> None:
    """说明一条记录的结果是怎样得来的：读到了什么、指向哪些罪名、适用哪个版本、各情形与规则如何、分数怎样算出。

    例：screening explain 去年案件.xlsx --id 甲市监罚〔2024〕1号 --format html --output 说明.html
    """
    day = parse_day(as_of, "--as-of")
    screener = Screener(open_bundle(bundle))
    record = _record(source, id_, headers_of(bundle))
    explanation = explain(screener.screen(record, day), screener)
    if form == "text" and output is None:
        Console(highlight=False, soft_wrap=True).print(as_text(explanation), end="")
        return
    text = {
        "text": lambda: as_text(explanation).plain,
        "json": lambda: to_json(as_json(explanation)) + "\n",
        "html": lambda: as_html(explanation),
    }[form]()
    if output is None:
        sys.stdout.write(text)
        return
    try:
        output.write_text(text, encoding="utf-8", newline="\n")
    except OSError as error:
        fail(f"{output}：写不进去（{error.strerror}）。请换一个位置或检查权限与磁盘空间。")


def _record(source: str, id_: str | None, headers: HeaderMap) -> Record:
    """The one record meant: the only one, or that with the id."""
    found: list[Record] = []
    try:
        for row in read_inputs("-" if source == "-" else Path(source), headers):
            if id_ is not None and row.record_id != id_:
                continue
            if row.record is None:
                fail(f"{row.position}：{row.error}")
            found.append(row.record)
            if len(found) > 1 or id_ is not None:
                break
    except InputError as error:
        fail(str(error))
    if not found:
        fail(f"里面没有案号为“{id_}”的记录。请核对案号（含括号与“号”字）。")
    if len(found) > 1:
        fail(f"里面有多条记录。请用 --id 写明要说明哪一条，例如 --id {found[0].record_id}")
    return found[0]
