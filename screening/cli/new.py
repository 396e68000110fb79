"""``screening new``: a bundle of one's own; a skeleton of a charge file or of a rule, in its place in the bundle."""

from __future__ import annotations

import re
import shutil
from datetime import date
from pathlib import Path
from typing import Annotated, Literal

import typer

from screening.bundle.loader import default_folder
from screening.cli.common import BundleFolder, fail, open_bundle, stderr
from screening.tuning import skeleton

__all__ = ["command"]

_PARTS = ("thresholds", "rules", "parties")


def command(
    kind: Annotated[
        Literal["bundle", "threshold", "rule", "finding"],
        typer.Argument(
            metavar="KIND", help="bundle 自己的规则包，threshold 罪名文件，rule 文字规则，finding 命中规则。"
        ),
    ],
    id_: Annotated[
        str,
        typer.Argument(
            metavar="ID", help="编号，也是文件名：小写英文字母、数字、点和连字符；bundle 则是新文件夹的名字。"
        ),
    ],
    bundle: BundleFolder = None,
) -> None:
    """复制一份规则包，或在规则包里写出一个能通过检查的骨架（草稿），再照着改。

    \b
    例：screening new bundle ./我的规则包
    例：screening new threshold illegal-fishing-gear --bundle ./我的规则包
    """
    if kind == "bundle":
        _copy(bundle or default_folder(), Path(id_))
        return
    if not re.fullmatch(r"[a-z0-9][a-z0-9.-]*", id_):
        fail(f"“{id_}”不能用作编号：只用小写英文字母、数字、点和连字符。")
    loaded = open_bundle(bundle)
    taken = {t.id for t in loaded.thresholds} if kind == "threshold" else {r.id for r in loaded.text_rules}
    if id_ in (taken if kind != "finding" else {r.id for r in loaded.finding_rules}):
        fail(f"编号“{id_}”已经用过，请换一个。")
    name, text = {
        "threshold": lambda: skeleton.threshold(id_, loaded, date.today()),
        "rule": lambda: skeleton.text_rule(id_),
        "finding": lambda: skeleton.finding_rule(id_),
    }[kind]()
    path = (bundle or default_folder()) / name
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("x", encoding="utf-8", newline="\n") as file:
            file.write(text)
    except FileExistsError:
        fail(f"{path} 已经有了，没有改动。请换一个编号。")
    except OSError as error:
        fail(f"{path}：写不进去（{error.strerror}）。请用 --bundle 指向可以改动的规则包。")
    stderr().print(f"写出 {path}（草稿）。改好后用 screening check 和 screening test 复查。", markup=False)


def _copy(source: Path, to: Path) -> None:
    """A bundle to work on: the files of ``source`` in a new folder, none of it linked."""
    if to.exists():
        fail(f"{to} 已经有了，没有改动。请换一个名字。")
    try:
        for part in _PARTS:
            if (source / part).is_dir():
                shutil.copytree(source / part, to / part)
    except OSError as error:
        fail(f"{to}：写不进去（{error.strerror}）。请换一个可以写的位置。")
    stderr().print(f"规则包已复制到 {to}。改动以后用 screening check --bundle {to} 复查。", markup=False)
