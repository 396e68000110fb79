"""Which digests each shard needs: those that share a party or a mark with one of its records. DuckDB, in bounded memory."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

import duckdb
import pyarrow.parquet as pq

from screening.bulk.files import whole
from screening.bulk.party import KEYED
from screening.errors import InputError

__all__ = ["Others", "join_history", "others_of"]

_MEMORY: Final = (300, 1000, 4000)
_JOIN: Final = """
COPY (
    WITH alone AS (
        SELECT shard, seq, history, record_id, past, number, name, marks FROM read_parquet($alone)
    ),
    marked AS (SELECT *, unnest(marks) AS mark FROM alone),
    {keyed},
    shared AS (SELECT key FROM keyed GROUP BY key HAVING min(record_id) <> max(record_id)),
    wanted AS (SELECT DISTINCT shard, asked, key FROM keyed SEMI JOIN shared USING (key) WHERE NOT history)
    SELECT wanted.shard AS shard, wanted.asked AS key, keyed.seq AS seq, keyed.past AS past FROM wanted JOIN keyed USING (key)
    ORDER BY wanted.shard, wanted.asked, keyed.seq
) TO '{target}' (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE 10000)
"""

Others = Mapping[str, Sequence[str]]
"""Key → the digests of all records that have it, in the order of the input."""


def join_history(alone: Path, target: Path) -> None:
    """Write, sorted by shard, what each shard needs: ``shard``, ``key``, ``seq``, ``past``."""
    for megabytes in _MEMORY:
        try:
            _join(alone, target, megabytes)
            return
        except duckdb.OutOfMemoryException:  # a few steps cannot go to disk: of some millions of records they need more
            if megabytes == _MEMORY[-1]:
                remedy = "请给这台机器更多内存，或把记录分成几次重筛（前面的用 --history）。"
                raise InputError("查找同一当事人的其他案件", f"{megabytes} MB 内存不够。", remedy) from None


def _join(alone: Path, target: Path, megabytes: int) -> None:
    with whole(target) as partial, duckdb.connect() as database:
        spill = target.with_name("spill")
        spill.mkdir(exist_ok=True)
        for name, value in {"memory_limit": f"{megabytes}MB", "temp_directory": str(spill), "threads": 2}.items():
            database.execute(f"SET {name} = '{value}'")
        database.execute("SET preserve_insertion_order = false")
        written = str(partial).replace("'", "''")
        database.execute(_JOIN.format(keyed=KEYED, target=written), {"alone": str(alone / "*.parquet")})


def others_of(joined: Path, shard: int) -> Others:
    """What one shard needs of what ``join_history`` wrote; only its row groups are read."""
    table = pq.read_table(joined, columns=["key", "past"], filters=[("shard", "=", shard)])
    found: defaultdict[str, list[str]] = defaultdict(list)
    for key, past in zip(table["key"].to_pylist(), table["past"].to_pylist(), strict=True):
        found[key].append(past)
    return found
