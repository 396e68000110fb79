"""What is acknowledged is on disk; what clashes hurts nobody else."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from api.keys import now
from api.ledger import ConflictError, Ledger, Write
from api.ledger.tables import idempotency
from screening.errors import StoreError
from screening.store.schema import audit


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path}/l.db"


@pytest.fixture
def ledger(url: str) -> Iterator[Ledger]:
    ledger = Ledger(url)
    yield ledger
    ledger.close()


def entry(subject: str) -> dict[str, object]:
    return {"at": now(), "key_id": "k", "action": "a", "subject": subject, "request_id": "r"}


def answer(token: str) -> dict[str, object]:
    return {"key_id": "k", "token": token, "fingerprint": "f", "status": 200, "body": "{}", "at": now()}


def count(url: str, table: str) -> int:
    with sqlite3.connect(url.removeprefix("sqlite:///")) as connection:
        return int(connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0])


def test_writes_at_the_same_time_share_a_transaction_and_make_one_chain(ledger: Ledger, url: str) -> None:
    with ThreadPoolExecutor(8) as threads:
        list(threads.map(lambda n: ledger.write_now(Write({audit: [entry(str(n))]})), range(100)))
    assert count(url, "api_audit") == 100
    assert ledger.store.breaks() == []


def test_a_clash_drops_its_own_write_whole_and_no_other(ledger: Ledger, url: str) -> None:
    ledger.write_now(Write({idempotency: [answer("一")]}))
    with ThreadPoolExecutor(8) as threads:
        futures = [
            threads.submit(
                ledger.write_now, Write({idempotency: [answer("一" if n == 3 else f"{n}")], audit: [entry(str(n))]})
            )
            for n in range(8)
        ]
    assert [n for n, future in enumerate(futures) if isinstance(future.exception(), ConflictError)] == [3]
    assert count(url, "api_audit") == 7
    assert ledger.store.breaks() == []


def test_who_gives_up_waiting_takes_nothing_from_later_writes(ledger: Ledger, url: str) -> None:
    async def work() -> None:
        other = sqlite3.connect(url.removeprefix("sqlite:///"), isolation_level=None)
        other.execute("BEGIN IMMEDIATE")  # so that the write takes its time
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.2):
                await ledger.write(Write({audit: [entry("given up")]}))
        other.execute("ROLLBACK")
        other.close()
        async with asyncio.timeout(10):
            await ledger.write(Write({audit: [entry("later")]}))

    asyncio.run(work())
    assert count(url, "api_audit") == 2
    assert ledger.store.breaks() == []


def test_two_processes_write_one_chain(ledger: Ledger, url: str) -> None:
    other = Ledger(url)
    with ThreadPoolExecutor(4) as threads:
        list(threads.map(lambda n: (ledger, other)[n % 2].write_now(Write({audit: [entry(str(n))]})), range(40)))
    other.close()
    assert count(url, "api_audit") == 40
    assert ledger.store.breaks() == []


def test_a_store_that_can_t_be_opened_says_so(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="打不开"):
        Ledger(f"sqlite:///{tmp_path}/no/such/folder/l.db")
