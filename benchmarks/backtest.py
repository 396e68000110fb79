"""A backtest of 20,000 records of 700 characters against screening only the records that the change can touch: CPU time as a ratio.

``python benchmarks/backtest.py 20000 100000`` measures several sizes. The results under the old bundle are there already, as after
any earlier backtest of these records. Aim: at most 2. Screening alone is measured on touched records, before and after, in the same run.
"""

from __future__ import annotations

import itertools
import json
import re
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from rescore import AS_OF, CORES, LENGTH, ROOT, children_cpu, records

from screening.backtest.reach import reaches
from screening.backtest.row import Row
from screening.bulk.rows import row_of, touched_by
from screening.bundle.loader import load
from screening.record import read_record
from screening.screener import Screener

LOOKED_AT, SAMPLE = 1500, 300
CHANGES = {
    "a figure": (
        "thresholds/charges/counterfeit-trademark-sale.yaml",
        "销售金额, at_least: 5 万元",
        "销售金额, at_least: 8 万元",
    ),
    "a phrase": ("rules/text/common.yaml", "    - 尚未销售\n", ""),
    "a weight": ("rules/findings/transfer.yaml", "weight: 60", "weight: 55"),
}


def changed(folder: Path, change: tuple[str, str, str]) -> Path:
    """The shipped bundle with one change."""
    for part in ("thresholds", "rules"):
        shutil.copytree(ROOT / part, folder / part)
    name, old, new = change
    text = (folder / name).read_text(encoding="utf-8")
    assert old in text
    (folder / name).write_text(text.replace(old, new, 1), encoding="utf-8")
    return folder


def backtested(new: Path, source: Path, kept: Path, output: Path) -> tuple[float, float, str]:
    """Seconds by the clock, CPU seconds of all processes, and what it said."""
    given = [ROOT, new, source, "--results-a", kept, "--output", output, "--as-of", AS_OF, "--workers", CORES]
    command = [sys.executable, "-m", "screening.cli", "backtest", *map(str, given)]
    start, before = time.monotonic(), children_cpu()
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, check=True)
    return time.monotonic() - start, children_cpu() - before, done.stdout


def pure(screener: Screener, sample: list[dict[str, Any]]) -> float:
    """CPU seconds a record, screening and nothing else."""
    read = [read_record(each) for each in sample]
    start = time.process_time()
    for record in read:
        screener.screen(record, AS_OF)
    return (time.process_time() - start) / len(read)


def rows(given: list[dict[str, Any]]) -> list[tuple[dict[str, Any], Row]]:
    """Records with what tells whether a change can touch them."""
    screener = Screener.from_folder(ROOT)
    screened = [screener.screen(read_record(each), AS_OF) for each in given]
    return [(each, Row(row_of(screener, s) | touched_by(screener, s))) for each, s in zip(given, screened, strict=True)]


def measure(size: int, folder: Path) -> None:
    source, kept = folder / "in.jsonl", folder / "kept"
    with source.open("w", encoding="utf-8") as file:
        file.writelines(json.dumps(each, ensure_ascii=False) + "\n" for each in records(size))
    start, before = time.monotonic(), children_cpu()
    backtested(ROOT, source, kept, folder / "same")
    print(f"{size:9,}  all under A {time.monotonic() - start:14.1f} {children_cpu() - before:11.1f}", flush=True)
    looked_at = rows(list(itertools.islice(records(size), LOOKED_AT)))
    for name, change in CHANGES.items():
        new = changed(folder / name, change)
        screener = Screener.from_folder(new)
        found = reaches(load(ROOT), screener.bundle)
        chosen = [record for record, row in looked_at if any(reach.touches(row) for reach in found)][:SAMPLE]
        first = pure(screener, chosen)
        seconds, busy, said = backtested(new, source, kept, folder / f"out {name}")
        each = (first + pure(screener, chosen)) / 2
        touched, cases = (int(found) for found in re.findall(r"重新筛查 (\d+) 件，(\d+) 件结果改变", said)[0])
        row = f"{size:9,}  {name:11} {seconds:14.1f} {busy:11.1f} {touched:9,} {cases:9,}"
        print(f"{row} {each * 1000:8.2f} {busy / (touched * each):11.2f}", flush=True)


def main() -> None:
    sizes = [int(text) for text in sys.argv[1:] if text.isdigit()] or [20_000]
    print(f"{LENGTH} characters, {CORES} cores")
    print("  records  change           clock s       CPU s   touched   changed   ms each   CPU ÷ pure of the touched")
    for size in sizes:
        with tempfile.TemporaryDirectory() as folder:
            measure(size, Path(folder))


if __name__ == "__main__":
    main()
