"""The `--port` option of commands that listen on this machine only; mistakes are one line."""

import os
import socket

import click

from bot.settings_table import FORMS
from sandbox.server import listen


def port_or_exit(_: click.Context, __: click.Parameter, port: int) -> int:
    """A port, or 0 for one that is free; exits with 1 if there is no such port."""
    is_good, must_be = FORMS["PORT"]
    if port != 0 and not is_good(str(port)):
        raise click.ClickException(f"--port {port}: {must_be}")
    return port


def listen_or_exit(port: int) -> socket.socket:
    """Listen there; exits with 1 if that cannot be done."""
    try:
        return listen(port)
    except OSError as error:
        why = os.strerror(error.errno) if error.errno else str(error)
        raise click.ClickException(
            f"cannot listen on port {port}: {why}. Choose another with --port, or stop what listens there."
        ) from None
