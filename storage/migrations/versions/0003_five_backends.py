"""Five backends: further answers of a link, an address of its own for unsigned webhooks, and what is owed"""

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
        table.create_index(
            op.f("ix_links_creator_chat_creator_user_created_at"),
            ["creator_chat", "creator_user", "created_at"],
        )
    with op.batch_alter_table("provider_links") as table:
        table.add_column(sa.Column("owed", sa.JSON(), nullable=False, server_default="{}"))
        table.add_column(sa.Column("sight", sa.JSON()))
    with op.batch_alter_table("provider_links") as table:
        table.alter_column("owed", existing_type=sa.JSON(), server_default=None)
        table.create_unique_constraint(
            op.f("uq_provider_links_account_id_webhook_token"), ["account_id", "webhook_token"]
        )
