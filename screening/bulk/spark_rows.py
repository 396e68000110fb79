"""What runs inside Spark's Python workers: rows in, rows out. A worker loads the bundle once and keeps it."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

import pyarrow as pa

from screening.bulk.schema import RESULT
from screening.bulk.staging import staged_row
from screening.bulk.work import Json, Work
from screening.errors import InputError
from screening.intake import HeaderMap
from screening.intake.tables import Line, find_table
from screening.screener import Screener

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

__all__ = ["PLACED", "Bench", "again", "alone", "mapped", "staged"]

PLACED: Final = pa.schema([("seq", pa.int64()), *RESULT])

Rows = Iterable[Json]


class Bench(NamedTuple):
    """What a worker needs: the bundle (a folder; on a cluster the archive that was sent along), its revision, the day."""

    bundle: str | None
    revision: str
    as_of: date


@functools.cache
def _work(bench: Bench) -> Work:
    screener = Screener.from_folder(Path(bench.bundle) if bench.bundle else None)
    if screener.bundle.revision != bench.revision:
        raise InputError(
            bench.bundle or "规则包", "工作节点上的规则包与驱动程序的不同。", "请用 --archives 分发同一个规则包。"
        )
    return Work(screener, bench.as_of)


def alone(bench: Bench, rows: Rows) -> Iterator[Json]:
    """Staged entries → rows of ``ALONE``."""
    work = _work(bench)
    return (work.alone(row) for row in rows)


def again(bench: Bench, rows: Rows) -> Iterator[Json]:
    """Staged entries with their ``others`` → the rows that these change."""
    work = _work(bench)
    for row in rows:
        own = [other["past"] for other in row["others"] if other["key"].startswith("party:")]
        beside = [other["past"] for other in row["others"] if other["key"].startswith("mark:")]
        result = work.again(row, own, beside)
        if result is not None:
            yield {"seq": row["seq"], **result}


def staged(headers: Mapping[str, str], names: Sequence[str], source: str, history: bool, rows: Rows) -> Iterator[Json]:
    """The rows of a table, their place in ``_seq`` → entries as ``STAGED`` has them."""

    def lines() -> Iterator[Line]:
        yield Line("表头", tuple(names))
        for row in rows:
            yield Line(str(row["_seq"]), tuple(_cell(row, name) for name in names))

    table = find_table(lines(), HeaderMap(headers, {}), source)
    for given in table.rows() if table else ():
        place = {"shard": 0, "seq": int(given.position), "history": history, "file": source}
        yield place | staged_row(given)


def _cell(row: Json, name: str) -> object:
    if name in row:
        return row[name]
    first, _, rest = name.partition(".")
    inner = row.get(first)
    return _cell(inner, rest) if isinstance(inner, dict) and rest else None


def mapped(frame: DataFrame, work: Callable[[Rows], Iterator[Json]], schema: pa.Schema) -> DataFrame:
    """``work`` over the rows of a frame, partition by partition, in Arrow batches."""
    from pyspark.sql.pandas.types import from_arrow_schema

    return frame.mapInArrow(functools.partial(_in_batches, work, schema), from_arrow_schema(schema))


_AT_ONCE: Final = 500


def _in_batches(
    work: Callable[[Rows], Iterator[Json]], schema: pa.Schema, batches: Iterable[pa.RecordBatch]
) -> Iterator[pa.RecordBatch]:
    done: list[Json] = []
    for row in work(row for batch in batches for row in batch.to_pylist()):
        done.append(row)
        if len(done) == _AT_ONCE:
            yield pa.RecordBatch.from_pylist(done, schema)
            done = []
    yield pa.RecordBatch.from_pylist(done, schema)
