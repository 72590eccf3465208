"""Five backends: further answers of a link, and an address of its own for unsigned webhooks"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("links") as table:
        table.add_column(sa.Column("details", sa.JSON(), nullable=False, server_default="{}"))
    with op.batch_alter_table("links") as table:
        table.alter_column("details", existing_type=sa.JSON(), server_default=None)
        for part in ("email", "phone"):
            table.create_index(
                op.f(f"ix_links_account_id_customer_{part}"), ["account_id", f"customer_{part}"]
            )
    with op.batch_alter_table("provider_links") as table:
        table.create_unique_constraint(
            op.f("uq_provider_links_account_id_webhook_token"), ["account_id", "webhook_token"]
        )
