"""Events on their way to workflows: signed and sent, or, by a control, spoilt, lost or held back."""

import hashlib
import hmac
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from sandbox.checkout.workflows import Target, Workflows
from sandbox.standin import ControlRefused
from sandbox.webhooks import Webhook, WebhookSender

WEBHOOK_SECRET = "sandbox-checkout-webhook-secret"  # noqa: S105 - signs only what the sandbox sends
WEBHOOK_PATH = "/webhooks/checkout"

JSON = dict[str, Any]
Shape = Callable[[JSON, str], tuple[bytes, str]]  # an event and a key -> its body and the signature beside it


def sign(body: bytes, key: str) -> str:
    """`Cko-Signature`: the HMAC-SHA256 of the raw body in lower-case hex, and nothing else."""
    return hmac.new(key.encode(), body, hashlib.sha256).hexdigest()


def _whole(event: JSON, key: str) -> tuple[bytes, str]:
    body = json.dumps(event, ensure_ascii=False, separators=(",", ":")).encode()
    return body, sign(body, key)


def _broken(event: JSON, key: str) -> tuple[bytes, str]:
    """U+FFFD where `"data":` should stand: https://github.com/checkout/checkout-sdk-node/issues/408."""
    body = _whole(event, key)[0].replace(b'"data":', "\N{REPLACEMENT CHARACTER}".encode(), 1)
    return body, sign(body, key)


def _wrongly_signed(event: JSON, key: str) -> tuple[bytes, str]:
    body, signature = _whole(event, key)
    return body, signature[::-1]


def _without(*names: str) -> Shape:
    def shape(event: JSON, key: str) -> tuple[bytes, str]:
        data = {name: value for name, value in event["data"].items() if name not in names}
        return _whole({**event, "data": data}, key)

    return shape


_SHAPES: dict[str, Shape] = {
    "broken_json": _broken,
    "wrong_signature": _wrongly_signed,
    "without_balances": _without("balances"),
    "without_reference": _without("reference", "payment_reference", "metadata"),
}
TRICKS = (*_SHAPES, "dropped", "held")
ORDERS = ("in_order", "reversed")


@dataclass
class _Asked:
    """A trick for the next `left` events of a type (None: of any)."""

    trick: str
    event_type: str | None
    left: int


class Outgoing:
    """Hands events to a sender, after what the `webhooks` control has asked for has befallen them.

    `service_url` is where the service is: what goes there is known by its path alone. `events` has
    every event that was told, also those that were lost on their way.
    """

    def __init__(self, sender: WebhookSender, workflows: Workflows, service_url: str) -> None:
        self._sender, self._workflows, self._service_url = sender, workflows, service_url
        self._asked: list[_Asked] = []
        self._held: list[Webhook] = []
        self.events: dict[str, JSON] = {}

    def tell(self, event: JSON) -> None:
        """Remember an event and send it wherever a workflow wants it."""
        self.events[event["id"]] = event
        self.send(event, self._workflows.targets(event["type"]))

    def send(self, event: JSON, targets: Sequence[Target]) -> None:
        trick = self._take(event["type"]) if targets else "dropped"
        if trick == "dropped":
            return
        for target in targets:
            webhook = self._webhook(event, target, _SHAPES.get(trick, _whole))
            if trick == "held":
                self._held.append(webhook)
            else:
                self._sender.send(webhook)

    def events_of(self, subject: str) -> list[JSON]:
        """What was told of a payment or a dispute, oldest first."""
        return [
            event
            for event in self.events.values()
            if subject in (event["data"].get("id"), _payment_of(event))
        ]

    def status_of(self, event_id: str, target: Target) -> str | None:
        """What became of an event at one action, by its newest delivery; None: it was never sent there."""
        path = self._path(target)
        found = [
            delivery
            for delivery in self._sender.deliveries
            if (delivery.webhook.event_id, delivery.webhook.path) == (event_id, path)
        ]
        if not found:
            return None
        if found[-1].delivered:
            return "successful"
        return "pending" if found[-1].next_at or not found[-1].attempts else "failed"

    def _webhook(self, event: JSON, target: Target, shape: Shape) -> Webhook:
        body, signature = shape(event, target.key or "")
        signed = {"Cko-Signature": signature} if target.key else {}
        headers = {**target.headers, "Content-Type": "application/json; charset=utf-8", **signed}
        return Webhook(event["id"], event["type"], self._path(target), body, headers)

    def _path(self, target: Target) -> str:
        """Below the service's address, or the whole of another one."""
        is_service = target.url.startswith(f"{self._service_url}/")
        return target.url.removeprefix(self._service_url) if is_service else target.url

    async def control(self, body: JSON) -> JSON:
        """{"next": a trick, "type"?, "times"?} -> {}, or {"release": an order} -> {"released": types}."""
        if unknown := set(body) - {"next", "type", "times", "release"}:
            raise ControlRefused(f"unknown keys: {', '.join(sorted(unknown))}")
        if "release" in body:
            return {"released": self._release(body["release"])}
        trick, times = body["next"], body.get("times", 1)
        if trick not in TRICKS:
            raise ControlRefused(f"next must be one of {', '.join(TRICKS)}")
        if type(times) is not int or times < 1:
            raise ControlRefused("times must be a whole number, 1 or more")
        self._asked.append(_Asked(trick, body.get("type"), times))
        return {}

    def _release(self, order: Any) -> list[str]:
        """Let everything held go, one after the other, and hold back nothing more."""
        if order not in ORDERS:
            raise ControlRefused(f"release must be one of {', '.join(ORDERS)}")
        released = self._held if order == "in_order" else self._held[::-1]
        self._held = []
        self._asked = [asked for asked in self._asked if asked.trick != "held"]
        self._sender.send_in_turn(released)
        return [webhook.event_type for webhook in released]

    def _take(self, event_type: str) -> str:
        for asked in self._asked:
            if asked.event_type in (None, event_type):
                asked.left -= 1
                if not asked.left:
                    self._asked.remove(asked)
                return asked.trick
        return ""


def _payment_of(event: JSON) -> str | None:
    """The payment that an authentication's event names; a dispute's event is about the dispute."""
    data: JSON = event["data"]
    return data.get("payment_id") if "session_id" in data else None
