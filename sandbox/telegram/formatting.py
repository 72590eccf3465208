"""From Telegram's HTML to text and entities, counted in UTF-16 units as Telegram counts.

https://core.telegram.org/bots/api#html-style; the wording of the refusals is that of `parse_html` in
https://github.com/tdlib/td/blob/master/td/telegram/MessageEntity.cpp.
"""

import re
from dataclasses import dataclass, field
from typing import Any, NoReturn

from sandbox.telegram.answers import Refused, bad_request
from sandbox.telegram.links import checked_url, mentioned
from sandbox.telegram.people import PEOPLE
from sandbox.telegram.units import units

Entity = dict[str, Any]

_TYPES = {
    "b": "bold",
    "strong": "bold",
    "i": "italic",
    "em": "italic",
    "u": "underline",
    "ins": "underline",
    "s": "strikethrough",
    "strike": "strikethrough",
    "del": "strikethrough",
    "tg-spoiler": "spoiler",
    "span": "spoiler",
    "tg-emoji": "custom_emoji",
    "a": "text_link",
    "code": "code",
    "pre": "pre",
    "blockquote": "blockquote",
}
_NAMED = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}
_REFERENCE = re.compile(r"&(?:#x([0-9a-fA-F]{1,6})|#([0-9]{1,7})|([a-zA-Z]+));?")
_TAG_NAME = re.compile(r"</?([^\s>]*)")
_TAG_END = re.compile(r"\s*>")
_FLAG = re.compile(r"\s+(expandable)(?=[\s>])")
_ATTRIBUTE = re.compile(r"""\s+([^\s=>]+)\s*=\s*(?:"([^"]*)"|'([^']*)'|([A-Za-z0-9.-]+))(?=[\s>])""")
_LAST_CODE_POINT = 0x10FFFF
_SURROGATES = range(0xD800, 0xE000)


@dataclass(frozen=True, slots=True)
class Formatted:
    """Text as people see it, and what is special about parts of it (`MessageEntity` objects)."""

    text: str
    entities: list[Entity] = field(default_factory=list)


def parse_html(source: str) -> Formatted:
    """The text and entities that `parse_mode=HTML` makes of `source`; raises Refused."""
    return _Parser(source).run()


@dataclass(slots=True)
class _Open:
    tag: str
    attributes: dict[str, str]
    offset: int  # in UTF-16 units
    written: int  # pieces of text before it


class _Parser:
    def __init__(self, source: str) -> None:
        self._source, self._at = source, 0
        self._pieces: list[str] = []
        self._length = 0
        self._open: list[_Open] = []
        self._entities: list[Entity] = []

    def run(self) -> Formatted:
        while self._at < len(self._source):
            if self._source.startswith("</", self._at):
                self._end_tag()
            elif self._source[self._at] == "<":
                self._start_tag()
            else:
                self._character()
        if self._open:
            _refuse(f'Can\'t find end tag corresponding to start tag "{self._open[-1].tag}"')
        text = "".join(self._pieces)
        return Formatted(text, sorted(map(_public, self._entities), key=_order))

    def _character(self) -> None:
        reference = _REFERENCE.match(self._source, self._at)
        decoded = _decoded(reference) if reference else ""
        self._at = reference.end() if reference and decoded else self._at + 1
        piece = decoded or self._source[self._at - 1]
        self._pieces.append(piece)
        self._length += units(piece)

    def _start_tag(self) -> None:
        begin = self._at
        tag = self._tag_name()
        if tag not in _TYPES:
            _refuse(f'Unsupported start tag "{tag}" at byte offset {self._bytes(begin)}')
        attributes = self._attributes(tag, begin)
        if tag == "span" and attributes.get("class") != "tg-spoiler":
            _refuse(f'Tag "span" must have class "tg-spoiler" at byte offset {self._bytes(begin)}')
        self._open.append(_Open(tag, attributes, self._length, len(self._pieces)))

    def _attributes(self, tag: str, begin: int) -> dict[str, str]:
        found: dict[str, str] = {}
        while not (end := _TAG_END.match(self._source, self._at)):
            matched = _ATTRIBUTE.match(self._source, self._at) or (
                _FLAG.match(self._source, self._at) if tag == "blockquote" else None
            )
            if not matched:
                self._refuse_attribute(tag, begin)
            name, *values = matched.groups()
            found[name] = _REFERENCE.sub(_decoded_or_same, next((v for v in values if v is not None), ""))
            self._at = matched.end()
        self._at = end.end()
        return found

    def _refuse_attribute(self, tag: str, begin: int) -> NoReturn:
        where = f"at byte offset {self._bytes(begin)}"
        if ">" not in self._source[self._at :]:
            _refuse(f"Unclosed start tag {where}")
        _refuse(f'Expected equal sign in declaration of an attribute of the tag "{tag}" {where}')

    def _end_tag(self) -> None:
        begin = self._at
        if not self._open:
            _refuse(f"Unexpected end tag at byte offset {self._bytes(begin)}")
        tag = self._tag_name()
        end = _TAG_END.match(self._source, self._at)
        if not end:
            _refuse(f"Unclosed end tag at byte offset {self._bytes(begin)}")
        self._at = end.end()
        opened = self._open.pop()
        if tag not in {"", opened.tag}:
            where = f"at byte offset {self._bytes(begin)}"
            _refuse(f'Unmatched end tag {where}, expected "</{opened.tag}>", found "</{tag}>"')
        if self._length > opened.offset:
            self._close(opened)

    def _close(self, opened: _Open) -> None:
        span = {"offset": opened.offset, "length": self._length - opened.offset}
        if opened.tag == "pre" and self._entities and _is_code_block(self._entities[-1], span):
            self._entities[-1]["type"] = "pre"
            return
        special = _special(opened, "".join(self._pieces[opened.written :]))
        if special is not None:
            self._entities.append({"type": _TYPES[opened.tag], **span, **special})

    def _tag_name(self) -> str:
        """The name at the cursor, which moves behind it; a tag that never ends is refused."""
        matched = _TAG_NAME.match(self._source, self._at)
        if matched is None or matched.end() == len(self._source):
            _refuse(f"Unclosed start tag at byte offset {self._bytes(self._at)}")
        self._at = matched.end()
        return matched[1].lower()

    def _bytes(self, position: int) -> int:
        return len(self._source[:position].encode())


def _special(opened: _Open, inner: str) -> dict[str, Any] | None:
    """What the entity says beyond its type and place; None: it is no entity, its text stays."""
    if opened.tag == "a":
        return linked(opened.attributes.get("href") or inner)
    if opened.tag == "code":
        language = opened.attributes.get("class", "")
        return {"language": language.removeprefix("language-")} if language.startswith("language-") else {}
    if opened.tag == "tg-emoji":
        emoji = opened.attributes.get("emoji-id", "")
        if not emoji.isdigit():
            _refuse("Invalid custom emoji identifier specified")
        return {"custom_emoji_id": emoji}
    if "expandable" in opened.attributes:
        return {"type": "expandable_blockquote"}
    return {}


def linked(target: str) -> dict[str, Any] | None:
    """A mention, a link, or nothing: whom nobody knows and what is no address stay plain text."""
    user_id = mentioned(target)
    if user_id is not None:
        person = PEOPLE.get(user_id)
        return {"type": "text_mention", "user": person.as_json()} if person else None
    try:
        return {"url": checked_url(target)}
    except ValueError:
        return None


def _is_code_block(entity: Entity, span: dict[str, int]) -> bool:
    return entity["type"] == "code" and "language" in entity and entity.items() >= span.items()


def _public(entity: Entity) -> Entity:
    """Only `pre` keeps its language."""
    return {k: v for k, v in entity.items() if k != "language" or entity["type"] == "pre"}


def _order(entity: Entity) -> tuple[int, int]:
    return entity["offset"], -entity["length"]


def _decoded(reference: re.Match[str]) -> str:
    hexadecimal, decimal, name = reference.groups()
    if name:
        return _NAMED.get(name, "")
    code = int(hexadecimal, 16) if hexadecimal else int(decimal)
    return chr(code) if 0 < code < _LAST_CODE_POINT and code not in _SURROGATES else ""


def _decoded_or_same(reference: re.Match[str]) -> str:
    return _decoded(reference) or reference[0]


def _refuse(reason: str) -> NoReturn:
    refused: Refused = bad_request(f"can't parse entities: {reason}")
    raise refused
