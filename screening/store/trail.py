"""The audit trail of the service: who did what, in a chain of its own."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, insert

from screening.store.chain import Chain, Link, sm3
from screening.store.schema import audit

__all__ = ["TRAIL", "append"]

Row = Mapping[str, Any]


def _hash(row: Row) -> str:
    """SM3 over the row's content and the hash before it (``previous``)."""
    content = {name: value for name, value in row.items() if name not in ("seq", "hash")}
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return sm3(text.encode("utf-8", "surrogatepass"))


TRAIL = Chain("audit", audit, lambda place, row: Link(place, row.previous, row.hash, _hash(row._asdict())))


def append(connection: Connection, rows: Sequence[Row]) -> None:
    """Add rows (all columns but ``seq`` and the hashes) in the caller's transaction."""
    count, last = TRAIL.turn(connection)
    linked = []
    for row in rows:
        held = {**row, "previous": last}
        last = _hash(held)
        linked.append({**held, "hash": last})
    connection.execute(insert(audit), linked)
    TRAIL.advance(connection, count + len(linked), last)
