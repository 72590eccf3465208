"""Tells systemd that the service is ready (sd_notify(3))."""

import contextlib
import os
import socket


def ready() -> None:
    """Notify, if `NOTIFY_SOCKET` is set: the path of a datagram socket, or with @ its abstract name."""
    address = os.environ.get("NOTIFY_SOCKET")
    if not address:
        return
    with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as told:
        told.sendto(b"READY=1", f"\0{address[1:]}" if address.startswith("@") else address)
