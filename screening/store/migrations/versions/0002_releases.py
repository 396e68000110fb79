"""Which bundle was active when and by whom, which can't be changed or deleted; what candidates said beside it.

Revision: 0002
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

_SQLITE = """
CREATE TRIGGER releases_no_{name} BEFORE {what} ON releases
BEGIN SELECT RAISE(ABORT, 'releases are append-only'); END
"""


def upgrade() -> None:
    op.create_table(
        "releases",
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("action", sa.String(10), nullable=False),
        sa.Column("revision", sa.String(80), nullable=False),
        sa.Column("made_by", sa.String(200), nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("made_at", sa.String(32), nullable=False),
        sa.Column("signed_by", sa.String(200), nullable=False),
        sa.Column("signature", sa.Text, nullable=False),
        sa.Column("asks", sa.String(40), nullable=False),
        sa.Column("previous", sa.String(64), nullable=False),
        sa.Column("hash", sa.String(64), nullable=False),
    )
    op.create_table(
        "comparisons",
        sa.Column("decision", sa.String(40), sa.ForeignKey("decisions.id"), primary_key=True),
        sa.Column("candidate", sa.String(80), primary_key=True),
        sa.Column("active", sa.String(80), nullable=False),
        sa.Column("level", sa.String(24), nullable=False),
        sa.Column("score", sa.Float, nullable=False),
        sa.Column("charge", sa.String(200)),
        sa.Column("differs", sa.Text, nullable=False),
        sa.Column("made_at", sa.String(32), nullable=False),
    )
    op.create_index("comparisons_by_candidate", "comparisons", ["candidate", "active"])
    op.execute(
        sa.text("INSERT INTO heads (chain, count, hash) VALUES ('releases', 0, :genesis)").bindparams(genesis="0" * 64)
    )
    if op.get_bind().dialect.name == "sqlite":
        for name, what in (("update", "UPDATE"), ("delete", "DELETE")):
            op.execute(_SQLITE.format(name=name, what=what))
    else:
        op.execute(
            "CREATE FUNCTION releases_append_only() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN RAISE EXCEPTION 'releases are append-only'; END $$"
        )
        op.execute(
            "CREATE TRIGGER releases_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON releases "
            "FOR EACH STATEMENT EXECUTE FUNCTION releases_append_only()"
        )


def downgrade() -> None:
    op.execute("DELETE FROM heads WHERE chain = 'releases'")
    for table in ("comparisons", "releases"):
        op.drop_table(table)
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION releases_append_only()")
