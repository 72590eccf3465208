"""Traces for a command. They are an extra, and imported only if they are sent somewhere."""

import sys
from typing import TYPE_CHECKING

import click

from bot.settings import Settings

if TYPE_CHECKING:
    from adapters.telemetry.traces import Traces


def traces_or_exit(settings: Settings) -> "Traces | None":
    """A listener to the log, to be closed; exits with 1 if the extra is not installed."""
    if settings.traces_url is None:
        return None
    try:
        from adapters.telemetry.traces import Traces  # noqa: PLC0415 - see above
    except ImportError:
        raise click.ClickException(
            f"PAYLINK_TRACES_URL needs more: {sys.prefix}/bin/pip install '.[traces]' in the copy of Paylink"
        ) from None
    return Traces(settings.traces_url)
