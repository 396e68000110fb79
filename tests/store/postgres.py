"""A PostgreSQL server for tests: found on the machine or installed from Debian's package, run by an ordinary user."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

import pytest

__all__ = ["Postgres", "server"]


def _programs() -> Path | None:
    """The folder with ``initdb`` and ``pg_ctl``, the newest version where there are several."""
    debian = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: float(path.parent.name))
    known = [Path(found).parent] if (found := shutil.which("initdb")) else []
    return next((folder for folder in [*reversed(debian), *known] if (folder / "initdb").exists()), None)


def _install() -> None:
    if os.geteuid() == 0 and shutil.which("apt-get"):
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        subprocess.run(["apt-get", "update"], check=False, **quiet)
        environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
        subprocess.run(["apt-get", "install", "-y", "postgresql"], check=False, env=environment, **quiet)


@dataclass
class Postgres:
    """A running server; ``database`` makes an empty one and gives its address."""

    programs: Path
    folder: Path
    user: str | None
    _numbers: Iterator[int] = field(default_factory=count)

    def run(self, program: str, *arguments: str) -> None:
        """Run one of the server's programs as its user."""
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        command = [str(self.programs / program), *arguments]
        subprocess.run(command, check=True, cwd=self.folder, user=self.user, **quiet)

    def start(self) -> None:
        """Listen on the socket only."""
        options = f"-c listen_addresses='' -c unix_socket_directories={self.folder}"
        self.run(
            "pg_ctl", "-D", str(self.folder / "data"), "-w", "-l", str(self.folder / "log"), "-o", options, "start"
        )

    def stop(self) -> None:
        """Cut everybody off, as when a server goes away."""
        self.run("pg_ctl", "-D", str(self.folder / "data"), "-w", "-m", "immediate", "stop")

    def database(self) -> str:
        """The address of a new, empty database."""
        name = f"cases{next(self._numbers)}"
        self.run("createdb", "-h", str(self.folder), "-U", "tester", name)
        return f"postgresql://tester@/{name}?host={self.folder}"


@contextmanager
def server() -> Iterator[Postgres]:
    """Start a server, give it, stop it. Skips where there is none and none can be installed."""
    if _programs() is None:
        _install()
    programs = _programs()
    if programs is None:
        pytest.skip("no PostgreSQL here, and none can be installed")
    folder = Path(tempfile.mkdtemp(prefix="pg", dir="/tmp"))
    user = None
    if os.geteuid() == 0:  # the server refuses to run as root
        user = next(name for name in ("postgres", "nobody") if _known(name))
        shutil.chown(folder, user)
        folder.chmod(0o755)
    running = Postgres(programs, folder, user)
    try:
        running.run("initdb", "-D", str(folder / "data"), "-U", "tester", "-A", "trust", "-E", "UTF8", "--locale=C")
        running.start()
        yield running
    finally:
        with suppress(subprocess.CalledProcessError):
            running.stop()
        shutil.rmtree(folder, ignore_errors=True)


def _known(name: str) -> bool:
    try:
        pwd.getpwnam(name)
    except KeyError:
        return False
    return True
