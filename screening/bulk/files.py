"""Files that are there whole or not at all, and the lock that keeps a folder to one run."""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from screening.errors import InputError

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = ["locked", "part", "sweep", "table_of", "whole", "write_json", "write_parquet"]

_PARTIAL: Final = ".partial"
_AT_ONCE: Final = 200


def part(folder: Path, shard: int) -> Path:
    """Where a shard lies in its folder."""
    return folder / f"part-{shard:05}.parquet"


@contextmanager
def whole(path: Path) -> Iterator[Path]:
    """A place to write to; what was written there gets its name only when it is complete and on the disk."""
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f".{path.name}.{os.getpid()}{_PARTIAL}")
    try:
        yield partial
        _settle(partial)
        partial.replace(path)
        _settle(path.parent)
    finally:
        partial.unlink(missing_ok=True)


def _settle(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def sweep(folder: Path) -> None:
    """Remove what a run that was killed had not finished writing."""
    for partial in folder.rglob(f".*{_PARTIAL}"):
        partial.unlink(missing_ok=True)


def table_of(rows: Iterable[Mapping[str, Any]], schema: pa.Schema) -> pa.Table:
    """The rows as a table, some hundreds turned at once: Arrow doubles a buffer that is full, and all those it had stay behind."""
    import pyarrow as pa

    left = iter(rows)
    batches = iter(lambda: list(islice(left, _AT_ONCE)), [])
    return pa.Table.from_batches((pa.RecordBatch.from_pylist(batch, schema) for batch in batches), schema)


def write_parquet(path: Path, table: pa.Table) -> None:
    """A Parquet file, whole or not at all; the same rows give the same bytes."""
    import pyarrow.parquet as pq  # the service, which writes none, would import it too

    with whole(path) as partial:
        pq.write_table(table, partial, compression="zstd")


def write_json(path: Path, value: Any) -> None:
    """A JSON file for people and programs, whole or not at all."""
    with whole(path) as partial:
        partial.write_text(json.dumps(value, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Keep the folder to this run. The lock goes with the process, however it ends. Raises ``InputError`` where another has it."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        file = (folder / ".lock").open("w")
    except OSError as error:
        raise InputError(str(folder), f"建不了输出文件夹（{error.strerror}）。", "请换一个位置或检查权限。") from None
    with file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise InputError(str(folder), "另一次重筛正在写这个文件夹。", "请等它结束，或换一个 --output。") from None
        yield
