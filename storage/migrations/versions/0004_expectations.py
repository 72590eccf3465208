"""What a link expects: its kind, a range, and any number of uses"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("links") as table:
        table.alter_column("uses", existing_type=sa.Integer(), nullable=True)
        table.add_column(sa.Column("kind", sa.String(16), nullable=False, server_default="payment"))
        table.add_column(sa.Column("least_minor", sa.BigInteger()))
    with op.batch_alter_table("links") as table:
        table.alter_column("kind", existing_type=sa.String(16), server_default=None)
