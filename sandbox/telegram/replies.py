"""What a message of the bot's replies to, and which words of it it quotes.

https://core.telegram.org/bots/api#replyparameters. Fields that are not there are refused, where the
service ignores them: a misspelt one is a reply that is lost.
"""

from typing import Any

from sandbox.telegram.answers import bad_request
from sandbox.telegram.chats import Chat, Message
from sandbox.telegram.fields import check_fields
from sandbox.telegram.texts import parsed
from sandbox.telegram.units import units

FIELDS: dict[str, type | tuple[type, ...]] = {
    "message_id": int,
    "chat_id": (int, str),
    "allow_sending_without_reply": bool,
    "quote": str,
    "quote_parse_mode": str,
    "quote_entities": list,
    "quote_position": int,
    "checklist_task_id": int,
    "poll_option_id": str,
}
_MAX_QUOTE = 1024  # UTF-16 units, after parsing


def read_reply(chat: Chat, parameters: dict[str, Any] | None) -> tuple[Message | None, dict[str, Any]]:
    """The message replied to, and what this adds to the reply's own fields; raises Refused."""
    if not parameters:
        return None, {}
    check_fields("reply parameters", parameters, FIELDS)
    if "message_id" not in parameters:
        raise bad_request('can\'t find field "message_id"')
    if str(parameters.get("chat_id", chat.id)) != str(chat.id):
        raise bad_request("replies to other chats are not offered by this stand-in")
    message = chat.messages.get(parameters["message_id"])
    if message is None or message.deleted:
        if parameters.get("allow_sending_without_reply"):
            return None, {}
        raise bad_request("message to be replied not found")
    quote = _quote(message, parameters)
    return message, {"quote": quote} if quote else {}


def _quote(message: Message, parameters: dict[str, Any]) -> dict[str, Any] | None:
    """The `TextQuote`: words that stand in the message as they are."""
    quote = parsed(
        parameters.get("quote", ""),
        parameters.get("quote_parse_mode"),
        parameters.get("quote_entities", []),
    )
    if not quote.text:
        return None
    if quote.text not in message.content.text or units(quote.text) > _MAX_QUOTE:
        raise bad_request("QUOTE_TEXT_INVALID")
    position = units(message.content.text[: message.content.text.index(quote.text)])
    entities = {"entities": quote.entities} if quote.entities else {}
    return {"text": quote.text, **entities, "position": position, "is_manual": True}
