"""Killed in the middle of writing, two at once, no room, no permission, no server: nothing acknowledged is lost."""

from __future__ import annotations

import json
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from screening.bundle.loader import default_folder
from screening.errors import StoreError, StoreUnavailableError
from screening.screener import Screener
from screening.store.records import Asked
from screening.store.store import Store
from tests.store.making import SECRET, TODAY, draft, record
from tests.store.postgres import Postgres

ROOT = Path(__file__).resolve().parent.parent.parent


def writer(address: str, first: int) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "tests.store.making", address, str(first), str(default_folder())]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT)


def killed_after_some(address: str, first: int, seconds: float) -> list[tuple[int, str]]:
    """What a writer said was kept before it was killed at a moment of its own."""
    process = writer(address, first)
    assert process.stdout
    acknowledged = [process.stdout.readline()]
    time.sleep(seconds)
    process.send_signal(signal.SIGKILL)
    rest, _ = process.communicate()
    acknowledged += [line for line in rest.splitlines(keepends=True) if line.endswith("\n")]
    return [tuple(json.loads(line)) for line in acknowledged]


def nothing_is_lost_after(kills: int, address: str) -> None:
    store, told = Store(address, SECRET), []
    moments = random.Random(7)
    for round_ in range(kills):
        told += killed_after_some(address, 1000 * round_ + 11, moments.uniform(0.01, 0.3))
        assert store.decisions.verify() == []
    kept = {id_ for id_, _ in store.decisions.results()}
    assert {id_ for _, id_ in told} <= kept
    for number, id_ in told[:: max(1, len(told) // 20)]:
        assert store.decisions.get(id_).record.record_id == record(number).record_id
    store.close()


def test_a_killed_writer_loses_nothing_that_it_acknowledged(address: str) -> None:
    nothing_is_lost_after(2, address)


@pytest.mark.soak
def test_a_hundred_killed_writers_lose_nothing(address: str) -> None:
    nothing_is_lost_after(100, address)


def test_two_that_write_at_once_lose_and_double_nothing(address: str) -> None:
    Store(address, SECRET).close()
    both = [writer(address, first) for first in (11, 5011)]
    for process in both:
        assert process.stdout
        for _ in range(10):
            process.stdout.readline()
        process.send_signal(signal.SIGKILL)
        process.communicate()
    store = Store(address, SECRET)
    assert store.decisions.verify() == []
    ids = [id_ for id_, _ in store.decisions.results()]
    assert len(ids) == len(set(ids)) >= 20
    store.close()


def test_a_full_disk_is_said_and_what_was_kept_stays(full_disk: Path, screener: Screener) -> None:
    store = Store(str(full_disk / "cases.db"), SECRET)
    kept = 0
    with pytest.raises(StoreError, match="磁盘已满"):
        for number in range(11, 2000):
            store.write([draft(screener, record(number))], screener.bundle)
            kept += 1
    assert store.decisions.verify() == []
    assert store.decisions.count() == kept
    store.close()


def test_a_read_only_store_says_so(tmp_path: Path, screener: Screener) -> None:
    path = tmp_path / "cases.db"
    store = Store(str(path), SECRET)
    store.write([draft(screener, record(11))], screener.bundle)
    store.close()
    read_only = Store(f"sqlite:///file:{path}?mode=ro&uri=true", SECRET)
    with pytest.raises(StoreError, match="只读"):
        read_only.write([draft(screener, record(12))], screener.bundle)
    read_only.close()


def test_a_folder_that_is_not_there_says_so() -> None:
    with pytest.raises(StoreError, match="打不开"):
        Store("/nowhere/cases.db", SECRET)


def test_a_file_that_is_no_store_says_so(tmp_path: Path) -> None:
    path = tmp_path / "cases.db"
    path.write_text("这不是数据库" * 200, encoding="utf-8")
    with pytest.raises(StoreError, match="不是数据库文件"):
        Store(str(path), SECRET)


def test_a_server_that_goes_and_comes_back_loses_nothing(postgres: Postgres, screener: Screener) -> None:
    address = postgres.database()
    store = Store(address, SECRET)
    asked = Asked(screener.bundle.revision, TODAY, lambda _: pytest.fail())
    store.write([draft(screener, record(11))], screener.bundle)
    assert len(store.records.past_of(record(12), asked)) == 1
    postgres.stop()
    try:
        with pytest.raises(StoreUnavailableError, match="连不上"):
            store.write([draft(screener, record(12))], screener.bundle)
    finally:
        postgres.start()
    assert len(store.records.past_of(record(12), asked)) == 1
    store.write([draft(screener, record(12))], screener.bundle)
    assert store.decisions.count() == 2
    assert store.decisions.verify() == []
    store.close()
