"""``screening screen``: records in, one result line each out, and a table for the person at the terminal."""

from __future__ import annotations

import os
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TextIO

import typer

from screening.bundle.bundle import Bundle
from screening.cli.common import (
    BROKEN,
    USAGE,
    AsOf,
    BundleFolder,
    fail,
    headers_of,
    open_bundle,
    open_store,
    parse_day,
    stderr,
)
from screening.cli.table import show
from screening.errors import InputError, StoreError
from screening.intake import Row, read_inputs
from screening.output import error_line, line, to_json
from screening.screener import Screener, Screening

if TYPE_CHECKING:  # only --store needs it, and it takes half a second to import
    from screening.store.session import Session

__all__ = ["command"]


def command(  # noqa: PLR0913, PLR0917 - each parameter is an option of the command line
    source: Annotated[
        str, typer.Argument(metavar="IN", help="记录文件：JSONL、JSON、CSV、Excel；- 为标准输入（JSONL）。")
    ],
    output: Annotated[
        str, typer.Option("--output", "-o", help="结果文件（JSONL，一条记录一行）；- 为标准输出。")
    ] = "-",
    bundle: BundleFolder = None,
    as_of: AsOf = None,
    store: Annotated[
        str | None,
        typer.Option(
            "--store",
            help="筛查库（SQLite 文件或 postgresql:// 地址）：利用当事人的历史记录，并保存每份决定。",
            show_default=False,
        ),
    ] = None,
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
    session = _session(store, loaded, screener, day) if store else None
    rows = read_inputs("-" if source == "-" else Path(source), headers)
    try:
        with _open(output) as out:
            for row, screening, extra in _screened(rows, screener, day, session):
                if screening is None:
                    assert row.error is not None
                    counts["error"] += 1
                    out.write(to_json(error_line(row.record_id, row.error)) + "\n")
                    if counts["error"] <= 5:
                        stderr().print(f"{row.position}：{row.error}", markup=False)
                    continue
                counts[screening.score.level] += 1
                out.write(to_json(line(screening, loaded.policy.charges_shown) | extra) + "\n")
                if table:
                    shown.append(screening)
    except StoreError as error:
        fail(str(error), BROKEN)
    except InputError as error:
        fail(str(error))
    except BrokenPipeError:
        # The reader of our standard output has gone; nothing is left to say, and nothing to flush.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise typer.Exit(1) from None
    if table:
        show(shown)
    _summary(counts, output)


def _session(address: str, bundle: Bundle, screener: Screener, day: date) -> Session:
    from screening.store.session import Session

    return Session(open_store(address, bundle, new=True), screener, day)


def _screened(
    rows: Iterable[Row], screener: Screener, day: date, session: Session | None
) -> Iterator[tuple[Row, Screening | None, dict[str, str]]]:
    """Each row with its screening (None: it can't be read) and what its line has beside; by the store where there is one."""
    if session is None:
        for row in rows:
            yield row, screener.screen(row.record, day) if row.record else None, {}
        return
    for row, done in session.many((row, row.record) for row in rows):
        yield (row, done.screening, {"decision": done.decision}) if done else (row, None, {})


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
