"""Slack's requests, read: who, where, with which words, from which desk.

https://docs.slack.dev/interactivity/implementing-slash-commands and
https://docs.slack.dev/reference/interaction-payloads
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from adapters.chat.slack.cards import ACTION_PREFIX, read_button_value
from bot.ports.chat import Act
from bot.ports.model import Person, Place

Body = Mapping[str, Any]

_DIRECT = "directmessage"  # what requests call the channel of any direct message
_SHOWS_TARGET, _SHOWS_LABEL = ("mailto:", "tel:"), ("@", "#", "!")
_MARKED = re.compile(r"<(mailto:|tel:|https?://|[@#!])([^<>|]*)(?:\|([^<>]*))?>")
_EMPHASIS = "*_~`"


@dataclass(frozen=True, slots=True)
class Press:
    """A pressed button: what it does to which draft or link, drawn for which version, and by whom.

    `desk` is where the person watches; empty where others see the button, too. `card`: channel and `ts` of
    the message that it is on, there; None on a desk.
    """

    act: Act
    subject: str
    version: int
    argument: str
    person: Person
    desk: Mapping[str, str]
    card: tuple[str, str] | None


def person_of(body: Body) -> Person:
    """Who did it, known by the id alone.

    The requests of an organisation, or of a channel of two companies, name now one workspace, now another:
    `app_installed_team_id` of a form (https://github.com/slackapi/bolt-python/issues/1229) can be neither the
    one that its command named nor a workspace at all.
    """
    if "user" in body:
        user = body["user"]
        return Person("slack", user["id"], name=user.get("username") or user.get("name", ""))
    return Person("slack", body["user_id"], name=body.get("user_name", ""))


def place_of_command(body: Body) -> Place:
    """Where a command was typed."""
    return _place(body["channel_id"], body["channel_name"], person_of(body))


def place_of_message(body: Body) -> Place:
    """The thread of the message that a shortcut was chosen for, begun by it or around it."""
    message, channel = body["message"], body["channel"]
    return _place(channel["id"], channel["name"], person_of(body), message.get("thread_ts") or message["ts"])


def place_of_person(body: Body) -> Place:
    """The direct message with whoever did it, for what comes from no channel."""
    return Place("slack", person_of(body).user, private=True)


def press_of(body: Body) -> Press:
    """What was pressed; raises ValueError for a button that nobody draws any more."""
    action = body["actions"][0]
    act = Act(action["action_id"].removeprefix(ACTION_PREFIX).split("_")[0])
    subject, version, argument = read_button_value(action["value"])
    return Press(act, subject, version, argument, person_of(body), _desk_of(body), _card_of(body))


def manage_of(body: Body) -> Press | None:
    """The press of Manage that a shortcut stands for on a link's own card; None on any other message.

    A button that cannot be read names no link, which is told like that of a link that is not there.
    """
    elements = [each for block in body["message"].get("blocks", ()) for each in block.get("elements", ())]
    for element in elements:
        if element.get("action_id", "").startswith(f"{ACTION_PREFIX}{Act.MANAGE}"):
            subject = element.get("value", "").partition(":")[0]
            return Press(Act.MANAGE, subject, 0, "", person_of(body), {}, None)
    return None


def words_of(text: str) -> str:
    """What a person wrote, without Slack's markup; whom it calls is no part of it.

    https://docs.slack.dev/messaging/formatting-message-text#advanced
    """
    plain = _MARKED.sub(_meant, text)
    return plain.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&").strip()


def words_of_message(text: str) -> str:
    """The same for a message, in which words may also stand out; `2 * 25` stays what it is."""
    return " ".join(word.strip(_EMPHASIS) or word for word in words_of(text).split())


def words_quoted(body: Body) -> str:
    """What a shortcut's message says; of our own nothing: a link's money would be asked for once more."""
    message = body["message"]
    is_ours = message.get("app_id", "") == body.get("api_app_id")
    return "" if is_ours else words_of_message(message.get("text") or "")


def _place(channel: str, name: str, person: Person, thread: str | None = None) -> Place:
    """A direct message may be between two people, where we never are: it is taken for the one with us.

    Its threads are not there.
    """
    if name == _DIRECT:
        return Place("slack", person.user, private=True)
    return Place("slack", channel, thread=thread)


def _desk_of(body: Body) -> Mapping[str, str]:
    """A response URL of what everybody sees would draw there what only one person may see: it is no desk."""
    container = body["container"]
    if container["type"] == "view":
        return {"view_id": body["view"]["id"]}
    return {"response_url": body["response_url"]} if container.get("is_ephemeral") else {}


def _card_of(body: Body) -> tuple[str, str] | None:
    container = body["container"]
    if container["type"] != "message" or container.get("is_ephemeral"):
        return None
    channel = body["channel"]
    return _place(channel["id"], channel["name"], person_of(body)).channel, container["message_ts"]


def _meant(marked: re.Match[str]) -> str:
    kind, target, label = marked.groups()
    if kind in _SHOWS_TARGET:
        return str(target)
    return str(label or ("" if kind in _SHOWS_LABEL else kind + target))
