"""``screening replay``: make a kept decision again, byte for byte."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Annotated

import typer

from screening.cli.common import BROKEN, StoreAddress, fail, open_store, stderr
from screening.errors import ScreeningError
from screening.screener import Screener
from screening.store.session import replay

__all__ = ["command"]


def command(
    decision: Annotated[str, typer.Argument(metavar="ID", help="决定编号（结果行的 decision）。")], store: StoreAddress
) -> None:
    """用当时的规则包、当时的历史记录重做一份筛查决定，并与保存的结果逐字节比较；不同则退出码为 1。

    例：screening replay S0123456789abcdef01234567 --store 案件.db
    """
    opened = open_store(store)
    try:
        kept = opened.decisions.get(decision)
        with tempfile.TemporaryDirectory() as folder:
            opened.decisions.write_bundle(kept.revision, Path(folder))
            again = replay(kept, Screener.from_folder(Path(folder)))
    except ScreeningError as error:
        fail(str(error), BROKEN)
    typer.echo(again.result)
    if again.result != kept.result or again.screening.revision != kept.revision:
        stderr().print("与保存的结果不同：程序的版本可能变了，请用作出决定时的程序版本重做。", markup=False)
        raise typer.Exit(1)
    stderr().print(f"与 {kept.made_at} 保存的结果逐字节相同。", markup=False)
