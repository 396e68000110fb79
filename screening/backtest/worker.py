"""A worker of a backtest: records that the change can touch, screened once more under the new bundle, beside what they were."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from screening.backtest.compare import compared
from screening.bulk.files import part, table_of, whole, write_parquet
from screening.bulk.history import others_of
from screening.bulk.schema import ALONE
from screening.bulk.work import Work
from screening.bulk.worker import split
from screening.errors import InputError
from screening.output import to_json
from screening.screener import Screener

__all__ = ["Places", "again", "by_seq", "own", "prepare", "seqs_of", "write_changed"]

Json = dict[str, Any]
_SHOWN: Final = ("agency", "region", "party_name", "case_reason", "decided_on")
_COMPARED: Final = ("seq", "result", *_SHOWN)


@dataclass(frozen=True, slots=True)
class Places:
    """Where things lie: ``old`` is the kept work of the run under the old bundle, ``new`` that of this one.

    ``bundle``: the new one, with its revision.
    """

    bundle: Path
    revision: str
    as_of: date
    old: Path
    new: Path

    @property
    def touched(self) -> Path:
        """By shard: ``seq``, and the numbers of the changes that can touch it."""
        return self.new / "touched"

    @property
    def own(self) -> Path:
        """By shard: touched records on their own under the new bundle (``ALONE``)."""
        return self.new / "own"

    @property
    def moved(self) -> Path:
        """By shard: ``seq`` of those that only other records of theirs can have changed."""
        return self.new / "moved"

    @property
    def history(self) -> Path:
        """What each shard needs of other records under the new bundle."""
        return self.new / "history.parquet"

    def changed(self, shard: int) -> Path:
        """The cases of a shard whose result is another one, a JSON line each."""
        return self.new / "changed" / f"part-{shard:05}.jsonl"


_KNOWN_BY = ("number", "name", "marks", "past")
_AT: list[tuple[Places, Work]] = []  # what this process was given when it started: tasks get no more than a number


def prepare(places: Places) -> None:
    """Load the new bundle, once for each process. Raises ``InputError`` where it is no longer the one the run began with."""
    screener = Screener.from_folder(places.bundle)
    if screener.bundle.revision != places.revision:
        raise InputError(str(places.bundle), "规则包在运行当中改动了。", "请等改完再运行一次。")
    _AT.append((places, Work(screener, places.as_of)))


def own(shard: int) -> int:
    """Screen the touched records of a shard on their own; returns how many are now kept of in another way for others."""
    places, work = _AT[-1]
    wanted = seqs_of(places.touched, shard)
    before = by_seq(part(places.old / "alone", shard), wanted, ["seq", *_KNOWN_BY])
    staged = by_seq(part(places.old / "staged", shard), wanted)
    rows = [work.alone(entry) for entry in staged.values()]
    write_parquet(part(places.own, shard), table_of(rows, ALONE))
    return sum(any(row.get(name) != before[row["seq"]][name] for name in _KNOWN_BY) for row in rows)


def again(shard: int) -> int:
    """Finish touched and moved records with what else is known, and write those whose result changed; returns how many."""
    places, work = _AT[-1]
    touched = pq.read_table(part(places.touched, shard)).to_pylist() if part(places.touched, shard).exists() else []
    causes: dict[int, list[int]] = {row["seq"]: row["changes"] for row in touched}
    causes |= {seq: [] for seq in seqs_of(places.moved, shard)}
    old = by_seq(
        part(places.old / "alone", shard), causes, [*_COMPARED, "history", "rejected_reason", "number", "name", "marks"]
    )
    remembered = by_seq(part(places.old / "again", shard), causes, [*_COMPARED])
    pairs: list[tuple[Json, Json]] = []
    staged = by_seq(part(places.old / "staged", shard), causes)
    mine = by_seq(part(places.own, shard), causes) if part(places.own, shard).exists() else {}
    others = others_of(places.history, shard)
    for seq, row in old.items():
        new = mine.get(seq, row)
        if row["history"] or row["rejected_reason"] is not None or new["rejected_reason"] is not None:
            continue
        known, beside = split(new, others)
        if known or beside:
            new = work.again(staged[seq], known, beside) or new
        pairs.append(({"seq": seq, **remembered.get(seq, row)}, new))
    return write_changed(places.changed(shard), pairs, causes)


def write_changed(path: Path, pairs: Iterable[tuple[Json, Json]], causes: Mapping[int, list[int]]) -> int:
    """Write the cases whose result changed, with the numbers of the changes that touch them (by ``seq``); returns how many."""
    count = 0
    with whole(path) as target, target.open("w", encoding="utf-8") as file:
        for before, after in pairs:
            difference = compared(json.loads(before["result"]), json.loads(after["result"]))
            if difference is not None:
                count += 1
                shown = {name: before[name] for name in _SHOWN} | {"decided_on": _day(before["decided_on"])}
                seq = before["seq"]
                file.write(to_json({"seq": seq, **shown, **difference, "changes": causes.get(seq, [])}) + "\n")
    return count


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None


def seqs_of(folder: Path, shard: int) -> list[int]:
    """The records of a shard that are on a list; none where there is no list."""
    path = part(folder, shard)
    return pq.read_table(path, columns=["seq"])["seq"].to_pylist() if path.exists() else []


def by_seq(path: Path, wanted: Iterable[int] | None = None, columns: list[str] | None = None) -> dict[int, Json]:
    """Rows of a shard by ``seq``; those wanted only, where that is given."""
    table = pq.read_table(path, columns=columns)
    chosen = table if wanted is None else table.filter(pc.is_in(table["seq"], pa.array(list(wanted), pa.int64())))
    return {row["seq"]: row for row in chosen.to_pylist()}
