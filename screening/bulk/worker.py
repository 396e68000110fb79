"""A worker process of the local engine: it loads the bundle once, and then takes shards."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from screening.bulk.files import part, write_parquet
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
    rows = [work.alone(entry) for entry in staged]
    write_parquet(part(desk.alone, shard), pa.Table.from_pylist(rows, KEPT if desk.again else ALONE))
    return len(rows)


def finish(shard: int) -> int:
    """Screen again what others are known of, and write the shard's results; returns how many there are."""
    desk, work = _AT[-1]
    screened = pq.read_table(part(desk.alone, shard))
    others = others_of(desk.history, shard)
    kept = screened.select(["rejected_reason", "history", "number", "name", "marks", "seq"]).to_pylist()
    places = [at for at, row in enumerate(kept) if row["rejected_reason"] is None and not row["history"]]
    results = screened.select(RESULT.names).take(pa.array(places, pa.int64()))
    changed: dict[int, dict[str, Any]] = {}
    if others:
        staged = {row["seq"]: row for row in pq.read_table(part(desk.staged, shard)).to_pylist()}
        for index, at in enumerate(places):
            own, beside = split(kept[at], others)
            if own or beside:
                row = work.again(staged[kept[at]["seq"]], own, beside)
                if row is not None:
                    changed[index] = row
    if desk.again:
        again = [row | {"seq": kept[places[index]]["seq"]} for index, row in changed.items()]
        write_parquet(part(desk.again, shard), pa.Table.from_pylist(again, AGAIN))
    if changed:
        rows = results.to_pylist()
        results = pa.Table.from_pylist([changed.get(index, row) for index, row in enumerate(rows)], RESULT)
    write_parquet(part(desk.results, shard), results.cast(RESULT).replace_schema_metadata())
    return len(places)


def split(row: dict[str, Any], others: Others) -> tuple[Sequence[str], Sequence[str]]:
    """What is known of the party of a row of ``ALONE`` itself, and of those that share a mark."""
    own = others.get(own_key(row) or "", ())
    return own, [past for mark in row["marks"] or () for past in others.get(mark, ())]
