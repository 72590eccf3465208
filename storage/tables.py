"""The tables. A migration makes each of them; a test compares the two."""

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    UniqueConstraint,
)

from storage.columns import BIG, Moment

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)

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
    Column("prompt", String(64)),
    Column("reach", String(16), nullable=False),
    Index(None, "chat", "channel"),
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
    Column("own_reference", String(64)),
    Column("trouble", JSON),
    Column("retry_at", Moment),
    Column("poll_at", Moment),
    Column("version", Integer, nullable=False),
    Column("details", JSON, nullable=False),
    Index(None, "state", "retry_at"),
    Index(None, "poll_at"),
    Index(None, "state", "account_id", "amount_minor"),
    Index(None, "created_at"),
    Index(None, "creator_chat", "creator_user", "created_at"),
    Index(None, "account_id", "customer_email"),
    Index(None, "account_id", "customer_phone"),
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
    Column("owed", JSON, nullable=False),  # act -> value: what we still have to ask of it
    Column("sight", JSON),  # what the backend last showed of it
    UniqueConstraint("account_id", "reference"),
    UniqueConstraint("account_id", "provider_id"),
    UniqueConstraint("account_id", "webhook_token"),
)

payments = Table(
    "payments",
    metadata,
    Column("id", BIG, primary_key=True, autoincrement=True),
    Column("account_id", ForeignKey("accounts.id"), nullable=False),
    Column("provider_payment_id", String(255), nullable=False),
    Column("link_id", ForeignKey("links.id"), nullable=False),
    Column("heard", JSON, nullable=False),  # kind of event -> when it was first heard of
    Column("authorised", BigInteger),
    Column("authorised_currency", String(3)),
    Column("captured", BigInteger),
    Column("captured_currency", String(3)),
    Column("refunded", BigInteger),
    Column("refunded_currency", String(3)),
    Column("returned", BigInteger),
    Column("returned_currency", String(3)),
    Column("disputed", BigInteger),
    Column("disputed_currency", String(3)),
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
    Column("inbox_id", ForeignKey("inbox.id")),  # none: fetched, not sent
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

lookups = Table(
    "lookups",
    metadata,
    Column("inbound_id", ForeignKey("inbox.id"), primary_key=True),
    Column("provider_payment_id", String(255), primary_key=True),
    Column("account_id", ForeignKey("accounts.id"), nullable=False),
    Column("asked_at", Moment, nullable=False),
    Column("not_before", Moment, nullable=False),
    Index(None, "not_before"),
)

quarantine = Table(
    "quarantine",
    metadata,
    Column("id", BIG, primary_key=True, autoincrement=True),
    Column("account_id", String(64), nullable=False),
    Column("headers", JSON, nullable=False),
    Column("body", LargeBinary, nullable=False),
    Column("received_at", Moment, nullable=False),
    sqlite_autoincrement=True,
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
    Column("standing", String(16)),
    Column("standing_at", Moment),
)

invites = Table(
    "invites",
    metadata,
    Column("token_hash", String(64), primary_key=True),
    Column("chat", String(16), nullable=False),
    Column("expires_at", Moment, nullable=False),
    Column("used_by", String(64)),
)

deeds = Table(
    "deeds",
    metadata,
    Column("id", BIG, primary_key=True, autoincrement=True),
    Column("subject", String(16), nullable=False),
    Column("act", String(16), nullable=False),
    Column("chat", String(16), nullable=False),
    Column("team", String(64), nullable=False),
    Column("user", String(64), nullable=False),
    Column("name", String(255), nullable=False),
    Column("at", Moment, nullable=False),
    Index(None, "subject"),
    sqlite_autoincrement=True,
)

rate_buckets = Table(
    "rate_buckets",
    metadata,
    Column("key", String(200), primary_key=True),
    Column("empty_at", Moment, nullable=False),
)
