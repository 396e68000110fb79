"""Decisions: every screening as it was made, in a chain; found again, verified, replayed."""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, func, insert, select

from screening.bundle.bundle import Bundle
from screening.errors import StoreError
from screening.history.past import Past, dump, restore
from screening.output import line, to_json
from screening.record import Record
from screening.screener import Screening
from screening.store.chain import Break, Chain, Link, link_hash, sm3
from screening.store.codec import pack, unpack
from screening.store.records import now
from screening.store.schema import bundles, decisions

__all__ = ["Decision", "Decisions", "Draft"]


@dataclass(frozen=True, slots=True)
class Draft:
    """A screening about to be kept. ``id`` is made by the caller, so that writing twice is writing once.

    ``result``: its line, without the decision's id; made here where it is not given.
    """

    id: str
    screening: Screening
    past: Past
    history: tuple[Past, ...]
    beside: tuple[Past, ...]
    shown: int
    result: str = ""

    def __post_init__(self) -> None:
        if not self.result:
            object.__setattr__(self, "result", to_json(line(self.screening, self.shown)))


@dataclass(frozen=True, slots=True)
class Decision:
    """A screening as it was kept: everything that is needed to make it again."""

    number: int
    id: str
    record: Record
    revision: str
    as_of: date
    made_at: str
    history: tuple[Past, ...]
    beside: tuple[Past, ...]
    shown: int
    result: str


class Decisions:
    """The decisions of one store."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def lock(self, connection: Connection) -> tuple[int, str]:
        """Take the turn of writing in the caller's transaction; how many decisions there are, and the last hash."""
        return _CHAIN.turn(connection)

    def append(self, connection: Connection, drafts: Sequence[tuple[Draft, int | None]], head: tuple[int, str]) -> None:
        """Add decisions behind ``head`` in the caller's transaction; each with the party it is about. Known ids are passed over."""
        ids = [draft.id for draft, _ in drafts]
        known = set(connection.execute(select(decisions.c.id).where(decisions.c.id.in_(ids))).scalars())
        number, previous = head
        rows = []
        for draft, party in drafts:
            if draft.id in known:
                continue
            number += 1
            row = _row(draft, party, number, previous)
            previous = row["hash"]
            rows.append(row)
        if rows:
            connection.execute(insert(decisions), rows)
            _CHAIN.advance(connection, number, previous)

    def get(self, id_: str) -> Decision:
        """One decision; ``StoreError`` where there is none with that id."""
        with self._engine.connect().execution_options(reads=True) as connection:
            row = connection.execute(
                select(decisions.c.number, decisions.c.id, decisions.c.made_at, decisions.c.content).where(
                    decisions.c.id == id_
                )
            ).first()
        if row is None:
            raise StoreError(f"没有编号为“{id_}”的筛查决定。", "编号在结果行的 decision 一项里。")
        told: dict[str, Any] = json.loads(row.content)
        past, beside = (tuple(map(restore, told[name])) for name in ("history", "beside"))
        record = unpack(told["record"])
        day = date.fromisoformat(told["as_of"])
        return Decision(
            row.number, row.id, record, told["revision"], day, row.made_at, past, beside, told["shown"], told["result"]
        )

    def count(self) -> int:
        """How many decisions there are."""
        with self._engine.connect().execution_options(reads=True) as connection:
            return connection.execute(select(func.count()).select_from(decisions)).scalar_one()

    def results(self) -> Iterator[tuple[str, dict[str, Any]]]:
        """The id and the result of every decision, the oldest first."""
        asked = select(decisions.c.id, decisions.c.content).order_by(decisions.c.number)
        with self._engine.connect().execution_options(reads=True, yield_per=500) as connection:
            for row in connection.execute(asked):
                yield row.id, json.loads(json.loads(row.content)["result"])

    def verify(self) -> list[Break]:
        """Every place where the chain does not hold; none where all is as it was written."""
        return _CHAIN.verify(self._engine)

    def keep_bundle(self, connection: Connection, bundle: Bundle) -> None:
        """Keep the files of a bundle once, by its revision."""
        known = select(bundles.c.revision).where(bundles.c.revision == bundle.revision)
        if connection.execute(known).first() is None:
            files = {name: file.text for name, file in bundle.files.items()}
            packed = zlib.compress(json.dumps(files, ensure_ascii=False, sort_keys=True).encode(), 6)
            row = {"revision": bundle.revision, "kept_at": now(), "files": packed}
            connection.execute(insert(bundles).values(row))

    def has_bundle(self, revision: str) -> bool:
        """Whether the files of that revision are kept."""
        with self._engine.connect().execution_options(reads=True) as connection:
            asked = select(bundles.c.revision).where(bundles.c.revision == revision)
            return connection.execute(asked).first() is not None

    def bundle_files(self, revision: str) -> dict[str, str]:
        """The files of a bundle that was used, name → text; ``StoreError`` where that revision is not kept."""
        with self._engine.connect().execution_options(reads=True) as connection:
            packed = connection.execute(select(bundles.c.files).where(bundles.c.revision == revision)).scalar()
        if packed is None:
            raise StoreError(f"库里没有规则包 {revision}。")
        files: dict[str, str] = json.loads(zlib.decompress(packed))
        return files

    def write_bundle(self, revision: str, folder: Path) -> None:
        """Write the files of a bundle that was used into a folder; ``StoreError`` where that revision is not kept."""
        for name, text in self.bundle_files(revision).items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8", newline="")


def _row(draft: Draft, party: int | None, number: int, previous: str) -> dict[str, Any]:
    screening = draft.screening
    record = screening.record
    packed = pack(record)
    content = json.dumps(
        {
            "record": packed,
            "input_hash": sm3(packed.encode()),
            "revision": screening.revision,
            "as_of": screening.as_of.isoformat(),
            "history": [dump(past) for past in draft.history],
            "beside": [dump(past) for past in draft.beside],
            "shown": draft.shown,
            "result": draft.result,
        },
        ensure_ascii=False,
        sort_keys=True,
        separators=(",", ":"),
    )
    made_at = now()
    row = {
        "number": number,
        "id": draft.id,
        "record_id": record.record_id,
        "party": party,
        "agency": record.agency[:400],
        "region": record.region,
        "charge": screening.assessments[0].charge if screening.assessments else None,
        "level": screening.score.level,
        "score": float(screening.score.value),
        "made_at": made_at,
        "content": content,
        "previous": previous,
    }
    told = [row[name] for name in _TOLD]
    return row | {"hash": link_hash(previous, number, _content(draft.id, made_at, content, told))}


_TOLD = ("record_id", "party", "agency", "region", "charge", "level", "score")


def _told(row: Any) -> list[object]:
    return [getattr(row, name) for name in _TOLD]


def _content(id_: str, made_at: str, content: str, told: Sequence[object]) -> bytes:
    """What the hash of a row is of: all its columns."""
    return json.dumps([id_, made_at, content, list(told)], ensure_ascii=False, separators=(",", ":")).encode()


def _link(_: int, row: Any) -> Link:
    content = _content(row.id, row.made_at, row.content, _told(row))
    return Link(row.number, row.previous, row.hash, link_hash(row.previous, row.number, content))


_CHAIN = Chain("decisions", decisions, _link)
