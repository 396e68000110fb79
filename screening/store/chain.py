"""Chains of rows: each row's hash holds the one before it, so that a changed, missing or moved row shows.

SM3 (GB/T 32905), as the platforms of the procuratorates use it. What a chain can't show by itself is that its last rows were cut off:
the head, which is written in the same transaction, says how many there are and what the last hash is. Who can rewrite both can hide
a cut; keep a copy of the head elsewhere where that matters.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Engine, Table, bindparam, select, update

from screening.errors import StoreError
from screening.store.schema import heads

__all__ = ["GENESIS", "Break", "Chain", "Link", "link_hash", "sm3", "verify"]

GENESIS = "0" * 64


def sm3(data: bytes) -> str:
    """The SM3 of some bytes, in hex. Raises ``StoreError`` where this Python's OpenSSL has no SM3."""
    try:
        return hashlib.new("sm3", data).hexdigest()
    except ValueError:
        raise StoreError(
            "本机的 OpenSSL 不支持 SM3，无法保存筛查决定。", "请换用 OpenSSL 1.1.1 以上的系统（Debian 11 起）。"
        ) from None


@dataclass(frozen=True, slots=True)
class Link:
    """One row of a chain: its place (from 1), its two hashes, and what ``hash`` should be by what it holds (``made``)."""

    number: int
    previous: str
    hash: str
    made: str


@dataclass(frozen=True, slots=True)
class Break:
    """Where a chain does not hold, and how."""

    number: int
    problem: str


def link_hash(previous: str, number: int, content: bytes) -> str:
    """The hash of a row behind ``previous``."""
    return sm3(previous.encode() + number.to_bytes(8, "big") + content)


def verify(links: Iterable[Link], head: tuple[int, str]) -> list[Break]:
    """Every place where the chain does not hold; ``head``: how many rows there should be, and the last hash."""
    found: list[Break] = []
    number, previous = 0, GENESIS
    for link in links:
        number += 1
        if link.number != number:
            found.append(Break(number, f"第 {number} 行缺失，下一行是第 {link.number} 行"))
            number = link.number
        elif link.previous != previous:
            found.append(Break(link.number, "与前一行的校验值接不上"))
        if link.made != link.hash:
            found.append(Break(link.number, "内容与校验值不符，写入后被改动过"))
        previous = link.hash
    count, last = head
    if number != count:
        found.append(Break(number, f"应有 {count} 行，只有 {number} 行，末尾被删去"))
    elif previous != last:
        found.append(Break(number, "最后一行与链头不符"))
    return found


class Chain:
    """A chain by its name in ``heads``: the turn of writing, and whether it holds."""

    def __init__(self, name: str, table: Table, link: Callable[[int, Any], Link]) -> None:
        """``link``: of the place of a row among those that are there (from 1) and the row; rows go by the table's first column."""
        self._head = select(heads.c.count, heads.c.hash).where(heads.c.chain == name)
        self._turn = self._head.with_for_update()
        self._advanced = (
            update(heads).where(heads.c.chain == name).values(count=bindparam("rows"), hash=bindparam("last"))
        )
        self._rows = select(table).order_by(next(iter(table.c)))
        self._link = link

    def turn(self, connection: Connection) -> tuple[int, str]:
        """Take the turn of writing in the caller's transaction; how many rows there are, and the last hash."""
        count, last = connection.execute(self._turn).one()
        return int(count), str(last)

    def advance(self, connection: Connection, count: int, last: str) -> None:
        """Write the head that goes with the rows that were added."""
        connection.execute(self._advanced, {"rows": count, "last": last})

    def count(self, connection: Connection) -> int:
        """How many rows there are, by the head."""
        return int(connection.execute(self._head).one()[0])

    def verify(self, engine: Engine) -> list[Break]:
        """Every place where it does not hold; none where all is as it was written."""
        # The head and the rows as of one moment, though others go on writing.
        moment = {"isolation_level": "REPEATABLE READ"} if engine.dialect.name == "postgresql" else {}
        with engine.connect().execution_options(reads=True, yield_per=500, **moment) as connection:
            head = connection.execute(self._head).first()
            rows = enumerate(connection.execute(self._rows), 1)
            return verify((self._link(*each) for each in rows), (int(head[0]), str(head[1])) if head else (0, ""))
