"""Real stores: an SQLite file and a PostgreSQL server of our own, started once and stopped at the end."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from screening.store.store import Store
from tests.store.postgres import Postgres, server

SECRET = b"a secret for the tests of the store"


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """A server that listens on a socket in a folder of its own, and on loopback by no port."""
    with server() as running:
        yield running


@pytest.fixture(params=["sqlite", "postgresql"])
def address(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of an empty store, of each kind."""
    if request.param == "sqlite":
        return str(tmp_path / "cases.db")
    postgres: Postgres = request.getfixturevalue("postgres")
    return postgres.database()


@pytest.fixture
def store(address: str) -> Iterator[Store]:
    opened = Store(address, SECRET)
    yield opened
    opened.close()


@pytest.fixture
def full_disk() -> Iterator[Path]:
    """A folder on a disk of 1 MB of its own."""
    folder = Path(tempfile.mkdtemp())
    made = os.geteuid() == 0 and shutil.which("mount")
    if not made or subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", folder], check=False).returncode:
        pytest.skip("a small disk can only be mounted by root")
    yield folder
    subprocess.run(["umount", folder], check=True)
