"""What a process of the service is for."""

from enum import StrEnum


class Role(StrEnum):
    """It answers the world, or it does what follows."""

    WEB = "web"
    WORK = "work"
