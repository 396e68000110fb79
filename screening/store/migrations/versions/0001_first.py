"""Records, parties, decisions, bundles, feedback; decisions can't be changed or deleted.

Revision: 0001
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

_SQLITE = """
CREATE TRIGGER decisions_no_{name} BEFORE {what} ON decisions
BEGIN SELECT RAISE(ABORT, 'decisions are append-only'); END
"""


def upgrade() -> None:
    op.create_table(
        "parties",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("name", sa.String(400), nullable=False),
        sa.Column("region", sa.String(6)),
        sa.Column("number_masked", sa.String(64)),
    )
    op.create_table(
        "keys",
        sa.Column("key", sa.String(500), primary_key=True),
        sa.Column("party", sa.Integer, sa.ForeignKey("parties.id"), nullable=False, index=True),
    )
    op.create_table(
        "pairs",
        sa.Column("pair", sa.String(2), primary_key=True),
        sa.Column("party", sa.Integer, sa.ForeignKey("parties.id"), primary_key=True),
    )
    op.create_table(
        "records",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("record_id", sa.String(400), nullable=False),
        sa.Column("content", sa.String(64), nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("replaced_at", sa.String(32)),
        sa.Column("party", sa.Integer, sa.ForeignKey("parties.id")),
        sa.Column("agency", sa.String(400), nullable=False),
        sa.Column("reason", sa.String(400), nullable=False),
        sa.Column("decided_on", sa.String(10)),
        sa.Column("kept_at", sa.String(32), nullable=False),
        sa.Column("input", sa.Text, nullable=False),
        sa.Column("revision", sa.String(80), nullable=False),
        sa.Column("past", sa.Text, nullable=False),
        sa.UniqueConstraint("record_id", "version", name="records_once"),
    )
    op.create_index("records_of_party", "records", ["party"])
    op.create_index("records_beside", "records", ["agency", "reason", "decided_on"])
    op.create_table(
        "bundles",
        sa.Column("revision", sa.String(80), primary_key=True),
        sa.Column("kept_at", sa.String(32), nullable=False),
        sa.Column("files", sa.LargeBinary, nullable=False),
    )
    op.create_table(
        "decisions",
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("id", sa.String(40), nullable=False, unique=True),
        sa.Column("record_id", sa.String(400), nullable=False, index=True),
        sa.Column("party", sa.Integer, index=True),
        sa.Column("agency", sa.String(400), nullable=False),
        sa.Column("region", sa.String(6)),
        sa.Column("charge", sa.String(200)),
        sa.Column("level", sa.String(24), nullable=False),
        sa.Column("score", sa.Float, nullable=False),
        sa.Column("made_at", sa.String(32), nullable=False),
        sa.Column("content", sa.Text, nullable=False),
        sa.Column("previous", sa.String(64), nullable=False),
        sa.Column("hash", sa.String(64), nullable=False),
    )
    op.create_index("decisions_by_level", "decisions", ["level", "number"])
    op.create_table(
        "heads",
        sa.Column("chain", sa.String(40), primary_key=True),
        sa.Column("count", sa.Integer, nullable=False),
        sa.Column("hash", sa.String(64), nullable=False),
    )
    op.create_table(
        "feedback",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("decision", sa.String(40), sa.ForeignKey("decisions.id"), nullable=False, index=True),
        sa.Column("conclusion", sa.String(10), nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("given_by", sa.String(200), nullable=False),
        sa.Column("given_at", sa.String(32), nullable=False),
    )
    op.execute(
        sa.text("INSERT INTO heads (chain, count, hash) VALUES ('decisions', 0, :genesis)").bindparams(genesis="0" * 64)
    )
    if op.get_bind().dialect.name == "sqlite":
        for name, what in (("update", "UPDATE"), ("delete", "DELETE")):
            op.execute(_SQLITE.format(name=name, what=what))
    else:
        op.execute(
            "CREATE FUNCTION decisions_append_only() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN RAISE EXCEPTION 'decisions are append-only'; END $$"
        )
        op.execute(
            "CREATE TRIGGER decisions_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON decisions "
            "FOR EACH STATEMENT EXECUTE FUNCTION decisions_append_only()"
        )


def downgrade() -> None:
    for table in ("outbox", "webhooks", "marks", "idempotency", "audit", "keys", "screenings"):
        op.execute(f"DROP TABLE IF EXISTS api_{table}")  # the service's, which are there at any version
    for table in ("feedback", "heads", "decisions", "bundles", "records", "pairs", "keys", "parties"):
        op.drop_table(table)
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION decisions_append_only()")
