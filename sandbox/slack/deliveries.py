"""Requests to the service, signed over HTTP or through a socket, and how long Slack waits for an answer.

Source: https://docs.slack.dev/authentication/verifying-requests-from-slack and
https://docs.slack.dev/interactivity/handling-user-interaction ("Acknowledgment response").
"""

import asyncio
import hashlib
import hmac
import json
import time
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode

import httpx

from sandbox.faults import Faults
from sandbox.slack.errors import SlackRefusal
from sandbox.slack.identity import SIGNING_SECRET
from sandbox.slack.sockets import ConnectionLost, Sockets
from sandbox.standin import World

_PATH = "/slack/events"
_PATIENCE_S = 3.0
_FORM, _JSON = "application/x-www-form-urlencoded", "application/json"
_ANSWERED_IN_PLACE = {"command", "view_submission"}
_HEADERS = {
    "User-Agent": "Slackbot 1.0 (+https://api.slack.com/robots)",
    "Accept": "application/json,*/*",
}


@dataclass(frozen=True, slots=True)
class Acknowledgement:
    """The service's answer; `status` 0: none came. `trouble` is Slack's word for what went wrong."""

    status: int
    body: bytes = b""
    is_json: bool = False
    trouble: str | None = None

    def as_object(self) -> dict[str, Any]:
        """The JSON object in the body, an empty one for an empty body; raises SlackRefusal."""
        if not self.body.strip():
            return {}
        try:
            value = json.loads(self.body) if self.is_json else None
        except ValueError as error:
            raise SlackRefusal("invalid_json") from error
        if not isinstance(value, dict):
            raise SlackRefusal("json_not_object")
        return value


def signature(secret: str, timestamp: str, body: bytes) -> str:
    """The value of X-Slack-Signature."""
    signed = b"v0:" + timestamp.encode() + b":" + body
    return "v0=" + hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest()


class Deliveries:
    """Sends what people do to the service."""

    def __init__(self, world: World, faults: Faults, sockets: Sockets) -> None:
        self._world, self._faults, self._sockets = world, faults, sockets
        # Every request has a connection of its own, so that none is found stale or left open.
        limits = httpx.Limits(max_keepalive_connections=0)
        self._client = httpx.AsyncClient(limits=limits, trust_env=False, verify=False)  # noqa: S501 - plain HTTP

    async def command(self, form: dict[str, str]) -> Acknowledgement:
        """Send a slash command."""
        return await self._send("command", "slash_commands", form, urlencode(form), _FORM)

    async def interact(self, payload: dict[str, Any]) -> Acknowledgement:
        """Send an interaction payload."""
        form = urlencode({"payload": json.dumps(payload)})
        return await self._send(payload["type"], "interactive", payload, form, _FORM)

    async def event(self, payload: dict[str, Any]) -> Acknowledgement:
        """Send an `event_callback`."""
        return await self._send(payload["event"]["type"], "events_api", payload, json.dumps(payload), _JSON)

    async def aclose(self) -> None:
        await self._client.aclose()

    async def _send(
        self, kind: str, envelope: str, payload: dict[str, Any], body: str, content_type: str
    ) -> Acknowledgement:
        """Send a request of this kind ("command", or its type) and wait at most 3 s.

        With a "duplicate" fault the same request is sent twice at once; the first one's answer counts.
        """
        times = 2 if self._faults.take([f"POST {_PATH}", kind], ("duplicate",)) else 1
        if self._sockets.in_use:
            in_place = kind in _ANSWERED_IN_PLACE
            attempts = [self._through_socket(envelope, payload, in_place=in_place) for _ in range(times)]
        else:
            attempts = [self._post(body.encode(), content_type) for _ in range(times)]
        return (await asyncio.gather(*attempts))[0]

    async def _through_socket(
        self, envelope: str, payload: dict[str, Any], *, in_place: bool
    ) -> Acknowledgement:
        try:
            async with asyncio.timeout(_PATIENCE_S):
                answer = await self._sockets.deliver(envelope, payload, accepts_payload=in_place)
        except TimeoutError:
            return Acknowledgement(0, trouble="operation_timeout")
        except ConnectionLost:
            return Acknowledgement(0, trouble="dispatch_failed")
        return Acknowledgement(HTTPStatus.OK, json.dumps(answer).encode() if answer else b"", is_json=True)

    async def _post(self, body: bytes, content_type: str) -> Acknowledgement:
        # The service's own clock says how old a request is; it does not move with the sandbox's.
        timestamp = str(int(time.time()))
        headers = _HEADERS | {
            "Content-Type": content_type,
            "X-Slack-Request-Timestamp": timestamp,
            "X-Slack-Signature": signature(SIGNING_SECRET, timestamp, body),
        }
        try:
            async with asyncio.timeout(_PATIENCE_S):
                response = await self._client.post(
                    self._world.service_url + _PATH, content=body, headers=headers
                )
        except TimeoutError:
            return Acknowledgement(0, trouble="operation_timeout")
        except httpx.TransportError:
            return Acknowledgement(0, trouble="dispatch_failed")
        is_json = response.headers.get("content-type", "").startswith("application/json")
        return Acknowledgement(
            response.status_code, response.content, is_json, _trouble(response.status_code)
        )


def _trouble(status: int) -> str | None:
    if status == HTTPStatus.OK:
        return None
    families = {4: "http_client_error", 5: "http_service_error"}
    return families.get(status // 100, "dispatch_unknown_error")
