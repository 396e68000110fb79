"""``screening store …``: the schema of a store."""

from __future__ import annotations

from typing import Annotated

import typer

from screening.cli.common import BROKEN, fail, known_store, stderr
from screening.errors import StoreError
from screening.store.connect import connect, explained
from screening.store.migrate import downgrade, upgrade, version_of, wanted_version

__all__ = ["app"]

app = typer.Typer(help="筛查库的版本：查看、升级、退回。", no_args_is_help=True, rich_markup_mode=None)
Address = Annotated[str, typer.Argument(metavar="PATH|URL", help="文件路径（SQLite）或 postgresql:// 地址。")]


@app.command("status")
def status_command(address: Address) -> None:
    """显示库的版本和程序所需的版本。"""
    known_store(address)
    try:
        with explained(address), connect(address).connect() as connection:
            found = version_of(connection)
    except StoreError as error:
        fail(str(error), BROKEN)
    typer.echo(f"库：{found or '（空）'}　程序：{wanted_version()}")


@app.command("upgrade")
def upgrade_command(address: Address) -> None:
    """把库升到程序所需的版本。升级前请先备份。"""
    try:
        with explained(address):
            upgrade(connect(address))
    except StoreError as error:
        fail(str(error), BROKEN)
    stderr().print(f"已是版本 {wanted_version()}。", markup=False)


@app.command("downgrade")
def downgrade_command(
    address: Address,
    to: Annotated[str, typer.Option("--to", help="退回到的版本；base 为清空全部表。")],
    yes: Annotated[bool, typer.Option("--yes", help="不再询问。")] = False,
) -> None:
    """把库退回到旧版本；只在新版本里有的数据会丢失。"""
    known_store(address)
    if not yes:
        typer.confirm(f"将把 {address} 退回到 {to}，之后才有的数据会丢失。继续吗？", abort=True)
    try:
        with explained(address):
            downgrade(connect(address), to)
    except StoreError as error:
        fail(str(error), BROKEN)
    stderr().print(f"已退回到 {to}。", markup=False)
