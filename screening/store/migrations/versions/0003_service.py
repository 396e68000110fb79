"""The service's tables, which it made itself before: those that are there stay. Its audit trail can't be changed or deleted.

Revision: 0003
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

_SQLITE = """
CREATE TRIGGER api_audit_no_{name} BEFORE {what} ON api_audit
BEGIN SELECT RAISE(ABORT, 'api_audit is append-only'); END
"""


def upgrade() -> None:
    _tables().create_all(op.get_bind())
    op.execute(
        sa.text(
            "INSERT INTO heads (chain, count, hash) VALUES ('audit', (SELECT count(*) FROM api_audit), "
            "coalesce((SELECT hash FROM api_audit ORDER BY seq DESC LIMIT 1), :genesis))"
        ).bindparams(genesis="0" * 64)
    )
    if op.get_bind().dialect.name == "sqlite":
        for name, what in (("update", "UPDATE"), ("delete", "DELETE")):
            op.execute(_SQLITE.format(name=name, what=what))
    else:
        op.execute(
            "CREATE FUNCTION api_audit_append_only() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN RAISE EXCEPTION 'api_audit is append-only'; END $$"
        )
        op.execute(
            "CREATE TRIGGER api_audit_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON api_audit "
            "FOR EACH STATEMENT EXECUTE FUNCTION api_audit_append_only()"
        )


def downgrade() -> None:
    """The tables stay, keys and trail in them: a program of 0002 works with them. 0001 drops them on the way to ``base``."""
    op.execute("DELETE FROM heads WHERE chain = 'audit'")
    if op.get_bind().dialect.name == "sqlite":
        for name in ("update", "delete"):
            op.execute(f"DROP TRIGGER api_audit_no_{name}")
    else:
        op.execute("DROP TRIGGER api_audit_append_only ON api_audit")
        op.execute("DROP FUNCTION api_audit_append_only()")


def _tables() -> sa.MetaData:
    """The tables as they were at this version."""
    tables = sa.MetaData()
    sa.Table(
        "api_screenings",
        tables,
        sa.Column("seq", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("id", sa.String(40), nullable=False, unique=True),
        sa.Column("at", sa.String(32), nullable=False),
        sa.Column("key_id", sa.String(16), nullable=False),
        sa.Column("request_id", sa.String(64), nullable=False),
        sa.Column("record_id", sa.Text, nullable=False, index=True),
        sa.Column("region", sa.String(6), nullable=False),
        sa.Column("agency", sa.Text, nullable=False),
        sa.Column("party", sa.Text, nullable=False, index=True),
        sa.Column("decided_on", sa.String(10), nullable=False),
        sa.Column("as_of", sa.String(10), nullable=False),
        sa.Column("revision", sa.String(80), nullable=False),
        sa.Column("level", sa.String(20), nullable=False),
        sa.Column("score", sa.Float, nullable=False),
        sa.Column("charges", sa.Text, nullable=False),
        sa.Index("api_screenings_region", "region", "seq"),
        sa.Index("api_screenings_level", "level", "seq"),
    )
    sa.Table(
        "api_keys",
        tables,
        sa.Column("id", sa.String(16), primary_key=True),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("scopes", sa.Text, nullable=False),
        sa.Column("regions", sa.Text, nullable=False),
        sa.Column("created_at", sa.String(32), nullable=False),
        sa.Column("expires_at", sa.String(32), nullable=False),
        sa.Column("revoked_at", sa.String(32)),
    )
    sa.Table(
        "api_idempotency",
        tables,
        sa.Column("key_id", sa.String(16), primary_key=True),
        sa.Column("token", sa.String(255), primary_key=True),
        sa.Column("fingerprint", sa.String(64), nullable=False),
        sa.Column("status", sa.Integer, nullable=False),
        sa.Column("body", sa.Text, nullable=False),
        sa.Column("at", sa.String(32), nullable=False, index=True),
    )
    sa.Table(
        "api_audit",
        tables,
        sa.Column("seq", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("at", sa.String(32), nullable=False),
        sa.Column("key_id", sa.String(16), nullable=False),
        sa.Column("action", sa.String(40), nullable=False),
        sa.Column("subject", sa.Text, nullable=False),
        sa.Column("request_id", sa.String(64), nullable=False),
        sa.Column("previous", sa.String(64), nullable=False),
        sa.Column("hash", sa.String(64), nullable=False),
    )
    sa.Table(
        "api_webhooks",
        tables,
        sa.Column("id", sa.String(40), primary_key=True),
        sa.Column("url", sa.Text, nullable=False),
        sa.Column("secret", sa.Text, nullable=False),
        sa.Column("regions", sa.Text, nullable=False),
        sa.Column("levels", sa.Text, nullable=False),
        sa.Column("created_at", sa.String(32), nullable=False),
    )
    sa.Table(
        "api_outbox",
        tables,
        sa.Column("id", sa.String(40), primary_key=True),
        sa.Column("webhook_id", sa.String(40), nullable=False),
        sa.Column("region", sa.String(6), nullable=False),
        sa.Column("payload", sa.Text, nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("due", sa.Float, nullable=False),
        sa.Column("error", sa.Text, nullable=False),
        sa.Index("api_outbox_due", "state", "due"),
    )
    sa.Table(
        "api_marks",
        tables,
        sa.Column("name", sa.String(20), primary_key=True),
        sa.Column("value", sa.String(64), nullable=False),
    )
    return tables
