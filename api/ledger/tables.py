"""The tables of the service, beside those of the store, which has its audit trail.

A change here goes with a migration in ``screening/store/migrations``.

Times are ISO 8601 in UTC as text, so that they sort and read alike on SQLite and PostgreSQL."""

from __future__ import annotations

from typing import Final

from sqlalchemy import BigInteger, Column, Float, Index, Integer, MetaData, String, Table, Text

__all__ = ["METADATA", "idempotency", "jobs", "keys", "marks", "outbox", "screenings", "webhooks"]

METADATA: Final = MetaData()

screenings: Final = Table(
    "api_screenings",
    METADATA,
    Column("seq", Integer, primary_key=True, autoincrement=True),
    Column("id", String(40), nullable=False, unique=True),
    Column("at", String(32), nullable=False),
    Column("key_id", String(16), nullable=False),
    Column("request_id", String(64), nullable=False),
    Column("record_id", Text, nullable=False, index=True),
    Column("region", String(6), nullable=False),
    Column("agency", Text, nullable=False),
    Column("party", Text, nullable=False, index=True),
    Column("decided_on", String(10), nullable=False),
    Column("as_of", String(10), nullable=False),
    Column("revision", String(80), nullable=False),
    Column("level", String(20), nullable=False),
    Column("score", Float, nullable=False),
    Column("charges", Text, nullable=False),
    Index("api_screenings_region", "region", "seq"),
    Index("api_screenings_level", "level", "seq"),
)

keys: Final = Table(
    "api_keys",
    METADATA,
    Column("id", String(16), primary_key=True),
    Column("digest", String(64), nullable=False),
    Column("name", Text, nullable=False),
    Column("scopes", Text, nullable=False),
    Column("regions", Text, nullable=False),
    Column("created_at", String(32), nullable=False),
    Column("expires_at", String(32), nullable=False),
    Column("revoked_at", String(32)),
)

idempotency: Final = Table(
    "api_idempotency",
    METADATA,
    Column("key_id", String(16), primary_key=True),
    Column("token", String(255), primary_key=True),
    Column("fingerprint", String(64), nullable=False),
    Column("status", Integer, nullable=False),
    Column("body", Text, nullable=False),
    Column("at", String(32), nullable=False, index=True),
)

webhooks: Final = Table(
    "api_webhooks",
    METADATA,
    Column("id", String(40), primary_key=True),
    Column("url", Text, nullable=False),
    Column("secret", Text, nullable=False),
    Column("regions", Text, nullable=False),
    Column("levels", Text, nullable=False),
    Column("created_at", String(32), nullable=False),
)

outbox: Final = Table(
    "api_outbox",
    METADATA,
    Column("id", String(40), primary_key=True),
    Column("webhook_id", String(40), nullable=False),
    Column("region", String(6), nullable=False),
    Column("payload", Text, nullable=False),
    Column("state", String(10), nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("due", Float, nullable=False),
    Column("error", Text, nullable=False),
    Index("api_outbox_due", "state", "due"),
)

jobs: Final = Table(
    "api_jobs",
    METADATA,
    Column("seq", Integer, primary_key=True, autoincrement=True),
    Column("id", String(40), nullable=False, unique=True),
    Column("key_id", String(16), nullable=False, index=True),
    Column("filename", Text, nullable=False),
    Column("bytes", BigInteger, nullable=False),
    Column("as_of", String(10), nullable=False),
    Column("revision", String(80), nullable=False),
    Column("state", String(10), nullable=False, index=True),
    Column("created_at", String(32), nullable=False),
    Column("started_at", String(32)),
    Column("finished_at", String(32)),
    Column("outcome", Text, nullable=False),  # JSON: how it ended; empty until then
)

marks: Final = Table(
    "api_marks", METADATA, Column("name", String(20), primary_key=True), Column("value", String(64), nullable=False)
)
