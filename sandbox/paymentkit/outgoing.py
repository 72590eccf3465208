"""Webhooks: which endpoint gets which event, signed with its own secret, tried five times in all.

https://docs.paymentkit.com/guides/integration/webhooks: a 4xx is final, only 5xx, a time-out and no
connection are tried again. The spacing of the attempts and the time-out are not documented.
"""

import base64
import hashlib
import hmac
import json
import secrets
from collections import deque
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

import httpx

from sandbox.faults import Faults
from sandbox.options import Options
from sandbox.paymentkit.events import SALE, Event, folded
from sandbox.paymentkit.ids import moment, new_id
from sandbox.standin import World
from sandbox.webhooks import Delivery, Webhook, WebhookSender

JSON = dict[str, Any]

WEBHOOK_SECRET = "whsec_sandbox-paymentkit-obviously-fake"  # noqa: S105 - signs only what the sandbox sends
RETRY_AFTER = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 30, 120))  # four retries; assumed
TIMEOUT_S = 10.0  # assumed
_TRIED_KEPT = 10_000
_SERVER_ERRORS = range(500, 600)


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where events go: an address, or a path below the service's for the one made in the dashboard."""

    id: str
    url: str
    events: tuple[str, ...]
    secret: str

    def wants(self, event: Event) -> bool:
        return folded(event.kind) in {folded(name) for name in self.events}


DASHBOARD_ENDPOINT = Endpoint("we_stg_dashboard0000", "/webhooks/paymentkit", SALE, WEBHOOK_SECRET)


def sign(body: bytes, secret: str, form: str) -> str:
    """`X-Webhook-Signature`: the HMAC-SHA256 of the raw body; `form` is one of options.CHOICES."""
    digest = hmac.new(secret.encode(), body, hashlib.sha256).digest()
    if form == "base64":
        return base64.b64encode(digest).decode()
    return f"sha256={digest.hex()}" if form == "prefixed" else digest.hex()


@dataclass(frozen=True, slots=True)
class Tried:
    """One attempt to deliver an event (`status` 0: not answered, or too late)."""

    id: str
    event_id: str
    url: str
    status: int
    at: datetime

    def as_json(self) -> JSON:
        """As the Events API lists it; field names assumed."""
        return {
            "id": self.id,
            "event_id": self.event_id,
            "url": self.url,
            "response_status": self.status or None,
            "attempted_at": moment(self.at),
        }


class Sender(WebhookSender):
    """Gives every attempt a delivery id of its own, and gives up after an answer that is not a 5xx."""

    def __init__(self, world: World, faults: Faults, options: Options) -> None:
        super().__init__(world, faults, RETRY_AFTER, TIMEOUT_S)
        self._options = options
        self.tried: deque[Tried] = deque(maxlen=_TRIED_KEPT)  # oldest first

    async def attempt(
        self, client: httpx.AsyncClient, delivery: Delivery, timeout_s: float | None = None
    ) -> bool:
        delivery_id = new_id("whd", self._options["environment"])
        headers = {**delivery.webhook.headers, "X-Webhook-Delivery-Id": delivery_id}
        webhook = delivery.webhook = replace(delivery.webhook, headers=headers)
        await super().attempt(client, delivery, timeout_s)
        last = delivery.attempts[-1]
        self.tried.append(Tried(delivery_id, webhook.event_id, webhook.path, last.status, last.at))
        return last.status != 0 and last.status not in _SERVER_ERRORS


class Outgoing:
    """Hands events to the sender, once for every endpoint that wants them."""

    def __init__(self, sender: Sender, options: Options) -> None:
        self._sender, self._options = sender, options
        self._endpoints = [DASHBOARD_ENDPOINT]

    def register(self, url: str, events: list[str]) -> Endpoint:
        """A new endpoint, with a signing secret of its own."""
        endpoint = Endpoint(
            new_id("we", self._options["environment"]), url, tuple(events), f"whsec_{secrets.token_hex(16)}"
        )
        self._endpoints.append(endpoint)
        return endpoint

    def tell(self, event: Event) -> None:
        body = json.dumps(event.as_webhook(), ensure_ascii=False, separators=(",", ":")).encode()
        for endpoint in self._endpoints:
            if endpoint.wants(event):
                headers = {
                    "Content-Type": "application/json",
                    "X-Webhook-Signature": sign(body, endpoint.secret, self._options["signature"]),
                    "X-Webhook-Event-Id": event.id,
                    "X-Webhook-Event-Type": event.type,
                }
                self._sender.send(Webhook(event.id, event.type, endpoint.url, body, headers))

    def tried(self, event_id: str) -> list[JSON]:
        """The attempts to deliver an event, oldest first."""
        return [one.as_json() for one in self._sender.tried if one.event_id == event_id]
