"""Brings a database's schema up to date, and tells whether it is."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine


def upgrade(url: str) -> None:
    """Run every migration that this database has not seen; none of them is an error."""
    command.upgrade(_config(url), "head")


def is_current(url: str) -> bool:
    """Has the database seen the newest migration?"""
    engine = create_engine(url)
    try:
        with engine.connect() as connection:
            seen = MigrationContext.configure(connection).get_current_revision()
    finally:
        engine.dispose()
    return seen == ScriptDirectory.from_config(_config(url)).get_current_head()


def _config(url: str) -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.attributes["url"] = url
    return config
