"""The outermost coat of every request: its id, its limits, its time, its headers, its line in the log."""

from __future__ import annotations

import asyncio
import logging
import re
import secrets
import time
from typing import Final

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.logs import log
from api.metrics import Metrics
from api.problems import ApiError, Fault, problem_response
from api.settings import Settings
from api.traces import Traces

__all__ = ["Edge"]

_LOG = logging.getLogger("api.access")
_ID: Final = re.compile(r"[0-9A-Za-z._-]{1,64}")
_HEADERS: Final = (
    ("X-Content-Type-Options", "nosniff"),
    ("X-Frame-Options", "DENY"),
    ("Referrer-Policy", "no-referrer"),
    ("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'"),
)
_QUIET: Final = frozenset({"/healthz", "/readyz", "/metrics"})


class Edge:
    """ASGI middleware. A handler that fails is a 500 problem; one that takes too long a 503."""

    def __init__(self, app: ASGIApp, settings: Settings, metrics: Metrics, traces: Traces) -> None:
        self._app, self._settings, self._metrics, self._traces = app, settings, metrics, traces

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        exchange = _Exchange(scope, receive, send, self._settings)
        traces = Traces() if scope["path"] in _QUIET else self._traces
        with traces.request(exchange.id, exchange.headers) as span:
            await self._answer(scope, receive, exchange)
            span.answered(scope["method"], _route(scope), exchange.status)

    async def _answer(self, scope: Scope, receive: Receive, exchange: _Exchange) -> None:
        started = time.perf_counter()
        failed: ApiError | None = None
        try:
            exchange.check_length()
            async with asyncio.timeout(exchange.seconds):
                await self._app(scope, exchange.receive, exchange.send)
        except ApiError as problem:
            failed = problem
        except TimeoutError:
            failed = ApiError(
                503, "too_slow", "处理超过时限，没有完成。请稍后重试，或把内容分小。", headers={"Retry-After": "5"}
            )
        except Exception:
            _LOG.exception("the handler failed", extra={"fields": {"request_id": exchange.id}})
            failed = ApiError(500, "internal", "服务内部出错，已记入日志。请把 request_id 告诉维护人员。")
        if failed is not None and not exchange.status:
            await problem_response(failed, exchange.id)(scope, receive, exchange.send)
        self._note(scope, exchange, time.perf_counter() - started)

    def _note(self, scope: Scope, exchange: _Exchange, seconds: float) -> None:
        route = _route(scope)
        method = scope["method"] if route != "-" else "-"  # what anybody may send is no label
        self._metrics.seconds.labels(method, route, exchange.status).observe(seconds)
        if route not in _QUIET and _LOG.isEnabledFor(logging.INFO):
            log(
                _LOG, "request", request_id=exchange.id, method=method, route=route, status=exchange.status,
                ms=round(seconds * 1000, 2), key=scope["state"].get("key_id"),
            )  # fmt: skip


def _uploads(scope: Scope) -> bool:
    return (scope["path"], scope["method"]) == ("/v1/jobs", "POST")


def _bounds(scope: Scope, settings: Settings) -> tuple[int, float]:
    """Bytes that the body may have, and seconds that it all may take: whole files come and go with jobs alone."""
    path: str = scope["path"]
    if _uploads(scope):
        return settings.job_bytes, settings.job_seconds
    fetched = path.startswith("/v1/jobs/") and "/results" in path
    return settings.max_body, settings.job_seconds if fetched else settings.request_seconds


def _route(scope: Scope) -> str:
    """The template of the path; ``-`` where no route was found."""
    return getattr(scope.get("route"), "path", "-")


class _Exchange:
    """One request and its answer, watched."""

    def __init__(self, scope: Scope, receive: Receive, send: Send, settings: Settings) -> None:
        self._receive, self._send, self._settings = receive, send, settings
        self.headers = Headers(scope=scope)
        given = self.headers.get("x-request-id", "")
        self.id = given if _ID.fullmatch(given) else secrets.token_hex(12)
        self._most, self.seconds = _bounds(scope, settings)
        self._secure = scope.get("scheme") == "https"
        self._advice = "请把文件分成几个，分别提交。" if _uploads(scope) else "请只保留违法事实，或分批发送。"
        self._read, self._complete = 0, False
        self.status = 0
        scope["state"] = {**scope.get("state", {}), "request_id": self.id}

    def check_length(self) -> None:
        """413 before anything is read, where the length is told."""
        length = self.headers.get("content-length", "")
        if length.isascii() and length.isdigit() and (len(length) > 18 or int(length) > self._most):
            raise self._too_large()

    async def receive(self) -> Message:
        """The next part of the body; 413 where it grows too large, 408 where it does not come."""
        if self._complete:
            return await self._receive()
        try:
            async with asyncio.timeout(self._settings.body_seconds):
                message = await self._receive()
        except TimeoutError:
            raise ApiError(
                408, "body_timeout", "请求没有在时限内发完，请重试。", headers={"Connection": "close"}
            ) from None
        self._read += len(message.get("body", b""))
        self._complete = not message.get("more_body", False)
        if self._read > self._most:
            raise self._too_large()
        return message

    async def send(self, message: Message) -> None:
        """Add to the answer what all answers carry."""
        if message["type"] == "http.response.start":
            self.status = message["status"]
            headers = MutableHeaders(scope=message)
            headers["X-Request-ID"] = self.id
            for name, value in _HEADERS:
                headers[name] = value
            headers.setdefault("Cache-Control", "no-store")
            if self._secure:
                headers["Strict-Transport-Security"] = "max-age=31536000"
        await self._send(message)

    def _too_large(self) -> ApiError:
        detail = f"请求超过 {self._most} 字节。{self._advice}"
        return ApiError(413, "too_large", detail, [Fault("", detail)], {"Connection": "close"})
