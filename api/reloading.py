"""How all workers come to the same bundle: the one that was asked leaves word in the ledger, the others look for it."""

from __future__ import annotations

import asyncio
import logging
import time

from sqlalchemy import delete, select

from api.ledger import Write
from api.ledger.tables import marks
from api.logs import log
from api.reload import Live
from api.service import Service
from screening.errors import BundleError, StoreError

__all__ = ["follow", "reload_here", "reload_quietly"]

_LOG = logging.getLogger("api.bundle")
_MARK = "bundle"


async def reload_here(service: Service) -> Live:
    """Reload in this process and tell the others; ``BundleError`` where the bundle is broken."""
    try:
        live = await service.bundles.reload()
    except BundleError:
        service.metrics.reloads.labels("refused").inc()
        raise
    _use(service, live)
    stamp = f"{time.time():.6f}"
    kept = [delete(marks).where(marks.c.name == _MARK), marks.insert().values(name=_MARK, value=stamp)]
    await service.ledger.write(Write(statements=kept))
    return live


async def reload_quietly(service: Service) -> None:
    """The same on a signal: what is wrong goes to the log."""
    try:
        await reload_here(service)
    except BundleError as error:
        log(_LOG, "bundle refused", logging.ERROR, problems=[str(p).splitlines()[:2] for p in error.problems[:20]])
    except StoreError:
        log(_LOG, "the other workers could not be told", logging.ERROR)


async def follow(service: Service, every: float = 2.0) -> None:
    """Until cancelled: reload when another worker did."""
    seen = service.bundles.live.since
    asked = select(marks.c.value).where(marks.c.name == _MARK)
    while True:
        await asyncio.sleep(every)
        try:
            value = await service.ledger.read(lambda connection: connection.execute(asked).scalar(), quick=True)
        except StoreError:
            continue
        wanted = float(value or 0)
        if wanted <= max(seen, service.bundles.live.since):
            continue
        seen = wanted
        try:
            _use(service, await service.bundles.reload())
        except BundleError as error:
            service.metrics.reloads.labels("refused").inc()
            log(_LOG, "bundle refused", logging.ERROR, problems=len(error.problems))


def _use(service: Service, live: Live) -> None:
    service.metrics.loaded(live.since)
    service.metrics.reloads.labels("used").inc()
    log(_LOG, "bundle in use", revision=live.screener.bundle.revision, tests=live.tests)
