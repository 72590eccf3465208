"""Types of columns, and what all tables share."""

import json
import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

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
_SIGN = "\N{REPLACEMENT CHARACTER}"
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


class Words(TypeDecorator[str]):
    """A text of any length: what others send is kept whole.

    Nobody means a NUL, which PostgreSQL does not take, or half an emoji, of a text that was cut: they become
    the sign for unreadable.
    """

    impl = String
    cache_ok = True

    def bind_processor(self, dialect: Dialect) -> Callable[[Any], Any]:  # noqa: ARG002 - given
        """Without a detour: it runs for every text."""
        return _readable


def to_json(value: Any) -> str:
    """Several texts in one column, as readable as `Words`."""
    return _UNREADABLE.sub(_SIGN, json.dumps(value, ensure_ascii=False))


def _readable(text: str | None) -> str | None:
    if not text or (text.isascii() and "\0" not in text):
        return text
    return _UNREADABLE.sub(_SIGN, text)
