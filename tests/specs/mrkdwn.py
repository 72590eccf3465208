"""Slack's text as Slack reads it. https://docs.slack.dev/messaging/formatting-message-text#escaping"""

import re

from tests.specs.rendered import Rendered

_TOKEN = re.compile(r"&(?P<name>amp|lt|gt);|<(?P<inside>[^<>]*)>|(?P<stray>[<>&])")
_NAMED = {"amp": "&", "lt": "<", "gt": ">"}


def read(text: str) -> Rendered:
    """What is in angle brackets is active (`@U…`, `!channel`, `#C…`, an address) and no words of ours."""
    found = list(_TOKEN.finditer(text))
    return Rendered(
        words=_TOKEN.sub(lambda token: _NAMED.get(token["name"], token["stray"] or ""), text),
        active=tuple(token["inside"] for token in found if token["inside"] is not None),
        faults=tuple(f"unescaped {token['stray']!r}" for token in found if token["stray"]),
    )
