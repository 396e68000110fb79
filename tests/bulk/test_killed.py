"""A run may be killed at any time: started again it gives the output of one that was not, and no process is left behind."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import time
from pathlib import Path

import pytest

from tests.bulk.conftest import AS_OF, ROOT, SHARD_ROWS, Run, command, rescore

OPTIONS = ("--as-of", AS_OF, "--shard-rows", SHARD_ROWS, "--workers", 2)


def start(output: Path, year: Path) -> subprocess.Popen[bytes]:
    given = command(year, "--output", output, *OPTIONS)
    # What a shell starts in the background ignores Ctrl-C, and so would all that it starts.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    return subprocess.Popen(given, cwd=ROOT, stderr=subprocess.PIPE, start_new_session=True)


def shards(output: Path, folder: str) -> int:
    return len(list((output / folder).glob("part-*.parquet")))


def await_shards(run: subprocess.Popen[bytes], output: Path, count: int) -> None:
    """Wait until so many shards are done in all, or the run has ended."""
    until = time.monotonic() + 60
    while run.poll() is None and time.monotonic() < until:
        if shards(output, "work/alone") + shards(output, "results") >= count:
            return
        time.sleep(0.02)


def group_is_gone(group: int) -> bool:
    until = time.monotonic() + 10
    while time.monotonic() < until:
        try:
            os.killpg(group, 0)
        except ProcessLookupError:
            return True
        time.sleep(0.05)
    return False


def kill(run: subprocess.Popen[bytes]) -> None:
    """``kill -9`` for the parent alone; its workers must see to themselves."""
    run.kill()
    run.communicate()
    assert group_is_gone(run.pid)


def test_a_run_that_was_killed_and_stopped_goes_on_to_the_same_output(
    year: Path, tmp_path: Path, undisturbed: Run
) -> None:
    output = tmp_path / "out"
    run = start(output, year)
    await_shards(run, output, 1)
    kill(run)
    kept = shards(output, "work/alone")
    assert kept, "finished shards are kept"
    run = start(output, year)
    await_shards(run, output, kept + 1)
    os.killpg(run.pid, signal.SIGINT)
    _, said = run.communicate(timeout=60)
    assert (
        run.returncode == 130
        and "再运行同一条命令就接着做，做完的分片都在" in said.decode()
        and b"Traceback" not in said
    )
    assert group_is_gone(run.pid)
    assert rescore(output, year).bytes() == undisturbed.bytes()
    assert not list(output.rglob("*.partial")) and not (output / "work").exists()


@pytest.mark.soak
def test_ten_kills_at_random_change_nothing(year: Path, tmp_path: Path, undisturbed: Run) -> None:
    output, chance = tmp_path / "out", random.Random(20261122)
    for _ in range(10):
        run = start(output, year)
        time.sleep(chance.uniform(0.2, 8))
        kill(run)
    assert rescore(output, year).bytes() == undisturbed.bytes()
