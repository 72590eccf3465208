"""Response URLs: a way back to one person in one place, five times within half an hour.

Source: https://docs.slack.dev/interactivity/handling-user-interaction ("Message responses").
"""

import json
import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from sandbox.slack.blocks import RESPONSE_TYPE
from sandbox.slack.contents import content_of
from sandbox.slack.errors import SlackRefusal, invalid_arguments
from sandbox.slack.messages import Message
from sandbox.slack.shapes import Problems, flag, record, string
from sandbox.slack.workspace import Workspace

_LIFE = timedelta(minutes=30)
_USES = 5
_GONE = frozenset({"used_url", "expired_url", "message_not_found"})


def _anything(_value: Any, _pointer: str, _problems: Problems) -> None:
    """Looked at elsewhere."""


_BODY = record(
    {},
    {
        "text": _anything,
        "blocks": _anything,
        "metadata": _anything,
        "response_type": RESPONSE_TYPE,
        "replace_original": flag,
        "delete_original": flag,
        "thread_ts": string(30),
        "mrkdwn": flag,
        "unfurl_links": flag,
        "unfurl_media": flag,
    },
)


@dataclass
class Way:
    """Where one response URL leads; `original` is the message it can replace or delete."""

    user: str
    channel: str
    expires: datetime
    original: Message | None
    replaces_unasked: bool
    uses: int = 0


class ResponseUrls:
    """The response URLs given out, and the address they are posted to."""

    def __init__(self, workspace: Workspace, url: str) -> None:
        self._workspace, self._url = workspace, url
        self._ways: dict[str, Way] = {}

    def issue(self, user: str, channel: str, original: Message | None = None) -> tuple[str, Way]:
        """A new URL, and the way behind it.

        After a press on a message, a body without `replace_original` replaces that message: not
        documented, but met in the wild (https://github.com/Netflix/dispatch/pull/2865).
        """
        expires = self._workspace.clock.now() + _LIFE
        way = Way(user, channel, expires, original, replaces_unasked=original is not None)
        way_id = uuid.uuid4().hex
        self._ways[way_id] = way
        return f"{self._url}/{way_id}", way

    async def answer(self, request: Request) -> Response:
        """Answer `POST /response/{id}`, whose body is JSON."""
        try:
            way = self._open_way(request.path_params["id"])
            self.say(way, _json_object(await request.body()))
        except SlackRefusal as refusal:
            status = HTTPStatus.NOT_FOUND if refusal.code in _GONE else HTTPStatus.BAD_REQUEST
            return JSONResponse(refusal.as_json(), status)
        return JSONResponse({"ok": True})

    def say(self, way: Way, body: dict[str, Any]) -> None:
        """Do what a body asks: post, replace or delete; raises SlackRefusal."""
        problems: Problems = []
        _BODY(body, "", problems)
        if problems:
            raise invalid_arguments(*problems)
        if body.get("delete_original"):
            self._workspace.messages.delete(self._original(way))
        elif body.get("replace_original", way.replaces_unasked):
            self._workspace.messages.edit(self._original(way), content_of(body, self._workspace.files))
        else:
            self._post(way, body)

    def _open_way(self, way_id: str) -> Way:
        way = self._ways.get(way_id)
        if way is None or self._workspace.clock.now() > way.expires:
            raise SlackRefusal("expired_url")
        if way.uses >= _USES:
            raise SlackRefusal("used_url")
        way.uses += 1
        return way

    def _original(self, way: Way) -> Message:
        place = way.original
        found = place and self._workspace.messages.find_for(way.user, place.channel, place.ts)
        if not found:
            raise SlackRefusal("message_not_found")
        return found

    def _post(self, way: Way, body: dict[str, Any]) -> None:
        in_channel = body.get("response_type") == "in_channel"
        if in_channel and self._workspace.conversation(way.channel).is_archived:
            raise SlackRefusal("is_archived")
        posted = self._workspace.messages.post(
            way.channel,
            content_of(body, self._workspace.files),
            thread_ts=body.get("thread_ts"),
            seen_by=None if in_channel else way.user,
        )
        if not way.replaces_unasked:
            way.original = posted


def _json_object(raw: bytes) -> dict[str, Any]:
    try:
        body = json.loads(raw)
    except ValueError as error:
        raise SlackRefusal("invalid_payload") from error
    if not isinstance(body, dict):
        raise SlackRefusal("invalid_payload")
    return body
