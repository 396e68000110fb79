"""A candidate bundle beside the active one: each record is screened with it when its answer has gone out, and the two are compared.

Answers come first: what waits is bounded, more is dropped and counted, and while answers are under way a comparison waits for them.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Final

from starlette.background import BackgroundTask
from starlette.responses import Response

from api.idempotency import Answer
from api.ledger import ConflictError, Ledger, Write
from api.logs import log
from api.metrics import Metrics
from api.reload import Live
from screening.errors import StoreError
from screening.history.digest import digest
from screening.history.past import Past
from screening.store.decisions import Draft
from screening.store.records import Asked
from screening.store.schema import comparisons
from screening.store.shadow import compared

__all__ = ["Shadow"]

_LOG = logging.getLogger("api.shadow")
_PAUSE: Final = 0.005
_PATIENCE: Final = 10
"""So many pauses a comparison waits for answers under way; then it is made all the same, so that a busy service compares, too."""
Make = Callable[[], Awaitable[Answer]]


class Shadow:
    """Set ``candidate`` to let it screen. One thread compares, one record at a time."""

    def __init__(self, ledger: Ledger, metrics: Metrics, most: int) -> None:
        """``most``: how many records may wait."""
        self.candidate: Live | None = None
        self._ledger, self._metrics = ledger, metrics
        self._queue: asyncio.Queue[Draft] = asyncio.Queue(most)
        self._answering = 0
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="shadow")

    async def beside(self, answer: Callable[[Make], Awaitable[Response]], make: Make) -> Response:
        """Give the answer; what it was made of is offered to the candidate when it has been sent. A repeated answer offers nothing."""
        drafts: list[Draft] = []

        async def made() -> Answer:
            told = await make()
            drafts.extend(told.write.drafts)
            return told

        self._answering += 1
        try:
            response = await answer(made)
        finally:
            self._answering -= 1
        if drafts and "idempotent-replayed" not in response.headers:
            response.background = BackgroundTask(self.offer, drafts)
        return response

    async def offer(self, drafts: Sequence[Draft]) -> None:
        """Queue decisions that are kept; those for which there is no room are counted and forgotten."""
        for draft in drafts:
            if self.candidate is None or self.candidate.screener.bundle.revision == draft.screening.revision:
                continue
            try:
                self._queue.put_nowait(draft)
            except asyncio.QueueFull:
                self._metrics.shadow.labels("dropped").inc()

    async def run(self) -> None:
        """Until cancelled: compare what waits."""
        loop = asyncio.get_running_loop()
        while True:
            draft = await self._queue.get()
            for _ in range(_PATIENCE):
                if not self._answering:
                    break
                await asyncio.sleep(_PAUSE)
            candidate = self.candidate
            try:
                if candidate is not None:
                    row = await loop.run_in_executor(self._thread, self._compared, draft, candidate)
                    await self._ledger.write(Write({comparisons: [row]}))
                    self._metrics.shadow.labels("same" if row["differs"] == "{}" else "different").inc()
            except (StoreError, ConflictError):
                self._metrics.shadow.labels("failed").inc()
            except Exception as error:  # a candidate that fails must not end the comparing, nor touch any answer
                self._metrics.shadow.labels("failed").inc()
                log(_LOG, "the candidate failed", logging.ERROR, decision=draft.id, error=type(error).__name__)
            finally:
                self._queue.task_done()

    async def idle(self) -> None:
        """Return when all that waits has been compared."""
        await self._queue.join()

    def close(self) -> None:
        """Let go of the thread and its connection; what waits is forgotten."""
        self._thread.submit(self._ledger.store.records.close).result()
        self._thread.shutdown()

    def _compared(self, draft: Draft, candidate: Live) -> dict[str, Any]:
        """The candidate knows of the same other records as the decision did, each screened by the candidate itself."""
        active, screener = draft.screening, candidate.screener
        as_of = active.as_of
        asked = Asked(screener.bundle.revision, as_of, lambda known: digest(screener.screen(known, as_of)))
        own, others = self._ledger.store.history(active.record, asked)
        screening = screener.screen(
            active.record, as_of, _those_of(draft.history, own), _those_of(draft.beside, others)
        )
        return compared(draft.id, active, screening)


def _those_of(known: Sequence[Past], remade: Sequence[Past]) -> tuple[Past, ...]:
    found = {past.record_id: past for past in remade}
    return tuple(found.get(past.record_id, past) for past in known)
