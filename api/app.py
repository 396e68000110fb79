"""The app factory. Nothing is shared between two applications."""

from __future__ import annotations

import asyncio
import gc
import signal
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Final

from fastapi import FastAPI

from api import problems
from api.auth import Door
from api.docs import describe
from api.edge import Edge
from api.idempotency import Once
from api.jobs.foreman import Foreman
from api.jobs.places import Places
from api.ledger import Ledger
from api.logs import set_up
from api.metrics import Metrics
from api.reload import Bundles, Live, load_active
from api.reloading import follow, reload_quietly
from api.routes import bundle, health, jobs, law, releases, screenings, webhooks
from api.service import Service
from api.settings import Settings
from api.shadow import Shadow
from api.traces import Traces, asked_for
from api.turns import Turns
from api.webhooks import Courier, Subscriptions
from screening.bulk.crew import die_with_parent
from screening.store.store import Store

if TYPE_CHECKING:  # FastAPI has it since 0.142
    from fastapi.telemetry import TelemetryConfig

__all__ = ["create_app", "from_environment"]

_NO_TELEMETRY: Final[TelemetryConfig] = {"tracing": False, "metrics": False, "logs": False, "auto_configure": False}
"""FastAPI's own would tell query strings, which name parties, and the texts of exceptions; ``traces.py`` tells neither."""


def create_app(settings: Settings | None = None, live: Live | None = None, traces: Traces | None = None) -> FastAPI:
    """A new application. ``live``: a bundle that is ready already; else it is loaded and tested before the first request."""
    settings, traces = settings or Settings(), traces or Traces()
    metrics = Metrics()

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        loaded = live if live else await asyncio.to_thread(_first, settings)
        if live is None:  # a process of its own: what stays for good need not be looked through again and again
            gc.collect()
            gc.freeze()
        ledger = Ledger(settings.store, settings.store_seconds, loaded.screener.bundle.aliases)
        service = _service(settings, ledger, loaded, metrics, traces)
        app.state.service = service
        app.state.places = Places(ledger, settings.job_waiting)
        metrics.loaded(loaded.since)
        tasks: list[asyncio.Task[None]] = [
            asyncio.create_task(Courier(ledger, settings, metrics).run()),
            asyncio.create_task(follow(service)),
            asyncio.create_task(service.shadow.run()),
            asyncio.create_task(service.once.forget(settings.idempotent_days)),
            asyncio.create_task(Foreman(ledger, settings, metrics).run()),
        ]
        _reload_on_hangup(service, tasks)
        try:
            yield
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            service.shadow.close()
            ledger.close()
            await asyncio.to_thread(traces.close)

    app = FastAPI(
        title="两法衔接筛查",
        version="1",
        docs_url=None,
        redoc_url=None,
        lifespan=lifespan,
        redirect_slashes=False,
        telemetry=_NO_TELEMETRY,
    )
    app.add_middleware(Edge, settings=settings, metrics=metrics, traces=traces)
    problems.install(app)
    for routes in (screenings, jobs, law, bundle, releases, webhooks, health):
        app.include_router(routes.router)
    describe(app)
    return app


def from_environment() -> FastAPI:
    """What uvicorn is told to run: settings from ``SCREENING_…``, logs in JSON. A worker does not outlive its supervisor."""
    set_up()
    die_with_parent()
    return create_app(Settings.from_environment(), traces=asked_for())


def _service(settings: Settings, ledger: Ledger, live: Live, metrics: Metrics, traces: Traces) -> Service:
    return Service(
        settings,
        ledger,
        Bundles(live, lambda: load_active(ledger.store, settings.bundle, settings.self_test)),
        Door(ledger, settings),
        Once(ledger, traces),
        metrics,
        Subscriptions(ledger),
        Shadow(ledger, metrics, settings.shadow_queue),
        traces,
        Turns(ledger.locks),
    )


def _first(settings: Settings) -> Live:
    """What to begin with. The store is opened for itself: the service's own needs to know the bundle's names of organisations."""
    store = Store(settings.store)
    try:
        return load_active(store, settings.bundle, settings.self_test)
    finally:
        store.close()


def _reload_on_hangup(service: Service, tasks: list[asyncio.Task[None]]) -> None:
    """SIGHUP reloads the bundle; only the main thread may listen for signals."""
    if threading.current_thread() is threading.main_thread():
        loop = asyncio.get_running_loop()
        loop.add_signal_handler(signal.SIGHUP, lambda: tasks.append(asyncio.create_task(reload_quietly(service))))
