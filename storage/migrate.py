"""Brings a database's schema up to date, and tells whether it is.

Whoever only asks does without Alembic, which is a tenth of the idle service's memory.
"""

from pathlib import Path

from sqlalchemy import column, create_engine, inspect, select, table

from bot.errors import PaylinkError

_MIGRATIONS = Path(__file__).parent / "migrations"
_VERSION = table("alembic_version", column("version_num"))


class TooNew(PaylinkError):
    """A newer program has migrated the database: we cannot know what is in it."""


def upgrade(url: str) -> None:
    """Run every migration that this database has not seen; none of them is an error. Raises TooNew."""
    if is_current(url):
        return
    check_known(url)
    from alembic import command  # noqa: PLC0415 - see above
    from alembic.config import Config  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS))
    config.attributes["url"] = url
    command.upgrade(config, "head")


def is_current(url: str) -> bool:
    """Has the database seen the newest migration?"""
    return _seen(url) == max(_ours())


def check_known(url: str) -> None:
    """Raises TooNew if the database has seen a migration that is not ours."""
    if _seen(url) not in {None, *_ours()}:
        raise TooNew("a newer Paylink has upgraded the database: start that one")


def _ours() -> set[str]:
    return {path.name.partition("_")[0] for path in _MIGRATIONS.glob("versions/0*.py")}


def _seen(url: str) -> str | None:
    """The newest migration that the database has seen."""
    engine = create_engine(url)
    try:
        with engine.connect() as connection:
            if not inspect(connection).has_table(_VERSION.name):
                return None
            return connection.execute(select(_VERSION.c.version_num)).scalar_one_or_none()
    finally:
        engine.dispose()
