"""Jobs on the real server: killed in the middle, with two workers, and with one of them killed."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.api.test_jobs import ROWS, as_csv
from tests.api.test_reload import sound_bundle
from tests.api.test_server import Running, make_key, serving

MANY = as_csv(
    [[f"{row[0]}{n}", f"{row[1]}{n}", *row[2:]] for n in range(900) for row in ROWS]
    + [["乙〔2024〕1号", "某某", "", "", ""]]
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return sound_bundle(tmp_path / "bundle")


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return tmp_path / "s.db.jobs"


@pytest.fixture
def store(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path}/s.db"


def send(http: httpx.Client, content: str) -> str:
    asked = {"filename": "案件.csv", "as_of": "2026-11-22"}
    return str(http.post("/v1/jobs", params=asked, content=content.encode()).json()["id"])


def until(good: Callable[[], Any]) -> Any:
    end = time.monotonic() + 90
    while not (found := good()):
        assert time.monotonic() < end
        time.sleep(0.05)
    return found


def ended(http: httpx.Client, id_: str) -> dict[str, Any]:
    def look() -> dict[str, Any] | None:
        try:
            job: dict[str, Any] = http.get(f"/v1/jobs/{id_}").json()
        except httpx.TransportError:  # the worker that was asked was killed
            return None
        return job if job["state"] not in ("queued", "running") else None

    found: dict[str, Any] = until(look)
    return found


def processes(root: Path) -> set[int]:
    """Those that work on a job: they stand in its folder."""
    found = set()
    for path in Path("/proc").glob("[0-9]*/cwd"):
        try:
            if str(path.readlink()).startswith(str(root)):
                found.add(int(path.parent.name))
        except OSError:
            continue
    return found


def screened(root: Path, id_: str) -> list[Path]:
    return list((root / id_ / "output/work/alone").glob("part-*.parquet"))


def fetched(http: httpx.Client, id_: str) -> list[bytes]:
    names = ("", "/results.parquet", "/rejected.csv", "/headers.json", "/report.html")
    return [http.get(f"/v1/jobs/{id_}/results{name}").content for name in names]


def kill(running: Running) -> None:
    os.kill(running.process.pid, signal.SIGKILL)
    running.process.wait()


def test_a_job_goes_on_after_a_kill_to_the_same_output(folder: Path, store: str, root: Path) -> None:
    key = make_key(store)
    with serving(folder, store, key, "--workers", "2") as running, running.http() as http:
        id_ = send(http, MANY)
        until(lambda: screened(root, id_))
        assert processes(root)
        kill(running)  # the parent of them all
        until(lambda: not processes(root))
    kept = {path: path.stat().st_mtime_ns for path in screened(root, id_)}
    assert kept
    with serving(folder, store, key) as running, running.http() as http:
        until(lambda: http.get(f"/v1/jobs/{id_}").json()["state"] == "running" and processes(root))
        assert {path: path.stat().st_mtime_ns for path in kept if path.exists()} == kept, (
            "what was done is not done again"
        )
        job = ended(http, id_)
        assert (job["state"], job["records"], job["rejected"]) == ("done", 2700, 1)
        undisturbed = send(http, MANY)
        assert ended(http, undisturbed)["state"] == "done"
        assert fetched(http, id_) == fetched(http, undisturbed)


def leader(root: Path) -> int:
    """The worker that has the lock of the folder of jobs."""
    inode = (root / ".lock").stat().st_ino
    lines = (line.split() for line in Path("/proc/locks").read_text().splitlines())
    return next((int(line[4]) for line in lines if line[1] == "FLOCK" and line[5].endswith(f":{inode}")), 0)


def test_two_workers_do_one_job_at_a_time_and_one_goes_on_for_the_other(folder: Path, store: str, root: Path) -> None:
    key = make_key(store)
    with serving(folder, store, key, "--workers", "2") as running, running.http() as http:
        first, second = send(http, MANY), send(http, as_csv())
        until(lambda: screened(root, first))
        (job,) = {path for path in root.iterdir() if any((path / "output").glob("*"))}
        assert job.name == first
        worker = until(lambda: leader(root))
        os.kill(worker, signal.SIGKILL)
        jobs = [ended(http, each) for each in (first, second)]
        assert [(job["state"], job["records"]) for job in jobs] == [("done", 2700), ("done", 3)]
        assert jobs[0]["finished_at"] <= jobs[1]["started_at"]
        assert leader(root) not in (0, worker)
    until(lambda: not processes(root))
