"""``screening diff``: what differs between two bundles, in sentences."""

from __future__ import annotations

from typing import Annotated, Literal

import typer

from screening.bundle.loader import headers_file
from screening.cli.shelf import New, Old, Repository, StoreOfBundles, load_at, problems_told, shelf
from screening.intake import load_headers
from screening.output import to_json
from screening.tuning.diff import changes, headers_changed

__all__ = ["command"]


def command(
    old: Old,
    new: New,
    form: Annotated[Literal["text", "json"], typer.Option("--format", help="输出的形式。")] = "text",
    repository: Repository = None,
    store: StoreOfBundles = None,
) -> None:
    """逐句说明两个规则包的不同：哪些情形、日期、出处、词、权重、表头改了。文件自带的测试不算。

    例：screening diff main ./我的规则包
    """
    bundles = shelf(repository, store)
    with problems_told(), bundles.folder_of(old) as a, bundles.folder_of(new) as b:
        before, after = load_at(a, old), load_at(b, new)
        found = [*changes(before, after), *headers_changed(*(load_headers(headers_file(folder)) for folder in (a, b)))]
    if form == "json":
        shown = [change._asdict() | {"path": list(change.path), "sentence": change.sentence} for change in found]
        typer.echo(to_json({"old": before.revision, "new": after.revision, "changes": shown}))
        return
    for change in found:
        typer.echo(change.sentence)
    typer.echo(f"共 {len(found)} 处不同。" if found else "内容没有不同。")
