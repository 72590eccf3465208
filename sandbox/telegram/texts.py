"""What becomes of a text on its way into a chat: parsed, trimmed, measured, its links recognised."""

import re
from dataclasses import dataclass
from itertools import takewhile
from typing import Any

from sandbox.telegram.answers import bad_request
from sandbox.telegram.entities import read_entities
from sandbox.telegram.formatting import Entity, Formatted, parse_html
from sandbox.telegram.units import units

MAX_TEXT = 4096  # UTF-16 units, after parsing: https://core.telegram.org/bots/api#sendmessage
_MAX_CAPTION = 1024
_MAX_ENTITIES = 100
_MAX_SOURCE_BYTES = 1 << 15
_OPAQUE = {"code", "pre", "text_link", "text_mention"}
_TOP_LEVEL = """app at be biz ch co com cz de dev es eu fr info io it jp me net nl online org pl pro
    pt ru se shop site store tech tr ua uk us xyz""".split()
_URL_END = r"[^\s<>\"]*[^\s<>\".,;:!?)]"
_RECOGNISED = (
    ("url", re.compile(rf"(?<!\w)https?://{_URL_END}")),
    ("email", re.compile(r"(?<![\w.+-])[\w.+-]+@[\w-]+(?:\.[\w-]+)*\.[A-Za-z]{2,}(?!\w)")),
    (
        "url",
        re.compile(rf"(?<![\w@./-])(?:[\w-]+\.)+(?:{'|'.join(_TOP_LEVEL)})(?![\w@-])(?:[/?#:]{_URL_END})?"),
    ),
    ("bot_command", re.compile(r"(?<![\w/<>])/[A-Za-z0-9_]{1,64}(?:@[A-Za-z0-9_]{3,32})?(?![\w/<>])")),
    ("mention", re.compile(r"(?<!\w)@[A-Za-z0-9_]{4,32}(?!\w)")),
    ("hashtag", re.compile(r"(?<![\w#])#(?=\w*[^\W\d])\w{1,256}(?!\w*#)")),
    ("cashtag", re.compile(r"(?<![$\w])\$[A-Z]{1,8}(?![$\w])")),
    ("phone_number", re.compile(r"(?<![\w+])\+\d[\d ()-]{7,18}\d(?!\w)")),
)


@dataclass(frozen=True, slots=True)
class Measure:
    """How long something may be, in UTF-16 units after parsing, and what is said of more."""

    most: int
    too_long: str


TEXT = Measure(MAX_TEXT, "message is too long")
OTHER_TEXT = Measure(MAX_TEXT, "MESSAGE_TOO_LONG")  # of an edit, or of an inline result
CAPTION = Measure(_MAX_CAPTION, "message caption is too long")
OTHER_CAPTION = Measure(_MAX_CAPTION, "MEDIA_CAPTION_TOO_LONG")


def read_text(given: dict[str, Any], measure: Measure = TEXT, name: str = "text") -> Formatted:
    """The text a bot sends, as it will stand in the chat; raises Refused.

    More than 100 entities are refused: whether the real service refuses or ignores them is not
    documented.
    """
    if not given.get(name):
        raise bad_request("message text is empty")
    formatted = _read(given, name, "entities", measure)
    if not formatted.text:
        raise bad_request("text must be non-empty")
    return formatted


def read_caption(given: dict[str, Any], measure: Measure = CAPTION) -> Formatted:
    """The words below a photo or document, if any; raises Refused."""
    return _read(given, "caption", "caption_entities", measure)


def recognised(formatted: Formatted) -> Formatted:
    """With what Telegram finds by itself, where nothing hides it: commands, addresses, names, tags.

    An address without `https://` needs a top-level domain that this table knows.
    """
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


def parsed(source: str, parse_mode: str | None, spelt_out: list[Any]) -> Formatted:
    """Text and entities of a source; a parse mode makes entities that are spelt out idle. Raises Refused."""
    if len(source.encode()) > _MAX_SOURCE_BYTES:
        raise bad_request("text is too long")
    mode = (parse_mode or "").lower()
    if not source or mode in {"", "none"}:
        return Formatted(source, read_entities(spelt_out, source))
    if mode == "html":
        return parse_html(source)
    if mode in {"markdown", "markdownv2"}:
        raise bad_request(f"parse_mode {parse_mode} is not offered by this stand-in")
    raise bad_request("unsupported parse_mode")


def _read(given: dict[str, Any], text: str, entities: str, measure: Measure) -> Formatted:
    formatted = _trimmed(parsed(given.get(text, ""), given.get("parse_mode"), given.get(entities, [])))
    if units(formatted.text) > measure.most:
        raise bad_request(measure.too_long)
    if len(formatted.entities) > _MAX_ENTITIES:
        raise bad_request("ENTITIES_TOO_LONG")
    return recognised(formatted)


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
