"""The tables. Migrations create them; a test compares the two."""

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    Table,
    UniqueConstraint,
)

from storage.columns import BIG, Moment, Words, metadata

accounts = Table(
    "accounts",
    metadata,
    Column("id", Words, primary_key=True),
    Column("backend", Words, nullable=False),
    Column("mode", Words, nullable=False),
)

destinations = Table(
    "destinations",
    metadata,
    Column("id", BIG, primary_key=True, autoincrement=True),
    Column("chat", Words, nullable=False),
    Column("team", Words, nullable=False),
    Column("channel", Words, nullable=False),
    Column("thread", Words),
    Column("private", Boolean, nullable=False),
    Column("lane", Words, nullable=False),
    Column("language", Words, nullable=False),
    Column("root", Words),
    Column("prompt", Words),
    Column("reach", Words, nullable=False),
    Index(None, "chat", "channel"),
    sqlite_autoincrement=True,
)

drafts = Table(
    "drafts",
    metadata,
    Column("id", Words, primary_key=True),
    Column("state", Words, nullable=False),
    Column("chat", Words, nullable=False),
    Column("team", Words, nullable=False),
    Column("user", Words, nullable=False),
    Column("name", Words, nullable=False),
    Column("destination_id", ForeignKey("destinations.id"), nullable=False),
    Column("account_id", ForeignKey("accounts.id"), nullable=False),
    Column("version", Integer, nullable=False),
    Column("answers", JSON, nullable=False),
    Column("problems", JSON, nullable=False),
    Column("choosing", Boolean, nullable=False),
    Column("desk", JSON, nullable=False),
    Column("kept", JSON, nullable=False),  # field -> the answer that stands until it is given anew
    Column("earlier", JSON, nullable=False),  # how it stood before, step by step: what Back leads to
    Column("recalled", JSON, nullable=False),  # fields that were filled in from an earlier link
    Column("expires_at", Moment, nullable=False),
    Index(None, "chat", "team", "user", "state"),
    Index(None, "state", "expires_at"),
)

links = Table(
    "links",
    metadata,
    Column("id", Words, primary_key=True),
    Column("account_id", ForeignKey("accounts.id"), nullable=False),
    Column("public_token", Words, nullable=False, unique=True),
    Column("state", Words, nullable=False),
    Column("closed", Words),
    Column("amount_minor", BigInteger, nullable=False),
    Column("currency", Words, nullable=False),
    Column("uses", Integer),  # none: any number of times
    Column("description", Words),
    Column("customer_name", Words),
    Column("customer_email", Words),
    Column("customer_phone", Words),
    Column("customer_country", Words),
    Column("creator_chat", Words, nullable=False),
    Column("creator_team", Words, nullable=False),
    Column("creator_user", Words, nullable=False),
    Column("creator_name", Words, nullable=False),
    Column("destination_id", ForeignKey("destinations.id"), nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("expires_at", Moment, nullable=False),
    Column("own_reference", Words),
    Column("trouble", JSON),
    Column("retry_at", Moment),
    Column("poll_at", Moment),
    Column("details", JSON, nullable=False),
    Column("kind", Words, nullable=False),
    Column("least_minor", BigInteger),  # of a range, in the link's currency
    Index(None, "state", "retry_at"),
    Index(None, "poll_at"),
    Index(None, "created_at"),
    Index(None, "creator_chat", "creator_user", "created_at"),
    Index(None, "account_id", "customer_email", "created_at"),
    Index(None, "account_id", "customer_phone", "created_at"),
)

provider_links = Table(
    "provider_links",
    metadata,
    Column("link_id", ForeignKey("links.id"), primary_key=True),
    Column("attempt", Integer, primary_key=True),
    Column("account_id", ForeignKey("accounts.id"), nullable=False),
    Column("reference", Words, nullable=False),
    Column("state", Words, nullable=False),
    Column("amount_minor", BigInteger, nullable=False),
    Column("currency", Words, nullable=False),
    Column("provider_id", Words),
    Column("url", Words),
    Column("expires_on", Moment),
    Column("webhook_token", Words),
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
    Column("provider_payment_id", Words, nullable=False),
    Column("link_id", ForeignKey("links.id"), nullable=False),
    Column("heard", JSON, nullable=False),  # kind of event -> when it was first heard of
    Column("authorised", BigInteger),
    Column("authorised_currency", Words),
    Column("captured", BigInteger),
    Column("captured_currency", Words),
    Column("refunded", BigInteger),
    Column("refunded_currency", Words),
    Column("returned", BigInteger),
    Column("returned_currency", Words),
    Column("disputed", BigInteger),
    Column("disputed_currency", Words),
    *(Column(name, Words) for name in ("method", "bank_reference", "reason", "use")),
    Column("disputes", JSON),  # by id
    UniqueConstraint("account_id", "provider_payment_id"),
    Index(None, "link_id"),
)

inbox = Table(
    "inbox",
    metadata,
    Column("id", BIG, primary_key=True, autoincrement=True),
    Column("kind", Words, nullable=False),
    Column("account_id", Words, nullable=False),
    Column("key", Words, nullable=False),
    Column("stripe", Integer, nullable=False),
    Column("body", LargeBinary, nullable=False),
    Column("received_at", Moment, nullable=False),
    Column("state", Words, nullable=False),
    Column("trouble", Words),
    UniqueConstraint("kind", "account_id", "key"),
    sqlite_autoincrement=True,
)

events = Table(
    "events",
    metadata,
    Column("account_id", ForeignKey("accounts.id"), primary_key=True),
    Column("key", Words, primary_key=True),
    Column("inbox_id", ForeignKey("inbox.id")),  # none: fetched, not sent
    Column("link_id", ForeignKey("links.id")),
    Column("kind", Words, nullable=False),
    Column("provider_word", Words, nullable=False),
    Column("provider_payment_id", Words),
    Column("reference", Words),
    Column("amount_minor", BigInteger),
    Column("currency", Words),
    Column("occurred_at", Moment, nullable=False),
    Index(None, "link_id"),
    Index(None, "inbox_id"),  # or deleting a row there would read all that is here
)

lookups = Table(
    "lookups",
    metadata,
    Column("inbound_id", ForeignKey("inbox.id"), primary_key=True),
    Column("provider_payment_id", Words, primary_key=True),
    Column("account_id", ForeignKey("accounts.id"), nullable=False),
    Column("asked_at", Moment, nullable=False),
    Column("not_before", Moment, nullable=False),
    Index(None, "not_before"),
)

quarantine = Table(
    "quarantine",
    metadata,
    Column("id", BIG, primary_key=True, autoincrement=True),
    Column("account_id", Words, nullable=False),
    Column("headers", JSON, nullable=False),
    Column("body", LargeBinary, nullable=False),
    Column("received_at", Moment, nullable=False),
    sqlite_autoincrement=True,
)

outbox = Table(
    "outbox",
    metadata,
    Column("id", BIG, primary_key=True, autoincrement=True),
    Column("say", Words, nullable=False),
    Column("subject", Words, nullable=False),
    Column("once", Words, nullable=False),
    Column("destination_id", ForeignKey("destinations.id"), nullable=False),
    Column("lane", Words, nullable=False),
    Column("key", Words, nullable=False),
    Column("params", JSON, nullable=False),
    Column("state", Words, nullable=False),
    Column("wanted", Integer, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("not_before", Moment, nullable=False),
    Column("owed_since", Moment),  # none: not owed, or by an older process
    UniqueConstraint("subject", "say", "once"),
    sqlite_autoincrement=True,
)

people = Table(
    "people",
    metadata,
    Column("chat", Words, primary_key=True),
    Column("team", Words, primary_key=True),
    Column("user", Words, primary_key=True),
    Column("name", Words, nullable=False),
    Column("number_format", Words),
    Column("standing", Words),
    Column("standing_at", Moment),
)

invites = Table(
    "invites",
    metadata,
    Column("token_hash", Words, primary_key=True),
    Column("chat", Words, nullable=False),
    Column("expires_at", Moment, nullable=False),
    Column("used_by", Words),
)

deeds = Table(
    "deeds",
    metadata,
    Column("id", BIG, primary_key=True, autoincrement=True),
    Column("subject", Words, nullable=False),
    Column("act", Words, nullable=False),
    Column("chat", Words, nullable=False),
    Column("team", Words, nullable=False),
    Column("user", Words, nullable=False),
    Column("name", Words, nullable=False),
    Column("at", Moment, nullable=False),
    Index(None, "subject"),
    sqlite_autoincrement=True,
)

rate_buckets = Table(
    "rate_buckets",
    metadata,
    Column("key", Words, primary_key=True),
    Column("empty_at", Moment, nullable=False),
)

leases = Table(
    "leases",
    metadata,
    Column("name", Words, primary_key=True),
    Column("holder", Words, nullable=False),
    Column("until", Moment, nullable=False),
)
