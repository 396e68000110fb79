"""The tables. A change here goes with a migration in ``migrations/versions``; a test holds the two equal."""

from __future__ import annotations

from sqlalchemy import (
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
)

__all__ = [
    "METADATA",
    "audit",
    "bundles",
    "comparisons",
    "decisions",
    "feedback",
    "heads",
    "keys",
    "pairs",
    "parties",
    "records",
    "releases",
]

METADATA = MetaData()

parties = Table(
    "parties",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("name", String(400), nullable=False),
    Column("region", String(6)),
    Column("number_masked", String(64)),
)
#: What a party is found by: hashes of numbers, normalised names with their place, and pairs of characters for hints.
keys = Table(
    "keys",
    METADATA,
    Column("key", String(500), primary_key=True),
    Column("party", Integer, ForeignKey("parties.id"), nullable=False, index=True),
)
pairs = Table(
    "pairs",
    METADATA,
    Column("pair", String(2), primary_key=True),
    Column("party", Integer, ForeignKey("parties.id"), primary_key=True),
)
records = Table(
    "records",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("record_id", String(400), nullable=False),
    Column("content", String(64), nullable=False),  # SM3 of ``input``
    Column("version", Integer, nullable=False),
    Column("replaced_at", String(32)),  # when a newer version came; None: the newest
    Column("party", Integer, ForeignKey("parties.id")),
    Column("agency", String(400), nullable=False),
    Column("reason", String(400), nullable=False),
    Column("decided_on", String(10)),
    Column("kept_at", String(32), nullable=False),
    Column("input", Text, nullable=False),
    Column("revision", String(80), nullable=False),  # of the bundle that ``past`` was made under
    Column("past", Text, nullable=False),
    Column("region", String(6), nullable=False, server_default=""),  # empty: none was told
    UniqueConstraint("record_id", "region", "version", name="records_once"),
    Index("records_of_party", "party"),
    Index("records_beside", "agency", "reason", "decided_on"),
)
bundles = Table(
    "bundles",
    METADATA,
    Column("revision", String(80), primary_key=True),
    Column("kept_at", String(32), nullable=False),
    Column("files", LargeBinary, nullable=False),  # zlib of JSON: name → text
)
decisions = Table(
    "decisions",
    METADATA,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("id", String(40), nullable=False, unique=True),
    Column("record_id", String(400), nullable=False, index=True),
    Column("party", Integer, index=True),
    Column("agency", String(400), nullable=False),
    Column("region", String(6)),
    Column("charge", String(200)),
    Column("level", String(24), nullable=False),
    Column("score", Float, nullable=False),
    Column("made_at", String(32), nullable=False),
    Column("content", Text, nullable=False),  # JSON: what the hash is of
    Column("previous", String(64), nullable=False),
    Column("hash", String(64), nullable=False),
    Index("decisions_by_level", "level", "number"),
)
heads = Table(
    "heads",
    METADATA,
    Column("chain", String(40), primary_key=True),
    Column("count", Integer, nullable=False),
    Column("hash", String(64), nullable=False),
)
feedback = Table(
    "feedback",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("decision", String(40), ForeignKey("decisions.id"), nullable=False, index=True),
    Column("conclusion", String(10), nullable=False),
    Column("reason", Text, nullable=False),
    Column("given_by", String(200), nullable=False),
    Column("given_at", String(32), nullable=False),
)
#: What was done about which bundle answers, in a chain: activate, rollback, shadow, end (of the shadow).
releases = Table(
    "releases",
    METADATA,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("action", String(10), nullable=False),
    Column("revision", String(80), nullable=False),
    Column("made_by", String(200), nullable=False),
    Column("reason", Text, nullable=False),
    Column("made_at", String(32), nullable=False),
    Column("signed_by", String(200), nullable=False),
    Column("signature", Text, nullable=False),
    Column("asks", String(40), nullable=False),  # what the bundle's policy asks of the next one
    Column("previous", String(64), nullable=False),
    Column("hash", String(64), nullable=False),
)
#: Who did what over the service's interface, in a chain. ``seq`` may have gaps; ``hash`` is of the row with the hash before it.
audit = Table(
    "api_audit",
    METADATA,
    Column("seq", Integer, primary_key=True, autoincrement=True),
    Column("at", String(32), nullable=False),
    Column("key_id", String(16), nullable=False),
    Column("action", String(40), nullable=False),
    Column("subject", Text, nullable=False),
    Column("request_id", String(64), nullable=False),
    Column("previous", String(64), nullable=False),
    Column("hash", String(64), nullable=False),
)
#: What a candidate said of a record that was decided; what the bundle in use said is in the decision.
comparisons = Table(
    "comparisons",
    METADATA,
    Column("decision", String(40), ForeignKey("decisions.id"), primary_key=True),
    Column("candidate", String(80), primary_key=True),
    Column("active", String(80), nullable=False),
    Column("level", String(24), nullable=False),
    Column("score", Float, nullable=False),
    Column("charge", String(200)),
    Column("differs", Text, nullable=False),  # JSON: what → [active, candidate]
    Column("made_at", String(32), nullable=False),
    Index("comparisons_by_candidate", "candidate", "active"),
)
