"""Input files → shards of entries, in the order of the input: the same files always give the same shards."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from screening.bulk.files import part, table_of, write_parquet
from screening.bulk.inputs import Source
from screening.bulk.schema import STAGED
from screening.errors import InputError, RecordError
from screening.intake import Given, HeaderMap, Limits, given_inputs
from screening.intake.tables import Seen

__all__ = ["Stager", "staged_row"]

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Stager:
    """How entries are staged: ``rows`` a shard at most, into ``folder``; ``seen`` is told of tables."""

    folder: Path
    headers: HeaderMap
    limits: Limits
    rows: int
    seen: Seen

    def shards(self, sources: Iterable[Source]) -> Iterator[tuple[int, int]]:
        """Write one shard after the other; yields its number and how many entries it has. History has shards of its own."""
        shard, seq, rows = 0, 0, list[Json]()
        before: bool | None = None
        for source in sources:
            for given in self._given(source):
                if rows and (len(rows) == self.rows or source.history is not before):
                    yield self._write(shard, rows)
                    shard, rows = shard + 1, []
                before = source.history
                place = {"shard": shard, "seq": seq, "history": source.history, "file": source.name}
                rows.append(place | staged_row(given))
                seq += 1
        if rows:
            yield self._write(shard, rows)

    def _write(self, shard: int, rows: list[Json]) -> tuple[int, int]:
        write_parquet(part(self.folder, shard), table_of(rows, STAGED))
        return shard, len(rows)

    def _given(self, source: Source) -> Iterator[Given]:
        """The entries; a file that can't be read (on) as a whole is an entry with an error."""
        try:
            yield from given_inputs(Path(source.name), self.headers, self.limits, self.seen)
        except InputError as error:
            yield Given("（整个文件）", error=RecordError("bad_file", f"{error.detail}{error.remedy}"))


def staged_row(given: Given) -> Json:
    """The columns of ``STAGED`` that an entry fills."""
    if given.error is not None:
        error = given.error
        return {
            "position": given.position,
            "record_id": given.record_id,
            "code": error.code,
            "detail": _whole(error.detail),
            "pointer": error.pointer,
        }
    text = given.text if given.text is not None else json.dumps(given.data, ensure_ascii=False, default=_written)
    warnings = [(w.code, w.detail, w.pointer) for w in given.warnings]
    return {
        "position": given.position,
        "text": _whole(text),
        "warnings": _whole(json.dumps(warnings, ensure_ascii=False)) if warnings else None,
        "headers": _whole(json.dumps(dict(given.sources), ensure_ascii=False)) if given.sources else None,
    }


def _whole(text: str) -> str:
    r"""Damaged bytes of a file are lone surrogates, which no Parquet holds: as ``\udc80`` JSON does, and reads it back."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return re.sub(r"[\ud800-\udfff]", lambda found: f"\\u{ord(found[0]):04x}", text)
    return text


def _written(value: object) -> str:
    return value.isoformat() if isinstance(value, date) else str(value)
