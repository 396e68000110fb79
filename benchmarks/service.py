"""How fast the service is, and whether it grows: one worker beside a FastAPI handler that only validates and echoes the same record,
two workers beside one, times at 70% load, memory over many requests.

    make native && python benchmarks/service.py [REQUESTS]

All are real uvicorn on the loopback. The service reads the party's history and answers when the decision is durable (SQLite, group
commit). Where ``build/native`` is there, all run on it. The load comes from this process: one request at a time on each connection.
On a machine that others use, only CPU time can be compared. ``REQUESTS`` (20,000) are for the memory alone, each of another record.
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
from itertools import cycle, islice, takewhile
from pathlib import Path
from typing import Any, NamedTuple

from fastapi import FastAPI

from screening.output import line, to_json
from screening.record import RecordIn, read_record
from screening.screener import Screener

ROOT = Path(__file__).resolve().parent.parent
CONNECTIONS, SECONDS, ROUNDS = 16, 4.0, 3
Served = tuple[int, int]
"""Port and process."""


def echo() -> Any:
    """The handler that the service is compared with."""
    app = FastAPI()

    @app.post("/v1/screenings")
    async def validate(record: RecordIn) -> RecordIn:
        return record

    return app


def main() -> None:
    """Measure in turns, so that what else the machine does meets all."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 20_000
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
        key = made.stdout.strip()
        requests = [_request(each.encode(), key) for each in lines]
        echoing = f"-m uvicorn service:echo --factory --no-access-log --app-dir {ROOT / 'benchmarks'}".split()
        screening = ["-m", "screening.cli", "serve"]
        with _serving(screening, environment, folder) as ours:
            with _serving(echoing, environment, folder) as plain:
                rate = _beside("echo", plain, ours, requests)
            print(
                f"the same records screened and written as JSON in this process, without a service: {_alone(requests):.0f}/s"
            )
            _at_70(ours, requests, rate)
            with _serving([*screening, "--workers", "2"], environment, folder) as two:
                _at_70(two, requests, _beside("two workers", two, ours, requests))
        with _serving(screening, environment, folder) as fresh:
            _growth(fresh, _others(lines, key, count), count)
        size = sum(each.stat().st_size for each in Path(folder).glob("s.db*"))
    print(f"the store: {size / 1e6:.0f} MB")


def _paths() -> list[str]:
    native = ROOT / "build/native"
    return [str(native)] if native.is_dir() else [str(ROOT)]


def _beside(name: str, other: Served, ours: Served, requests: list[bytes]) -> float:
    """Another beside one worker of the service, in turns; how many requests a second the second of the two names lets through."""
    found: list[tuple[_Run, _Run]] = []
    for each in (other, ours):
        _run(each, requests, 1.0)
    for _ in range(ROUNDS):
        found.append((_run(other, requests, SECONDS), _run(ours, requests, SECONDS)))
        theirs, one = found[-1]
        print(
            f"{name} {theirs.rate:.0f}/s   one worker {one.rate:.0f}/s   {name} {_spread(theirs.times)}, one {_spread(one.times)}"
        )
    cpu = statistics.median(theirs.cpu / one.cpu for theirs, one in found)
    rate = statistics.median(one.rate / theirs.rate for theirs, one in found)
    print(f"one worker ÷ {name}: requests a second {rate:.2f}; CPU time a request {name} ÷ one worker {cpu:.2f}")
    return statistics.median((one if name == "echo" else theirs).rate for theirs, one in found)


def _at_70(served: Served, requests: list[bytes], rate: float) -> None:
    paced = asyncio.run(_paced(served[0], requests, 0.7 * rate, 2 * SECONDS))
    print(f"at 70% load: {_spread(paced)}   p99/p50 {_at(paced, 0.99) / _at(paced, 0.5):.1f} (wanted at most 5)")


def _growth(served: Served, requests: Iterator[bytes], count: int) -> None:
    """Memory after each tenth of the requests; the slope over the last eight, since the first fill what is reused."""
    told: list[tuple[float, float]] = []
    for tenth in range(1, 11):
        asyncio.run(_some(served[0], islice(requests, count // 10)))
        told.append((tenth * count / 10, sum(map(_memory, _processes(served[1])))))
    slope = statistics.linear_regression(*zip(*told[2:], strict=True)).slope
    shown = ", ".join(f"{memory:.0f}" for _, memory in told)
    print(f"memory after each tenth of {count} requests: {shown} MB; {slope * 1e5:+.1f} MB in 100,000 requests")


def _others(lines: list[str], key: str, count: int) -> Iterator[bytes]:
    """The same cases again and again, each time of another party and under another number."""
    for number, text in zip(range(count), cycle(lines), strict=False):
        record = json.loads(text)
        party = {**(record.get("party") or {}), "name": f"第{number}号商行", "id_no": None}  # a number would be the same party
        yield _request(
            json.dumps(record | {"record_id": f"第{number}号", "party": party}, ensure_ascii=False).encode(), key
        )


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


def _processes(pid: int) -> list[int]:
    """A server and its workers."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [pid, *map(int, children)]


def _cpu(pid: int) -> float:
    """The CPU seconds that it has used so far."""
    fields = [Path(f"/proc/{each}/stat").read_text().rsplit(")", 1)[1].split() for each in _processes(pid)]
    return sum(int(each[11]) + int(each[12]) for each in fields) / os.sysconf("SC_CLK_TCK")


def _request(body: bytes, key: str) -> bytes:
    head = (
        f"POST /v1/screenings HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {key}\r\nContent-Type: application/json\r\n"
    )
    json.loads(body)
    return f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body


@contextmanager
def _serving(words: list[str], environment: dict[str, str], folder: str) -> Iterator[Served]:
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


class _Run(NamedTuple):
    """Times of requests in seconds, how many a second, and the CPU time of one."""

    times: list[float]
    rate: float
    cpu: float


def _run(served: Served, requests: list[bytes], seconds: float) -> _Run:
    """As many as it lets through in so many seconds."""
    before, end = _cpu(served[1]), time.perf_counter() + seconds
    times = asyncio.run(_some(served[0], takewhile(lambda _: time.perf_counter() < end, cycle(requests))))
    return _Run(times, len(times) / seconds, (_cpu(served[1]) - before) / len(times))


async def _some(port: int, requests: Iterator[bytes]) -> list[float]:
    """The next request when the last was answered, on each connection; the time of each."""
    times: list[float] = []

    async def lane() -> None:
        connection = _Connection()
        await connection.open(port)
        for request in requests:
            started = time.perf_counter()
            await connection.ask(request)
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
