"""What is to be done, and the manifest that says how far it is: a run may be killed and started again at any time."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any, Final

from screening.bulk.files import write_json
from screening.bulk.inputs import Source
from screening.errors import InputError
from screening.intake import LIMITS, Limits

__all__ = ["SHARD_ROWS", "Job", "Manifest", "Totals"]

SHARD_ROWS: Final = 2000
_FORMAT: Final = 1
_FRESH: Final = "请换一个新的 --output 文件夹；确实不要原来的结果了，就先删去这个文件夹。"


@dataclass(frozen=True, slots=True)
class Job:
    """One rescoring. ``history``: files that count as history only; ``as_of`` None: that of the run that is gone on with,
    else today's; ``rows``: entries a shard; ``table``: where
    Spark puts the results instead of the folder; ``keep``: the work stays, for a backtest to begin with;
    ``revision``: that of the bundle, where it was loaded just now."""

    inputs: tuple[str, ...]
    output: Path
    today: date
    history: tuple[str, ...] = ()
    bundle: Path | None = None
    as_of: date | None = None
    mapping: Path | None = None
    workers: int = 1
    rows: int = SHARD_ROWS
    limits: Limits = LIMITS
    table: str | None = None
    keep: bool = False
    revision: str | None = None

    @property
    def work(self) -> Path:
        """Where the shards under way lie; it goes when all is done, unless it is kept."""
        return self.output / "work"

    @property
    def results(self) -> Path:
        return self.output / "results"


@dataclass(frozen=True, slots=True)
class Totals:
    """What came out: records with a result, by level, and rows that were rejected."""

    levels: dict[str, int]
    rejected: int

    @property
    def records(self) -> int:
        return sum(self.levels.values())


@dataclass(frozen=True, slots=True)
class Manifest:
    """``manifest.json``: what the results were made from, and what is finished."""

    path: Path
    about: dict[str, Any]
    shards: int | None = None
    finished: dict[str, list[int]] | None = None
    totals: Totals | None = None

    @classmethod
    def of(cls, job: Job, revision: str, sources: Sequence[Source]) -> Manifest:
        """That of the folder if there is one, and it is about the same; raises ``InputError`` that says what is different."""
        path = job.output / "manifest.json"
        old = _read(path)
        day = job.as_of or (date.fromisoformat(old["as_of"]) if old else job.today)
        about = {
            "format": _FORMAT,
            "as_of": day.isoformat(),
            "revision": revision,
            "mapping": hashlib.sha256(job.mapping.read_bytes()).hexdigest() if job.mapping else None,
            "shard_rows": job.rows,
            "kept": job.keep or None,
            "inputs": [source.told() for source in sources if not source.history],
            "history": [source.told() for source in sources if source.history],
        }
        if old is None:
            if job.results.exists():
                raise InputError(str(job.output), "里面已经有结果，却没有 manifest.json。", _FRESH)
            manifest = cls(path, about)
            manifest.save()
            return manifest
        changed = [words for name, words in _CHANGES.items() if old.get(name) != about[name]]
        if changed:
            raise InputError(str(job.output), f"里面是另一次重筛的结果：{'、'.join(changed)}与那时不同。", _FRESH)
        totals = Totals(**old["totals"]) if old.get("totals") else None
        return cls(path, about, old.get("shards"), old.get("finished"), totals)

    @property
    def as_of(self) -> date:
        return date.fromisoformat(self.about["as_of"])

    def with_(self, **changes: Any) -> Manifest:
        """The same with these changes, saved."""
        new = replace(self, **changes)
        new.save()
        return new

    def save(self) -> None:
        totals = {"levels": self.totals.levels, "rejected": self.totals.rejected} if self.totals else None
        write_json(self.path, self.about | {"shards": self.shards, "finished": self.finished, "totals": totals})


_CHANGES: Final = {
    "format": "程序的版本",
    "as_of": "--as-of 的日期",
    "revision": "规则包",
    "mapping": "--mapping 对应表",
    "shard_rows": "--shard-rows",
    "kept": "是否留下回测用的中间数据",
    "inputs": "输入文件",
    "history": "--history 文件",
}


def _read(path: Path) -> dict[str, Any] | None:
    try:
        old: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        date.fromisoformat(old["as_of"])
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, TypeError):
        raise InputError(str(path), "manifest.json 坏了，接不下去。", _FRESH) from None
    return old
