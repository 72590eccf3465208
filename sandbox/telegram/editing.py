"""The methods that change a message: of a chat, or of inline mode by its `inline_message_id`.

A message in a chat is answered whole, one of inline mode by `true`.
"""

from typing import Any

from sandbox.telegram.answers import bad_request
from sandbox.telegram.chats import Message
from sandbox.telegram.fields import check_fields
from sandbox.telegram.keyboards import Markup, check_place, read_markup
from sandbox.telegram.people import BOT
from sandbox.telegram.sending import looks, preview
from sandbox.telegram.state import State
from sandbox.telegram.texts import OTHER_CAPTION, OTHER_TEXT, read_caption, read_text

_REPLACED = {"link_preview_options", "has_media_spoiler", "show_caption_above_media"}
MEDIA_FIELDS: dict[str, type | tuple[type, ...]] = {
    "type": str,
    "media": object,
    "thumbnail": str,
    "caption": str,
    "parse_mode": str,
    "caption_entities": list,
    "show_caption_above_media": bool,
    "has_spoiler": bool,
    "disable_content_type_detection": bool,
}


class Editing:
    """Each method takes its checked arguments, answers the result, and raises Refused."""

    def __init__(self, state: State) -> None:
        self._state = state

    def edit_message_text(self, given: dict[str, Any]) -> dict[str, Any] | bool:
        if "rich_message" in given:
            raise bad_request("rich messages are not offered by this stand-in")
        content, markup = read_text(given, OTHER_TEXT), _inline_only(given)
        message = self._editable(given)
        if message.media or not message.content.text:
            raise bad_request("there is no text in the message to edit")
        return self._edited(message, content=content, markup=markup, details=_kept(message, preview(given)))

    def edit_message_caption(self, given: dict[str, Any]) -> dict[str, Any] | bool:
        content, markup = read_caption(given, OTHER_CAPTION), _inline_only(given)
        message = self._editable(given)
        if not message.media:
            raise bad_request("there is no caption in the message to edit")
        spoiler = {name: True for name in message.details if name == "has_media_spoiler"}
        details = _kept(message, {**spoiler, **looks(given)})
        return self._edited(message, content=content, markup=markup, details=details)

    def edit_message_media(self, given: dict[str, Any]) -> dict[str, Any] | bool:
        """Another photo or document, with its caption; a text becomes one."""
        media, markup = given["media"], _inline_only(given)
        check_fields("InputMedia", media, MEDIA_FIELDS)
        content = read_caption(media, OTHER_CAPTION)
        message = self._editable(given)
        details = _kept(message, looks(media))
        return self._edited(message, media=media["media"], content=content, markup=markup, details=details)

    def edit_message_reply_markup(self, given: dict[str, Any]) -> dict[str, Any] | bool:
        markup = _inline_only(given)
        return self._edited(self._editable(given), markup=markup)

    def _editable(self, given: dict[str, Any]) -> Message:
        """The bot's own, not sent with a reply keyboard or asking for a reply; raises Refused."""
        if "business_connection_id" in given:
            raise bad_request("business connection not found")
        if "chat_id" not in given and "message_id" not in given:
            return self._state.inline_message_for_bot(given.get("inline_message_id", ""))
        chat = self._state.chat_for_bot(given.get("chat_id", ""))
        message = self._state.message_for_bot(chat, given.get("message_id", 0), "message to edit")
        if message.sender is not BOT or message.markup.interface is not None or message.is_service:
            raise bad_request("message can't be edited")
        return message

    def _edited(self, message: Message, **parts: Any) -> dict[str, Any] | bool:
        check_place(parts["markup"], message.chat.kind)
        self._state.edit(message, **parts)
        return True if message.inline_id else message.as_json()


def _inline_only(given: dict[str, Any]) -> Markup:
    markup = read_markup(given.get("reply_markup"))
    if markup.interface is not None:
        raise bad_request("inline keyboard expected")
    return markup


def _kept(message: Message, changed: dict[str, Any]) -> dict[str, Any]:
    kept = {name: value for name, value in message.details.items() if name not in _REPLACED}
    return {**kept, **changed}
