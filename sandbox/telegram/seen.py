"""A message as people see it: for the controls and the page."""

from typing import Any

from sandbox.telegram.chats import Message
from sandbox.telegram.rendering import to_html

_SERVICE = (
    "new_chat_members",
    "left_chat_member",
    "pinned_message",
    "forum_topic_closed",
    "forum_topic_reopened",
    "migrate_to_chat_id",
    "migrate_from_chat_id",
)


def as_seen(message: Message) -> dict[str, Any]:
    """Everything that is shown of a message; what there is not is left out, from `contact` on.

    `text` and `entities` are those of the caption where there is a `photo` (url, width, height) or a
    `document` (name, size). `service` is news of the chat itself, by its name in the Bot API.
    """
    keyboard = (message.markup.inline or {}).get("inline_keyboard", [])
    seen = {
        "message_id": message.message_id,
        "from": message.sender.id,
        "from_name": message.sender.first_name,
        "date": int(message.date.timestamp()),
        "text": message.content.text,
        "entities": message.content.entities,
        "html": to_html(message.content.text, message.content.entities),
        "reply_to": message.reply_to.message_id if message.reply_to else None,
        "keyboard": keyboard,
        "edits": message.edits,
        "topic": message.topic,
    }
    extras = {
        "contact": message.details.get("contact"),
        "quote": message.details.get("quote"),
        "service": {name: message.details[name] for name in _SERVICE if name in message.details},
        "via_bot": message.via_bot,
        "asks_for": message.markup.interface,
        "reactions": [reaction.get("emoji") for reaction in message.reactions],
        "pinned": message.pinned,
        "deleted": message.deleted,
        **(message.media.as_seen() if message.media else {}),
    }
    return {**seen, **{name: value for name, value in extras.items() if value}}
