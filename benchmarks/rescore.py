"""Rescoring 10,000 records of 700 characters against screening alone: the time as a ratio, and the memory of all processes.

``python benchmarks/rescore.py 10000 100000`` measures several sizes; ``--spark`` measures that engine beside the local one,
``--write`` puts each row into the table of ``docs/measured.md`` in place of an older one of its size and engine.
``PYTHONPATH=build/native`` measures the package as it is installed, its reader compiled (``make native``). The ratios are to
the CPU time that screening the first of the same records takes, before and after, by as many processes at once as the engine has
(cores share caches and memory): of the clock × cores, and of the CPU time of all processes, which the load of a shared machine
moves less. 1 would be no overhead at all.
"""

from __future__ import annotations

import itertools
import json
import os
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from datetime import date
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import screening.reading.reader
from screening.record import read_record
from screening.screener import Screener

ROOT = Path(__file__).resolve().parent.parent
LENGTH, SAMPLE = 700, 2000
AS_OF = date(2026, 11, 22)
HEAD = "| records | engine | reader | clock s | CPU ÷ pure screening | most memory, GB |"
CORES = len(os.sched_getaffinity(0))
TICKS = os.sysconf("SC_CLK_TCK")
READER = "compiled" if screening.reading.reader.__file__.endswith(".so") else "interpreted"


def records(count: int) -> Iterator[dict[str, Any]]:
    """Example records, seeded: each narrative goes on with sentences of others to 700 characters.

    One record in twelve is of a party with others. A party stays where it is: a name means the same one in its county only.
    """
    lines = (ROOT / "examples" / "records.jsonl").read_text(encoding="utf-8").splitlines()
    examples = [json.loads(line) for line in lines]
    regions = sorted({record["region"] for record in examples if record["region"]})
    chance = random.Random(700)
    for number in range(count):
        record = dict(chance.choice(examples))
        text = record["narrative"]
        while len(text) < LENGTH:
            text += chance.choice(examples)["narrative"]
        known = chance.random() < 0.1
        party = chance.randrange(max(1, count // 20)) if known else number + count
        yield record | {
            "record_id": f"测〔2025〕{number}号",
            "narrative": text[:LENGTH],
            "region": regions[party % len(regions)],
            "party": {"name": f"甲市某某{party}有限公司", "kind": "单位", "id_no": None},
        }


def pure(size: int) -> float:
    """CPU seconds a record, screening and nothing else: the first of ``records(size)``, on all cores at once."""
    with ProcessPoolExecutor(CORES, get_context("spawn")) as pool:
        return sum(pool.map(screened, [size] * CORES)) / CORES


def screened(size: int) -> float:
    """CPU seconds a record in this process."""
    screener = Screener.from_folder()
    read = [read_record(each) for each in itertools.islice(records(size), SAMPLE)]
    start = time.process_time()
    for record in read:
        screener.screen(record, AS_OF)
    return (time.process_time() - start) / len(read)


class Watch:
    """All processes of a session: the most bytes that they held, shared pages divided among them, and their CPU seconds.

    They are looked at twice a second: nobody waits for Spark's JVM and its Python workers, so that the system keeps no sum of theirs.
    """

    def __init__(self, session: int) -> None:
        self._session = session
        self._seconds: dict[int, float] = {}
        self.most = 0

    @property
    def seconds(self) -> float:
        return sum(self._seconds.values())

    def look(self) -> None:
        total = 0
        for task in Path("/proc").glob("[0-9]*"):
            try:
                if os.getsid(int(task.name)) == self._session:
                    used = (task / "stat").read_text().rpartition(")")[2].split()[11:13]
                    self._seconds[int(task.name)] = sum(map(int, used)) / TICKS
                    rollup = (task / "smaps_rollup").read_text()
                    total += (
                        next(int(line.split()[1]) for line in rollup.splitlines() if line.startswith("Pss:")) * 1024
                    )
            except (OSError, StopIteration):
                continue
        self.most = max(self.most, total)


def rescored(source: Path, output: Path, engine: str) -> tuple[float, float, int]:
    """Seconds by the clock, CPU seconds of all processes, and the most bytes held."""
    given = [source, "--output", output, "--as-of", AS_OF, "--workers", CORES, "--engine", engine]
    # -P: the package that was measured alone, not the checkout that this may be run in.
    command = [sys.executable, "-P", "-m", "screening.cli", "rescore", *map(str, given)]
    start = time.monotonic()
    before = children_cpu()
    run = subprocess.Popen(command, stderr=subprocess.DEVNULL, start_new_session=True)
    watch = Watch(run.pid)
    while run.poll() is None:
        watch.look()
        time.sleep(0.5)
    assert run.returncode == 0
    return time.monotonic() - start, max(children_cpu() - before, watch.seconds), watch.most


def children_cpu() -> float:
    """CPU seconds of the processes that have ended below this one."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def write(page: Path, cells: tuple[str, ...]) -> None:
    """One row of the table under ``Rescoring``, in place of that of the same size and engine; rows go by size."""
    lines = page.read_text(encoding="utf-8").splitlines()
    first = lines.index(HEAD) + 2
    last = next(at for at in range(first, len(lines) + 1) if at == len(lines) or not lines[at].startswith("|"))
    rows = {tuple(row.strip("| ").split(" | ")[:3]): row for row in lines[first:last]}
    rows[cells[:3]] = f"| {' | '.join(cells)} |"
    ordered = sorted(rows.items(), key=lambda row: (int(row[0][0].replace(",", "")), row[0][1:]))
    page.write_text("\n".join([*lines[:first], *(row for _, row in ordered), *lines[last:]]) + "\n", encoding="utf-8")


def main() -> None:
    sizes = [int(text) for text in sys.argv[1:] if text.isdigit()] or [10_000]
    engines = ["local", *(["spark"] if "--spark" in sys.argv else [])]
    print(f"{LENGTH} characters, {CORES} cores, reader {READER}")
    print("  records  engine   clock s   records/s   clock × cores ÷ pure   CPU ÷ pure   memory MB")
    for size in sizes:
        for engine in engines:
            with tempfile.TemporaryDirectory() as folder:
                source = Path(folder) / "in.jsonl"
                with source.open("w", encoding="utf-8") as file:
                    file.writelines(json.dumps(each, ensure_ascii=False) + "\n" for each in records(size))
                before = pure(size)
                seconds, busy, most = rescored(source, Path(folder) / "out", engine)
                each = (before + pure(size)) / 2
            pure_time = each * size
            if "--write" in sys.argv:
                cells = (f"{size:,}", engine, READER, f"{seconds:,.0f}", f"{busy / pure_time:.2f}", f"{most / 1e9:.2f}")
                write(ROOT / "docs" / "measured.md", cells)
            row = f"{size:9,}  {engine:6} {seconds:9.1f} {size / seconds:11.0f} {seconds * CORES / pure_time:22.2f}"
            print(f"{row} {busy / pure_time:12.2f} {most / 1e6:11.0f}", flush=True)


if __name__ == "__main__":
    main()
