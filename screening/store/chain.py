"""The chain of decisions: each row's hash holds the one before it, so that a changed, missing or moved row shows.

SM3 (GB/T 32905), as the platforms of the procuratorates use it. What a chain can't show by itself is that its last rows were cut off:
the head, which is written in the same transaction, says how many there are and what the last hash is. Who can rewrite both can hide
a cut; keep a copy of the head elsewhere where that matters.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass

from screening.errors import StoreError

__all__ = ["GENESIS", "Break", "Link", "link_hash", "sm3", "verify"]

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
    """One row of a chain: its place (from 1), what it holds, and its two hashes."""

    number: int
    content: bytes
    previous: str
    hash: str


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
        if link_hash(link.previous, link.number, link.content) != link.hash:
            found.append(Break(link.number, "内容与校验值不符，写入后被改动过"))
        previous = link.hash
    count, last = head
    if number != count:
        found.append(Break(number, f"应有 {count} 行，只有 {number} 行，末尾被删去"))
    elif previous != last:
        found.append(Break(number, "最后一行与链头不符"))
    return found
