"""Cursors: a long list, a page at a time.

Source: https://docs.slack.dev/apis/web-api/pagination
"""

import base64
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from sandbox.slack.arguments import Arguments
from sandbox.slack.errors import SlackRefusal

Item = TypeVar("Item")
_PAGE, _LARGEST_PAGE = 100, 1_000


def page(
    name: str, everything: Sequence[Item], arguments: Arguments, key: Callable[[Item], str]
) -> dict[str, Any]:
    """The page that `cursor` and `limit` ask for under `name`, and the next cursor, empty at the end."""
    limit, cursor = arguments.get("limit", _PAGE), arguments.get("cursor", "")
    if not 1 <= limit <= _LARGEST_PAGE:
        raise SlackRefusal("invalid_limit")
    cursors = [base64.b64encode(f"next:{key(item)}".encode()).decode() for item in everything]
    if cursor and cursor not in cursors:
        raise SlackRefusal("invalid_cursor")
    start = cursors.index(cursor) if cursor else 0
    end = start + limit
    return {
        name: list(everything[start:end]),
        "response_metadata": {"next_cursor": cursors[end] if end < len(cursors) else ""},
    }
