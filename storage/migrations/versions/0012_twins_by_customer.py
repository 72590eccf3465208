"""Links that are open are found by their customer: an index of what they ask for leads to any number"""

from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.drop_index("ix_links_state_account_id_amount_minor", "links")
