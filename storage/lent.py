"""Tells whether a server's connections are lent for a transaction each, as by a PgBouncer in that mode."""

from sqlalchemy import Connection, create_engine, text

_PATIENCE_S = 5  # with a server that takes calls and says nothing
_WHO = text("SELECT pg_backend_pid()")


def is_lent(url: str) -> bool:
    """Does somebody else go on where a transaction of ours has ended? Raises DBAPIError.

    Two of us take turns: whoever begins is lent what the other has just given back.
    """
    how = {"connect_timeout": _PATIENCE_S, "prepare_threshold": None}
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
    """The process of the server that this transaction is in."""
    return int(connection.execute(_WHO).scalar_one())
