"""Links are found by their customer, or newest first: any number of them share a state or a price"""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.drop_index("ix_links_state_account_id_amount_minor", "links")
    for named in ("customer_email", "customer_phone"):
        op.drop_index(f"ix_links_account_id_{named}", "links")
        newest = ["account_id", named, "created_at"]
        op.create_index(f"ix_links_{'_'.join(newest)}", "links", newest)
    unclosed = sa.text("state != 'closed'")
    name, columns = "ix_links_created_at_id", ["created_at", "id"]
    op.create_index(name, "links", columns, sqlite_where=unclosed, postgresql_where=unclosed)
