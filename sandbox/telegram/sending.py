"""The methods about messages: sending, editing, deleting, answering a pressed button."""

from datetime import timedelta
from typing import Any

from sandbox.telegram.answers import bad_request
from sandbox.telegram.chats import Chat, Message
from sandbox.telegram.keyboards import Markup, read_markup
from sandbox.telegram.people import BOT
from sandbox.telegram.state import State
from sandbox.telegram.texts import outgoing
from sandbox.telegram.units import units

_MAX_CALLBACK_ANSWER = 200  # UTF-16 units
_DELETABLE_FOR = timedelta(hours=48)  # https://core.telegram.org/bots/api#deletemessage
_NOT_MODIFIED = (
    "message is not modified: specified new message content and reply markup are exactly the same "
    "as a current content and reply markup of the message"
)
_REPLY_FIELDS = {"message_id", "chat_id", "allow_sending_without_reply", "quote_parse_mode"}
_PREVIEW_FIELDS = {"is_disabled", "url", "prefer_small_media", "prefer_large_media", "show_above_text"}
_ACTIONS = {
    "typing",
    "upload_photo",
    "record_video",
    "upload_video",
    "record_voice",
    "upload_voice",
    "upload_document",
    "choose_sticker",
    "find_location",
    "record_video_note",
    "upload_video_note",
}


class Sending:
    """Each method takes its checked arguments, answers the result, and raises Refused."""

    def __init__(self, state: State) -> None:
        self._state = state

    def send_message(self, given: dict[str, Any]) -> dict[str, Any]:
        content = outgoing(given.get("text", ""), given.get("parse_mode"))
        markup = read_markup(given.get("reply_markup"))
        details = _details(given)
        chat = self._state.chat_for_bot(given.get("chat_id", ""))
        reply_to = self._reply_to(chat, given.get("reply_parameters"))
        topic = self._state.topic_for_bot(chat, given.get("message_thread_id"), reply_to)
        message = self._state.post(
            chat, BOT, content=content, markup=markup, reply_to=reply_to, topic=topic, details=details
        )
        return message.as_json()

    def edit_message_text(self, given: dict[str, Any]) -> dict[str, Any]:
        content = outgoing(given.get("text", ""), given.get("parse_mode"))
        markup = _inline_only(given)
        message = self._editable(given)
        if (content, markup) == (message.content, message.markup):
            raise bad_request(_NOT_MODIFIED)
        kept = {name: value for name, value in message.details.items() if name != "link_preview_options"}
        message.content, message.details = content, {**kept, **_details(given)}
        return self._edited(message, markup)

    def edit_message_reply_markup(self, given: dict[str, Any]) -> dict[str, Any]:
        markup = _inline_only(given)
        message = self._editable(given)
        if markup == message.markup:
            raise bad_request(_NOT_MODIFIED)
        return self._edited(message, markup)

    def delete_message(self, given: dict[str, Any]) -> bool:
        """Its own; anyone's in a private chat and where it is an administrator; for 48 hours."""
        message = self._message(given, "message to delete")
        chat = message.chat
        if message.sender is not BOT and chat.kind != "private" and chat.bot_status != "administrator":
            raise bad_request("message can't be deleted")
        if self._state.clock.now() > message.date + _DELETABLE_FOR:
            raise bad_request("message can't be deleted for everyone")
        message.deleted = True
        return True

    def answer_callback_query(self, given: dict[str, Any]) -> bool:
        text = given.get("text", "")
        if units(text) > _MAX_CALLBACK_ANSWER:
            raise bad_request("MESSAGE_TOO_LONG")
        if "url" in given:
            raise bad_request("URL_INVALID")
        answer = {"text": text, "show_alert": given.get("show_alert", False)}
        self._state.answer(given.get("callback_query_id", ""), answer)
        return True

    def send_chat_action(self, given: dict[str, Any]) -> bool:
        if given.get("action", "").lower() not in _ACTIONS:
            raise bad_request("wrong parameter action in request")
        chat = self._state.chat_for_bot(given.get("chat_id", ""))
        self._state.topic_for_bot(chat, given.get("message_thread_id"), None)
        return True

    def _message(self, given: dict[str, Any], purpose: str) -> Message:
        if "inline_message_id" in given:
            raise bad_request("MESSAGE_ID_INVALID")
        if "message_id" not in given:
            raise bad_request("message identifier is not specified")
        chat = self._state.chat_for_bot(given.get("chat_id", ""))
        return self._state.message_for_bot(chat, given["message_id"], purpose)

    def _editable(self, given: dict[str, Any]) -> Message:
        """Only the bot's own, and none that was sent with a reply keyboard or asking for a reply."""
        message = self._message(given, "message to edit")
        if message.sender is not BOT or message.markup.interface is not None:
            raise bad_request("message can't be edited")
        return message

    def _edited(self, message: Message, markup: Markup) -> dict[str, Any]:
        message.markup = markup
        message.edited, message.edits = self._state.clock.now(), message.edits + 1
        return message.as_json()

    def _reply_to(self, chat: Chat, parameters: dict[str, Any] | None) -> Message | None:
        if not parameters:
            return None
        _check_fields("reply_parameters", parameters, _REPLY_FIELDS)
        if str(parameters.get("chat_id", chat.id)) != str(chat.id):
            raise bad_request("replies to other chats are not offered by this stand-in")
        if not isinstance(parameters.get("message_id"), int):
            raise bad_request('can\'t find field "message_id"')
        message = chat.messages.get(parameters["message_id"])
        if message is not None and not message.deleted:
            return message
        if parameters.get("allow_sending_without_reply"):
            return None
        raise bad_request("message to be replied not found")


def _inline_only(given: dict[str, Any]) -> Markup:
    markup = read_markup(given.get("reply_markup"))
    if markup.interface is not None:
        raise bad_request("inline keyboard expected")
    return markup


def _details(given: dict[str, Any]) -> dict[str, Any]:
    preview = given.get("link_preview_options") or {}
    _check_fields("link_preview_options", preview, _PREVIEW_FIELDS)
    details: dict[str, Any] = {"link_preview_options": preview} if preview else {}
    return {**details, "has_protected_content": True} if given.get("protect_content") else details


def _check_fields(name: str, value: dict[str, Any], known: set[str]) -> None:
    unknown = sorted(set(value) - known)
    if unknown:
        raise bad_request(f"{name} has no field {', '.join(unknown)} (or this stand-in does not offer it)")
