"""The formatting a bot spells out itself, as a list of `MessageEntity` objects.

https://core.telegram.org/bots/api#messageentity. What Telegram finds without help (links, mentions,
commands) is passed over, as the service does; the wording of the refusals is that of `fix_formatted_text`
in https://github.com/tdlib/td/blob/master/td/telegram/MessageEntity.cpp.
"""

from typing import Any

from sandbox.telegram.answers import Refused, bad_request
from sandbox.telegram.formatting import Entity, linked
from sandbox.telegram.units import units

_FOUND = set("mention hashtag cashtag bot_command url email phone_number bank_card_number".split())
_SPELT_OUT: dict[str, dict[str, type]] = {  # and what else each must say
    **{kind: {} for kind in "bold italic underline strikethrough spoiler code pre".split()},
    **{kind: {} for kind in ("blockquote", "expandable_blockquote")},
    "text_link": {"url": str},
    "text_mention": {"user": dict},
    "custom_emoji": {"custom_emoji_id": str},
    "date_time": {"unix_time": int},
}
_KEPT = {"pre": "language", "custom_emoji": "custom_emoji_id", "date_time": "unix_time"}
_WORDS = {int: "Number", str: "String", dict: "Object"}


def read_entities(given: list[Any], text: str) -> list[Entity]:
    """The entities as they will stand in the message; raises Refused."""
    read = [entity for item in given if (entity := _entity(item)) is not None]
    edges = _edges(text)
    checked = [_placed(entity, edges) for entity in read if entity["length"]]
    return sorted(filter(None, checked), key=lambda entity: (entity["offset"], -entity["length"]))


def _entity(item: Any) -> Entity | None:
    if not isinstance(item, dict):
        raise _unreadable("expected an Object")
    _require(item, {"offset": int, "length": int, "type": str})
    if item["type"] in _FOUND:
        return None
    if item["type"] not in _SPELT_OUT:
        raise _unreadable("Unsupported type specified")
    _require(item, _SPELT_OUT[item["type"]])
    return item


def _require(item: dict[str, Any], fields: dict[str, type]) -> None:
    for name, kind in fields.items():
        if name not in item:
            raise _unreadable(f'Can\'t find field "{name}"')
        if not isinstance(item[name], kind) or isinstance(item[name], bool):
            raise _unreadable(f'Field "{name}" must be of type {_WORDS[kind]}')


def _edges(text: str) -> dict[int, int]:
    """Where characters begin, and the end: in UTF-16 units -> in bytes."""
    edges, at, in_bytes = {}, 0, 0
    for character in text:
        edges[at] = in_bytes
        at, in_bytes = at + units(character), in_bytes + len(character.encode())
    return {**edges, at: in_bytes}


def _placed(entity: Entity, edges: dict[int, int]) -> Entity | None:
    """The entity with what may be said of it, if it is one; raises Refused where it is out of place."""
    begin, end, last = entity["offset"], entity["offset"] + entity["length"], max(edges)
    for name in ("offset", "length"):
        if entity[name] < 0:
            raise bad_request(f"receive an entity with incorrect {name} {entity[name]}")
    if begin > last:
        raise bad_request(f"entity begins after the end of the text at UTF-16 offset {begin}")
    from_begin = f"entity beginning at UTF-16 offset {begin}"
    if end > last:
        raise bad_request(f"{from_begin} ends after the end of the text at UTF-16 offset {end}")
    if begin not in edges:
        raise bad_request(f"entity begins in a middle of a UTF-16 symbol at byte offset {edges[begin + 1]}")
    if end not in edges:
        raise bad_request(f"{from_begin} ends in a middle of a UTF-16 symbol at byte offset {edges[end + 1]}")
    return _public(entity)


def _public(entity: Entity) -> Entity | None:
    kind = entity["type"]
    place = {"offset": entity["offset"], "length": entity["length"]}
    if kind in {"text_link", "text_mention"}:
        target = entity["url"] if kind == "text_link" else f"tg://user?id={entity['user'].get('id')}"
        link = linked(target)
        return {"type": kind, **place, **link} if link else None
    kept = _KEPT.get(kind, "")
    return {"type": kind, **place, **({kept: entity[kept]} if kept in entity else {})}


def _unreadable(reason: str) -> Refused:
    return bad_request(f"can't parse MessageEntity: {reason}")
