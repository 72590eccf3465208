"""Payments: each of their disputes, and which use of its link one is"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("payments") as table:
        table.add_column(sa.Column("disputes", sa.JSON()))  # an older process writes none
        table.add_column(sa.Column("use", sa.String()))
