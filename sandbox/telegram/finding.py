"""What a control's body names: chats, people, messages. All raise ControlRefused for what there is not."""

from typing import Any

from sandbox.standin import ControlRefused
from sandbox.telegram.chats import Chat, Message
from sandbox.telegram.people import PEOPLE, Person
from sandbox.telegram.state import State


def number(name: str, value: Any) -> int:
    try:
        return int(value)
    except (TypeError, ValueError):
        raise ControlRefused(f"{name} must be a number") from None


def person_of(user_id: Any) -> Person:
    person = PEOPLE.get(number("user", user_id))
    if person is None:
        raise ControlRefused(f"no person {user_id}: there are {', '.join(map(str, PEOPLE))}")
    return person


def chat_of(state: State, chat_id: Any) -> Chat:
    chat = state.chats.get(number("chat", chat_id))
    if chat is None:
        raise ControlRefused(f"no chat {chat_id}: there are {', '.join(map(str, state.chats))}")
    return chat


def group_of(state: State, chat_id: Any) -> Chat:
    chat = chat_of(state, chat_id)
    if chat.kind == "private":
        raise ControlRefused("a private chat is blocked, not left: use block")
    return chat


def topic_of(chat: Chat, topic_id: Any) -> int:
    topic = number("topic", topic_id)
    if topic not in chat.topics:
        raise ControlRefused(f"chat {chat.id} has no topic {topic}: it has {[*chat.topics] or 'none'}")
    return topic


def message_of(chat: Chat, message_id: Any) -> Message:
    message = chat.messages.get(number("message_id", message_id))
    if message is None or message.deleted:
        raise ControlRefused(f"no message {message_id} in chat {chat.id}")
    return message


def check_place(chat: Chat, person: Person) -> None:
    """Refuse what a person cannot do in a chat: write where they are not, or where nobody writes any more."""
    if person.id not in chat.members:
        raise ControlRefused(f"{person.id} is not in chat {chat.id}")
    if chat.migrated_to is not None:
        raise ControlRefused(f"chat {chat.id} has become {chat.migrated_to}")
    if chat.kind == "private" and chat.bot_status == "kicked":
        raise ControlRefused(f"{person.id} has blocked the bot: unblock first")


def open_topic(chat: Chat, topic_id: Any, reply_to: Message | None) -> int | None:
    """The topic a person writes in: the one named, else that of what they reply to."""
    replied_in = reply_to.topic if reply_to else None
    topic = replied_in if topic_id is None else topic_of(chat, topic_id)
    if topic is None:
        return None
    if chat.topics[topic].closed:
        raise ControlRefused(f"topic {topic} is closed")
    return topic
