"""The whole life of a link: every kind of event, polling, quarantine, invitations, who did what"""

from datetime import datetime

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_MOMENT = sa.DateTime(timezone=True)
_NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_HEARD = {"authorised": "authorised_at", "captured": "captured_at", "declined": "declined_at"}


def upgrade() -> None:
    _destinations()
    _links()
    _payments()
    _people()
    with op.batch_alter_table("events") as table:
        table.alter_column("inbox_id", existing_type=sa.BigInteger(), nullable=True)
    _what_is_told()
    _what_people_do()


def _destinations() -> None:
    with op.batch_alter_table("destinations") as table:
        table.add_column(sa.Column("prompt", sa.String(64)))
        table.add_column(sa.Column("reach", sa.String(16), nullable=False, server_default="open"))
    op.execute("UPDATE destinations SET reach = 'gone' WHERE gone")
    with op.batch_alter_table("destinations") as table:
        table.drop_column("gone")
        table.alter_column("reach", existing_type=sa.String(16), server_default=None)
        table.create_index(op.f("ix_destinations_chat_channel"), ["chat", "channel"])


def _links() -> None:
    with op.batch_alter_table("links") as table:
        table.add_column(sa.Column("own_reference", sa.String(64)))
        table.add_column(sa.Column("poll_at", _MOMENT))
        table.create_index(op.f("ix_links_poll_at"), ["poll_at"])
        table.create_index(
            op.f("ix_links_state_account_id_amount_minor"), ["state", "account_id", "amount_minor"]
        )
        table.create_index(op.f("ix_links_created_at"), ["created_at"])
    op.execute("UPDATE links SET poll_at = created_at WHERE state <> 'creating'")  # watched from now on


def _payments() -> None:
    with op.batch_alter_table("payments") as table:
        table.add_column(sa.Column("heard", sa.JSON()))
        table.add_column(sa.Column("refunded_currency", sa.String(3)))
        table.add_column(sa.Column("returned", sa.BigInteger()))
        table.add_column(sa.Column("returned_currency", sa.String(3)))
        table.add_column(sa.Column("disputed_currency", sa.String(3)))
        table.alter_column("currency", existing_type=sa.String(3), new_column_name="authorised_currency")
    payments = sa.table(
        "payments",
        sa.column("id"),
        sa.column("heard", sa.JSON()),
        *(sa.column(name, _MOMENT) for name in _HEARD.values()),
    )
    for row in op.get_bind().execute(sa.select(payments)).all():
        moments = {kind: getattr(row, name) for kind, name in _HEARD.items()}
        heard = {kind: moment.isoformat() + _zone(moment) for kind, moment in moments.items() if moment}
        mine = payments.c.id == row.id
        op.execute(payments.update().where(mine).values(heard=heard))
    for kind in ("refunded", "disputed"):
        op.execute(
            f"UPDATE payments SET {kind}_currency = coalesce(captured_currency, authorised_currency) "  # noqa: S608
            f"WHERE {kind} IS NOT NULL"
        )
    with op.batch_alter_table("payments") as table:
        table.alter_column("heard", existing_type=sa.JSON(), nullable=False)
        for name in _HEARD.values():
            table.drop_column(name)


def _zone(moment: datetime) -> str:
    """SQLite keeps moments in UTC, without saying so."""
    return "" if moment.tzinfo else "+00:00"


def _people() -> None:
    with op.batch_alter_table("people") as table:
        table.add_column(sa.Column("standing", sa.String(16)))
        table.alter_column("admitted_at", existing_type=_MOMENT, new_column_name="standing_at", nullable=True)
    op.execute("UPDATE people SET standing = 'admitted'")


def _what_is_told() -> None:
    op.create_table(
        "lookups",
        sa.Column("inbound_id", _NUMBER, nullable=False),
        sa.Column("provider_payment_id", sa.String(255), nullable=False),
        sa.Column("account_id", sa.String(64), nullable=False),
        sa.Column("asked_at", _MOMENT, nullable=False),
        sa.Column("not_before", _MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_lookups_account_id")),
        sa.ForeignKeyConstraint(["inbound_id"], ["inbox.id"], name=op.f("fk_lookups_inbound_id")),
        sa.PrimaryKeyConstraint("inbound_id", "provider_payment_id", name=op.f("pk_lookups")),
    )
    op.create_index(op.f("ix_lookups_not_before"), "lookups", ["not_before"])
    op.create_table(
        "quarantine",
        sa.Column("id", _NUMBER, autoincrement=True, nullable=False),
        sa.Column("account_id", sa.String(64), nullable=False),
        sa.Column("headers", sa.JSON(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("received_at", _MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_quarantine")),
        sqlite_autoincrement=True,
    )


def _what_people_do() -> None:
    op.create_table(
        "invites",
        sa.Column("token_hash", sa.String(64), nullable=False),
        sa.Column("chat", sa.String(16), nullable=False),
        sa.Column("expires_at", _MOMENT, nullable=False),
        sa.Column("used_by", sa.String(64)),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_invites")),
    )
    op.create_table(
        "deeds",
        sa.Column("id", _NUMBER, autoincrement=True, nullable=False),
        sa.Column("subject", sa.String(16), nullable=False),
        sa.Column("act", sa.String(16), nullable=False),
        sa.Column("chat", sa.String(16), nullable=False),
        sa.Column("team", sa.String(64), nullable=False),
        sa.Column("user", sa.String(64), nullable=False),
        sa.Column("name", sa.String(255), nullable=False),
        sa.Column("at", _MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deeds")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_deeds_subject"), "deeds", ["subject"])
