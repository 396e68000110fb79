"""What ``diff`` and ``backtest`` share: two bundles by name, and where bundles are looked for."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from screening.bundle.bundle import Bundle
from screening.bundle.loader import default_folder, load
from screening.cli.common import BROKEN, fail, open_store
from screening.errors import BundleError, InputError, StoreError
from screening.tuning.revisions import Shelf

__all__ = ["New", "Old", "Repository", "StoreOfBundles", "load_at", "problems_told", "shelf"]

Old = Annotated[
    str,
    typer.Argument(metavar="A", help="改前的规则包：文件夹，git 的分支、标签、提交号，或筛查库里的版本 sha256:…。"),
]
New = Annotated[str, typer.Argument(metavar="B", help="改后的规则包，写法同上。")]
Repository = Annotated[
    Path | None,
    typer.Option("--repository", help="规则包所在的 git 版本库；不写为随附的规则包所在。", show_default=False),
]
StoreOfBundles = Annotated[
    str | None,
    typer.Option("--store", help="筛查库：A、B 写 sha256:… 时从这里取。", metavar="PATH|URL", show_default=False),
]


def shelf(repository: Path | None, store: str | None) -> Shelf:
    """Where the bundles of a command are looked for."""
    return Shelf(repository or default_folder(), open_store(store).decisions.write_bundle if store else None)


def load_at(folder: Path, where: str) -> Bundle:
    """The bundle in ``folder``; what is wrong with it is said under the name that the user gave."""
    try:
        return load(folder)
    except BundleError as error:
        fail(f"{where}：\n{error}", BROKEN)


@contextmanager
def problems_told() -> Iterator[None]:
    """What is wrong with a bundle, or with where it should be, said in Chinese with an exit code."""
    try:
        yield
    except BundleError as error:
        fail(str(error), BROKEN)
    except (InputError, StoreError) as error:
        fail(str(error))
