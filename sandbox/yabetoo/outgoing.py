"""Webhooks: which endpoint gets which event, how each attempt is signed, when it is tried again.

An answer is due in 5 s. How often and when a failed delivery is repeated is not documented: here three times,
within seconds. Every repetition is signed anew, and has a fresh event id (assumed).
"""

import hashlib
import hmac
import json
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

import httpx

from sandbox.faults import Faults
from sandbox.options import Options
from sandbox.standin import World
from sandbox.webhooks import Delivery, Webhook, WebhookSender
from sandbox.yabetoo.access import ACCOUNT
from sandbox.yabetoo.events import KNOWN, Event
from sandbox.yabetoo.ids import moment, new_id

JSON = dict[str, Any]

WEBHOOK_SECRET = "whsec_sandboxYabetooObviouslyFake0000"  # noqa: S105 - signs only what the sandbox sends
RETRY_AFTER = tuple(timedelta(seconds=seconds) for seconds in (1, 3, 5))  # assumed
TIMEOUT_S = 5.0
STATES = ("active", "disabled", "failed")
_SERVER_ERRORS = range(500, 600)


@dataclass
class Endpoint:
    """Where events go: an address, or a path below the service's for the one made in the dashboard."""

    url: str
    events: list[str]
    created_at: datetime
    description: str | None = None
    metadata: JSON = field(default_factory=dict)
    status: str = "active"
    lost_in_a_row: int = 0
    id: str = field(default_factory=lambda: new_id("whk"))
    secret: str = field(default_factory=lambda: new_id("whsec"))

    def as_json(self, events_field: str) -> JSON:
        return {
            "id": self.id,
            "object": "webhook",
            "url": self.url,
            "description": self.description,
            "status": self.status,
            events_field: self.events,
            "metadata": self.metadata,
            "createdAt": moment(self.created_at),
        }


@dataclass(frozen=True, slots=True)
class Letter(Webhook):
    """An event for one endpoint; body and headers are those of its last attempt."""

    event: Event
    endpoint: Endpoint


def signature_headers(form: str, body: bytes, secret: str, sent: int) -> dict[str, str]:
    """HMAC-SHA256 of "{timestamp}.{body}", in one of the forms of the option `signature`."""
    name = "X-Yabetoo-Webhook-Signature"
    message = body if form == "body_only" else b"%d.%s" % (sent, body)
    key = f"{secret}x" if form == "wrong" else secret
    digest = hmac.new(key.encode(), message, hashlib.sha256).hexdigest()
    stamp = {"X-Yabetoo-Webhook-Timestamp": str(sent)}
    return {
        "timestamp_header": {name: f"v1={digest}", **stamp},
        "combined": {name: f"t={sent},v1={digest}"},
        "bare": {name: digest, **stamp},
        "cli": {"Yabetoo-Signature": f"t={sent},v1={digest}"},
        "body_only": {"X-Yabetoo-Signature": digest},
        "wrong": {name: f"v1={digest}", **stamp},
    }[form]


class Sender(WebhookSender):
    """Signs at each attempt, and notices which endpoints lose too much."""

    def __init__(self, world: World, faults: Faults, options: Options) -> None:
        super().__init__(world, faults, RETRY_AFTER, TIMEOUT_S)
        self._clock, self._options = world.clock, options
        self._tried: set[str] = set()

    async def attempt(
        self, client: httpx.AsyncClient, delivery: Delivery, timeout_s: float | None = None
    ) -> bool:
        letter = delivery.webhook = self._stamped(delivery.webhook)
        if await super().attempt(client, delivery, timeout_s):
            letter.endpoint.lost_in_a_row = 0
            return True
        status = delivery.attempts[-1].status
        given_up = self._options["retried"] == "server_errors" and status not in {0, *_SERVER_ERRORS}
        if given_up or len(delivery.attempts) > len(RETRY_AFTER):
            self._lose(letter.endpoint)
        return given_up

    def _lose(self, endpoint: Endpoint) -> None:
        most = self._options["auto_disable"]
        endpoint.lost_in_a_row += 1
        if most and endpoint.lost_in_a_row >= most:
            endpoint.status = "failed"

    def _stamped(self, webhook: Webhook) -> Letter:
        letter, options = _letter(webhook), self._options
        event = letter.event
        if event.id in self._tried and options["repeated_id"] == "fresh":
            event = replace(event, id=new_id("evt"))
        self._tried.add(event.id)
        told = event.as_json(options["envelope"], ACCOUNT, dated=options["dated"])
        body = json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode()
        sent = self._clock.outside(self._clock.now())  # whoever receives it has its own clock
        moment_signed = sent if options["timestamp"] == "sending" else event.at
        signed = signature_headers(
            options["signature"], body, letter.endpoint.secret, int(moment_signed.timestamp())
        )
        headers = {"Content-Type": "application/json", **signed, **self._naming(event)}
        return replace(letter, event_id=event.id, event=event, body=body, headers=headers)

    def _naming(self, event: Event) -> dict[str, str]:
        if self._options["signature"] == "cli":
            return {"Yabetoo-Event-Id": event.id, "Yabetoo-Event-Type": event.type}
        delivery_id = event.id if self._options["webhook_id"] == "event" else new_id("evt")
        return {"X-Yabetoo-Webhook-Event": event.type, "X-Yabetoo-Webhook-Id": delivery_id}


def _letter(webhook: Webhook) -> Letter:
    if not isinstance(webhook, Letter):
        raise TypeError("this sender sends letters only")
    return webhook


class Outgoing:
    """Hands events to the sender, once for every active endpoint that wants them."""

    def __init__(self, sender: Sender, now: datetime) -> None:
        self._sender = sender
        made = Endpoint("/webhooks/yabetoo", list(KNOWN), now, "Dashboard", secret=WEBHOOK_SECRET)
        self.endpoints = {made.id: made}

    def register(self, endpoint: Endpoint) -> None:
        self.endpoints[endpoint.id] = endpoint

    def tell(self, event: Event) -> None:
        for endpoint in self.endpoints.values():
            if endpoint.status == "active" and event.type in endpoint.events:
                self._sender.send(Letter(event.id, event.type, endpoint.url, b"", {}, event, endpoint))
