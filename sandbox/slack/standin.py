"""The Slack stand-in: one workspace with the app installed, reached over HTTP.

Its controls below `/slack/_control/` (JSON in and out; answers also have `"ok": true`):

| call | body or query | answer |
|---|---|---|
| POST command | channel, user, text | status, messages, view, trouble |
| POST say | channel, user, text, thread_ts (optional) | ts |
| POST submit | view, values {block_id: text}, again (optional) | status, errors, view, trouble |
| POST press | channel, user, ts or view; action_id; block_id, value (optional) | as command |
| POST shortcut | channel, user, ts, callback_id (optional: `paylink_message`) | as command |
| POST close | view | status, view, trouble |
| POST event | event | status, trouble |
| POST archive | channel | |
| POST invite, kick (or join, leave) | channel: the bot comes, or goes | |
| POST disconnect | reason (optional): `refresh_requested` or `warning` | connections |
| GET messages | channel (or a person's id) | messages, each with its replies |
| GET ephemerals | channel, user | messages |
| GET view | user | view |
| GET sockets | | connections |

What people do is sent over HTTP until the app asks for a connection in Socket Mode, and through its
connections from then on (where there is none at present, for 3 s at most the next one is waited for).
"""

import asyncio
from collections import deque
from collections.abc import Sequence
from typing import Any

from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route, WebSocketRoute

from sandbox.faults import Faults
from sandbox.slack.conversations import Conversation
from sandbox.slack.deliveries import Deliveries
from sandbox.slack.hands import Hands
from sandbox.slack.identity import APP_TOKEN, BOT_TOKEN, BOT_USER, SIGNING_SECRET
from sandbox.slack.response_urls import ResponseUrls
from sandbox.slack.sockets import Sockets
from sandbox.slack.web_api import WebApi
from sandbox.slack.workspace import Workspace
from sandbox.standin import Call, Control, ControlRefused, World, new_call_log

_REFUSALS = {429: "ratelimited", 503: "service_unavailable"}
_TOO_MANY = 429


class SlackStandIn:
    """Slack for one team and one app; the bot is a member of `C0SALES`."""

    name = "slack"

    def __init__(self, world: World) -> None:
        self._world = world
        self.faults = Faults()
        self.calls: deque[Call] = new_call_log()
        self._workspace = Workspace(world.clock)
        urls = ResponseUrls(self._workspace, f"{world.url}/slack/response")
        sockets = Sockets(world)
        self._deliveries = Deliveries(world, self.faults, sockets)
        hands = Hands(self._workspace, self._deliveries, urls)
        self.api: Sequence[BaseRoute] = [
            Route("/api/{method}", WebApi(self._workspace, sockets).answer, methods=["GET", "POST"]),
            WebSocketRoute("/link/", sockets.serve),
            Route("/response/{id}", urls.answer, methods=["POST"]),
        ]
        self.controls: dict[str, Control] = {
            "command": hands.command,
            "say": hands.say,
            "submit": hands.submit,
            "close": hands.close,
            "press": hands.press,
            "shortcut": hands.shortcut,
            "event": hands.event,
            "archive": self._archive,
            "invite": self._invite,
            "join": self._invite,
            "kick": self._kick,
            "leave": self._kick,
            "disconnect": sockets.disconnect,
        }
        self.readings: dict[str, Control] = {
            "messages": self._messages,
            "ephemerals": self._ephemerals,
            "view": self._view,
            "sockets": sockets.count,
        }

    def env(self, *, socket_mode: bool = False) -> dict[str, str]:
        """The service's settings that point it at this stand-in; HTTP unless Socket Mode is asked for."""
        app_token = {"PAYLINK_SLACK_APP_TOKEN": APP_TOKEN} if socket_mode else {}
        return app_token | {
            "PAYLINK_SLACK_BOT_TOKEN": BOT_TOKEN,
            "PAYLINK_SLACK_SIGNING_SECRET": SIGNING_SECRET,
            "PAYLINK_SLACK_API_URL": f"{self._world.url}/slack/api/",
        }

    def refusal(self, status: int, retry_after: int | None) -> Response:
        """An answer of that status; 429 says after how many seconds to come back (1 if unsaid)."""
        body = {"ok": False, "error": _REFUSALS.get(status, "internal_error")}
        headers = {"Retry-After": str(retry_after or 1)} if status == _TOO_MANY else None
        return JSONResponse(body, status, headers)

    async def run(self) -> None:
        """Nothing happens by itself; when cancelled, closes what deliveries hold open."""
        try:
            await asyncio.Event().wait()
        finally:
            await self._deliveries.aclose()

    async def _archive(self, body: dict[str, Any]) -> dict[str, Any]:
        self._channel(body).is_archived = True
        return {}

    async def _invite(self, body: dict[str, Any]) -> dict[str, Any]:
        channel = self._channel(body)
        if not channel.has_bot:
            channel.members.append(BOT_USER)
        return {}

    async def _kick(self, body: dict[str, Any]) -> dict[str, Any]:
        channel = self._channel(body)
        channel.members = [member for member in channel.members if member != BOT_USER]
        return {}

    async def _messages(self, query: dict[str, Any]) -> dict[str, Any]:
        return {"messages": self._workspace.messages.history(self._conversation(query).id)}

    async def _ephemerals(self, query: dict[str, Any]) -> dict[str, Any]:
        channel = self._conversation(query)
        return {"messages": self._workspace.messages.ephemerals(query["user"], channel.id)}

    async def _view(self, query: dict[str, Any]) -> dict[str, Any]:
        view = self._workspace.modals.top(query["user"])
        return {"view": view.as_json() if view else None}

    def _channel(self, body: dict[str, Any]) -> Conversation:
        conversation = self._conversation(body)
        if conversation.is_im:
            raise ControlRefused(f"{conversation.id} is a direct message")
        return conversation

    def _conversation(self, body: dict[str, Any]) -> Conversation:
        conversations, name = self._workspace.conversations, body["channel"]
        conversation = conversations.get(name) or conversations.direct(name)
        if conversation is None:
            raise ControlRefused(f"no conversation {body['channel']}")
        return conversation
