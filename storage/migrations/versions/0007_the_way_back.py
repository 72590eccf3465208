"""Drafts: how one stood before, which answers are asked for again, and which an earlier link has given"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """With defaults, as an older process beside us writes none of them."""
    with op.batch_alter_table("drafts") as table:
        table.add_column(sa.Column("kept", sa.JSON(), nullable=False, server_default="{}"))
        for name in ("earlier", "recalled"):
            table.add_column(sa.Column(name, sa.JSON(), nullable=False, server_default="[]"))
