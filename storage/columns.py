"""Column types, and what all tables share."""

import json
import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import msgspec
from sqlalchemy import BigInteger, DateTime, Integer, MetaData, String, TypeDecorator
from sqlalchemy.engine import Dialect

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)

_UNREADABLE = re.compile("[\0\ud800-\udfff]")
_REPLACEMENT = "\N{REPLACEMENT CHARACTER}"
BIG = BigInteger().with_variant(Integer(), "sqlite")


class Moment(TypeDecorator[datetime]):
    """An aware datetime; SQLite, which has no time zones, stores it in UTC."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def bind_processor(self, dialect: Dialect) -> Callable[[Any], Any] | None:
        """Ours alone, as it runs for every datetime: SQLAlchemy's takes longer."""
        return _in_utc if dialect.name == "sqlite" else super().bind_processor(dialect)

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[Any], Any] | None:
        return _moment if dialect.name == "sqlite" else super().result_processor(dialect, coltype)


class Words(TypeDecorator[str]):
    """Text of any length: what others send is stored whole.

    NUL characters, which PostgreSQL refuses, and lone surrogates (half an emoji) become replacement
    characters.
    """

    impl = String
    cache_ok = True

    def bind_processor(self, dialect: Dialect) -> Callable[[Any], Any]:  # noqa: ARG002 - given
        """Ours alone, as it runs for every text."""
        return _readable


def to_json(value: Any) -> str:
    """Several texts in one column, readable as `Words` are."""
    try:
        return msgspec.json.encode(value).decode()
    except UnicodeEncodeError:
        return _UNREADABLE.sub(_REPLACEMENT, json.dumps(value, ensure_ascii=False))


def from_json(text: str | bytes) -> Any:
    """The inverse of `to_json`."""
    return msgspec.json.decode(text)


def _in_utc(moment: datetime | None) -> str | None:
    return moment.astimezone(UTC).replace(tzinfo=None).isoformat(" ", "microseconds") if moment else None


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(f"{text}+00:00") if text else None


def _readable(text: str | None) -> str | None:
    if not text or (text.isascii() and "\0" not in text):
        return text
    return _UNREADABLE.sub(_REPLACEMENT, text)
