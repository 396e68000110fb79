"""``screening diff``: what differs between two bundles, in sentences."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

from screening.bundle.bundle import Bundle
from screening.bundle.loader import default_folder
from screening.cli.common import BROKEN, fail
from screening.errors import BundleError, InputError
from screening.output import to_json
from screening.tuning.diff import changes
from screening.tuning.revisions import bundle_at

__all__ = ["command"]


def command(
    old: Annotated[str, typer.Argument(metavar="A", help="改前的规则包：文件夹，或 git 的分支、标签、提交号。")],
    new: Annotated[str, typer.Argument(metavar="B", help="改后的规则包，写法同上。")],
    form: Annotated[Literal["text", "json"], typer.Option("--format", help="输出的形式。")] = "text",
    repository: Annotated[
        Path | None,
        typer.Option("--repository", help="规则包所在的 git 版本库；不写为随附的规则包所在。", show_default=False),
    ] = None,
) -> None:
    """逐句说明两个规则包的不同：哪些情形、日期、出处、词、权重改了。文件自带的测试不算。

    例：screening diff main ./我的规则包
    """
    home = repository or default_folder()
    before, after = _open(old, home), _open(new, home)
    found = list(changes(before, after))
    if form == "json":
        shown = [change._asdict() | {"path": list(change.path), "sentence": change.sentence} for change in found]
        typer.echo(to_json({"old": before.revision, "new": after.revision, "changes": shown}))
        return
    for change in found:
        typer.echo(change.sentence)
    typer.echo(f"共 {len(found)} 处不同。" if found else "内容没有不同。")


def _open(where: str, repository: Path) -> Bundle:
    try:
        return bundle_at(where, repository)
    except InputError as error:
        fail(str(error))
    except BundleError as error:
        fail(f"{where}：\n{error}", BROKEN)
