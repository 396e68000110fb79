"""Parquet in: columns mapped by the same aliases as those of a table, a batch at a time; structs by their members' names."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from screening.errors import InputError
from screening.intake.tables import Line

__all__ = ["lines_of", "read_parquet"]

_BATCH = 1000
_REMEDY = "请重新导出。"


def read_parquet(path: Path) -> Iterator[Line]:
    """The header and the rows of a Parquet file. Raises ``InputError`` for what is none, or is damaged."""
    try:
        with pq.ParquetFile(path) as file:
            yield from lines_of(file.schema_arrow, file.iter_batches(_BATCH))
    except (pa.ArrowException, OSError):
        raise InputError(str(path), "不是完整的 Parquet 文件。", _REMEDY) from None


def lines_of(schema: pa.Schema, batches: Iterator[pa.RecordBatch]) -> Iterator[Line]:
    """The header as a line, then the rows; a struct ``party`` with a ``name`` is a column ``party.name``."""
    yield Line("表头", tuple(_flat(pa.RecordBatch.from_pylist([], schema)).schema.names))
    counter = itertools.count(1)
    for batch in batches:
        columns = [column.to_pylist() for column in _flat(batch).columns]
        for cells in zip(*columns, strict=True):
            yield Line(f"第 {next(counter)} 行", cells)


def _flat(batch: pa.RecordBatch) -> pa.RecordBatch:
    while any(pa.types.is_struct(field.type) for field in batch.schema):
        table = pa.Table.from_batches([batch]).flatten()
        batch = pa.RecordBatch.from_arrays([_chunk(column) for column in table.columns], names=list(table.schema.names))
    return batch


def _chunk(column: pa.ChunkedArray) -> pa.Array:
    return column.combine_chunks() if column.num_chunks != 1 else column.chunk(0)
