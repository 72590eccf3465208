"""Events on their way to the service: signed and sent, or, by a control, spoilt, lost or held back."""

import hashlib
import hmac
import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sandbox.standin import ControlRefused
from sandbox.webhooks import Webhook, WebhookSender

WEBHOOK_SECRET = "sandbox-checkout-webhook-secret"  # noqa: S105 - signs only what the sandbox sends
WEBHOOK_PATH = "/webhooks/checkout"

JSON = dict[str, Any]
Shape = Callable[[JSON], tuple[bytes, str]]  # an event -> its body and the signature beside it


def sign(body: bytes) -> str:
    """`Cko-Signature`: the HMAC-SHA256 of the raw body in lower-case hex, and nothing else."""
    return hmac.new(WEBHOOK_SECRET.encode(), body, hashlib.sha256).hexdigest()


def _whole(event: JSON) -> tuple[bytes, str]:
    body = json.dumps(event, ensure_ascii=False, separators=(",", ":")).encode()
    return body, sign(body)


def _broken(event: JSON) -> tuple[bytes, str]:
    """U+FFFD where `"data":` should stand: https://github.com/checkout/checkout-sdk-node/issues/408."""
    body = _whole(event)[0].replace(b'"data":', "\N{REPLACEMENT CHARACTER}".encode(), 1)
    return body, sign(body)


def _wrongly_signed(event: JSON) -> tuple[bytes, str]:
    body, signature = _whole(event)
    return body, signature[::-1]


def _without(*names: str) -> Shape:
    def shape(event: JSON) -> tuple[bytes, str]:
        data = {name: value for name, value in event["data"].items() if name not in names}
        return _whole({**event, "data": data})

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
    """Hands events to a sender, after what the `webhooks` control has asked for has befallen them."""

    def __init__(self, sender: WebhookSender) -> None:
        self._sender = sender
        self._asked: list[_Asked] = []
        self._held: list[Webhook] = []

    def tell(self, event: JSON) -> None:
        trick = self._take(event["type"])
        if trick == "dropped":
            return
        body, signature = _SHAPES.get(trick, _whole)(event)
        headers = {"Content-Type": "application/json; charset=utf-8", "Cko-Signature": signature}
        webhook = Webhook(event["id"], event["type"], WEBHOOK_PATH, body, headers)
        if trick == "held":
            self._held.append(webhook)
        else:
            self._sender.send(webhook)

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
