"""Records of one party know of each other, whichever worker they come to."""

from __future__ import annotations

import asyncio
import signal
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from api.ledger.locks import AdvisoryLocks, FileLocks
from api.turns import Turns
from screening.errors import StoreUnavailableError
from screening.store.store import Store
from tests.api.test_reload import sound_bundle
from tests.api.test_screenings import sale
from tests.api.test_server import make_key, serving
from tests.store.postgres import server

HOLDER = """
import asyncio, sys
from api.ledger.locks import FileLocks
print(asyncio.run(FileLocks(sys.argv[1]).take([3, 4])), flush=True)
sys.stdin.read()
"""


@contextmanager
def held_elsewhere(path: str) -> Iterator[subprocess.Popen[str]]:
    """Another process has the numbers 3 and 4 of the file."""
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLDER, path], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    try:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "True\n"
        yield holder
    finally:
        holder.kill()
        holder.communicate()


def test_what_another_process_has_is_had_by_nobody_else_until_it_is_killed(tmp_path: Path) -> None:
    path = str(tmp_path / "s.db.turns")
    locks = FileLocks(path)
    with held_elsewhere(path) as holder:
        assert not asyncio.run(locks.take([1, 3]))
        assert asyncio.run(locks.take([1, 2]))
        holder.send_signal(signal.SIGKILL)
        holder.wait()
        assert asyncio.run(locks.take([3, 4]))
    locks.close()


def test_who_writes_waits_for_the_other_process_and_is_woken(tmp_path: Path) -> None:
    path = str(tmp_path / "s.db.turns")
    code = "import sys; from api.ledger.locks import FileLocks\nwith FileLocks(sys.argv[1]).writing(): print(flush=True); sys.stdin.read()"
    locks = FileLocks(path)
    order: list[str] = []

    def write(name: str) -> None:
        with locks.writing():
            order.append(name)

    holder = subprocess.Popen([sys.executable, "-c", code, path], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert holder.stdout is not None
    holder.stdout.readline()
    with ThreadPoolExecutor(3) as pool:
        writes = [pool.submit(write, name) for name in "ab"]
        done, _ = wait(writes, 0.2)
        assert not done
        holder.kill()
        holder.communicate()
    assert sorted(order) == ["a", "b"]
    locks.close()


def test_a_turn_waits_for_the_other_process_and_others_go_on_meanwhile(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("api.turns._number", int)
    path = str(tmp_path / "s.db.turns")
    locks = FileLocks(path)
    turns = Turns(locks)
    order: list[str] = []

    async def take(tie: str) -> None:
        async with turns.of({tie}):
            order.append(tie)

    async def work(holder: subprocess.Popen[str]) -> None:
        waiting = asyncio.create_task(take("3"))
        await take("5")
        await asyncio.sleep(0.1)
        assert order == ["5"]
        holder.kill()
        await asyncio.wait_for(waiting, 10)

    with held_elsewhere(path) as holder:
        asyncio.run(work(holder))
    assert order == ["5", "3"]
    locks.close()


def test_who_gives_up_waiting_leaves_nothing_taken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("api.turns._number", int)
    path = str(tmp_path / "s.db.turns")
    locks = FileLocks(path)
    turns = Turns(locks)

    async def take() -> None:
        async with turns.of({"2", "3"}):
            pass

    async def work() -> None:
        with held_elsewhere(path), pytest.raises(TimeoutError):
            await asyncio.wait_for(take(), 0.1)
        await asyncio.wait_for(take(), 10)

    asyncio.run(work())
    locks.close()


def test_the_same_on_postgres_a_lost_session_and_a_lost_server_included() -> None:
    with server() as postgres:
        address = postgres.database()
        engine = create_engine(address.replace("postgresql://", "postgresql+psycopg://"))
        one, other = AdvisoryLocks(engine, address), AdvisoryLocks(engine, address)

        async def work() -> None:
            assert await one.take([1, 2])
            assert not await other.take([2, 3])
            assert await one.take([3])  # nothing was kept of what could not be had as a whole
            one.give([2, 3])
            assert await one.take([4])  # after what was asked before
            assert await other.take([2, 3])
            with engine.connect() as killer:
                others = "pid <> pg_backend_pid() AND datname = current_database()"
                killer.execute(text(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE {others}"))
            assert await other.take([1])
            postgres.stop()
            with pytest.raises(StoreUnavailableError):
                await other.take([7])

        asyncio.run(work())
        postgres.start()
        one.close()
        other.close()
        engine.dispose()


def test_records_of_one_party_that_come_to_two_workers_know_of_each_other(tmp_path: Path) -> None:
    folder = sound_bundle(tmp_path / "bundle")
    store = f"sqlite:///{tmp_path}/s.db"
    key = make_key(store)
    with serving(folder, store, key, "--workers", "2") as running:

        def send(number: int) -> str:
            with running.http() as http:  # a connection of its own: either worker may take it
                answer = http.post("/v1/screenings", json=sale(f"号{number}", f"2024-01-{number + 1:02}", 30000))
            return str(answer.json()["id"])

        with ThreadPoolExecutor(12) as pool:
            ids = list(pool.map(send, range(24)))
    kept = Store(store)
    assert sorted(len(kept.decisions.get(id_).history) for id_ in ids) == list(range(24))
    kept.close()
