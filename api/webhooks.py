"""Webhooks: events are queued in the same transaction as the decision, signed, delivered at least once, retried with back-off.

The receiver computes HMAC-SHA256 with its secret over ``timestamp.body`` and compares it with ``X-Screening-Signature: v1=…``; it
drops what it has seen by ``X-Screening-Event``, and what is older than five minutes.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import http.client
import ipaddress
import logging
import random
import ssl
import time
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlsplit

from sqlalchemy import Connection, Row, select, update

from api.ledger import Ledger, Write
from api.ledger.tables import outbox, webhooks
from api.logs import log
from api.metrics import Metrics
from api.settings import Settings
from screening.errors import StoreError
from screening.output import to_json
from screening.record import Record

__all__ = ["LEVELS", "Courier", "Subscriptions", "check_url", "dead_letters", "sign"]

LEVELS: Final = ("refer", "early_intervention")
_LOG = logging.getLogger("api.webhooks")
_REMEMBER: Final = 2.0
_CLAIM: Final = 60.0
_LONGEST: Final = 3600.0


def sign(secret: str, timestamp: str, body: bytes) -> str:
    """The signature that the receiver compares with."""
    return "v1=" + hmac.new(secret.encode(), timestamp.encode() + b"." + body, hashlib.sha256).hexdigest()


def check_url(url: str, loopback: bool) -> str:
    """Why events can't go there, in Chinese; empty where they can. ``loopback``: plain http to this machine is allowed."""
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        return "地址写法不对。"
    if not parts.hostname or parts.username or parts.password:
        return "地址写法不对：应当是 https://主机/路径，不带用户名。"
    if loopback and parts.scheme == "http" and parts.hostname == "127.0.0.1":
        return ""
    if parts.scheme != "https":
        return "只能用 https。"
    return "不能发往本机。" if _is_self(parts.hostname) else ""


def _is_self(host: str) -> bool:
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")
    return address.is_loopback or address.is_link_local or address.is_unspecified


class Subscriptions:
    """Who wants to be told; looked up once in two seconds."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._until = 0.0
        self._known: list[tuple[str, tuple[str, ...], frozenset[str]]] = []

    async def events(self, result: dict[str, Any], record: Record) -> list[dict[str, Any]]:
        """The rows of the outbox for one result. An event carries no personal data: the receiver fetches the screening by its id."""
        if result["level"] not in LEVELS:
            return []
        told = {name: result[name] for name in ("id", "record_id", "level", "score", "revision", "as_of")}
        body = to_json({"type": "screening." + result["level"], "screening": told})
        region = record.region or ""
        return [
            {
                "id": f"evt_{result['id'][4:]}_{number}",
                "webhook_id": id_,
                "region": region,
                "payload": body,
                "state": "pending",
                "attempts": 0,
                "due": time.time(),
                "error": "",
            }
            for number, (id_, regions, levels) in enumerate(await self._current())
            if result["level"] in levels and any(region.startswith(prefix) for prefix in regions)
        ]

    async def _current(self) -> list[tuple[str, tuple[str, ...], frozenset[str]]]:
        if time.monotonic() >= self._until:
            rows = await self._ledger.read(lambda connection: connection.execute(select(webhooks)).all(), quick=True)
            self._known = [(r.id, tuple(r.regions.split(",")), frozenset(r.levels.split(","))) for r in rows]
            self._until = time.monotonic() + _REMEMBER
        return self._known

    def forget(self) -> None:
        """Look again at the next result."""
        self._until = 0.0


@dataclass(slots=True)
class Courier:
    """Delivers what is due. Each worker runs one; an event is claimed for a minute, so that two seldom send the same."""

    ledger: Ledger
    settings: Settings
    metrics: Metrics

    async def run(self) -> None:
        """Until cancelled."""
        while True:
            try:
                sent = await self.deliver()
            except StoreError:
                sent = 0
            if not sent:
                await asyncio.sleep(self.settings.webhook_seconds)

    async def deliver(self) -> int:
        """Send what is due now, a few at a time; how many were tried."""
        at = time.time()
        due = (
            select(outbox, webhooks.c.url, webhooks.c.secret)
            .join_from(outbox, webhooks, outbox.c.webhook_id == webhooks.c.id)
            .where(outbox.c.state == "pending", outbox.c.due <= at)
            .order_by(outbox.c.due)
            .limit(16)
        )
        rows = await self.ledger.read(lambda connection: connection.execute(due).all())
        if not rows:
            return 0
        claimed = update(outbox).where(outbox.c.id.in_([row.id for row in rows]), outbox.c.due <= at)
        await self.ledger.write(Write(statements=[claimed.values(due=at + _CLAIM)]))
        await asyncio.gather(*map(self._send, rows))
        return len(rows)

    async def _send(self, row: Row[Any]) -> None:
        error = await asyncio.to_thread(_post, row.url, row.secret, row.id, row.payload.encode())
        attempts = row.attempts + 1
        if not error:
            after: dict[str, Any] = {"state": "delivered", "error": ""}
        elif attempts >= self.settings.webhook_attempts:
            after = {"state": "dead", "error": error}
        else:
            wait = min(_LONGEST, self.settings.webhook_seconds * 2**attempts) * random.uniform(0.8, 1.2)
            after = {"error": error, "due": time.time() + wait}
        outcome = str(after.get("state", "retried"))
        self.metrics.webhooks.labels(outcome).inc()
        log(_LOG, "webhook", event=row.id, webhook=row.webhook_id, outcome=outcome, attempts=attempts, error=error)
        await self.ledger.write(
            Write(statements=[update(outbox).where(outbox.c.id == row.id).values(attempts=attempts, **after)])
        )


def dead_letters(connection: Connection, limit: int) -> list[Row[Any]]:
    """Events that were given up, the oldest first."""
    return list(
        connection.execute(select(outbox).where(outbox.c.state == "dead").order_by(outbox.c.id).limit(limit)).all()
    )


def _post(url: str, secret: str, event: str, body: bytes) -> str:
    """Send one event; why it was not taken, or nothing. Redirects are not followed."""
    parts = urlsplit(url)
    timestamp = str(int(time.time()))
    headers = {
        "Content-Type": "application/json",
        "X-Screening-Event": event,
        "X-Screening-Timestamp": timestamp,
        "X-Screening-Signature": sign(secret, timestamp, body),
    }
    secure = parts.scheme == "https"
    connection = (
        http.client.HTTPSConnection(parts.hostname or "", parts.port, timeout=10, context=ssl.create_default_context())
        if secure
        else http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=10)
    )
    try:
        connection.request("POST", (parts.path or "/") + (f"?{parts.query}" if parts.query else ""), body, headers)
        status = connection.getresponse().status
    except (OSError, http.client.HTTPException) as error:
        return type(error).__name__
    finally:
        connection.close()
    return "" if 200 <= status < 300 else f"HTTP {status}"
