"""The Web API below `/slack/api/`: who may call, which arguments each method takes, how it answers.

Source: https://docs.slack.dev/apis/web-api/ ("Evaluating responses": 200 with `ok`, also for errors).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from sandbox.slack import chat_methods, directory_methods, view_methods
from sandbox.slack.arguments import Arguments, Reader, accept, flag, nested, read, text, whole
from sandbox.slack.errors import SlackRefusal
from sandbox.slack.identity import APP_TOKEN, BOT_TOKEN
from sandbox.slack.sockets import Sockets
from sandbox.slack.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Method:
    """What a method does, what it must be given, what else it takes, and whose token it asks for."""

    run: Callable[[Workspace, Arguments], dict[str, Any]]
    required: tuple[str, ...]
    takes: Mapping[str, Reader]
    token: str = BOT_TOKEN


_SAID: dict[str, Reader] = {
    "text": text,
    "blocks": nested("invalid_blocks_format"),
    "parse": text,
    "link_names": flag,
}
_METADATA: dict[str, Reader] = {"metadata": nested("invalid_metadata_format")}
_VIEW: dict[str, Reader] = {"view": nested("invalid_arguments")}
_TRIGGERED = _VIEW | {"trigger_id": text}

METHODS: dict[str, Method] = {
    "auth.test": Method(directory_methods.auth_test, (), {}),
    "chat.postMessage": Method(
        chat_methods.post_message,
        ("channel",),
        _SAID
        | _METADATA
        | {
            "channel": text,
            "thread_ts": text,
            "reply_broadcast": flag,
            "unfurl_links": flag,
            "unfurl_media": flag,
            "mrkdwn": flag,
        },
    ),
    "chat.postEphemeral": Method(
        chat_methods.post_ephemeral,
        ("channel", "user"),
        _SAID | {"channel": text, "user": text, "thread_ts": text},
    ),
    "chat.update": Method(
        chat_methods.update,
        ("channel", "ts"),
        _SAID | _METADATA | {"channel": text, "ts": text, "reply_broadcast": flag},
    ),
    "chat.delete": Method(chat_methods.delete, ("channel", "ts"), {"channel": text, "ts": text}),
    "chat.getPermalink": Method(
        chat_methods.get_permalink, ("channel", "message_ts"), {"channel": text, "message_ts": text}
    ),
    "views.open": Method(view_methods.open_view, ("trigger_id", "view"), _TRIGGERED),
    "views.push": Method(view_methods.push_view, ("trigger_id", "view"), _TRIGGERED),
    "views.update": Method(
        view_methods.update_view, ("view",), _VIEW | {"view_id": text, "external_id": text, "hash": text}
    ),
    "users.info": Method(directory_methods.users_info, ("user",), {"user": text, "include_locale": flag}),
    "conversations.info": Method(
        directory_methods.conversations_info,
        ("channel",),
        {"channel": text, "include_locale": flag, "include_num_members": flag},
    ),
    "conversations.open": Method(
        directory_methods.conversations_open, (), {"users": text, "channel": text, "return_im": flag}
    ),
    "conversations.members": Method(
        directory_methods.conversations_members,
        ("channel",),
        {"channel": text, "cursor": text, "limit": whole},
    ),
}


class WebApi:
    """Answers calls to `/slack/api/{method}`."""

    def __init__(self, workspace: Workspace, sockets: Sockets) -> None:
        self._workspace = workspace
        opening = Method(lambda *_: {"url": sockets.new_url()}, (), {}, APP_TOKEN)
        self._methods = METHODS | {"apps.connections.open": opening}

    async def answer(self, request: Request) -> Response:
        """Answer `GET` or `POST /api/{method}`."""
        try:
            token, sent = await read(request)
            answer = self._call(request.path_params["method"], token, sent)
        except SlackRefusal as refusal:
            return JSONResponse(refusal.as_json())
        return JSONResponse({"ok": True, **answer})

    def _call(self, name: str, token: str | None, sent: Arguments) -> dict[str, Any]:
        method = self._methods.get(name)
        if method is None:
            raise SlackRefusal("unknown_method")
        if not token:
            raise SlackRefusal("not_authed")
        if token not in {BOT_TOKEN, APP_TOKEN}:
            raise SlackRefusal("invalid_auth")
        if token != method.token:
            raise SlackRefusal("not_allowed_token_type")
        return method.run(self._workspace, accept(sent, method.takes, method.required))
