"""Columns that were written and never read: a link's version, a draft's form, an account's settings"""

from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.drop_column("links", "version")
    op.drop_column("drafts", "form_version")
    op.drop_column("accounts", "settings_prefix")  # it follows from the account's id
