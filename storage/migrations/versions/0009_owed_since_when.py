"""Messages: since when each is owed, however often it was put off"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    moment = sa.DateTime(timezone=True)
    op.add_column("outbox", sa.Column("owed_since", moment))  # an older process writes none
    op.execute("UPDATE outbox SET owed_since = not_before WHERE state IN ('owed', 'sending')")
    op.drop_index("ix_outbox_state_not_before", "outbox")
    unsaid = sa.text("state != 'said'")
    name, columns = "ix_outbox_state_owed_since", ["state", "owed_since"]
    op.create_index(name, "outbox", columns, sqlite_where=unsaid, postgresql_where=unsaid)
