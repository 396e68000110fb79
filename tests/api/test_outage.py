"""The whole service under load: killed, and its database gone for a while. Nothing acknowledged is lost, nothing is done or told twice."""

from __future__ import annotations

import json
import os
import random
import signal
import threading
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
from sqlalchemy import select, update

from api.ledger.tables import outbox
from screening.store.connect import connect
from screening.store.schema import decisions
from tests.api.test_reload import sound_bundle
from tests.api.test_server import Running, command, serving
from tests.api.test_webhooks import Receiver, receiver
from tests.store.postgres import Postgres, server

__all__ = ["receiver"]

LANES = 4
_PATIENCE = 300  # seconds, on a machine that does other things as well


class Load:
    """Platforms that send one record after the other, each under one Idempotency-Key until it is answered with 200."""

    def __init__(self) -> None:
        self.acknowledged: dict[str, str] = {}
        self._next = [0] * LANES

    @contextmanager
    def on(self, running: Running) -> Iterator[None]:
        """Send while this is open; what was not answered is sent again, first thing, the next time."""
        stop = threading.Event()
        lanes = [threading.Thread(target=self._work, args=(lane, running, stop)) for lane in range(LANES)]
        for thread in lanes:
            thread.start()
        try:
            yield
        finally:
            stop.set()
            for thread in lanes:
                thread.join()

    def wait_for(self, more: int) -> None:
        """Until so many more records are acknowledged."""
        wanted, end = len(self.acknowledged) + more, time.monotonic() + _PATIENCE
        while len(self.acknowledged) < wanted:
            assert time.monotonic() < end, "nothing is answered any more"
            time.sleep(0.005)

    def _work(self, lane: int, running: Running, stop: threading.Event) -> None:
        with running.http() as http:
            while not stop.is_set():
                record_id = f"{lane}-{self._next[lane]}"
                try:
                    answer = http.post("/v1/screenings", json=_sold(record_id), headers={"Idempotency-Key": record_id})
                except httpx.TransportError:
                    time.sleep(0.02)
                    continue
                if answer.status_code == 200:
                    self.acknowledged[record_id] = answer.json()["id"]
                    self._next[lane] += 1
                else:
                    assert answer.status_code in (409, 503), answer.text
                    time.sleep(0.02)


def _sold(record_id: str) -> dict[str, object]:
    """A record to refer, of a party of its own."""
    party = {"name": f"某某{record_id}商贸行", "kind": "个体工商户"}
    words = "经查，当事人销售白酒，销售金额6万元。"
    return {
        "record_id": record_id, "region": "421181", "party": party, "case_reason": "测试案由", "narrative": words, "transferred": False
    }  # fmt: skip


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name, value in (("LOOPBACK", "yes"), ("SECONDS", "0.05"), ("ATTEMPTS", "1000")):
        monkeypatch.setenv(f"SCREENING_WEBHOOK_{name}", value)
    monkeypatch.setenv("SCREENING_ID_KEY", "一把只用于测试的密钥" * 4)
    monkeypatch.setenv("SCREENING_SELF_TEST", "no")  # not this again at each start
    return sound_bundle(tmp_path / "bundle")


def key_of(store: str) -> str:
    words = ("--scope", "read,screen,admin", "--region", "all", "--expires", "2999-01-01")
    return command("keys", "create", *words, store=store).stdout.strip()


def subscribed(running: Running, receiver: Receiver) -> None:
    given = {"url": f"http://127.0.0.1:{receiver.server_port}/", "regions": [""], "levels": ["refer"]}
    with running.http() as http:
        assert http.post("/v1/webhooks", json=given).status_code == 201


def nothing_is_lost_and_nothing_is_twice(load: Load, store: str, receiver: Receiver, running: Running) -> None:
    """Each record has one decision, that which was acknowledged; each decision is told under one event and no other."""
    engine = connect(store)
    # What was claimed by one that was killed is due after a minute: that minute passes. One row at a time, as deliveries go on.
    pending = select(outbox.c.id).where(outbox.c.state == "pending")
    with engine.connect() as connection:
        rows = connection.execute(pending).scalars().all()
    for row in rows:
        with engine.begin() as connection:
            connection.execute(update(outbox).where(outbox.c.id == row, outbox.c.state == "pending").values(due=0.0))
    by_record = defaultdict(set)
    with engine.connect() as connection:
        for record_id, id_ in connection.execute(select(decisions.c.record_id, decisions.c.id)):
            by_record[record_id].add(id_)
    engine.dispose()
    assert {record_id: {id_} for record_id, id_ in load.acknowledged.items()} == dict(by_record)
    end = time.monotonic() + _PATIENCE
    while len(told := _told(receiver)) < len(by_record):
        assert time.monotonic() < end, f"{len(told)} of {len(by_record)} told"
        time.sleep(0.05)
    assert told == {id_: {f"evt_{id_[4:]}_0"} for ids in by_record.values() for id_ in ids}
    verified = command("verify", "--store", store, store=store)
    assert verified.returncode == 0, verified.stdout
    assert running.process.poll() is None


def _told(receiver: Receiver) -> dict[str, set[str]]:
    """Screening → the events that told of it."""
    told = defaultdict(set)
    for headers, body in list(receiver.came):
        told[json.loads(body)["screening"]["id"]].add(headers["x-screening-event"])
    return dict(told)


def survives(kills: int, folder: Path, store: str, receiver: Receiver) -> None:
    load, key, chance = Load(), key_of(store), random.Random(kills)
    for number in range(kills + 1):
        with serving(folder, store, key) as running:
            if number == 0:
                subscribed(running, receiver)
            with load.on(running):
                load.wait_for(chance.randrange(LANES, 60))
                if number < kills:
                    time.sleep(chance.random() * 0.02)
                    os.kill(running.process.pid, signal.SIGKILL)
            if number == kills:
                nothing_is_lost_and_nothing_is_twice(load, store, receiver, running)


def outlives(outages: int, folder: Path, postgres: Postgres, receiver: Receiver) -> None:
    store = postgres.database()
    load, key, chance = Load(), key_of(store), random.Random(outages)
    with serving(folder, store, key) as running:
        subscribed(running, receiver)
        with load.on(running):
            for _ in range(outages):
                load.wait_for(chance.randrange(LANES, 60))
                postgres.stop()
                time.sleep(chance.random() * 0.5)
                postgres.start()
            load.wait_for(20)
        nothing_is_lost_and_nothing_is_twice(load, store, receiver, running)


@pytest.fixture(scope="module")
def postgres() -> Iterator[Postgres]:
    with server() as running:
        yield running


def test_what_was_acknowledged_survives_a_kill(folder: Path, tmp_path: Path, receiver: Receiver) -> None:
    survives(2, folder, f"sqlite:///{tmp_path}/s.db", receiver)


@pytest.mark.soak
def test_what_was_acknowledged_survives_a_hundred_kills(folder: Path, tmp_path: Path, receiver: Receiver) -> None:
    survives(100, folder, f"sqlite:///{tmp_path}/s.db", receiver)


def test_the_service_outlives_its_database(folder: Path, postgres: Postgres, receiver: Receiver) -> None:
    outlives(1, folder, postgres, receiver)


@pytest.mark.soak
def test_the_service_outlives_twenty_outages_of_its_database(
    folder: Path, postgres: Postgres, receiver: Receiver
) -> None:
    outlives(20, folder, postgres, receiver)
