"""Opens the sockets of `paylink serve`; a failure is one line that names the settings to look at."""

import socket
from collections.abc import Sequence
from typing import Any

import click

_BACKLOG = 2048  # as uvicorn has it


def sockets_or_exit(host: str, port: int) -> Sequence[socket.socket]:
    """One socket per address of the host; exits with 1 if none can be opened."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        return [_bound(family, address) for family, *_, address in dict.fromkeys(found)]
    except (OSError, UnicodeError) as error:
        why = getattr(error, "strerror", None) or str(error)
        raise click.ClickException(
            f"cannot listen where PAYLINK_HOST={host} and PAYLINK_PORT={port} say: {why}. "
            "Set another, or stop what listens there."
        ) from None


def _bound(family: int, address: Any) -> socket.socket:
    made = socket.socket(family, socket.SOCK_STREAM)
    made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    if family == socket.AF_INET6:
        made.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
    try:
        made.bind(address)
        made.listen(_BACKLOG)
    except OSError:
        made.close()
        raise
    return made
