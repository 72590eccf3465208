"""Alembic's entry: one connection, the URL handed over by `storage.migrate`."""

from alembic import context
from sqlalchemy import NullPool, create_engine

from storage.indices import SCHEMA

engine = create_engine(context.config.attributes["url"], poolclass=NullPool)
with engine.connect() as connection:
    context.configure(connection, target_metadata=SCHEMA)
    with context.begin_transaction():
        context.run_migrations()
    connection.commit()
