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
from sandbox.slack.installation import Installation
from sandbox.slack.sockets import ConnectionLost, Envelope, Sockets
from sandbox.standin import ControlRefused, World

PATH = "/slack/events"
_PATIENCE_S = 3.0
_FORM, _JSON = "application/x-www-form-urlencoded", "application/json"
_ANSWERED_IN_PLACE = {"command", "view_submission"}
_HEADERS = {
    "User-Agent": "Slackbot 1.0 (+https://api.slack.com/robots)",
    "Accept": "application/json,*/*",
}


@dataclass(frozen=True, slots=True)
class Retry:
    """Which retry of an event this is, and why there is one."""

    number: int
    reason: str


@dataclass(frozen=True, slots=True)
class _Sending:
    """One request: its kind ("command", or its type), and how it goes through a socket and over HTTP."""

    kind: str
    envelope: str
    payload: dict[str, Any]
    body: str
    content_type: str
    retry: Retry | None = None


@dataclass(frozen=True, slots=True)
class Acknowledgement:
    """The service's answer; `status` 0: none came. `trouble` is Slack's word for what went wrong."""

    status: int
    body: bytes = b""
    is_json: bool = False
    trouble: str | None = None
    no_retry: bool = False

    @property
    def is_success(self) -> bool:
        """Any 2xx: enough for an event."""
        return self.status // 100 == HTTPStatus.OK // 100

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

    def __init__(self, world: World, faults: Faults, sockets: Sockets, installation: Installation) -> None:
        self._world, self._faults, self._sockets = world, faults, sockets
        self._installation = installation

    async def command(self, form: dict[str, str]) -> Acknowledgement:
        """Send a slash command; raises ControlRefused if there is no app to take it."""
        self._check_installed()
        return await self._send(_Sending("command", "slash_commands", form, urlencode(form), _FORM))

    async def interact(self, payload: dict[str, Any]) -> Acknowledgement:
        """Send an interaction payload; raises ControlRefused if there is no app to take it."""
        self._check_installed()
        form = urlencode({"payload": json.dumps(payload)})
        return await self._send(_Sending(payload["type"], "interactive", payload, form, _FORM))

    async def event(self, payload: dict[str, Any], retry: Retry | None) -> Acknowledgement:
        """Send an `event_callback`, for the first time or again."""
        kind, body = payload["event"]["type"], json.dumps(payload)
        return await self._send(_Sending(kind, "events_api", payload, body, _JSON, retry))

    async def verify(self, payload: dict[str, Any]) -> Acknowledgement:
        """Send a `url_verification`: over HTTP, whatever else goes through sockets."""
        return await self._post(_Sending("url_verification", "", payload, json.dumps(payload), _JSON))

    def _check_installed(self) -> None:
        if not self._installation.is_installed:
            raise ControlRefused("the app is not installed in this workspace")

    async def _send(self, sending: _Sending) -> Acknowledgement:
        """Send a request and wait at most 3 s.

        With a "duplicate" fault the same request is sent twice at once; the first one's answer counts.
        """
        names = [f"POST {PATH}", sending.kind]
        times = 2 if self._faults.take(names, ("duplicate",)) else 1
        send = self._through_socket if self._sockets.in_use else self._post
        return (await asyncio.gather(*(send(sending) for _ in range(times))))[0]

    async def _through_socket(self, sending: _Sending) -> Acknowledgement:
        in_place, retry = sending.kind in _ANSWERED_IN_PLACE, sending.retry
        envelope = Envelope(sending.envelope, sending.payload, in_place, retry.number if retry else 0)
        try:
            async with asyncio.timeout(_PATIENCE_S):
                answer = await self._sockets.deliver(envelope)
        except TimeoutError:
            return Acknowledgement(0, trouble="operation_timeout")
        except ConnectionLost:
            return Acknowledgement(0, trouble="dispatch_failed")
        return Acknowledgement(HTTPStatus.OK, json.dumps(answer).encode() if answer else b"", is_json=True)

    async def _post(self, sending: _Sending) -> Acknowledgement:
        # The service's own clock says how old a request is; it does not move with the sandbox's.
        timestamp, body = str(int(time.time())), sending.body.encode()
        headers = _HEADERS | {
            "Content-Type": sending.content_type,
            "X-Slack-Request-Timestamp": timestamp,
            "X-Slack-Signature": signature(SIGNING_SECRET, timestamp, body),
        }
        if sending.retry:
            headers["X-Slack-Retry-Num"] = str(sending.retry.number)
            headers["X-Slack-Retry-Reason"] = sending.retry.reason
        try:
            # A connection of its own, so that none is found stale or left open; plain HTTP needs no TLS.
            client = httpx.AsyncClient(trust_env=False, verify=False)  # noqa: S501
            async with asyncio.timeout(_PATIENCE_S), client:
                response = await client.post(self._world.service_url + PATH, content=body, headers=headers)
        except TimeoutError:
            return Acknowledgement(0, trouble="operation_timeout")
        except httpx.TransportError:
            return Acknowledgement(0, trouble="dispatch_failed")
        is_json = response.headers.get("content-type", "").startswith("application/json")
        return Acknowledgement(
            response.status_code,
            response.content,
            is_json,
            _trouble(response.status_code),
            response.headers.get("x-slack-no-retry") == "1",
        )


def _trouble(status: int) -> str | None:
    if status == HTTPStatus.OK:
        return None
    families = {4: "http_client_error", 5: "http_service_error"}
    return families.get(status // 100, "dispatch_unknown_error")
