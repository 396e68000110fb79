"""``screening verify``: has anything that is kept in a chain been changed, removed or moved?"""

from __future__ import annotations

import typer

from screening.cli.common import BROKEN, StoreAddress, fail, open_store
from screening.errors import StoreError

__all__ = ["command"]


def command(store: StoreAddress) -> None:
    """核对筛查库的全部校验链（SM3）：筛查决定、规则包启用记录、服务的审计记录，以及启用过的规则包与版本号是否相符。

    有改动、缺失或错位时逐条列出，退出码为 1。

    例：screening verify --store 案件.db
    """
    opened = open_store(store)
    try:
        breaks, count = opened.breaks(), opened.decisions.count()
    except StoreError as error:
        fail(str(error), BROKEN)
    finally:
        opened.close()
    for each in breaks:
        typer.echo(f"{each}。")
    if breaks:
        typer.echo(f"校验链有 {len(breaks)} 处不符，请封存现库并与备份比对。")
        raise typer.Exit(1)
    typer.echo(f"校验链完好，共 {count} 份决定。")
