"""Time to load the whole bundle, and what its size costs a screening: ``python benchmarks/loading.py``.

Candidates are indexed, so a screening should cost no more with ten times the charge files: the same records are screened
with a tenth of the files and with all of them. The records are those that put no charge of the other nine tenths in
question, so that both screen the same candidates. Rounds alternate; ratios hold within one run.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from time import process_time

from speed import AS_OF, ROUNDS, records

from screening.bundle.loader import load
from screening.record import Record
from screening.screener import Screener


def candidates(screener: Screener, record: Record) -> list[str]:
    """The charge files that a record puts in question."""
    return [assessment.threshold.id for assessment in screener.screen(record, AS_OF).assessments]


def seconds(screener: Screener, sample: list[Record], as_of: date) -> float:
    """CPU time to screen the sample once."""
    start = process_time()
    for record in sample:
        screener.screen(record, as_of)
    return process_time() - start


def main() -> None:
    start = process_time()
    bundle = load()
    loaded = process_time()
    whole = Screener(bundle)
    ready = process_time()
    print(f"load and check {len(bundle.files)} files: {loaded - start:.2f} s; make ready: {ready - loaded:.2f} s (CPU)")
    common: dict[str, int] = {}
    sample = records()
    for record in sample:
        for id_ in candidates(whole, record):
            common[id_] = common.get(id_, 0) + 1
    kept = set(sorted(common, key=lambda id_: -common[id_])[: len(bundle.thresholds) // 10])
    few = Screener(replace(bundle, thresholds=tuple(t for t in bundle.thresholds if t.id in kept)))
    same = [record for record in sample if candidates(whole, record) == candidates(few, record)]
    times = [(seconds(few, same, AS_OF), seconds(whole, same, AS_OF)) for _ in range(2 * ROUNDS)]
    fewest, all_ = (min(column) / len(same) * 1e6 for column in zip(*times, strict=True))
    print(
        f"screen {len(same)} records with {len(kept)} charge files: {fewest:.0f} µs a record; with {len(bundle.thresholds)}: "
        f"{all_:.0f} µs   × {all_ / fewest:.2f}"
    )


if __name__ == "__main__":
    main()
