"""The method that answers a pressed button."""

import re
from typing import Any

from sandbox.telegram.answers import bad_request
from sandbox.telegram.people import BOT
from sandbox.telegram.state import State
from sandbox.telegram.units import units

_MAX_ANSWER = 200  # UTF-16 units
_OWN_LINK = re.compile(rf"(?:https?://)?t\.me/{BOT.username}\?start=[A-Za-z0-9_-]{{1,64}}")


class Callbacks:
    """Takes its checked arguments, answers the result, and raises Refused."""

    def __init__(self, state: State) -> None:
        self._state = state

    def answer_callback_query(self, given: dict[str, Any]) -> bool:
        """A `url` may only be the bot's own deep link (or a game, which there is none of)."""
        text = given.get("text", "")
        if units(text) > _MAX_ANSWER:
            raise bad_request("MESSAGE_TOO_LONG")
        url = given.get("url", "")
        if url and not _OWN_LINK.fullmatch(url):
            raise bad_request("URL_INVALID")
        answer = {"text": text, "show_alert": given.get("show_alert", False)}
        self._state.answer(given["callback_query_id"], {**answer, **({"url": url} if url else {})})
        return True
