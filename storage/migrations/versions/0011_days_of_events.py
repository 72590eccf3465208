"""Events that were sent: the day before the key, so that what comes together is stored together"""

from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """An older process beside us writes no day: what it stores may be stored anew, and changes nothing."""
    if op.get_bind().dialect.name == "postgresql":
        day = "to_char(occurred_at AT TIME ZONE 'UTC', 'YYYY-MM-DD')"
    else:
        day = "substr(occurred_at, 1, 10)"
    op.execute(f"UPDATE events SET key = {day} || ' ' || key WHERE inbox_id IS NOT NULL")  # noqa: S608 - ours
