"""The way back of a dialogue: how a draft stood before, and the answers that are asked for again"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("drafts") as table:
        table.add_column(sa.Column("kept", sa.JSON(), nullable=False, server_default="{}"))
        table.add_column(sa.Column("earlier", sa.JSON(), nullable=False, server_default="[]"))
    with op.batch_alter_table("drafts") as table:
        table.alter_column("kept", existing_type=sa.JSON(), server_default=None)
        table.alter_column("earlier", existing_type=sa.JSON(), server_default=None)
