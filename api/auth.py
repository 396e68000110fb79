"""Who asks: ``Authorization: Bearer scr_…``. A wrong key tells nothing: unknown, ended and revoked keys get the same answer."""

from __future__ import annotations

import math
import time
from collections.abc import Awaitable, Callable
from typing import Annotated, Final

from fastapi import Depends, Request

from api.keys import Key, matches, now, parse, stored
from api.ledger import Ledger
from api.limits import Buckets, Locks
from api.problems import ApiError
from api.settings import Settings

__all__ = ["READS", "Admin", "Changer", "Door", "Reader", "Screens", "Tuner"]

_LOCK_AFTER = 10


class Door:
    """Looks keys up (remembered for some seconds), counts wrong ones by address, and limits each key's rate."""

    def __init__(self, ledger: Ledger, settings: Settings) -> None:
        self._ledger = ledger
        self._remember = settings.key_cache_seconds
        self._known: dict[str, tuple[float, Key | None]] = {}
        self._rate = Buckets(settings.rate, settings.burst)
        self._wrong = Buckets(settings.wrong_keys / 60, settings.wrong_keys)
        self._locks = Locks(_LOCK_AFTER, settings.lock_seconds)

    async def open(self, header: str, address: str) -> Key:
        """The key behind an ``Authorization`` header; 401 or 429 else."""
        at = time.monotonic()
        scheme, _, token = header.partition(" ")
        parsed = parse(token.strip()) if scheme.lower() == "bearer" else None
        id_, secret = parsed or ("", "")
        if wait := self._locks.locked(f"{address} {id_}", at):
            raise _too_many(wait)
        key = await self._lookup(id_, at)
        good = matches(key, secret)
        if key is None or not good or not key.valid(now()):
            if wait := self._wrong.take(address, at):
                raise _too_many(wait)
            if id_:
                self._locks.fail(f"{address} {id_}", at)
            raise ApiError(
                401, "unauthorized", "没有有效的密钥。请在 Authorization 头里写 Bearer 加密钥。",
                headers={"WWW-Authenticate": "Bearer"},
            )  # fmt: skip
        return key

    def charge(self, key: Key, cost: float = 1.0) -> None:
        """Take ``cost`` requests from the key's allowance; 429 where it is used up."""
        if wait := self._rate.take(key.id, time.monotonic(), cost):
            raise _too_many(wait)

    async def _lookup(self, id_: str, at: float) -> Key | None:
        found = self._known.get(id_)
        if found is not None and at < found[0]:
            return found[1]
        key = await self._ledger.read(lambda connection: stored(connection, id_), quick=True)
        if len(self._known) > 10_000:
            self._known.clear()
        self._known[id_] = (at + self._remember, key)
        return key


def _too_many(wait: float) -> ApiError:
    seconds = max(1, math.ceil(wait))
    return ApiError(
        429, "too_many_requests", f"请求太频繁，请在 {seconds} 秒后再试。", headers={"Retry-After": str(seconds)}
    )


def _needs(scope: str) -> Callable[..., Awaitable[Key]]:
    async def check(request: Request) -> Key:
        address = request.client.host if request.client else "-"
        key = await request.app.state.service.door.open(request.headers.get("authorization", ""), address)
        if scope not in key.scopes:
            raise ApiError(403, "scope", f"这把密钥没有 {scope} 权限。")
        request.app.state.service.door.charge(key)
        request.state.key_id = key.id
        checked: Key = key
        return checked

    return check


_read, _screen, _tune, _admin = map(_needs, ("read", "screen", "tune", "admin"))
READS: Final = Depends(_read)
"""For routes that need a key and not to know whose."""
Reader = Annotated[Key, Depends(_read)]
Screens = Annotated[Key, Depends(_screen)]
Tuner = Annotated[Key, Depends(_tune)]
Admin = Annotated[Key, Depends(_admin)]


async def _everywhere(key: Tuner) -> Key:
    if not key.sees(None):
        raise ApiError(403, "region", "规则包对全部地区生效：要用全部地区（--region all）的 tune 密钥。")
    return key


Changer = Annotated[Key, Depends(_everywhere)]
"""Who changes the bundle changes it for every region, so the key must be one to all of them."""
