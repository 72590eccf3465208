"""Reads JSON as strictly as it is defined, which Python does not."""

import json
from typing import Any


def json_in(raw: bytes) -> Any:
    """What a body says; raises ValueError for NaN, Infinity, half a surrogate pair, and endless nesting."""
    try:
        read = json.loads(raw, parse_constant=_no_constant)
        json.dumps(read, ensure_ascii=False).encode()
    except RecursionError as error:
        raise ValueError("nested too deeply") from error
    return read


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is no JSON")
