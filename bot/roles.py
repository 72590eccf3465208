"""What a process of the service is for."""

from enum import StrEnum


class Role(StrEnum):
    """WEB takes requests in and acknowledges them; WORK does what follows from them."""

    WEB = "web"
    WORK = "work"
