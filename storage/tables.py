"""The tables. A migration makes each of them; a test compares the two."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    DateTime,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    TypeDecorator,
    UniqueConstraint,
)
from sqlalchemy.engine import Dialect

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)

BIG = BigInteger().with_variant(Integer(), "sqlite")


class Moment(TypeDecorator[datetime]):
    """An aware moment; SQLite, which knows no time zones, keeps it in UTC."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None or dialect.name != "sqlite":
            return value
        return value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: Any | None, dialect: Dialect) -> datetime | None:
        if value is None or dialect.name != "sqlite":
            return value
        moment: datetime = value
        return moment.replace(tzinfo=UTC)


accounts = Table(
    "accounts",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("backend", String(32), nullable=False),
    Column("mode", String(8), nullable=False),
    Column("settings_prefix", String(64), nullable=False),
)

destinations = Table(
    "destinations",
    metadata,
    Column("id", BIG, primary_key=True, autoincrement=True),
    Column("chat", String(16), nullable=False),
    Column("team", String(64), nullable=False),
    Column("channel", String(64), nullable=False),
    Column("thread", String(64)),
    Column("private", Boolean, nullable=False),
    Column("lane", String(200), nullable=False),
    Column("language", String(16), nullable=False),
    Column("root", String(64)),
    Column("gone", Boolean, nullable=False),
    sqlite_autoincrement=True,
)

drafts = Table(
    "drafts",
    metadata,
    Column("id", String(16), primary_key=True),
    Column("state", String(16), nullable=False),
    Column("chat", String(16), nullable=False),
    Column("team", String(64), nullable=False),
    Column("user", String(64), nullable=False),
    Column("name", String(255), nullable=False),
    Column("destination_id", ForeignKey("destinations.id"), nullable=False),
    Column("account_id", ForeignKey("accounts.id"), nullable=False),
    Column("form_version", Integer, nullable=False),
    Column("version", Integer, nullable=False),
    Column("answers", JSON, nullable=False),
    Column("problems", JSON, nullable=False),
    Column("choosing", Boolean, nullable=False),
    Column("desk", JSON, nullable=False),
    Column("expires_at", Moment, nullable=False),
    Index(None, "chat", "team", "user", "state"),
    Index(None, "state", "expires_at"),
)

links = Table(
    "links",
    metadata,
    Column("id", String(16), primary_key=True),
    Column("account_id", ForeignKey("accounts.id"), nullable=False),
    Column("public_token", String(32), nullable=False, unique=True),
    Column("state", String(16), nullable=False),
    Column("closed", String(16)),
    Column("amount_minor", BigInteger, nullable=False),
    Column("currency", String(3), nullable=False),
    Column("uses", Integer, nullable=False),
    Column("description", String(1000)),
    Column("customer_name", String(255)),
    Column("customer_email", String(320)),
    Column("customer_phone", String(32)),
    Column("customer_country", String(2)),
    Column("creator_chat", String(16), nullable=False),
    Column("creator_team", String(64), nullable=False),
    Column("creator_user", String(64), nullable=False),
    Column("creator_name", String(255), nullable=False),
    Column("destination_id", ForeignKey("destinations.id"), nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("expires_at", Moment, nullable=False),
    Column("trouble", JSON),
    Column("retry_at", Moment),
    Column("version", Integer, nullable=False),
    Index(None, "state", "retry_at"),
)

provider_links = Table(
    "provider_links",
    metadata,
    Column("link_id", ForeignKey("links.id"), primary_key=True),
    Column("attempt", Integer, primary_key=True),
    Column("account_id", ForeignKey("accounts.id"), nullable=False),
    Column("reference", String(32), nullable=False),
    Column("state", String(16), nullable=False),
    Column("amount_minor", BigInteger, nullable=False),
    Column("currency", String(3), nullable=False),
    Column("provider_id", String(255)),
    Column("url", String(2048)),
    Column("expires_on", Moment),
    Column("webhook_token", String(64)),
    UniqueConstraint("account_id", "reference"),
    UniqueConstraint("account_id", "provider_id"),
)

payments = Table(
    "payments",
    metadata,
    Column("id", BIG, primary_key=True, autoincrement=True),
    Column("account_id", ForeignKey("accounts.id"), nullable=False),
    Column("provider_payment_id", String(255), nullable=False),
    Column("link_id", ForeignKey("links.id"), nullable=False),
    Column("currency", String(3)),
    Column("captured_currency", String(3)),
    Column("authorised", BigInteger),
    Column("captured", BigInteger),
    Column("refunded", BigInteger),
    Column("disputed", BigInteger),
    Column("authorised_at", Moment),
    Column("captured_at", Moment),
    Column("declined_at", Moment),
    Column("method", String(255)),
    Column("bank_reference", String(255)),
    Column("reason", String(1000)),
    UniqueConstraint("account_id", "provider_payment_id"),
    Index(None, "link_id"),
)

inbox = Table(
    "inbox",
    metadata,
    Column("id", BIG, primary_key=True, autoincrement=True),
    Column("kind", String(16), nullable=False),
    Column("account_id", String(64), nullable=False),
    Column("key", String(255), nullable=False),
    Column("stripe", Integer, nullable=False),
    Column("body", LargeBinary, nullable=False),
    Column("received_at", Moment, nullable=False),
    Column("state", String(16), nullable=False),
    Column("trouble", String(255)),
    UniqueConstraint("kind", "account_id", "key"),
    Index(None, "state", "kind", "stripe", "id"),
    sqlite_autoincrement=True,
)

events = Table(
    "events",
    metadata,
    Column("account_id", ForeignKey("accounts.id"), primary_key=True),
    Column("key", String(255), primary_key=True),
    Column("inbox_id", ForeignKey("inbox.id"), nullable=False),
    Column("link_id", ForeignKey("links.id")),
    Column("kind", String(16), nullable=False),
    Column("provider_word", String(255), nullable=False),
    Column("provider_payment_id", String(255)),
    Column("reference", String(255)),
    Column("amount_minor", BigInteger),
    Column("currency", String(3)),
    Column("occurred_at", Moment, nullable=False),
    Index(None, "link_id"),
)

outbox = Table(
    "outbox",
    metadata,
    Column("id", BIG, primary_key=True, autoincrement=True),
    Column("say", String(8), nullable=False),
    Column("subject", String(16), nullable=False),
    Column("once", String(255), nullable=False),
    Column("destination_id", ForeignKey("destinations.id"), nullable=False),
    Column("lane", String(200), nullable=False),
    Column("key", String(64), nullable=False),
    Column("params", JSON, nullable=False),
    Column("state", String(16), nullable=False),
    Column("wanted", Integer, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("not_before", Moment, nullable=False),
    UniqueConstraint("subject", "say", "once"),
    Index(None, "state", "lane", "id"),
    sqlite_autoincrement=True,
)

people = Table(
    "people",
    metadata,
    Column("chat", String(16), primary_key=True),
    Column("team", String(64), primary_key=True),
    Column("user", String(64), primary_key=True),
    Column("name", String(255), nullable=False),
    Column("number_format", String(16)),
    Column("admitted_at", Moment, nullable=False),
)

rate_buckets = Table(
    "rate_buckets",
    metadata,
    Column("key", String(200), primary_key=True),
    Column("empty_at", Moment, nullable=False),
)
