"""Reads bodies: whole, and once more for who comes after; and JSON as strictly as it is defined."""

import json
from typing import Any

from starlette.types import Message, Receive


async def body_in(receive: Receive) -> bytes:
    chunks, more = [], True
    while more:
        message = await receive()
        chunks.append(message.get("body", b""))
        more = message.get("more_body", False)
    return b"".join(chunks)


def replayed(body: bytes, receive: Receive) -> Receive:
    """The body again for the application; after it, the real connection (its end included)."""
    unread: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def replay() -> Message:
        return unread.pop() if unread else await receive()

    return replay


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
