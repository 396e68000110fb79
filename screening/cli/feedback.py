"""``screening feedback``: what a prosecutor concluded on a screening."""

from __future__ import annotations

import getpass
from typing import Annotated

import typer

from screening.cli.common import StoreAddress, fail, open_store, stderr
from screening.errors import StoreError

__all__ = ["command"]


def command(
    decision: Annotated[str, typer.Argument(metavar="ID", help="决定编号（结果行的 decision）。")],
    conclusion: Annotated[str, typer.Argument(metavar="结论", help="确认、排除、已移送、已立案。")],
    store: StoreAddress,
    reason: Annotated[str, typer.Option("--reason", help="理由。")] = "",
    by: Annotated[str, typer.Option("--by", help="作出结论的人；不写为当前系统用户。", show_default=False)] = "",
) -> None:
    """记录检察官对一份筛查的结论；结论只增不改，以最后一次为准。

    例：screening feedback S0123456789abcdef01234567 排除 --reason 货值系重复计算 --store 案件.db
    """
    try:
        open_store(store).feedback.give(decision, conclusion, reason, by or getpass.getuser())
    except StoreError as error:
        fail(str(error))
    stderr().print(f"已记录：{decision} {conclusion}。", markup=False)
