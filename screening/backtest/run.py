"""A backtest from end to end: all records under the old bundle (or what is kept of that), the touched ones under the new."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

import pyarrow as pa
import pyarrow.parquet as pq

from screening.backtest import worker
from screening.backtest.reach import Reach, reaches
from screening.backtest.row import COLUMNS, Row
from screening.backtest.worker import by_seq
from screening.bulk.crew import Crew
from screening.bulk.files import part, table_of, write_parquet
from screening.bulk.history import join_history
from screening.bulk.job import Job
from screening.bulk.local import rescore
from screening.bulk.party import keys
from screening.bulk.progress import Progress
from screening.bundle.bundle import Bundle
from screening.bundle.loader import headers_file
from screening.intake import load_headers
from screening.tuning.diff import Change, changes, headers_changed

__all__ = ["Backtest", "Outcome", "backtest"]

Json = dict[str, Any]
_FEW: Final = 200
_JOINED: Final = ["shard", "seq", "history", "record_id", "number", "name", "marks", "past"]


@dataclass(frozen=True, slots=True)
class Backtest:
    """What is compared: the job that screens the records under the ``old`` bundle (its output may be there already), and ``new``.

    ``folder``: that of the new bundle; ``scratch``: an empty folder for what lies between; ``whole``: every record is screened
    again, whatever changed, as it is where headings of tables are read otherwise.
    """

    old: Bundle
    new: Bundle
    job: Job
    folder: Path
    scratch: Path
    whole: bool = False


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came out. ``diff``: everything that differs; ``touched``: records that were screened again; ``cases``: those that changed."""

    old: Bundle
    new: Bundle
    as_of: str
    results: Path
    diff: tuple[Change, ...]
    reaches: tuple[Reach, ...]
    records: int
    touched: int
    cases: tuple[Json, ...]


def backtest(asked: Backtest, progress: Progress) -> Outcome:
    """Run it. Raises ``BundleError``, ``InputError``; ``KeyboardInterrupt`` leaves the old bundle's results to go on with."""
    job = replace(asked.job, keep=True, revision=asked.old.revision)
    old, new, folder = asked.old, asked.new, asked.folder
    manifest = rescore(job, progress)
    assert manifest.totals is not None
    headers = tuple(headers_changed(*(load_headers(headers_file(each)) for each in (job.bundle, folder))))
    found = reaches(old, new)
    places = worker.Places(folder, new.revision, manifest.as_of, job.work, asked.scratch)
    shards = manifest.shards or 0
    progress.stage("找出改动可能影响的案件")
    touched = sum(_touch(places, shard, found) for shard in range(shards)) if found else 0
    if headers or asked.whole:
        touched = _all_again(job, places, progress)
    elif touched:
        touched += _screen_again(places, job.workers if touched > _FEW else 0, shards, progress)
    return Outcome(
        old,
        new,
        manifest.as_of.isoformat(),
        job.results,
        (*changes(old, new), *headers),
        tuple(found),
        manifest.totals.records,
        touched,
        tuple(_cases(places, shards)),
    )


def _touch(places: worker.Places, shard: int, found: Sequence[Reach]) -> int:
    """List the records of a shard that any change can touch, with the numbers of those changes; returns how many there are."""
    screened = pq.read_table(part(places.old / "alone", shard), columns=["seq", "history", "rejected_reason", *COLUMNS])
    again = pq.read_table(part(places.old / "again", shard), columns=["seq", *COLUMNS])
    remembered = {row["seq"]: row for row in again.to_pylist()}
    rows = []
    for alone in screened.to_pylist():
        if alone["rejected_reason"] is not None:
            continue
        row = Row(remembered.get(alone["seq"], alone))
        # A record that is there as history only has no columns to judge by.
        numbers = [] if alone["history"] else [number for number, reach in enumerate(found) if reach.touches(row)]
        if numbers or alone["history"]:
            rows.append({"seq": alone["seq"], "changes": numbers})
    if rows:
        schema = pa.schema([("seq", pa.int64()), ("changes", pa.list_(pa.int32()))])
        write_parquet(part(places.touched, shard), table_of(rows, schema))
    return len(rows)


def _all_again(job: Job, places: worker.Places, progress: Progress) -> int:
    """Every record under the new bundle, by a run of its own: tables may be read otherwise; returns how many."""
    run = replace(job, bundle=places.bundle, revision=places.revision, output=places.new / "all", as_of=places.as_of)
    manifest = rescore(run, progress)
    assert manifest.totals is not None
    for shard in range(manifest.shards or 0):
        old, new = (_final(work, shard) for work in (places.old, run.work))
        pairs = [(old[seq], new[seq]) for seq in old if seq in new]
        touched = by_seq(part(places.touched, shard)) if part(places.touched, shard).exists() else {}
        worker.write_changed(places.changed(shard), pairs, {seq: row["changes"] for seq, row in touched.items()})
    return manifest.totals.records


def _final(work: Path, shard: int) -> dict[int, Json]:
    """The rows of a shard as they came out, without those that were rejected or count as history only."""
    if not part(work / "alone", shard).exists():
        return {}
    rows = by_seq(part(work / "alone", shard)) | by_seq(part(work / "again", shard))
    return {seq: row for seq, row in rows.items() if not row.get("history") and row.get("rejected_reason") is None}


def _screen_again(places: worker.Places, workers: int, shards: int, progress: Progress) -> int:
    """The touched records under the new bundle, then those whose other records are now told of otherwise; returns how many of these."""
    touched = [n for n in range(shards) if part(places.touched, n).exists()]
    crew = Crew(workers, worker.prepare, (places,), progress.show) if workers else None
    others_changed = 0

    def add(_shard: int, count: int) -> None:
        nonlocal others_changed
        others_changed += count

    try:
        if crew is None:
            worker.prepare(places)
        progress.stage("按改后的规则包筛查")
        _each(crew, worker.own, touched, add)
        if others_changed:
            progress.stage("查找同一当事人的其他案件")
            moved = _join(places, shards)
        else:
            moved = 0
            shutil.copyfile(places.old / "history.parquet", places.history)
        progress.stage("与改前的结果比较")
        _each(crew, worker.again, [n for n in range(shards) if _listed(places, n)], lambda _shard, _count: None)
    finally:
        if crew is not None:
            crew.leave()
    return moved


def _each(crew: Crew | None, task: Any, shards: list[int], done: Any) -> None:
    """By the crew or, where a few records are not worth hiring one, here."""
    if crew is not None:
        crew.each(task, shards, done)
        return
    for shard in shards:
        done(shard, task(shard))


def _listed(places: worker.Places, shard: int) -> bool:
    return part(places.touched, shard).exists() or part(places.moved, shard).exists()


def _join(places: worker.Places, shards: int) -> int:
    """Join histories as they are under the new bundle, and list the untouched records that share a key with one that changed."""
    changed: set[str] = set()
    for shard in range(shards):
        before = pq.read_table(part(places.old / "alone", shard), columns=_JOINED)
        if part(places.own, shard).exists():
            new = {row["seq"]: row for row in pq.read_table(part(places.own, shard), columns=_JOINED).to_pylist()}
            rows = before.to_pylist()
            for row in rows:
                own = new.get(row["seq"])
                if own and (keys(own), own["past"]) != (keys(row), row["past"]):
                    changed |= keys(own) | keys(row)
            before = table_of([new.get(row["seq"], row) for row in rows], before.schema)
        write_parquet(part(places.new / "alone", shard), before)
    join_history(places.new / "alone", places.history)
    _spread(places, shards, changed)
    return sum(_move(places, shard, changed) for shard in range(shards))


def _spread(places: worker.Places, shards: int, changed: set[str]) -> None:
    """Add the keys of records that may be of one party with those that have one already: a name goes with every number told with it."""
    known = -1
    while len(changed) != known:
        known = len(changed)
        for shard in range(shards) if changed else ():
            for row in pq.read_table(part(places.new / "alone", shard), columns=["number", "name"]).to_pylist():
                both = {row["number"], row["name"]} - {None}
                if len(both) == 2 and not changed.isdisjoint(both):
                    changed |= both


def _move(places: worker.Places, shard: int, changed: set[str]) -> int:
    touched = set(worker.seqs_of(places.touched, shard))
    rows = pq.read_table(
        part(places.new / "alone", shard), columns=["seq", "history", "number", "name", "marks"]
    ).to_pylist()
    moved = [
        row["seq"]
        for row in rows
        if not row["history"] and row["seq"] not in touched and not changed.isdisjoint(keys(row))
    ]
    if moved:
        write_parquet(part(places.moved, shard), pa.table({"seq": pa.array(moved, pa.int64())}))
    return len(moved)


def _cases(places: worker.Places, shards: int) -> Iterator[Json]:
    """The changed cases, in the order of the input."""
    for shard in range(shards):
        path = places.changed(shard)
        if path.exists():
            with path.open(encoding="utf-8") as file:
                yield from map(json.loads, file)
