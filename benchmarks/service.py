"""How fast the service is, beside a FastAPI handler that only validates and echoes the same record: one run, one worker each.

    make native && python benchmarks/service.py

Both are real uvicorn on the loopback. The service reads the party's history and answers when the decision is durable (SQLite, group
commit). Where ``build/native`` is there, both run on it. The load comes from this process: one request at a time on each connection.
"""

from __future__ import annotations

import asyncio
import json
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from decimal import Decimal
from itertools import cycle
from pathlib import Path
from typing import Any

from fastapi import FastAPI

from screening.output import line, to_json
from screening.record import RecordIn, read_record
from screening.screener import Screener

ROOT = Path(__file__).resolve().parent.parent
CONNECTIONS, SECONDS, ROUNDS = 16, 4.0, 3


def echo() -> Any:
    """The handler that the service is compared with."""
    app = FastAPI()

    @app.post("/v1/screenings")
    async def validate(record: RecordIn) -> RecordIn:
        return record

    return app


def main() -> None:
    """Measure in turns, so that what else the machine does meets both."""
    lines = [
        each for each in (ROOT / "examples/records.jsonl").read_text(encoding="utf-8").splitlines() if each.strip()
    ]
    with tempfile.TemporaryDirectory() as folder:
        environment = {
            **os.environ,
            "PYTHONPATH": os.pathsep.join(_paths()),
            "SCREENING_STORE": f"sqlite:///{folder}/s.db",
        }
        environment |= {"SCREENING_RATE": "1000000", "SCREENING_BURST": "1000000", "SCREENING_SELF_TEST": "no"}
        words = ["keys", "create", "--scope", "screen,read", "--region", "all", "--expires", "2999-01-01"]
        made = subprocess.run(
            [sys.executable, "-m", "screening.cli", *words], env=environment, capture_output=True, text=True, check=True
        )
        requests = [_request(each.encode(), made.stdout.strip()) for each in lines]
        echoing = f"-m uvicorn service:echo --factory --no-access-log --app-dir {ROOT / 'benchmarks'}".split()
        screening = ["-m", "screening.cli", "serve"]
        with _serving(echoing, environment, folder) as plain, _serving(screening, environment, folder) as ours:
            _report(plain, ours, requests)
        size = (Path(folder) / "s.db").stat().st_size
    print(f"the store: {size / 1e6:.0f} MB")


def _paths() -> list[str]:
    native = ROOT / "build/native"
    return [str(native)] if native.is_dir() else [str(ROOT)]


def _report(plain: tuple[int, int], ours: tuple[int, int], requests: list[bytes]) -> None:
    asyncio.run(_closed(ours[0], requests, 1.0))
    asyncio.run(_closed(plain[0], requests, 1.0))
    ratios, rates = [], []
    for _ in range(ROUNDS):
        echoed, screened = (asyncio.run(_closed(port, requests, SECONDS)) for port in (plain[0], ours[0]))
        rates.append((len(echoed) / SECONDS, len(screened) / SECONDS))
        ratios.append(len(screened) / len(echoed))
        print(
            f"echo {rates[-1][0]:.0f}/s   service {rates[-1][1]:.0f}/s   ratio {ratios[-1]:.2f}   {_spread(screened)}"
        )
    paced = asyncio.run(_paced(ours[0], requests, 0.7 * statistics.median(rate for _, rate in rates), SECONDS))
    print(f"ratio {statistics.median(ratios):.2f} (wanted 0.40)")
    print(f"the same records screened and written as JSON in this process, without a service: {_alone(requests):.0f}/s")
    print(f"at 70% load: {_spread(paced)}   p99/p50 {_at(paced, 0.99) / _at(paced, 0.5):.1f} (wanted at most 5)")
    print(f"memory of the worker: {_memory(ours[1]):.0f} MB")


def _alone(requests: list[bytes]) -> float:
    """What the screening itself lets through: no service can be faster with one worker."""
    screener, today = Screener.from_folder(ROOT), date.today()
    records = [json.loads(request.split(b"\r\n\r\n", 1)[1], parse_float=Decimal) for request in requests]
    started = time.perf_counter()
    for record in records:
        to_json(line(screener.screen(read_record(record), today)))
    return len(records) / (time.perf_counter() - started)


def _spread(times: list[float]) -> str:
    return f"p50 {_at(times, 0.5) * 1000:.1f} ms, p99 {_at(times, 0.99) * 1000:.1f} ms"


def _at(times: list[float], share: float) -> float:
    return sorted(times)[int(len(times) * share)]


def _memory(pid: int) -> float:
    fields = dict(each.split(":", 1) for each in Path(f"/proc/{pid}/status").read_text().splitlines() if ":" in each)
    return int(fields["VmRSS"].split()[0]) / 1024


def _request(body: bytes, key: str) -> bytes:
    head = (
        f"POST /v1/screenings HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {key}\r\nContent-Type: application/json\r\n"
    )
    json.loads(body)
    return f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body


@contextmanager
def _serving(words: list[str], environment: dict[str, str], folder: str) -> Iterator[tuple[int, int]]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
    with (Path(folder) / f"log{port}").open("w") as log:
        process = subprocess.Popen(
            [sys.executable, *words, "--port", str(port)], env=environment, cwd=folder, stderr=log, stdout=log
        )
        try:
            while process.poll() is None:
                with socket.socket() as probe:
                    if probe.connect_ex(("127.0.0.1", port)) == 0:
                        break
                time.sleep(0.1)
            yield port, process.pid
        finally:
            process.terminate()
            process.wait()


class _Connection:
    """One keep-alive connection."""

    async def open(self, port: int) -> None:
        self._in, self._out = await asyncio.open_connection("127.0.0.1", port)

    async def ask(self, request: bytes) -> None:
        self._out.write(request)
        head = await self._in.readuntil(b"\r\n\r\n")
        assert head.startswith(b"HTTP/1.1 200"), head
        length = head.lower().split(b"content-length:", 1)[1].split(b"\r\n", 1)[0]
        await self._in.readexactly(int(length))

    def close(self) -> None:
        self._out.close()


async def _closed(port: int, requests: list[bytes], seconds: float) -> list[float]:
    """The next request when the last was answered, on each connection; the time of each."""
    times: list[float] = []
    following, end = cycle(requests), time.perf_counter() + seconds

    async def lane() -> None:
        connection = _Connection()
        await connection.open(port)
        while (started := time.perf_counter()) < end:
            await connection.ask(next(following))
            times.append(time.perf_counter() - started)
        connection.close()

    await asyncio.gather(*(lane() for _ in range(CONNECTIONS)))
    return times


async def _paced(port: int, requests: list[bytes], rate: float, seconds: float) -> list[float]:
    """Requests at a steady rate, whether or not the last was answered; a wait for a free connection counts."""
    times: list[float] = []
    free: asyncio.Queue[_Connection] = asyncio.Queue()
    for _ in range(4 * CONNECTIONS):
        connection = _Connection()
        await connection.open(port)
        free.put_nowait(connection)

    async def one(request: bytes, due: float) -> None:
        connection = await free.get()
        await connection.ask(request)
        times.append(time.perf_counter() - due)
        free.put_nowait(connection)

    start, tasks = time.perf_counter(), []
    for number, request in zip(range(int(rate * seconds)), cycle(requests), strict=False):
        due = start + number / rate
        await asyncio.sleep(max(0.0, due - time.perf_counter()))
        tasks.append(asyncio.create_task(one(request, due)))
    await asyncio.gather(*tasks)
    return times


if __name__ == "__main__":
    main()
