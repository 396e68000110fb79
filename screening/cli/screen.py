"""``screening screen``: records in, one result line each out, and a table for the person at the terminal."""

from __future__ import annotations

import os
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, TextIO

import typer

from screening.cli.common import USAGE, AsOf, BundleFolder, fail, headers_of, open_bundle, parse_day, stderr
from screening.cli.table import show
from screening.errors import InputError
from screening.intake import read_inputs
from screening.output import error_line, line, to_json
from screening.screener import Screener, Screening

__all__ = ["command"]


def command(
    source: Annotated[
        str, typer.Argument(metavar="IN", help="记录文件：JSONL、JSON、CSV、Excel；- 为标准输入（JSONL）。")
    ],
    output: Annotated[
        str, typer.Option("--output", "-o", help="结果文件（JSONL，一条记录一行）；- 为标准输出。")
    ] = "-",
    bundle: BundleFolder = None,
    as_of: AsOf = None,
    table: Annotated[bool, typer.Option("--table/--no-table", help="在终端显示结果表和最严重案件的依据。")] = False,
) -> None:
    """逐条筛查行政处罚记录，给出嫌疑分、等级、罪名、达到比例和命中的规则。

    读不懂的记录也输出一行（error），其余照常处理；有这样的记录时退出码为 1，一条都读不出时为 2。

    例：screening screen 去年案件.xlsx --output 结果.jsonl --table
    """
    day = parse_day(as_of, "--as-of")
    loaded = open_bundle(bundle)
    screener = Screener(loaded)
    headers = headers_of(bundle)
    counts: Counter[str] = Counter()
    shown: list[Screening] = []
    try:
        with _open(output) as out:
            for row in read_inputs("-" if source == "-" else Path(source), headers):
                if row.record is None:
                    assert row.error is not None
                    counts["error"] += 1
                    out.write(to_json(error_line(row.record_id, row.error)) + "\n")
                    if counts["error"] <= 5:
                        stderr().print(f"{row.position}：{row.error}", markup=False)
                    continue
                screening = screener.screen(row.record, day)
                counts[screening.score.level] += 1
                out.write(to_json(line(screening, loaded.policy.charges_shown)) + "\n")
                if table:
                    shown.append(screening)
    except InputError as error:
        fail(str(error))
    except BrokenPipeError:
        # The reader of our standard output has gone; nothing is left to say, and nothing to flush.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise typer.Exit(1) from None
    if table:
        show(shown)
    _summary(counts, output)


def _summary(counts: Counter[str], output: str) -> None:
    good = sum(counts.values()) - counts["error"]
    words = f"共 {good + counts['error']} 条：建议移送 {counts['refer']}，提前介入 {counts['early_intervention']}，"
    words += f"关注 {counts['watch']}，无 {counts['none']}；读不懂 {counts['error']} 条。"
    if output != "-":
        words += f"结果在 {output}。"
    stderr().print(words, markup=False)
    if counts["error"]:
        raise typer.Exit(1 if good else USAGE)


@contextmanager
def _open(output: str) -> Iterator[TextIO]:
    """The output: standard output, or a file written beside its name and put in place only when complete."""
    if output == "-":
        yield sys.stdout
        sys.stdout.flush()
        return
    path = Path(output)
    partial = path.with_name(path.name + ".part")
    try:
        with partial.open("w", encoding="utf-8", newline="\n") as file:
            yield file
        partial.replace(path)
    except OSError as error:
        fail(f"{output}：写不进去（{error.strerror}）。请换一个位置或检查权限与磁盘空间。")
    finally:
        partial.unlink(missing_ok=True)
