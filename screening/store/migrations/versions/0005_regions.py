"""A record is known by its id within its region: that of another region under the same id is another record.

Revision: 0005
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"

_ONCE = "records_once"


def upgrade() -> None:
    with op.batch_alter_table("records") as table:
        table.add_column(sa.Column("region", sa.String(6), nullable=False, server_default=""))
        table.drop_constraint(_ONCE, type_="unique")
        table.create_unique_constraint(_ONCE, ["record_id", "region", "version"])
    local = op.get_bind().dialect.name == "sqlite"
    told = "json_extract(input, '$.region')" if local else "input::json ->> 'region'"
    op.execute(f"UPDATE records SET region = coalesce({told}, '')")


def downgrade() -> None:
    """Of two regions with records under one id, those of the one that came first stay, in all versions; the decisions on both do."""
    op.execute(
        "DELETE FROM records WHERE (record_id, region) NOT IN "
        "(SELECT record_id, region FROM records WHERE id IN (SELECT min(id) FROM records GROUP BY record_id))"
    )
    with op.batch_alter_table("records") as table:
        table.drop_constraint(_ONCE, type_="unique")
        table.create_unique_constraint(_ONCE, ["record_id", "version"])
        table.drop_column("region")
