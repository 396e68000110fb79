"""``screening backtest``: what a changed bundle would have changed on a batch of records."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated

import typer

from screening.backtest.compare import KINDS
from screening.backtest.pages import write_all
from screening.backtest.run import Backtest, backtest
from screening.backtest.totals import Told, concluded_in, told_of
from screening.bulk.job import Job
from screening.bulk.progress import Progress
from screening.cli.common import AsOf, MappingFile, Workers, cores, fail, open_store, parse_day, stderr
from screening.cli.shelf import New, Old, Repository, load_at, problems_told, shelf
from screening.scoring import LEVEL_NAMES

__all__ = ["command"]

_SHOWN = 20


def command(  # noqa: PLR0913, PLR0917 - each parameter is an option of the command line
    old: Old,
    new: New,
    sources: Annotated[
        list[str],
        typer.Argument(metavar="RECORDS...", help="记录：CSV、Excel、JSONL、Parquet 文件，文件夹，或带 * 的路径。"),
    ],
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", help="把报告、工作簿和改变的案件写进这个文件夹。", show_default=False),
    ] = None,
    results_a: Annotated[
        Path | None,
        typer.Option(
            "--results-a",
            help="改前的筛查结果存取的文件夹：有就直接用，没有就筛查后存在这里；中断后接着做。不写为输出文件夹里的 a。",
            show_default=False,
        ),
    ] = None,
    store: Annotated[
        str | None,
        typer.Option(
            "--store", help="筛查库：算准确率用的结论，以及 sha256:… 的规则包。", metavar="PATH|URL", show_default=False
        ),
    ] = None,
    as_of: AsOf = None,
    history: Annotated[
        list[str] | None,
        typer.Option("--history", help="只作为前案参考、不比较结果的记录；可以写多次。"),
    ] = None,
    mapping: MappingFile = None,
    workers: Workers = 0,
    repository: Repository = None,
) -> None:
    """用一批案件比较两个规则包：哪些案件升降、换了罪名、换了理由，各由哪处改动引起。只重新筛查改动可能触及的案件。

    例：screening backtest main ./我的规则包 去年案件/ --output 回测 --store 案件.db
    """
    day = parse_day(as_of, "--as-of") if as_of else None
    bundles = shelf(repository, store)
    right = concluded_in(open_store(store)) if store else None
    with TemporaryDirectory() as scratch, problems_told(), bundles.folder_of(old) as a, bundles.folder_of(new) as b:
        before, after = load_at(a, old), load_at(b, new)
        kept = results_a or (output / "a" if output else Path(scratch) / "a")
        job = Job(
            tuple(sources),
            kept,
            today=date.today(),
            history=tuple(history or ()),
            bundle=a,
            as_of=day,
            mapping=mapping,
            workers=workers or cores(),
        )
        (between := Path(scratch) / "between").mkdir()
        try:
            told = told_of(backtest(Backtest(before, after, job, b, between), Progress()), right)
        except KeyboardInterrupt:
            fail("已停下。写了 --output 或 --results-a 的，再运行同一条命令就接着做。", 130)
        except OSError as error:
            fail(f"{error.filename or kept}：{error.strerror}。请检查磁盘空间和权限。")
        if output:
            write_all(told, output, (old, new))
        _show(told)
        if output:
            stderr().print(f"报告在 {output}：backtest.html、backtest.xlsx、changed.jsonl。", markup=False)


def _show(told: Told) -> None:
    """The summary on the terminal."""
    outcome = told.outcome
    typer.echo(
        f"规则包有 {len(outcome.diff)} 处不同。共 {outcome.records} 件，重新筛查 {outcome.touched} 件，{len(told.cases)} 件结果改变。"
    )
    for kind, name in KINDS.items():
        if told.kinds.get(kind):
            typer.echo(f"  {name} {told.kinds[kind]} 件")
    levels = [f"{name} {told.whole.before[key]}→{told.whole.after[key]}" for key, name in LEVEL_NAMES.items()]
    typer.echo(f"等级：{'，'.join(levels)}。")
    for title, tallies in (("机关", told.agencies), ("罪名", told.charges)):
        changed = [f"{name} {tally.changed} 件" for name, tally in tallies.items() if tally.changed]
        if changed:
            typer.echo(f"改变最多的{title}：{'，'.join(changed[:5])}。")
    for row in told.precision:
        if row.share is not None:
            low, high = row.interval
            typer.echo(
                f"准确率 {row.name} {row.bundle}：{row.share:.0%}（{row.right}/{row.cases}，95% 区间 {low:.0%}–{high:.0%}）"
            )
    for case in told.cases[:_SHOWN]:
        old, new = case["before"], case["after"]
        kinds = "、".join(KINDS[kind] for kind in case["kinds"])
        levels_of = f"{LEVEL_NAMES[old['level']]} {old['score']} → {LEVEL_NAMES[new['level']]} {new['score']}"
        typer.echo(
            f"{case['record_id']} {kinds}：{levels_of}；{'；'.join(c.rstrip('。') for c in case['causes'][:3])}。"
        )
    if len(told.cases) > _SHOWN:
        typer.echo(f"……另有 {len(told.cases) - _SHOWN} 件，用 --output 写出全部。")
