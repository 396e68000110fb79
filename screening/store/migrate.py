"""Versions of the schema: what a store has, what this program wants, and the way between them (Alembic)."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, inspect

from screening.errors import StoreVersionError

__all__ = ["check_version", "downgrade", "upgrade", "version_of", "wanted_version"]

_SCRIPTS = Path(__file__).parent / "migrations"


def wanted_version() -> str:
    """The version this program works with."""
    head = _scripts().get_current_head()
    assert head is not None
    return head


def version_of(connection: Connection) -> str | None:
    """The version a store has; None for one without tables."""
    return MigrationContext.configure(connection).get_current_revision()


def check_version(engine: Engine, address: str) -> None:
    """Make the tables of a new store; refuse one of another version with the command that mends it."""
    with engine.connect() as connection:
        found = version_of(connection)
        empty = found is None and not inspect(connection).get_table_names()
    if empty:
        upgrade(engine)
        return
    wanted = wanted_version()
    if found == wanted:
        return
    if found is None:
        raise StoreVersionError(f"{address}：里面是别的数据，不是筛查库。", "请换一个空库。")
    known = {script.revision for script in _scripts().walk_revisions()}
    if found in known:
        raise StoreVersionError(
            f"{address}：库的版本（{found}）旧于程序（{wanted}）。",
            f"请先备份，再运行：screening store upgrade {address}",
        )
    raise StoreVersionError(
        f"{address}：库的版本（{found}）新于程序（{wanted}）。",
        f"请升级程序；确需退回时用新程序运行：screening store downgrade {address} --to {wanted}",
    )


def upgrade(engine: Engine, to: str = "head") -> None:
    """Bring a store up to a version. Safe to call twice, and by two processes at once: the second finds it done."""
    with engine.begin() as connection:
        command.upgrade(_config(connection), to)


def downgrade(engine: Engine, to: str) -> None:
    """Take a store back to a version (``base``: no tables). What only newer versions hold is lost."""
    with engine.begin() as connection:
        command.downgrade(_config(connection), to)


def _config(connection: Connection | None = None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(_SCRIPTS))
    config.attributes["connection"] = connection
    return config


def _scripts() -> ScriptDirectory:
    return ScriptDirectory.from_config(_config())
