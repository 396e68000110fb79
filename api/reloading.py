"""How all workers come to the same bundle: the one that was asked leaves word in the ledger, the others look for it."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from dataclasses import replace

from sqlalchemy import delete, select

from api.ledger import Write
from api.ledger.tables import marks
from api.logs import log
from api.reload import Live, load_kept, load_live
from api.service import Service
from screening.errors import BundleError, StoreError
from screening.store.releases import active, candidate

__all__ = ["catch_up", "follow", "reload_here", "reload_quietly", "use"]

_LOG = logging.getLogger("api.bundle")
_MARK = "bundle"


async def reload_here(service: Service, trail: Callable[[str], Write] = lambda _: Write()) -> Live:
    """Reload in this process and tell the others; ``BundleError`` where the bundle is broken. ``trail``: what is kept of a revision."""

    async def told(live: Live) -> None:
        kept = [delete(marks).where(marks.c.name == _MARK), marks.insert().values(name=_MARK, value=repr(live.since))]
        await service.ledger.write(replace(trail(live.screener.bundle.revision), statements=kept))

    try:
        live = await service.bundles.reload(told)
    except BundleError:
        service.metrics.reloads.labels("refused").inc()
        raise
    use(service, live)
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
    """Until cancelled: reload when another worker did, and take over what was activated or put in the shadow, by whatever way."""
    seen = service.bundles.live.since
    released = -1
    asked = select(marks.c.value).where(marks.c.name == _MARK)
    while True:
        await asyncio.sleep(every)
        try:
            value = await service.ledger.read(lambda connection: connection.execute(asked).scalar(), quick=True)
            count = await asyncio.to_thread(service.ledger.store.releases.count)
            if count != released:
                await catch_up(service)
                released = count
        except StoreError:
            continue
        wanted = float(value or 0)
        if wanted <= max(seen, service.bundles.live.since):
            continue
        seen = wanted
        try:
            use(service, await service.bundles.reload())
        except BundleError as error:
            _refused(service, error)
        except StoreError:
            seen = service.bundles.live.since  # try again at the next look


async def catch_up(service: Service) -> None:
    """Use what the store says is active, and let its candidate screen beside it; ``StoreError`` where it can't be asked."""
    past = await asyncio.to_thread(service.ledger.store.releases.all)
    line = active(past)
    try:
        if line and line.revision != service.bundles.live.screener.bundle.revision:
            use(service, await service.bundles.reload())
        await _follow_shadow(service, candidate(past))
    except BundleError as error:
        _refused(service, error)


async def _follow_shadow(service: Service, wanted: str | None) -> None:
    """``wanted``: a revision, empty for none, None for the folder that the settings name, if any."""
    shadow, folder = service.shadow, service.settings.shadow
    if wanted is None:
        if folder is not None and shadow.candidate is None:
            shadow.candidate = await asyncio.to_thread(load_live, folder, service.settings.self_test)
    elif not wanted:
        shadow.candidate = None
    elif shadow.candidate is None or shadow.candidate.screener.bundle.revision != wanted:
        shadow.candidate = await asyncio.to_thread(load_kept, service.ledger.store, wanted)


def _refused(service: Service, error: BundleError) -> None:
    service.metrics.reloads.labels("refused").inc()
    log(_LOG, "bundle refused", logging.ERROR, problems=len(error.problems))


def use(service: Service, live: Live) -> None:
    """Say that a bundle is in use now."""
    service.metrics.loaded(live.since)
    service.metrics.reloads.labels("used").inc()
    log(_LOG, "bundle in use", revision=live.screener.bundle.revision, tests=live.tests)
