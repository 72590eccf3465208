"""What becomes of a text on its way into a chat: parsed, trimmed, measured, its links recognised."""

import re
from itertools import takewhile

from sandbox.telegram.answers import bad_request
from sandbox.telegram.formatting import Entity, Formatted, parse_html
from sandbox.telegram.units import units

MAX_TEXT = 4096  # UTF-16 units, after parsing: https://core.telegram.org/bots/api#sendmessage
_MAX_ENTITIES = 100
_MAX_SOURCE_BYTES = 1 << 15
_OPAQUE = {"code", "pre", "text_link", "text_mention"}
_RECOGNISED = (
    ("bot_command", re.compile(r"(?<![\w/<>])/[A-Za-z0-9_]{1,64}(?:@[A-Za-z0-9_]{3,32})?(?![\w/<>])")),
    ("email", re.compile(r"(?<![\w.+-])[\w.+-]+@[\w-]+(?:\.[\w-]+)*\.[A-Za-z]{2,}(?!\w)")),
    ("url", re.compile(r"(?<!\w)https?://[^\s<>\"]*[^\s<>\".,;:!?)]")),
)


def outgoing(source: str, parse_mode: str | None) -> Formatted:
    """The text a bot sends, as it will stand in the chat; raises Refused.

    More than 100 entities are refused: whether the real service refuses or ignores them is not
    documented.
    """
    if not source:
        raise bad_request("message text is empty")
    if len(source.encode()) > _MAX_SOURCE_BYTES:
        raise bad_request("text is too long")
    formatted = _trimmed(_parsed(source, parse_mode))
    if not formatted.text:
        raise bad_request("text must be non-empty")
    if units(formatted.text) > MAX_TEXT:
        raise bad_request("message is too long")
    if len(formatted.entities) > _MAX_ENTITIES:
        raise bad_request("ENTITIES_TOO_LONG")
    return recognised(formatted)


def recognised(formatted: Formatted) -> Formatted:
    """With the commands, e-mail and web addresses Telegram finds by itself, where nothing hides them."""
    taken = [_span(entity) for entity in formatted.entities if entity["type"] in _OPAQUE]
    found: list[Entity] = []
    for kind, pattern in _RECOGNISED:
        for match in pattern.finditer(formatted.text):
            entity = {
                "type": kind,
                "offset": units(formatted.text[: match.start()]),
                "length": units(match[0]),
            }
            if not any(_overlap(_span(entity), span) for span in taken):
                taken.append(_span(entity))
                found.append(entity)
    entities = [*formatted.entities, *found]
    return Formatted(formatted.text, sorted(entities, key=lambda e: (e["offset"], -e["length"])))


def _parsed(source: str, parse_mode: str | None) -> Formatted:
    mode = (parse_mode or "").lower()
    if mode == "html":
        return parse_html(source)
    if mode in {"markdown", "markdownv2"}:
        raise bad_request(f"parse_mode {parse_mode} is not offered by this stand-in")
    if mode not in {"", "none"}:
        raise bad_request("unsupported parse_mode")
    return Formatted(source)


def _trimmed(formatted: Formatted) -> Formatted:
    """Without the white space Telegram cuts: all at the end, at the start up to the first entity."""
    first = min((entity["offset"] for entity in formatted.entities), default=len(formatted.text))
    start = min(first, len(list(takewhile(lambda char: char in " \n", formatted.text))))
    text = formatted.text[start:].rstrip()
    length = units(text)
    moved = [{**entity, "offset": entity["offset"] - start} for entity in formatted.entities]
    kept = [entity for entity in moved if entity["offset"] < length]
    return Formatted(text, [{**e, "length": min(e["length"], length - e["offset"])} for e in kept])


def _span(entity: Entity) -> tuple[int, int]:
    return entity["offset"], entity["offset"] + entity["length"]


def _overlap(one: tuple[int, int], other: tuple[int, int]) -> bool:
    return one[0] < other[1] and other[0] < one[1]
