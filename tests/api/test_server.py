"""The real server on the loopback: started by the command, hung up on, told to stop."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from api import examples
from api.server import SharingLoop
from tests.api.test_reload import charge, sound_bundle

ROOT = Path(__file__).resolve().parents[2]


def command(*words: str, store: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "SCREENING_STORE": store}
    return subprocess.run(
        [sys.executable, "-m", "screening.cli", *words],
        capture_output=True,
        text=True,
        env=environment,
        cwd=ROOT,
        check=False,
    )


def make_key(store: str) -> str:
    """A key for all of it."""
    return command(
        "keys", "create", "--scope", "read,screen,tune", "--region", "all", "--expires", "2999-01-01", store=store
    ).stdout.strip()


class Running:
    def __init__(self, process: subprocess.Popen[str], base: str, key: str) -> None:
        self.process, self.base, self.key = process, base, key

    def http(self) -> httpx.Client:
        return httpx.Client(base_url=self.base, headers={"Authorization": f"Bearer {self.key}"}, timeout=20)


@contextmanager
def serving(folder: Path, store: str, key: str, *more: str) -> Iterator[Running]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "SCREENING_STORE": store, "SCREENING_BUNDLE": str(folder)}
    log = (folder / "log").open("w")
    process = subprocess.Popen(
        [sys.executable, "-m", "screening.cli", "serve", "--port", str(port), *more],
        stdout=subprocess.DEVNULL, stderr=log, text=True, env=environment, cwd=ROOT,
    )  # fmt: skip
    log.close()
    running = Running(process, f"http://127.0.0.1:{port}", key)
    try:
        for _ in range(6000):
            try:
                if httpx.get(running.base + "/readyz", timeout=2).status_code == 200:
                    break
            except httpx.TransportError:
                time.sleep(0.05)
            assert process.poll() is None, (folder / "log").read_text()
        yield running
    finally:
        process.terminate()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return sound_bundle(tmp_path / "bundle")


@pytest.fixture
def store(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path}/s.db"


def record(number: int) -> dict[str, object]:
    return {**examples.RECORD, "record_id": f"号{number}"}


def test_two_workers_change_their_bundle_on_a_hang_up_and_stop_when_told(folder: Path, store: str) -> None:
    key = make_key(store)
    with serving(folder, store, key, "--workers", "2") as running:

        def revisions() -> set[str]:
            found = set()
            for _ in range(12):  # a connection each: either worker may take it
                with running.http() as http:
                    found.add(http.get("/v1/bundle").json()["revision"])
            return found

        (old,) = revisions()
        file = folder / "thresholds/charges/test-charge.yaml"
        file.write_text(charge("3 万元"), encoding="utf-8")
        running.process.send_signal(signal.SIGHUP)
        for _ in range(100):
            found = revisions()
            if len(found) == 1 and old not in found:
                break
            time.sleep(0.1)
        (new,) = revisions()
        assert new != old
        file.write_text("坏", encoding="utf-8")
        running.process.send_signal(signal.SIGHUP)
        time.sleep(1.5)
        assert revisions() == {new}
        with running.http() as http:
            assert "screening_request_seconds" in http.get("/metrics").text
        running.process.terminate()
        assert running.process.wait(20) == 0


def test_the_log_is_json_and_holds_neither_key_nor_name(folder: Path, store: str) -> None:
    key = make_key(store)
    with serving(folder, store, key) as running, running.http() as http:
        http.post("/v1/screenings", json=record(1))
        http.get("/v1/screenings", params={"party": "某某商贸行"})
    lines = (folder / "log").read_text(encoding="utf-8").splitlines()
    assert any(json.loads(line)["message"] == "request" for line in lines)
    assert key not in "".join(lines)
    assert "某某" not in "".join(lines)


def test_a_broken_bundle_does_not_start(folder: Path, store: str) -> None:
    (folder / "thresholds/charges/test-charge.yaml").write_text("坏", encoding="utf-8")
    environment = {
        "PYTHONPATH": str(ROOT),
        "SCREENING_STORE": store,
        "SCREENING_BUNDLE": str(folder),
        "PATH": os.environ["PATH"],
    }
    ended = subprocess.run(
        [sys.executable, "-m", "screening.cli", "serve", "--port", "0"], capture_output=True, text=True, env=environment, cwd=ROOT,
        check=False, timeout=60,
    )  # fmt: skip
    assert ended.returncode == 3
    assert "test-charge.yaml:1:1" in ended.stderr


@pytest.mark.parametrize(
    "words, said",
    [
        (["keys", "create", "--scope", "all", "--region", "42", "--expires", "2999-01-01"], "只有 read"),
        (["keys", "create", "--scope", "read", "--region", "湖北", "--expires", "2999-01-01"], "--region"),
        (["keys", "create", "--scope", "read", "--region", "42", "--expires", "明年"], "不是日期"),
        (["keys", "revoke", "ffff"], "没有密钥"),
        (["serve", "--tls-cert", "a.pem"], "一起写"),
    ],
)
def test_a_command_says_what_is_wrong(store: str, words: list[str], said: str) -> None:
    ended = command(*words, store=store)
    assert ended.returncode == 2
    assert said in ended.stderr
    assert "Traceback" not in ended.stderr


def test_keys_are_listed_without_themselves_and_rotated(store: str) -> None:
    key = make_key(store)
    id_ = key.split("_")[1]
    assert command("keys", "list", store=store).stdout.split("\t")[:2] == [id_, "有效"]
    new = command("keys", "rotate", id_, store=store).stdout.strip()
    assert new.startswith("scr_")
    assert command("keys", "revoke", id_, store=store).returncode == 0
    listed = command("keys", "list", store=store).stdout
    assert "已吊销" in listed
    assert new not in listed


class Counted(asyncio.Protocol):
    """A connection that is counted while it lasts."""

    def __init__(self, number: int, open_: list[int]) -> None:
        self._number, self._open = number, open_

    def connection_made(self, _: asyncio.BaseTransport) -> None:
        """One more."""
        self._open[self._number] += 1


def test_connections_opened_together_are_shared_by_the_workers() -> None:
    open_ = [0, 0]

    async def work() -> None:
        with socket.socket() as shared:
            shared.bind(("127.0.0.1", 0))
            loop = asyncio.get_running_loop()
            servers = [
                await loop.create_server(lambda number=number: Counted(number, open_), sock=shared.dup(), backlog=100)
                for number in range(2)
            ]
            together = [asyncio.open_connection(*shared.getsockname()) for _ in range(16)]
            writers = [writer for _, writer in await asyncio.gather(*together)]
            while sum(open_) < 16:
                await asyncio.sleep(0.001)
            for each in (*writers, *servers):
                each.close()
            for server in servers:
                await server.wait_closed()

    with asyncio.Runner(loop_factory=SharingLoop) as runner:
        runner.run(asyncio.wait_for(work(), 20))
    assert min(open_) >= 6
