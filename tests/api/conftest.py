"""The whole application on a store of its own, called in this process."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from api import keys
from api.app import create_app
from api.ledger import Ledger
from api.reload import Live
from api.service import Service
from api.settings import Settings
from api.traces import Traces
from screening.screener import Screener

FOREVER = "2999-01-01"


class Api:
    """An application and who calls it; ``call`` answers as the network would."""

    def __init__(self, settings: Settings, live: Live, traces: Traces | None = None) -> None:
        self._runner = asyncio.Runner()
        self.settings = settings
        self.app = create_app(settings, live, traces)
        self._lifespan = self.app.router.lifespan_context(self.app)
        self._runner.run(self._lifespan.__aenter__())
        transport = httpx.ASGITransport(self.app, raise_app_exceptions=False, client=("192.0.2.7", 5000))
        self._http = httpx.AsyncClient(transport=transport, base_url="http://service")
        self.token = self.key()

    @property
    def service(self) -> Service:
        service: Service = self.app.state.service
        return service

    @property
    def ledger(self) -> Ledger:
        return self.service.ledger

    def key(self, *scopes: str, region: str = "", expires: str = FOREVER) -> str:
        """A key with these scopes (all, where none is named)."""
        return keys.create(self.ledger, "测试", scopes or keys.SCOPES, region.split(","), expires)[1]

    def call(self, method: str, path: str, token: str | None = "", **more: Any) -> httpx.Response:
        """One request; the key may do all unless another is given, None sends none."""
        return self._runner.run(self.send(method, path, token, **more))

    async def send(self, method: str, path: str, token: str | None = "", **more: Any) -> httpx.Response:
        """The same where the application runs."""
        headers = dict(more.pop("headers", {}))
        if token is not None:
            headers["Authorization"] = f"Bearer {token or self.token}"
        return await self._http.request(method, path, headers=headers, **more)

    def together(self, *requests: tuple[str, str, dict[str, Any]]) -> list[httpx.Response]:
        """Several requests at the same time."""

        async def all_of_them() -> list[httpx.Response]:
            return await asyncio.gather(*(self.send(method, path, **more) for method, path, more in requests))

        return self._runner.run(all_of_them())

    def run(self, work: Any) -> Any:
        """Await something where the application runs."""
        return self._runner.run(work)

    def close(self) -> None:
        self._runner.run(self._http.aclose())
        self._runner.run(self._lifespan.__aexit__(None, None, None))
        self._runner.close()


@pytest.fixture(scope="session")
def live(screener: Screener) -> Live:
    return Live(screener, time.time(), 0)


MakeApi = Callable[..., Api]


@contextmanager
def apis(live: Live, folder: Path) -> Iterator[MakeApi]:
    """Makes applications with stores in that folder; all are closed in the end."""
    with ExitStack() as stack:

        def make(**settings: Any) -> Api:
            given = {
                "rate": 1e6,
                "burst": 10**6,
                "key_cache_seconds": 0.0,
                "webhook_loopback": True,
                "webhook_seconds": 3600.0,
            }
            store = f"sqlite:///{folder}/{time.monotonic_ns()}.db"
            chosen, traces = settings.pop("live", live), settings.pop("traces", None)
            api = Api(Settings(**{"store": store, **given, **settings}), chosen, traces)
            stack.callback(api.close)
            return api

        yield make


@pytest.fixture
def make_api(live: Live, tmp_path: Path) -> Iterator[MakeApi]:
    """Applications with other settings."""
    with apis(live, tmp_path) as make:
        yield make


@pytest.fixture(scope="module")
def api(live: Live, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Api]:
    """One application for the tests of a file."""
    with apis(live, tmp_path_factory.mktemp("api")) as make:
        yield make()
