"""A message as safe HTML for a page: only these tags, only web links, everything else escaped."""

from html import escape
from itertools import pairwise

from sandbox.telegram.formatting import Entity
from sandbox.telegram.units import cut_units, units

_TAGS = {
    "bold": ("<b>", "</b>"),
    "italic": ("<i>", "</i>"),
    "underline": ("<u>", "</u>"),
    "strikethrough": ("<s>", "</s>"),
    "spoiler": ('<span class="spoiler">', "</span>"),
    "code": ("<code>", "</code>"),
    "pre": ("<pre>", "</pre>"),
    "blockquote": ("<blockquote>", "</blockquote>"),
    "expandable_blockquote": ("<blockquote>", "</blockquote>"),
    "text_mention": ('<span class="mention">', "</span>"),
    "bot_command": ('<span class="command">', "</span>"),
}
_LINKS = {"url": "", "email": "mailto:", "text_link": ""}


def to_html(text: str, entities: list[Entity]) -> str:
    """`text` with its entities as nested tags; entities that cross are closed and opened again."""
    marks = sorted({0, units(text), *(edge for entity in entities for edge in _edges(entity))})
    pieces: list[str] = []
    stack: list[tuple[Entity, str]] = []
    for begin, end in pairwise(marks):
        active = [entity for entity in entities if _edges(entity)[0] <= begin < _edges(entity)[1]]
        shared = 0
        while shared < min(len(stack), len(active)) and stack[shared][0] is active[shared]:
            shared += 1
        pieces += [closing for _, closing in reversed(stack[shared:])]
        del stack[shared:]
        for entity in active[shared:]:
            opening, closing = _tags(entity, text)
            pieces.append(opening)
            stack.append((entity, closing))
        pieces.append(escape(cut_units(text, begin, end)))
    return "".join([*pieces, *(closing for _, closing in reversed(stack))])


def _edges(entity: Entity) -> tuple[int, int]:
    return entity["offset"], entity["offset"] + entity["length"]


def _tags(entity: Entity, text: str) -> tuple[str, str]:
    if entity["type"] not in _LINKS:
        return _TAGS.get(entity["type"], ("", ""))
    address = _LINKS[entity["type"]] + (entity.get("url") or cut_units(text, *_edges(entity)))
    if not address.startswith(("http://", "https://", "mailto:")):
        return "", ""
    return f'<a href="{escape(address)}" rel="noreferrer">', "</a>"
