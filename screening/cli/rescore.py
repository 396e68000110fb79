"""``screening rescore``: a year of records, on this machine overnight or on Spark."""

from __future__ import annotations

import shlex
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from screening.bulk.job import SHARD_ROWS, Job, Manifest
from screening.bulk.progress import Progress
from screening.cli.common import (
    BROKEN,
    USAGE,
    AsOf,
    BundleFolder,
    MappingFile,
    Workers,
    cores,
    fail,
    parse_day,
    stderr,
)
from screening.errors import BundleError, InputError
from screening.intake import LIMITS, Limits

__all__ = ["command"]

MEGABYTE = 1024**2


class Engine(StrEnum):
    """What does the work."""

    LOCAL = "local"
    SPARK = "spark"


def command(  # noqa: PLR0913, PLR0917 - each parameter is an option of the command line
    sources: Annotated[
        list[str],
        typer.Argument(
            metavar="IN...", help="记录：CSV、Excel、JSONL、Parquet 文件，文件夹，或带 * 的路径；可以写多个。"
        ),
    ],
    output: Annotated[Path, typer.Option("--output", "-o", help="输出文件夹；中断以后用同一个文件夹接着做。")],
    bundle: BundleFolder = None,
    as_of: AsOf = None,
    history: Annotated[
        list[str] | None,
        typer.Option("--history", help="只作为前案参考、不出结果的记录（如前几年的案件）；可以写多次。"),
    ] = None,
    mapping: MappingFile = None,
    workers: Workers = 0,
    engine: Annotated[Engine, typer.Option("--engine", help="local：本机；spark：Spark 集群。")] = Engine.LOCAL,
    table: Annotated[
        str | None,
        typer.Option("--table", help="Spark：结果另存为这个表（如 库.表），不写 Parquet。", show_default=False),
    ] = None,
    keep: Annotated[
        bool, typer.Option("--keep", help="留下中间数据，供 screening backtest --results-a 直接使用（只限本机）。")
    ] = False,
    report: Annotated[bool, typer.Option("--report", help="做完就在输出文件夹里写报告和工作簿。")] = False,
    shard_rows: Annotated[int, typer.Option("--shard-rows", min=1, help="每个分片的记录数。")] = SHARD_ROWS,
    max_line_mb: Annotated[int, typer.Option("--max-line-mb", min=1, help="文本文件一行最多多少兆字符。")] = 32,
    max_unpacked_mb: Annotated[int, typer.Option("--max-unpacked-mb", min=1, help="Excel 解压后最多多少兆。")] = 2048,
) -> None:
    """按现行规则重新筛查一批（如去年全部）行政处罚记录，结果写成 Parquet。

    认不出的栏列在 headers.json，读不懂的行列在 rejected.csv，其余照常；有这样的行时退出码为 1，一条都读不出时为 2。

    例：screening rescore 去年案件/ --history 前年案件/ --output 重筛结果
    """
    if report and table:
        fail("--report 要用输出文件夹里的结果，与 --table 不能同时用。请去掉一个。")
    day = parse_day(as_of, "--as-of") if as_of else None
    if keep and engine is Engine.SPARK:
        fail("--keep 只能与 --engine local 一起用。")
    limits = Limits(line=max_line_mb * MEGABYTE, unpacked=max_unpacked_mb * MEGABYTE, ratio=LIMITS.ratio)
    job = Job(
        tuple(sources),
        output,
        today=date.today(),
        history=tuple(history or ()),
        bundle=bundle,
        as_of=day,
        mapping=mapping,
        workers=workers or cores(),
        rows=shard_rows,
        limits=limits,
        table=table,
        keep=keep,
    )
    try:
        manifest = _run(job, engine)
    except InputError as error:
        fail(str(error))
    except BundleError as error:
        fail(f"{error}\n\n规则包有 {len(error.problems)} 处问题，没有启动。改好后用 screening check 复查。", BROKEN)
    except KeyboardInterrupt:
        kept = "已停下。再运行同一条命令就" + ("从头做。" if engine is Engine.SPARK else "接着做，做完的分片都在。")
        fail(kept, 130)
    except OSError as error:
        fail(f"{error.filename or output}：{error.strerror}。请检查磁盘空间和权限；再运行同一条命令就接着做。")
    _summary(manifest, output, table)
    totals = manifest.totals
    assert totals is not None
    if totals.records and not table:
        _report(output, report)
    if totals.rejected:
        raise typer.Exit(1 if totals.records else USAGE)


def _report(output: Path, wanted: bool) -> None:
    """Write the report, or say by which command it is written."""
    if wanted:
        from screening.cli.report import command as write

        write(output)
    else:
        said = shlex.join(["screening", "report", str(output)])
        stderr().print(f"出报告和工作簿：{said}", markup=False, soft_wrap=True)


def _run(job: Job, engine: Engine) -> Manifest:
    if engine is Engine.SPARK:
        from screening.bulk.spark import rescore as on_spark

        return on_spark(job, Progress())
    from screening.bulk.local import rescore

    return rescore(job, Progress())


def _summary(manifest: Manifest, output: Path, table: str | None) -> None:
    totals = manifest.totals
    assert totals is not None
    counts = totals.levels
    words = f"共 {totals.records} 条：建议移送 {counts['refer']}，提前介入 {counts['early_intervention']}，"
    words += f"关注 {counts['watch']}，无 {counts['none']}。结果在 {table or output / 'results'}。"
    stderr().print(words, markup=False)
    if totals.rejected:
        stderr().print(f"有 {totals.rejected} 行读不懂，原因在 {output / 'rejected.csv'}。", markup=False)
