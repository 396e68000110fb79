"""A worker process of the local engine: it loads the bundle once, and then takes shards."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from screening.bulk.files import part, table_of, write_parquet
from screening.bulk.history import Others, others_of
from screening.bulk.party import own_key
from screening.bulk.schema import AGAIN, ALONE, KEPT, RESULT
from screening.bulk.work import Work
from screening.errors import InputError
from screening.screener import Screener

__all__ = ["Desk", "alone", "finish", "prepare", "split"]


@dataclass(frozen=True, slots=True)
class Desk:
    """Where a worker finds its shards and puts them: ``staged`` → ``alone`` → ``results``, with ``history`` beside.

    ``again``: where rows that other records were counted for are kept for a backtest; None: nowhere.
    """

    bundle: Path | None
    revision: str
    as_of: date
    staged: Path
    alone: Path
    history: Path
    results: Path
    again: Path | None = None


_AT: list[tuple[Desk, Work]] = []  # what this process was given when it started: tasks get no more than a number


def prepare(desk: Desk) -> None:
    """Load the bundle, once for each process. Raises ``InputError`` where it is no longer the one the run began with."""
    screener = Screener.from_folder(desk.bundle)
    if screener.bundle.revision != desk.revision:
        raise InputError(
            str(desk.bundle), "规则包在运行当中改动了。", "请改回去再接着运行，或换一个 --output 重新开始。"
        )
    _AT.append((desk, Work(screener, desk.as_of, keep=desk.again is not None)))


def alone(shard: int) -> int:
    """Screen every entry of a staged shard on its own; returns how many there are."""
    desk, work = _AT[-1]
    staged = pq.read_table(part(desk.staged, shard)).to_pylist()
    table = table_of(map(work.alone, staged), KEPT if desk.again else ALONE)
    write_parquet(part(desk.alone, shard), table)
    return len(staged)


def finish(shard: int) -> int:
    """Screen again what others are known of, and write the shard's results; returns how many there are."""
    desk, work = _AT[-1]
    screened = pq.read_table(part(desk.alone, shard))
    others = others_of(desk.history, shard)
    kept = screened.select(["rejected_reason", "history", "number", "name", "marks", "seq"]).to_pylist()
    places = [at for at, row in enumerate(kept) if row["rejected_reason"] is None and not row["history"]]
    changed: dict[int, dict[str, Any]] = {}
    if others:
        staged = pq.read_table(part(desk.staged, shard))
        for at in places:
            own, beside = split(kept[at], others)
            if own or beside:
                row = work.again(staged.slice(at, 1).to_pylist()[0], own, beside)
                if row is not None:
                    changed[at] = row
    if desk.again:
        again = [row | {"seq": kept[at]["seq"]} for at, row in changed.items()]
        write_parquet(part(desk.again, shard), table_of(again, AGAIN))
    results = pa.concat_tables([screened.select(RESULT.names).cast(RESULT), table_of(changed.values(), RESULT)])
    behind = {at: screened.num_rows + number for number, at in enumerate(changed)}
    results = results.take(pa.array([behind.get(at, at) for at in places], pa.int64()))
    write_parquet(part(desk.results, shard), results.replace_schema_metadata())
    return len(places)


def split(row: dict[str, Any], others: Others) -> tuple[Sequence[str], Sequence[str]]:
    """What is known of the party of a row of ``ALONE`` itself, and of those that share a mark."""
    own = others.get(own_key(row) or "", ())
    return own, [past for mark in row["marks"] or () for past in others.get(mark, ())]
