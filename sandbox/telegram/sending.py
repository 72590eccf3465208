"""The methods that put something into a chat: texts, photos, documents, copies."""

from typing import Any

from sandbox.telegram.answers import bad_request
from sandbox.telegram.chats import Message
from sandbox.telegram.fields import check_fields
from sandbox.telegram.keyboards import check_place, read_markup
from sandbox.telegram.replies import read_reply
from sandbox.telegram.state import State
from sandbox.telegram.texts import read_caption, read_text

PREVIEW_FIELDS: dict[str, type | tuple[type, ...]] = {
    "is_disabled": bool,
    "url": str,
    "prefer_small_media": bool,
    "prefer_large_media": bool,
    "show_above_text": bool,
}


class Sending:
    """Each method takes its checked arguments, answers the result, and raises Refused."""

    def __init__(self, state: State) -> None:
        self._state = state

    def send_message(self, given: dict[str, Any]) -> dict[str, Any]:
        content = read_text(given)
        return self._say(given, content=content, details=preview(given)).as_json()

    def send_photo(self, given: dict[str, Any]) -> dict[str, Any]:
        content = read_caption(given)
        return self._say(given, content=content, media=given["photo"], details=looks(given)).as_json()

    def send_document(self, given: dict[str, Any]) -> dict[str, Any]:
        return self._say(given, content=read_caption(given), media=given["document"]).as_json()

    def copy_message(self, given: dict[str, Any]) -> dict[str, Any]:
        """The same content as a message of the bot's own; its keyboard is not copied."""
        chat = self._state.chat_for_bot(given["from_chat_id"], "read")
        message = self._state.message_for_bot(chat, given["message_id"], "message to copy")
        if not (message.content.text or message.media or "contact" in message.details):
            raise bad_request("message can't be copied")
        caption = read_caption(given) if message.media and "caption" in given else message.content
        contact = {name: value for name, value in message.details.items() if name == "contact"}
        copy = self._say(given, content=caption, media=message.media, details={**contact, **looks(given)})
        return {"message_id": copy.message_id}

    def _say(self, given: dict[str, Any], details: dict[str, Any] | None = None, **parts: Any) -> Message:
        markup = read_markup(given.get("reply_markup"))
        if "business_connection_id" in given:
            raise bad_request("business connection not found")
        chat = self._state.chat_for_bot(given["chat_id"])
        check_place(markup, chat.kind)
        reply_to, quote = read_reply(chat, given.get("reply_parameters"))
        topic = self._state.topic_for_bot(chat, given.get("message_thread_id"), reply_to)
        protection = {"has_protected_content": True} if given.get("protect_content") else {}
        further = {**(details or {}), **quote, **protection}
        return self._state.say(chat, markup=markup, reply_to=reply_to, topic=topic, details=further, **parts)


def preview(given: dict[str, Any]) -> dict[str, Any]:
    """What `link_preview_options` adds to a message; raises Refused."""
    options = given.get("link_preview_options") or {}
    check_fields("link preview options", options, PREVIEW_FIELDS)
    return {"link_preview_options": options} if options else {}


def looks(given: dict[str, Any]) -> dict[str, Any]:
    """How a photo is shown: hidden below a spoiler, its caption above it."""
    spoiler = {"has_media_spoiler": True} if given.get("has_spoiler") else {}
    above = {"show_caption_above_media": True} if given.get("show_caption_above_media") else {}
    return {**spoiler, **above}
