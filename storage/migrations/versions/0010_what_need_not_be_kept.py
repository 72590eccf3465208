"""Indices for deleting what chats told us, once it has been dealt with for long"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    done = sa.text("account_id = '' AND state = 'done'")
    op.create_index(
        "ix_inbox_received_at", "inbox", ["received_at"], sqlite_where=done, postgresql_where=done
    )
    op.create_index("ix_events_inbox_id", "events", ["inbox_id"])  # what refers to a row that is deleted
