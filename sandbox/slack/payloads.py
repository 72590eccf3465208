"""The requests the service gets, field by field.

Source: https://docs.slack.dev/interactivity/implementing-slash-commands and
https://docs.slack.dev/reference/interaction-payloads
"""

import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sandbox.slack.conversations import Conversation
from sandbox.slack.identity import APP_ID, BOT_USER, COMMAND, TEAM_DOMAIN, TEAM_ID, VERIFICATION_TOKEN
from sandbox.slack.inputs import values_of
from sandbox.slack.messages import Message
from sandbox.slack.people import Person
from sandbox.slack.views import View

Payload = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Scene:
    """A person before a message, and the two ways back that the service gets."""

    person: Person
    conversation: Conversation
    message: Message
    trigger_id: str
    response_url: str


def command(
    person: Person, conversation: Conversation, text: str, trigger_id: str, response_url: str
) -> dict[str, str]:
    """A slash command, as a form."""
    return {
        "token": VERIFICATION_TOKEN,
        "team_id": TEAM_ID,
        "team_domain": TEAM_DOMAIN,
        "channel_id": conversation.id,
        "channel_name": conversation.payload_name,
        "user_id": person.id,
        "user_name": person.name,
        "command": COMMAND,
        "text": text,
        "api_app_id": APP_ID,
        "is_enterprise_install": "false",
        "response_url": response_url,
        "trigger_id": trigger_id,
    }


def view_submission(
    person: Person, view: View, trigger_id: str, response_urls: list[dict[str, str]]
) -> Payload:
    return _common("view_submission", person) | {
        "trigger_id": trigger_id,
        "view": view.as_json(),
        "response_urls": response_urls,
    }


def view_closed(person: Person, view: View, *, is_cleared: bool) -> Payload:
    return _common("view_closed", person) | {"view": view.as_json(), "is_cleared": is_cleared}


def view_action(person: Person, view: View, action: Payload, trigger_id: str) -> Payload:
    """block_actions from a modal or a home tab."""
    return _common("block_actions", person) | {
        "container": {"type": "view", "view_id": view.id},
        "trigger_id": trigger_id,
        "view": view.as_json(),
        "actions": [action],
    }


def message_action(scene: Scene, action: Payload) -> Payload:
    """block_actions from a message; an ephemeral one is named, but not shown again."""
    message = scene.message
    is_ephemeral = message.seen_by is not None
    container: Payload = {
        "type": "message",
        "message_ts": message.ts,
        "channel_id": scene.conversation.id,
        "is_ephemeral": is_ephemeral,
    }
    if message.thread_ts:
        container["thread_ts"] = message.thread_ts
    payload = _in_scene("block_actions", scene) | {
        "container": container,
        "state": {"values": values_of(message.content.blocks or [], message.typed)},
        "actions": [action],
    }
    return payload if is_ephemeral else payload | {"message": message.as_json()}


def message_shortcut(scene: Scene, callback_id: str, action_ts: str) -> Payload:
    """A shortcut chosen from a message's menu."""
    return _in_scene("message_action", scene) | {
        "action_ts": action_ts,
        "callback_id": callback_id,
        "message_ts": scene.message.ts,
        "message": scene.message.as_json(),
    }


def global_shortcut(person: Person, callback_id: str, trigger_id: str, action_ts: str) -> Payload:
    """A shortcut chosen where no channel is known: neither a place nor a response URL comes with it.

    https://docs.slack.dev/interactivity/implementing-shortcuts#global
    """
    told = {"callback_id": callback_id, "trigger_id": trigger_id, "action_ts": action_ts}
    return _common("shortcut", person) | told


def event_callback(event: Payload, at: datetime) -> Payload:
    """The envelope of an event: https://docs.slack.dev/apis/events-api."""
    return {
        "type": "event_callback",
        "token": VERIFICATION_TOKEN,
        "team_id": TEAM_ID,
        "api_app_id": APP_ID,
        "event": event,
        "event_id": f"Ev{secrets.token_hex(5).upper()}",
        "event_time": int(at.timestamp()),
        "authorizations": [{"enterprise_id": None, "team_id": TEAM_ID, "user_id": BOT_USER, "is_bot": True}],
        "is_ext_shared_channel": False,
    }


def app_home_opened(person: Person, conversation: Conversation, view: View | None, event_ts: str) -> Payload:
    """The event of https://docs.slack.dev/reference/events/app_home_opened; no view before the first."""
    event = {
        "type": "app_home_opened",
        "user": person.id,
        "channel": conversation.id,
        "event_ts": event_ts,
        "tab": "home",
    }
    return event | ({"view": view.as_json()} if view else {})


def _in_scene(kind: str, scene: Scene) -> Payload:
    return _common(kind, scene.person) | {
        "channel": {"id": scene.conversation.id, "name": scene.conversation.payload_name},
        "trigger_id": scene.trigger_id,
        "response_url": scene.response_url,
    }


def _common(kind: str, person: Person) -> Payload:
    return {
        "type": kind,
        "team": {"id": TEAM_ID, "domain": TEAM_DOMAIN},
        "user": {"id": person.id, "username": person.name, "name": person.name, "team_id": person.team_id},
        "api_app_id": APP_ID,
        "token": VERIFICATION_TOKEN,
        "enterprise": None,
        "is_enterprise_install": False,
    }
