"""What the commands share: options, the bundle with its errors in Chinese, exit codes."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer
from rich.console import Console

from screening.bundle.bundle import Bundle
from screening.bundle.loader import headers_file, load
from screening.bundle.signing import read_trusted
from screening.errors import BundleError, InputError, SignatureError, StoreError
from screening.intake import load_headers, read_inputs
from screening.intake.headers import HeaderMap
from screening.record import Record

if TYPE_CHECKING:  # most commands need no store, and it takes half a second to import
    from screening.store.store import Store

__all__ = [
    "BROKEN",
    "USAGE",
    "AsOf",
    "BundleFolder",
    "By",
    "MappingFile",
    "Reason",
    "StoreAddress",
    "Trusted",
    "Workers",
    "cores",
    "fail",
    "headers_of",
    "known_store",
    "open_bundle",
    "open_store",
    "parse_day",
    "records_of",
    "stderr",
    "trusted_keys",
]

BundleFolder = Annotated[
    Path | None,
    typer.Option(
        "--bundle", help="规则包文件夹（内含 thresholds/ 与 rules/）；不写用随附的规则包。", show_default=False
    ),
]
AsOf = Annotated[
    str | None,
    typer.Option("--as-of", help="以哪一天的法律为准比较新旧（如 2026-11-22）；不写为今天。", show_default=False),
]
MappingFile = Annotated[
    Path | None,
    typer.Option("--mapping", help="栏名对应表（YAML 或 JSON，每行“栏名: 字段”）。", show_default=False),
]
Workers = Annotated[int, typer.Option("--workers", min=0, help="同时工作的进程数；0 为本机的核数。")]
StoreAddress = Annotated[
    str,
    typer.Option("--store", help="筛查库：文件路径（SQLite）或 postgresql:// 地址。", metavar="PATH|URL"),
]
Reason = Annotated[str, typer.Option("--reason", help="理由，如“法释〔2025〕5号施行”。")]
By = Annotated[str, typer.Option("--by", help="是谁；不写为当前系统用户。", show_default=False)]
Trusted = Annotated[
    Path | None,
    typer.Option(
        "--trust", envvar="SCREENING_TRUSTED", help="可信公钥名单：每行“姓名 ed25519:公钥”。", show_default=False
    ),
]

USAGE, BROKEN = 2, 3


def cores() -> int:
    """How many processes may work at once."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def stderr() -> Console:
    """Where messages go; results go to standard output or a file."""
    return Console(file=sys.stderr, highlight=False, soft_wrap=True)


def fail(message: str, code: int = USAGE) -> NoReturn:
    """Say what is wrong and stop: 2 for input that can't be used, 3 for a broken bundle."""
    stderr().print(message, markup=False)
    raise typer.Exit(code)


def open_bundle(folder: Path | None) -> Bundle:
    """Load the bundle or say, line by line, what is wrong with it."""
    try:
        return load(folder)
    except BundleError as error:
        fail(f"{error}\n\n规则包有 {len(error.problems)} 处问题，没有启动。改好后用 screening check 复查。", BROKEN)


def trusted_keys(path: Path | None) -> dict[str, str]:
    """Public key → person, or say which line is wrong."""
    try:
        return read_trusted(path)
    except SignatureError as error:
        fail(str(error))


def open_store(address: str, bundle: Bundle | None = None, new: bool = False) -> Store:
    """Open a store or say what is wrong with it; a file that is not there is made only where a ``new`` store may be meant.

    ``bundle`` brings the former names of organisations.
    """
    if not new:
        known_store(address)
    from screening.store.store import Store

    try:
        return Store(address, former=bundle.aliases if bundle else None)
    except StoreError as error:
        fail(str(error), BROKEN)


def known_store(address: str) -> None:
    """Stop where the address is a file that is not there: a mistyped path must not pass for an empty store."""
    if "://" not in address and not Path(address).expanduser().exists():
        fail(f"{address}：没有这个筛查库。请检查路径；新库由 screening screen … --store {address} 建立。", BROKEN)


def parse_day(text: str | None, option: str) -> date:
    """A day on the command line; today where none is given."""
    if text is None:
        return date.today()
    try:
        return date.fromisoformat(text)
    except ValueError:
        fail(f"{option} 的“{text}”不是日期，应写成 2026-11-22。")


def headers_of(bundle: Path | None) -> HeaderMap:
    """The headers of tables that the bundle knows; those of the shipped one where it brings none of its own."""
    try:
        return load_headers(headers_file(bundle))
    except BundleError as error:
        fail(str(error), BROKEN)


def records_of(source: Path, bundle: Path | None) -> Iterator[Record]:
    """The records of a file that can be read; how many could not is said on standard error."""
    unread = 0
    try:
        for row in read_inputs(source, headers_of(bundle)):
            if row.record is not None:
                yield row.record
            unread += row.record is None
    except InputError as error:
        fail(str(error))
    if unread:
        stderr().print(f"{source}：{unread} 条读不懂，没有计入。", markup=False)
