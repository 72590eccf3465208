"""Detects a pooler that hands a connection to somebody else after each transaction, as PgBouncer can."""

from sqlalchemy import Connection, create_engine, text

_PATIENCE_S = 5  # with a server that accepts connections and never answers
_WHO = text("SELECT pg_backend_pid()")


def is_transaction_pooled(url: str) -> bool:
    """Does a transaction pooler stand in front of the server? Raises DBAPIError.

    Two clients take turns: behind a pooler, each is given the server process that the other just released.
    """
    how = {"connect_timeout": _PATIENCE_S, "client_encoding": "UTF8", "prepare_threshold": None}
    engine = create_engine(url, connect_args=how)
    try:
        with engine.connect() as one, engine.connect() as other:
            before = _server_of(one)
            one.rollback()
            _server_of(other)
            return _server_of(one) != before
    finally:
        engine.dispose()


def _server_of(connection: Connection) -> int:
    """The server process that runs this transaction."""
    return int(connection.execute(_WHO).scalar_one())
