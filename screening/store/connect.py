"""From an address to an engine: SQLite with what makes it durable, PostgreSQL by its URL; failures as sentences."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError, OperationalError

from screening.errors import StoreError, StoreUnavailableError

__all__ = ["connect", "explained", "persistently"]

T = TypeVar("T")
_WAIT_MS = 30_000
_TRIES, _PAUSE = 5, 0.2


def connect(address: str) -> Engine:
    """An engine for a path (SQLite; ``sqlite://`` is in memory) or a ``postgresql://`` URL.

    Raises ``StoreError`` for an address that is neither, or where the driver is not installed.
    """
    try:
        url = make_url(address) if "://" in address else make_url(f"sqlite:///{Path(address).expanduser()}")
    except ArgumentError:
        raise StoreError(
            f"“{address}”不是文件路径，也不是数据库地址。", "例如 案件.db 或 postgresql://用户@主机/库名。"
        ) from None
    backend = url.get_backend_name()
    if backend == "postgresql":
        try:
            return create_engine(url.set(drivername="postgresql+psycopg"), pool_pre_ping=True)
        except (ImportError, NoSuchModuleError):
            raise StoreError("没有安装 PostgreSQL 驱动。", "请运行 pip install 'screening[postgres]'。") from None
    if backend != "sqlite":
        raise StoreError(f"不支持 {backend}。", "请用 SQLite 文件或 postgresql:// 地址。")
    engine = create_engine(url, connect_args={"timeout": _WAIT_MS / 1000})
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: sqlite3.Connection, _: Any) -> None:
    """WAL, so that readers and one writer go on together; FULL, so that what is committed has reached the disk."""
    connection.isolation_level = None  # transactions are begun by hand, see below
    for pragma in (f"busy_timeout = {_WAIT_MS}", "journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON"):
        connection.execute(f"PRAGMA {pragma}").close()


def _begin_sqlite(connection: Connection) -> None:
    """A writer takes its turn at the start: one that reads first and then writes could not be let through."""
    connection.exec_driver_sql("BEGIN" if connection.get_execution_options().get("reads") else "BEGIN IMMEDIATE")


@contextmanager
def explained(address: str) -> Iterator[None]:
    """Turn what a driver raises into ``StoreError``: full, read-only, not reachable, locked."""
    try:
        yield
    except DBAPIError as error:
        raise _in_words(address, error) from error


def _in_words(address: str, error: DBAPIError) -> StoreError:
    told = str(error.orig).lower()
    if "full" in told or "no space" in told or "file size" in told or "disk i/o" in told:
        return StoreError(
            f"{_shown(address)}：磁盘已满或写入失败，本次没有写入。", "请腾出空间后重试；已确认的记录完好。"
        )
    if "readonly" in told or "read-only" in told:
        return StoreError(f"{_shown(address)}：只读，写不进去。", "请检查文件和文件夹的权限。")
    if "unable to open" in told:
        return StoreError(f"{_shown(address)}：打不开。", "请检查路径是否存在、有无权限。")
    if "locked" in told:
        return StoreUnavailableError(f"{_shown(address)}：一直被别的进程占用。", "请稍后重试。")
    if "not a database" in told or "malformed" in told:
        return StoreError(f"{_shown(address)}：不是数据库文件，或者已损坏。", "请换一个路径，或从备份恢复。")
    if error.connection_invalidated or isinstance(error, OperationalError):
        return StoreUnavailableError(f"{_shown(address)}：连不上数据库。", "请检查数据库服务是否在运行，稍后重试。")
    return StoreError(f"{_shown(address)}：数据库报错（{type(error.orig).__name__}）。", "请把日志交给维护人员。")


def _shown(address: str) -> str:
    """The address without a password."""
    return make_url(address).render_as_string(hide_password=True) if "://" in address else address


def persistently(address: str, work: Callable[[], T]) -> T:
    """Do what may safely be done twice; try again while the store can't be reached, up to a second or two."""
    for attempt in range(_TRIES):
        try:
            with explained(address):
                return work()
        except StoreUnavailableError:
            if attempt + 1 == _TRIES:
                raise
            time.sleep(_PAUSE * 2**attempt)
    raise AssertionError
