"""Which bundle is the active one, and who made it so, when and why: a chain of its own, added to and never changed."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import Connection, Engine, insert, select

from screening.bundle.bundle import Bundle
from screening.bundle.loader import revision_of
from screening.bundle.policy import Activation
from screening.bundle.signing import Signature, signer
from screening.errors import ReleaseError, SignatureError, StoreError
from screening.store.chain import Break, Chain, Link, link_hash
from screening.store.connect import explained
from screening.store.decisions import Decisions
from screening.store.records import now
from screening.store.schema import releases

__all__ = ["Act", "Action", "Release", "Releases", "active", "candidate"]

Action = Literal["activate", "rollback", "shadow", "end"]
_COLUMNS = ("number", "action", "revision", "made_by", "reason", "made_at", "signed_by", "signature", "asks")


@dataclass(frozen=True, slots=True)
class Act:
    """Who asks for it and why; ``signature``: what came with the bundle."""

    by: str
    reason: str
    signature: Signature | None = None

    @classmethod
    def of(cls, by: str, reason: str, signature: str) -> Act:
        """With a signature as it is kept; empty where there is none."""
        return cls(by, reason, Signature.parse(signature) if signature else None)


@dataclass(frozen=True, slots=True)
class Release:
    """One line of the chain. ``signed_by``: whose signature held; ``asks``: what the bundle's policy asks of the next one."""

    number: int
    action: Action
    revision: str
    made_by: str
    reason: str
    made_at: str
    signed_by: str
    signature: str
    asks: str


def active(past: list[Release]) -> Release | None:
    """The line that put the active bundle in place."""
    return next((line for line in reversed(past) if line.action in ("activate", "rollback")), None)


def candidate(past: list[Release]) -> str | None:
    """The revision that is to screen beside the active one; empty where that was ended, None where it was never asked for."""
    last = next((line for line in reversed(past) if line.action in ("shadow", "end")), None)
    return None if last is None else last.revision if last.action == "shadow" else ""


class Releases:
    """The releases of one store."""

    def __init__(self, engine: Engine, address: str, decisions: Decisions) -> None:
        self._engine, self._address, self._decisions = engine, address, decisions
        self._begin: Callable[[], AbstractContextManager[Connection]] = engine.begin

    def within(self, connection: Connection) -> Releases:
        """The same, writing in the caller's transaction: so that what goes with a release is kept with it, or neither."""
        inside = Releases(self._engine, self._address, self._decisions)
        inside._begin = lambda: nullcontext(connection)
        return inside

    def all(self) -> list[Release]:
        """Every line, the oldest first."""
        with explained(self._address), self._engine.connect().execution_options(reads=True) as connection:
            return _read(connection)

    def count(self) -> int:
        """How many lines there are; a change of it is what others look for."""
        with explained(self._address), self._engine.connect().execution_options(reads=True) as connection:
            return _CHAIN.count(connection)

    def activate(
        self, bundle: Bundle, act: Act, trusted: Mapping[str, str], in_use: Activation | None = None
    ) -> Release:
        """Make a bundle that passed its tests the active one.

        What its policy asks must hold, and what that of the one before it asks: so no bundle does away with four eyes by itself.
        ``in_use``: the dials of one in use that was never activated. Raises ``ReleaseError`` or ``SignatureError``.
        """
        with explained(self._address), self._begin() as connection:
            head, past = self._turn(connection)
            last = active(past)
            if last and last.revision == bundle.revision:
                raise ReleaseError("already_active", "这个规则包已经是在用的。")
            asked = {*_asks(bundle.policy.activation), *_asks(in_use), *(last.asks.split(",") if last else ())}
            signed_by = _consent(bundle.revision, act, trusted, asked)
            self._decisions.keep_bundle(connection, bundle)
            asks = ",".join(_asks(bundle.policy.activation))
            return _append(connection, head, act, ("activate", bundle.revision, signed_by, asks))

    def before(self) -> Release:
        """The line whose bundle a roll-back goes to; ``ReleaseError`` where there is none."""
        return _before(self.all())

    def rollback(self, act: Act, to: str) -> Release:
        """Go back to ``to``, the revision that was active before; ``ReleaseError`` where meanwhile it is another."""
        with explained(self._address), self._begin() as connection:
            head, past = self._turn(connection)
            earlier = _before(past)
            if earlier.revision != to:
                raise ReleaseError("changed", "其间有人换过规则包，没有退回。", "请先看 screening releases，再决定。")
            kept = Act.of(act.by, act.reason, earlier.signature)
            return _append(connection, head, kept, ("rollback", to, earlier.signed_by, earlier.asks))

    def shadow(self, bundle: Bundle, act: Act) -> Release:
        """Let a bundle screen beside the active one."""
        with explained(self._address), self._begin() as connection:
            head, _ = self._turn(connection)
            self._decisions.keep_bundle(connection, bundle)
            return _append(connection, head, act, ("shadow", bundle.revision, "", ""))

    def end_shadow(self, act: Act) -> Release:
        """No bundle screens beside the active one any more."""
        with explained(self._address), self._begin() as connection:
            head, past = self._turn(connection)
            return _append(connection, head, act, ("end", candidate(past) or "", "", ""))

    def verify(self) -> list[Break]:
        """Every place where the chain does not hold, or a bundle that it names is not what its revision says."""
        with explained(self._address):
            broken = _CHAIN.verify(self._engine)
        first = {line.revision: line.number for line in reversed(self.all()) if line.revision}
        changed = (Break(number, "规则包的文件与修订号不符") for name, number in first.items() if not self._sound(name))
        return [*broken, *changed]

    def _sound(self, revision: str) -> bool:
        try:
            return revision_of(self._decisions.bundle_files(revision)) == revision
        except StoreError:
            return False

    def _turn(self, connection: Connection) -> tuple[tuple[int, str], list[Release]]:
        """Take the turn of writing: the head of the chain and what is in it. Decisions go first, as everywhere (they keep bundles, too)."""
        self._decisions.lock(connection)
        return _CHAIN.turn(connection), _read(connection)


def _read(connection: Connection) -> list[Release]:
    asked = select(*(releases.c[name] for name in _COLUMNS)).order_by(releases.c.number)
    return [Release(*row) for row in connection.execute(asked)]


def _before(past: list[Release]) -> Release:
    """An activation lies on top of what was active, a roll-back takes it off again."""
    stack: list[Release] = []
    for line in past:
        if line.action == "activate":
            stack.append(line)
        elif line.action == "rollback":
            stack.pop()
    if len(stack) < 2:
        raise ReleaseError("nothing_before", "没有更早启用过的规则包可以退回。", "screening releases 列出启用过的。")
    return stack[-2]


def _asks(dials: Activation | None) -> list[str]:
    return [name for name in ("signed", "four_eyes") if dials and getattr(dials, name)]


def _consent(revision: str, act: Act, trusted: Mapping[str, str], asked: set[str]) -> str:
    """Whose signature it goes by, empty where none is needed and none is there that could be checked."""
    needed = bool(asked & {"signed", "four_eyes"})
    if needed and not trusted:
        raise SignatureError(
            "启用这个规则包要验证签名，但没有可信公钥名单。", "请用 --trust（服务用 SCREENING_TRUSTED）指明。"
        )
    if act.signature is None:
        if needed:
            raise SignatureError("这个规则包没有签名，不能启用。", "请由编写人用 screening sign 签名。")
        return ""
    name = signer(act.signature, revision, dict(trusted)) if trusted else ""
    if "four_eyes" in asked and _folded(name) == _folded(act.by):
        raise ReleaseError("four_eyes", f"签名人（{name}）不能自己启用。", "请由另一人核对后启用。")
    return name


def _folded(name: str) -> str:
    return "".join(unicodedata.normalize("NFKC", name).casefold().split())


def _append(connection: Connection, head: tuple[int, str], act: Act, done: tuple[Action, str, str, str]) -> Release:
    by, reason = act.by.strip(), act.reason.strip()
    if not by or len(by) > 200:
        raise ReleaseError("no_name", "没有写明是谁，或名字超过 200 字。", "请写姓名；接口用的是密钥的 --name。")
    if not reason:
        raise ReleaseError("no_reason", "没有写理由。", "请写明为什么换，例如“法释〔2025〕5号施行”。")
    action, revision, signed_by, asks = done
    signature = act.signature.text if act.signature else ""
    line = Release(head[0] + 1, action, revision, by, reason, now(), signed_by, signature, asks)
    row: dict[str, Any] = {name: getattr(line, name) for name in _COLUMNS}
    hash_ = link_hash(head[1], line.number, _content(row))
    connection.execute(insert(releases).values(**row, previous=head[1], hash=hash_))
    _CHAIN.advance(connection, line.number, hash_)
    return line


def _content(row: Mapping[str, Any]) -> bytes:
    """What the hash of a line is of: all its columns."""
    return json.dumps([row[name] for name in _COLUMNS], ensure_ascii=False, separators=(",", ":")).encode()


def _link(_: int, row: Any) -> Link:
    return Link(row.number, row.previous, row.hash, link_hash(row.previous, row.number, _content(row._asdict())))


_CHAIN = Chain("releases", releases, _link)
