"""One record through the service: what is known of its party, the screening, what is kept of it."""

from __future__ import annotations

import asyncio
import secrets
import time
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from typing import Any, Final

from sqlalchemy import Table

from api.auth import Door
from api.idempotency import Once
from api.keys import Key, now
from api.ledger import Ledger, Write
from api.ledger.tables import outbox, screenings
from api.metrics import Metrics
from api.problems import ApiError, Fault
from api.reload import Bundles, Live
from api.settings import Settings
from api.shadow import Shadow
from api.traces import Traces
from api.turns import Turns
from api.webhooks import Subscriptions
from screening.bundle.bundle import Bundle
from screening.errors import RecordError
from screening.history.digest import digest
from screening.output import line, to_json
from screening.record import Record, read_record
from screening.store.decisions import Draft
from screening.store.records import Asked as HistoryAsked
from screening.store.schema import audit
from screening.store.waiting import Waiting
from screening.tuning.explain import explain
from screening.tuning.explain_json import as_json

__all__ = ["Asked", "Service", "Told", "error_of", "new_id", "read", "today", "with_id"]

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
    """A result as JSON, written once for the answer and for what is kept, and all that is to be kept."""

    body: str
    write: Write


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
    shadow: Shadow
    traces: Traces
    turns: Turns

    def turn(self, *records: Record) -> AbstractAsyncContextManager[None]:
        """Of a request with these records, from before they are screened until they are kept: others of their parties wait."""
        return self.turns.of({tie for record in records for tie in self.ledger.store.ties(record)})

    async def screen(self, record: Record, asked: Asked, live: Live, waiting: Waiting | None = None) -> Told:
        """Screen one record under one bundle, in its ``turn``.

        Nothing is kept yet: the answer may go out when ``Told.write`` is durable. ``waiting``: the records before it in the same batch,
        which it joins.
        """
        bundle = live.screener.bundle
        wanted = HistoryAsked(
            bundle.revision, asked.as_of, lambda known: digest(live.screener.screen(known, asked.as_of))
        )
        with self.traces.stage("history", asked.request_id):
            own, others = await self.ledger.history(record, wanted, waiting)
        known = tuple({past.record_id: past for past in own if past.record_id != record.record_id}.values())

        def work() -> tuple[Draft, Json, str]:
            screening = live.screener.screen(record, asked.as_of, known, others)
            result = line(screening, bundle.policy.charges_shown)
            draft = Draft(
                new_id("scr"), screening, digest(screening), known, others, bundle.policy.charges_shown, to_json(result)
            )
            more = {"explanation": as_json(explain(screening, live.screener))} if asked.explain else {}
            return draft, {"id": draft.id, **result}, with_id(draft.id, draft.result, **more)

        long = len(record.narrative) > self.settings.inline_text
        with self.traces.stage("screen", asked.request_id) as span:
            draft, result, body = await asyncio.to_thread(work) if long else work()
            span.told(level=result["level"], revision=bundle.revision)
        if waiting is not None:
            await self.ledger.join(waiting, record, draft.past)
        return Told(body, await self._kept(draft, asked, result, bundle))

    async def _kept(self, draft: Draft, asked: Asked, result: Json, bundle: Bundle) -> Write:
        trail = {"at": now(), "key_id": asked.key.id, "action": "screenings.create", "subject": draft.id}
        rows: dict[Table, list[Json]] = {
            screenings: [_listed(draft, asked, result)],
            audit: [{**trail, "request_id": asked.request_id}],
            outbox: await self.subscriptions.events(result, draft.screening.record),
        }
        self.metrics.screened(result)
        return Write(rows, drafts=[draft], bundle=bundle)


def read(data: object, key: Key) -> Record:
    """A record as it was sent; ``RecordError`` where it can't be read, 403 where it is none of the key's business."""
    record = read_record(data)
    if not key.sees(record.region):
        detail = "这把密钥不能筛查这个地区（region）的记录。"
        raise ApiError(403, "region", detail, [Fault("/region", detail)])
    return record


def with_id(id_: str, result: str, **more: Json) -> str:
    """A result line as it is answered: its id in front, and what else was asked for behind."""
    behind = "".join(f', "{name}": {to_json(value)}' for name, value in more.items())
    return f'{{"id": "{id_}", {result[1:-1]}{behind}}}'


def error_of(error: RecordError | ApiError) -> Json:
    """Why one record of a batch has no result."""
    if isinstance(error, RecordError):
        return {"code": error.code, "detail": error.detail, "pointer": error.pointer}
    return {"code": error.code, "detail": error.detail, "pointer": error.errors[0].pointer if error.errors else ""}


def _listed(draft: Draft, asked: Asked, result: Json) -> Json:
    """What a search finds a screening by."""
    record: Record = draft.screening.record
    names = [charge["charge"] for charge in result["charges"]]
    return {
        "id": draft.id,
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
    }
