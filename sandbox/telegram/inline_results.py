"""What a bot offers in inline mode: https://core.telegram.org/bots/api#inlinequeryresult.

Articles and photos (by address or by id); other kinds are refused by this stand-in.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sandbox.telegram.answers import Refused, bad_request
from sandbox.telegram.fields import Kind, check_fields
from sandbox.telegram.files import File, Files
from sandbox.telegram.formatting import Formatted
from sandbox.telegram.keyboards import Markup, read_markup
from sandbox.telegram.rendering import to_html
from sandbox.telegram.sending import looks, preview
from sandbox.telegram.texts import OTHER_CAPTION, OTHER_TEXT, read_caption, read_text

_MOST_RESULTS = 50
_MAX_ID_BYTES = 64
_COMMON: dict[str, Kind] = {
    "type": str,
    "id": str,
    "title": str,
    "description": str,
    "reply_markup": dict,
    "input_message_content": dict,
    "thumbnail_url": str,
}
FIELDS: dict[str, dict[str, Kind]] = {
    "article": {**_COMMON, "url": str, "thumbnail_width": int, "thumbnail_height": int},
    "photo": {
        **_COMMON,
        "photo_url": str,
        "photo_file_id": str,
        "photo_width": int,
        "photo_height": int,
        "caption": str,
        "parse_mode": str,
        "caption_entities": list,
        "show_caption_above_media": bool,
    },
}
CONTENT_FIELDS: dict[str, Kind] = {
    "message_text": str,
    "parse_mode": str,
    "entities": list,
    "link_preview_options": dict,
}


@dataclass(frozen=True, slots=True)
class Result:
    """One offer: how it is listed, and the message it becomes (`photo`: a file, or its address)."""

    given: Mapping[str, Any]
    content: Formatted
    markup: Markup
    details: Mapping[str, Any]
    photo: File | str | None = None

    @property
    def id(self) -> str:
        return str(self.given["id"])

    def as_seen(self) -> dict[str, Any]:
        """The offer as a person sees it in the list, and the words of the message."""
        listed = {name: self.given[name] for name in _COMMON if name in self.given}
        del listed["type"]
        words = {"text": self.content.text, "html": to_html(self.content.text, self.content.entities)}
        keyboard = (self.markup.inline or {}).get("inline_keyboard", [])
        kept = {
            name: listed[name] for name in listed if name not in {"reply_markup", "input_message_content"}
        }
        return {"type": self.given["type"], **kept, **words, "keyboard": keyboard}


def read_results(given: list[Any], files: Files) -> list[Result]:
    """The offers of an answer; raises Refused."""
    if len(given) > _MOST_RESULTS:
        raise bad_request("too many inline query results specified")
    results = [_result(result, files) for result in given]
    if len({result.id for result in results}) < len(results):
        raise bad_request("RESULT_ID_DUPLICATE")
    return results


def _result(given: Any, files: Files) -> Result:
    if not isinstance(given, dict):
        raise _unreadable("Inline query result must be an object")
    _need(given, "type", "id")
    if given["type"] not in FIELDS:
        raise _unreadable(f'type "{given["type"]}" is unsupported by this stand-in')
    check_fields("inline query result", given, FIELDS[given["type"]])
    if not 1 <= len(given["id"].encode()) <= _MAX_ID_BYTES:
        raise bad_request("RESULT_ID_INVALID")
    markup = read_markup(given.get("reply_markup"))
    if markup.interface is not None:
        raise bad_request("inline keyboard expected")
    if given["type"] == "article":
        _need(given, "title")
        if not given["title"]:
            raise bad_request("ARTICLE_TITLE_EMPTY")
        return Result(given, *_text(given.get("input_message_content", {}), markup))
    if "input_message_content" in given:
        return Result(given, *_text(given["input_message_content"], markup))
    return Result(given, read_caption(given, OTHER_CAPTION), markup, looks(given), _photo(given, files))


def _text(content: dict[str, Any], markup: Markup) -> tuple[Formatted, Markup, dict[str, Any]]:
    _need(content, "message_text")
    check_fields("inline query result", content, CONTENT_FIELDS)
    return read_text(content, OTHER_TEXT, "message_text"), markup, preview(content)


def _photo(given: dict[str, Any], files: Files) -> File | str:
    """By its id, else an address that is fetched when the photo is chosen."""
    if "photo_file_id" in given:
        return files.known("photo", given["photo_file_id"])
    _need(given, "photo_url")
    if not given.get("thumbnail_url"):
        raise bad_request("PHOTO_THUMB_URL_EMPTY")
    return str(given["photo_url"])


def _need(given: dict[str, Any], *names: str) -> None:
    for name in names:
        if name not in given:
            raise _unreadable(f'Can\'t find field "{name}"')


def _unreadable(reason: str) -> Refused:
    return bad_request(f"can't parse inline query result: {reason}")
