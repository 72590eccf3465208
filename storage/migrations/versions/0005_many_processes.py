"""Many processes: what one of them holds at a time; and texts of any length, as SQLite has them anyway"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_OURS = (  # others may be in the database, too
    "accounts deeds destinations drafts events inbox invites leases links lookups outbox payments people "
    "provider_links quarantine rate_buckets"
).split()


def upgrade() -> None:
    op.create_table(
        "leases",
        sa.Column("name", sa.String(64), primary_key=True),
        sa.Column("holder", sa.String(64), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
    )
    if op.get_bind().dialect.name == "postgresql":
        _lift_limits()


def _lift_limits() -> None:
    inspector = sa.inspect(op.get_bind())
    for table in _OURS:
        for column in inspector.get_columns(table):
            if isinstance(column["type"], sa.String):
                op.alter_column(table, column["name"], type_=sa.String())
