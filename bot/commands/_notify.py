"""Tells whoever started the service that it is ready, by systemd's protocol (sd_notify(3))."""

import contextlib
import os
import socket


def ready() -> None:
    """Say so, if somebody listens: `NOTIFY_SOCKET` is the path of a datagram socket, or with @ its name."""
    address = os.environ.get("NOTIFY_SOCKET")
    if not address:
        return
    with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as told:
        told.sendto(b"READY=1", f"\0{address[1:]}" if address.startswith("@") else address)
