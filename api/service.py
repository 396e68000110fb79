"""One record through the service: what is known of its party, the screening, what is kept of it."""

from __future__ import annotations

import asyncio
import hashlib
import json
import secrets
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from typing import Any, Final

from api.auth import Door
from api.explained import trace
from api.idempotency import Once
from api.keys import Key, now
from api.ledger import Ledger, Write
from api.ledger.tables import decisions, history, outbox
from api.metrics import Metrics
from api.problems import ApiError, Fault
from api.reload import Bundles, Live
from api.settings import Settings
from api.webhooks import Subscriptions
from screening.errors import RecordError
from screening.history.digest import digest
from screening.history.past import Past, dump
from screening.output import line, to_json
from screening.record import Record, read_record
from screening.screener import Screening

__all__ = ["Asked", "Service", "Told", "error_of", "new_id", "today"]

Json = dict[str, Any]
_CHINA: Final = timezone(timedelta(hours=8))


def today() -> date:
    """The day in China."""
    return datetime.now(_CHINA).date()


def new_id(prefix: str) -> str:
    """A name that sorts by time and can't be guessed."""
    return f"{prefix}_{int(time.time() * 1000):012x}{secrets.token_hex(10)}"


@dataclass(frozen=True, slots=True)
class Asked:
    """Who asks under which request, for which day, and whether for the whole trace."""

    key: Key
    request_id: str
    as_of: date
    explain: bool = False


@dataclass(frozen=True, slots=True)
class Told:
    """A result and what is to be kept of it. ``past`` and ``party``: what records later in the same batch are to see."""

    result: Json
    write: Write
    party: str
    past: Past


@dataclass(frozen=True, slots=True)
class Service:
    """What the routes need, passed to them in one piece."""

    settings: Settings
    ledger: Ledger
    bundles: Bundles
    door: Door
    once: Once
    metrics: Metrics
    subscriptions: Subscriptions

    async def screen(self, data: object, asked: Asked, live: Live, beside: Sequence[Told] = ()) -> Told:
        """Screen one record under one bundle; ``RecordError`` where it can't be read, 403 where it is none of the key's business.

        Nothing is kept yet: the answer may go out when ``Told.write`` is durable.
        """
        record = read_record(data)
        if not asked.key.sees(record.region):
            detail = "这把密钥不能筛查这个地区（region）的记录。"
            raise ApiError(403, "region", detail, [Fault("/region", detail)])
        party = self.ledger.party_key(record)
        past = list(await self.ledger.past(party))
        past += [told.past for told in beside if party and told.party == party]
        known = list({(p.record_id, p.region): p for p in past}.values())
        if len(record.narrative) > self.settings.inline_text:
            screening = await asyncio.to_thread(live.screener.screen, record, asked.as_of, known)
        else:
            screening = live.screener.screen(record, asked.as_of, known)
        return await self._told(screening, data, asked, live, party)

    async def _told(self, screening: Screening, data: object, asked: Asked, live: Live, party: str) -> Told:
        id_ = new_id("scr")
        result: Json = {"id": id_, **line(screening, live.screener.bundle.policy.charges_shown)}
        kept = to_json(result)
        events = await self.subscriptions.events(result, screening.record)
        past = digest(screening)
        rows: dict[Any, list[Json]] = {decisions: [_decision(screening, data, asked, result, kept)]}
        if party:
            row = {"record_id": past.record_id, "region": past.region or "", "party_key": party, "past": dump(past)}
            rows[history] = [row]
        if events:
            rows[outbox] = events
        self.metrics.screened(result)
        if asked.explain:
            result = result | {"trace": trace(live.screener, screening)}
        return Told(result, Write(rows), party, past)


def error_of(error: RecordError | ApiError) -> Json:
    """Why one record of a batch has no result."""
    if isinstance(error, RecordError):
        return {"code": error.code, "detail": error.detail, "pointer": error.pointer}
    return {"code": error.code, "detail": error.detail, "pointer": error.errors[0].pointer if error.errors else ""}


def _decision(screening: Screening, data: object, asked: Asked, result: Json, kept: str) -> Json:
    record: Record = screening.record
    names = [charge["charge"] for charge in result["charges"]]
    return {
        "id": result["id"],
        "at": now(),
        "key_id": asked.key.id,
        "request_id": asked.request_id,
        "record_id": record.record_id,
        "region": record.region or "",
        "agency": record.agency,
        "party": record.party.name,
        "decided_on": record.decided_on.isoformat() if record.decided_on else "",
        "as_of": result["as_of"],
        "revision": result["revision"],
        "level": result["level"],
        "score": result["score"],
        "charges": "\n" + "".join(f"{name}\n" for name in names),
        "input_hash": _hash(data),
        "result": kept,
    }


def _hash(data: object) -> str:
    text = json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=str)
    return hashlib.new("sm3", text.encode("utf-8", "surrogatepass")).hexdigest()
