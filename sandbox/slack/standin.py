"""The Slack stand-in: one workspace with the app installed, reached over HTTP.

Its controls below `/slack/_control/` (JSON in and out; answers also have `"ok": true`):

| call | body or query | answer |
|---|---|---|
| POST command | channel, user, text | status, messages, view, trouble |
| POST say | channel, user, text, thread_ts (optional) | ts |
| POST submit | view, values {block_id: text}, again (optional) | status, errors, view, trouble |
| POST press | channel, user, ts or view; action_id; block_id, value (optional) | as command |
| POST shortcut | channel, user, ts, callback_id | as command |
| POST close | view | status, view, trouble |
| POST archive, join, leave | channel | |
| GET messages | channel | messages, each with its replies |
| GET ephemerals | channel, user | messages |
| GET view | user | view |
"""

import asyncio
from collections import deque
from collections.abc import Sequence
from typing import Any

from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from sandbox.faults import Faults
from sandbox.slack.conversations import Conversation
from sandbox.slack.deliveries import Deliveries
from sandbox.slack.hands import Hands
from sandbox.slack.identity import BOT_TOKEN, BOT_USER, SIGNING_SECRET
from sandbox.slack.response_urls import ResponseUrls
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
        self._deliveries = Deliveries(world, self.faults)
        hands = Hands(self._workspace, self._deliveries, urls)
        self.api: Sequence[BaseRoute] = [
            Route("/api/{method}", WebApi(self._workspace).answer, methods=["GET", "POST"]),
            Route("/response/{id}", urls.answer, methods=["POST"]),
        ]
        self.controls: dict[str, Control] = {
            "command": hands.command,
            "say": hands.say,
            "submit": hands.submit,
            "close": hands.close,
            "press": hands.press,
            "shortcut": hands.shortcut,
            "archive": self._archive,
            "join": self._join,
            "leave": self._leave,
        }
        self.readings: dict[str, Control] = {
            "messages": self._messages,
            "ephemerals": self._ephemerals,
            "view": self._view,
        }

    def env(self) -> dict[str, str]:
        """The service's settings that point it at this stand-in."""
        return {
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

    async def _join(self, body: dict[str, Any]) -> dict[str, Any]:
        channel = self._channel(body)
        if not channel.has_bot:
            channel.members.append(BOT_USER)
        return {}

    async def _leave(self, body: dict[str, Any]) -> dict[str, Any]:
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
        conversation = self._workspace.conversations.get(body["channel"])
        if conversation is None:
            raise ControlRefused(f"no conversation {body['channel']}")
        return conversation
