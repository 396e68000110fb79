"""CPU time to screen a record with a narrative of 500 characters, by stage, against jieba merely cutting the same text and
against a bare pass of the phrase automaton over it.

``make bench`` runs it with the reader compiled, as an installed package has it (``PYTHONPATH=build/native``), and
interpreted, as a checkout has it (``python benchmarks/speed.py``). Ratios hold within one run; the machine's load moves the
microseconds. A second table shows that reading grows with the length of the text and no faster, on ordinary and hostile texts.
"""

from __future__ import annotations

import json
import logging
import random
import warnings
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from time import process_time

import screening.reading.reader
from screening.output import line, to_json
from screening.reading.text import Text
from screening.record import Record, read_record
from screening.screener import Screener

ROOT = Path(__file__).resolve().parent.parent
LENGTH, RECORDS, ROUNDS = 500, 60, 5
AS_OF = date(2026, 11, 22)


def records() -> list[Record]:
    """Example records whose narrative has 500 characters or more, each cut to windows of 500 (seeded order)."""
    texts = (ROOT / "examples" / "records.jsonl").read_text(encoding="utf-8").splitlines()
    windows = [
        replace(record, narrative=record.narrative[start : start + LENGTH])
        for record in map(read_record, map(json.loads, texts))
        for start in range(0, len(record.narrative) - LENGTH + 1, LENGTH)
    ]
    random.Random(1).shuffle(windows)
    return windows[:RECORDS]


def best(work: Callable[[], object]) -> float:
    """The best CPU time of several rounds, in µs a record."""
    times = []
    for _ in range(ROUNDS):
        start = process_time()
        work()
        times.append(process_time() - start)
    return min(times) / RECORDS * 1e6


def main() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import jieba
    jieba.setLogLevel(logging.ERROR)
    jieba.initialize()
    screener = Screener.from_folder()
    sample = records()
    readings = [screener.reader.read(record) for record in sample]
    results = [screener.screen(record, AS_OF) for record in sample]
    cut = best(lambda: [list(jieba.cut(record.narrative)) for record in sample])
    phrases = screener.reader._phrases
    automaton = phrases._automaton
    bare = best(lambda: [automaton.find_overlapping(record.narrative) for record in sample])
    texts = [Text("narrative", record.narrative) for record in sample]
    stages = {
        "jieba cuts the narrative": cut,
        "bare automaton pass": bare,
        "scan": best(lambda: [phrases.scan(text) for text in texts]),
        "read": best(lambda: [screener.reader.read(record) for record in sample]),
        "link": best(
            lambda: [
                screener.linkage.candidates(record, reading, screener.linkage.cited(record))
                for record, reading in zip(sample, readings, strict=True)
            ]
        ),
        "screen (all stages)": best(lambda: [screener.screen(record, AS_OF) for record in sample]),
        "write the JSON line": best(lambda: [to_json(line(result)) for result in results]),
    }
    kind = "compiled" if screening.reading.reader.__file__.endswith(".so") else "interpreted"
    print(f"{RECORDS} records of {LENGTH} characters, CPU time per record, best of {ROUNDS}; reader {kind}")
    for name, time in stages.items():
        print(f"  {name:26} {time:8.0f} µs   {time / cut:6.2f} × jieba   {time / bare:6.1f} × bare pass")
    growth(screener)


def growth(screener: Screener) -> None:
    """CPU time of reading texts of 100,000 and 1,000,000 characters; linear growth is a factor of ten."""
    shapes = {
        "decisions": "经查，当事人销售白酒3瓶，每瓶20元，共60元。",
        "digits": "1234567890",
        "brackets": "（（（）",
        "one clause": "销售金额货值金额违法所得",
        "amounts": "3元、4元、",
    }
    print("growth from 100,000 to 1,000,000 characters")
    for name, piece in shapes.items():
        times = []
        for size in (100_000, 1_000_000):
            record = Record("1", (piece * (size // len(piece) + 1))[:size])
            start = process_time()
            screener.reader.read(record)
            times.append(process_time() - start)
        print(f"  {name:12} {times[0]:7.2f} s {times[1]:7.2f} s   × {times[1] / times[0]:.1f}")


if __name__ == "__main__":
    main()
