"""Identifiers and moments as Cost+ writes them."""

import uuid
from datetime import datetime

PROJECT = "5a4db0c5-0000-4000-8000-000000000001"
MERCHANT = "5a4db0c5-0000-4000-8000-000000000002"
FOREIGN = "5a4db0c5-0000-4000-8000-000000000403"  # a link and an order of somebody else's project


def new_id() -> str:
    return str(uuid.uuid4())


def zulu(at: datetime) -> str:
    """2026-01-15T12:00:00.000000Z, as `created` and `modified` are written."""
    return f"{at:%Y-%m-%dT%H:%M:%S.%f}Z"


def offset(at: datetime) -> str:
    """2026-01-15T12:05:30.123456+00:00, as `completed` is written in the same object."""
    return f"{at:%Y-%m-%dT%H:%M:%S.%f}+00:00"
