"""How many jobs a key may have that have not ended; a file that is being sent takes a place too."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from sqlalchemy import Connection, func, select

from api.jobs.foreman import OPEN
from api.ledger import Ledger
from api.ledger.tables import jobs
from api.problems import ApiError

__all__ = ["Places"]


class Places:
    """``most`` for each key. Files that are being sent are counted in this process alone, jobs in the ledger."""

    def __init__(self, ledger: Ledger, most: int) -> None:
        self._ledger, self._most = ledger, most
        self._coming: Counter[str] = Counter()

    @asynccontextmanager
    async def one(self, key_id: str, again: bool) -> AsyncIterator[None]:
        """A place while a file is sent; 429 where there is none. ``again``: its job is made already, and has a place."""
        waiting = 0 if again else await self._ledger.read(lambda connection: _open(connection, key_id), quick=True)
        self._refuse(waiting + self._coming[key_id])
        self._coming[key_id] += 1
        try:
            yield
        finally:
            self._coming[key_id] -= 1
            if not self._coming[key_id]:
                del self._coming[key_id]

    def check(self, connection: Connection, key_id: str) -> None:
        """Once more in the transaction that writes the job: others may have been sent meanwhile, to other processes too."""
        self._refuse(_open(connection, key_id))

    def _refuse(self, count: int) -> None:
        if count >= self._most:
            detail = f"这把密钥已有 {count} 个任务没有做完（正在上传的也算），请等做完再提交，或取消几个。"
            raise ApiError(429, "too_many_jobs", detail, headers={"Retry-After": "60"})


def _open(connection: Connection, key_id: str) -> int:
    asked = select(func.count()).select_from(jobs).where(jobs.c.key_id == key_id, jobs.c.state.in_(OPEN))
    return connection.execute(asked).scalar_one()
