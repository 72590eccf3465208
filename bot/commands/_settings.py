"""Reads the settings for a command: mistakes are printed one per line, and end it."""

import contextlib
import logging
import os
import sys
from collections.abc import Iterator, Sequence

import click

from bot import settings
from bot.errors import ConfigurationError
from bot.settings_file import FILE, place_of


def settings_or_exit(*, connected: bool = True, status: int = os.EX_CONFIG) -> settings.Settings:
    """The settings; exits after printing every mistake. `connected`: webhook secrets must be set.

    What libraries say by themselves is not printed, since they quote whatever was answered: whoever called
    them is told, and tells the operator. `serve` sets up a log.
    """
    logging.basicConfig(handlers=[logging.NullHandler()])
    with mistakes_told(status):
        return settings.load(settings.read_environment(), connected=connected, tried=_tried)


def _tried(accounts: settings.Accounts, merchant_name: str) -> Sequence[str]:
    """Problems that only the backends themselves find."""
    from adapters.backends._accounts import make_accounts  # noqa: PLC0415 - most commands make none

    try:
        make_accounts(accounts, merchant_name, {})
    except ConfigurationError as error:
        return error.problems
    return ()


@contextlib.contextmanager
def mistakes_told(status: int = os.EX_CONFIG) -> Iterator[None]:
    """Mistakes in the settings inside the block are printed, and end the command with that status."""
    try:
        yield
    except ConfigurationError as error:
        count = len(error.problems)
        where = f"environment or {place_of(FILE)}"
        click.echo(f"{count} setting{'s' if count > 1 else ''} to mend ({where}):", err=True)
        for problem in error.problems:
            click.echo(f"  {problem}", err=True)
        sys.exit(status)
