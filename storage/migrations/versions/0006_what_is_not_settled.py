"""Indices of what is not settled alone: they stay small, and what is settled leaves them"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.drop_index("ix_inbox_state_kind_stripe_id", "inbox")
    _index("inbox", ["state", "kind", "stripe", "id"], "state != 'done'")
    op.drop_index("ix_outbox_state_lane_id", "outbox")
    _index("outbox", ["lane", "id"], "state IN ('owed', 'sending')")
    _index("outbox", ["state", "not_before"], "state != 'said'")


def _index(table: str, columns: list[str], only: str) -> None:
    where = sa.text(only)
    name = f"ix_{table}_{'_'.join(columns)}"
    op.create_index(name, table, columns, sqlite_where=where, postgresql_where=where)
