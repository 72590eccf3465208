"""Alembic's entry: one connection, the URL handed over by `storage.migrate`, and all migrations or none."""

from alembic import context
from sqlalchemy import NullPool, create_engine, make_url

from storage.indices import SCHEMA
from storage.migrate import UNLIMITED

url = make_url(context.config.attributes["url"])
is_file = url.get_backend_name() == "sqlite"
# SQLite's driver, left to itself, lets each change of the schema stand alone.
by_hand = {"isolation_level": None} if is_file else {}
engine = create_engine(url, poolclass=NullPool, connect_args=by_hand)
with engine.connect() as connection, connection.begin():
    connection.exec_driver_sql("BEGIN IMMEDIATE" if is_file else UNLIMITED)
    context.configure(connection, target_metadata=SCHEMA)
    context.run_migrations()
