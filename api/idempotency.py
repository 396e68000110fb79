"""Idempotency-Key: the same key with the same body is answered once and repeated; with another body it is refused."""

from __future__ import annotations

import asyncio
import hashlib
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any, Final

from fastapi import Request
from sqlalchemy import Connection, RowMapping, Table, delete, select, tuple_
from starlette.responses import Response

from api.keys import Key, now
from api.ledger import ConflictError, Ledger, Write
from api.ledger.tables import idempotency
from api.problems import ApiError
from api.traces import Traces
from screening.errors import StoreError

__all__ = ["Answer", "Doing", "Once"]

Rows = dict[Table, list[dict[str, Any]]]
_FORM: Final = re.compile(r"[\x21-\x7e]{1,255}")
_AT_ONCE: Final = 500
_LOOK: Final = 3600.0


@dataclass(frozen=True, slots=True)
class Answer:
    """What is to be answered when ``write`` is durable."""

    body: str
    write: Write
    status: int = 200


Doing = Callable[[Connection], Answer]
"""Does in the transaction what is to be answered, where that is known only there."""


class Once:
    """Keeps answers in the same transaction as what they answer for, so that a retry after a crash finds both or neither."""

    def __init__(self, ledger: Ledger, traces: Traces) -> None:
        self._ledger, self._traces = ledger, traces
        self._running: set[tuple[str, str]] = set()

    async def answer(
        self, request: Request, key: Key, make: Callable[[], Awaitable[Answer | Doing]], digest: str | None = None
    ) -> Response:
        """Make the answer and keep it, or repeat the one that was given to the same request before.

        ``digest``: SHA-256 of a body that was not kept in memory.
        """
        token = request.headers.get("idempotency-key")
        if token is None:
            return await self._kept(request, await make(), lambda _: {})
        if not _FORM.fullmatch(token):
            raise ApiError(400, "idempotency_key", "Idempotency-Key 应当是 1 到 255 个可见的 ASCII 字符。")
        name = key.id, token
        mark = await _fingerprint(request, digest)
        if name in self._running:
            raise _running()
        self._running.add(name)
        try:
            return await self._repeated(name, mark) or await self._made(request, name, mark, make)
        finally:
            self._running.discard(name)

    async def known(self, request: Request, key: Key) -> bool:
        """Whether an answer was given under this Idempotency-Key: nothing new will be made."""
        token = request.headers.get("idempotency-key")
        return token is not None and await self._row((key.id, token)) is not None

    async def forget(self, days: int) -> None:
        """Until cancelled: once an hour clear answers older than ``days``; a retry that late is a request of its own."""
        while True:
            try:
                while await self.forget_before(now(-timedelta(days))):
                    pass
            except StoreError:
                pass  # the next look will do
            await asyncio.sleep(_LOOK)

    async def forget_before(self, moment: str) -> bool:
        """Clear some of the answers given before, so that nobody waits long for the writer; whether there may be more."""
        name = tuple_(idempotency.c.key_id, idempotency.c.token)
        asked = select(idempotency.c.key_id, idempotency.c.token).where(idempotency.c.at < moment).limit(_AT_ONCE)
        old = [tuple(row) for row in await self._ledger.read(lambda connection: connection.execute(asked).all())]
        if old:
            await self._ledger.write(Write(statements=[delete(idempotency).where(name.in_(old))]))
        return len(old) == _AT_ONCE

    async def _made(
        self, request: Request, name: tuple[str, str], mark: str, make: Callable[[], Awaitable[Answer | Doing]]
    ) -> Response:
        made = await make()

        def rows(answer: Answer) -> Rows:
            row = {"key_id": name[0], "token": name[1], "fingerprint": mark}
            return {idempotency: [{**row, "status": answer.status, "body": answer.body, "at": now()}]}

        try:
            return await self._kept(request, made, rows)
        except ConflictError:  # another worker was first
            repeated = await self._repeated(name, mark)
            if repeated is None:
                raise
            return repeated

    async def _kept(self, request: Request, made: Answer | Doing, more: Callable[[Answer], Rows]) -> Response:
        """The answer, when it is on disk together with ``more``."""

        def whole(answer: Answer) -> Write:
            return replace(answer.write, rows={**answer.write.rows, **more(answer)})

        with self._traces.stage("keep", request.state.request_id):
            if isinstance(made, Answer):
                answer = made
                await self._ledger.write(whole(answer))
            else:

                def work(connection: Connection) -> tuple[Answer, Write]:
                    done = made(connection)
                    return done, whole(done)

                answer = await self._ledger.act(work)
        return _response(answer.status, answer.body)

    async def _repeated(self, name: tuple[str, str], mark: str) -> Response | None:
        row = await self._row(name)
        if row is None:
            return None
        if row["fingerprint"] != mark:
            raise ApiError(422, "idempotency_mismatch", "这个 Idempotency-Key 已用于另一个内容不同的请求，请换一个。")
        return _response(row["status"], row["body"], {"Idempotent-Replayed": "true"})

    async def _row(self, name: tuple[str, str]) -> RowMapping | None:
        asked = select(idempotency).where(idempotency.c.key_id == name[0], idempotency.c.token == name[1])
        return await self._ledger.read(lambda connection: connection.execute(asked).mappings().first(), quick=True)


async def _fingerprint(request: Request, digest: str | None) -> str:
    asked = f"{request.method} {request.url.path}?{request.url.query}\n".encode()
    return hashlib.sha256(asked + (digest.encode() if digest else await request.body())).hexdigest()


def _running() -> ApiError:
    return ApiError(
        409, "in_progress", "同一个 Idempotency-Key 的请求正在处理，请稍后重试。", headers={"Retry-After": "1"}
    )


def _response(status: int, body: str, headers: dict[str, str] | None = None) -> Response:
    return Response(body.encode("utf-8", "replace"), status, headers, "application/json")
