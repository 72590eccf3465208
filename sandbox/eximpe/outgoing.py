"""Events on their way to the service: signed as one of the documented ways has it, and sent."""

import hashlib
import hmac
import json
from datetime import datetime
from typing import Any

from sandbox.eximpe.events import event_of
from sandbox.eximpe.ids import moment
from sandbox.eximpe.ledger import Happening
from sandbox.options import Options
from sandbox.webhooks import Webhook, WebhookSender

ENCRYPTION_KEY = "sandbox-eximpe-encryption-key-not-real"
WEBHOOK_PATH = "/webhooks/eximpe"

JSON = dict[str, Any]


class Outgoing:
    """Hands events to a sender; `client_secret` signs where the option `signing_key` says so."""

    def __init__(self, sender: WebhookSender, options: Options, client_secret: str) -> None:
        self._sender, self._options = sender, options
        self._keys = {"encryption_key": ENCRYPTION_KEY, "client_secret": client_secret}

    def tell(self, happening: Happening, now: datetime) -> None:
        if self._options["webhooks"] == "dropped":
            return
        event = event_of(happening, self._options, moment(now, self._options["event_time"]))
        body, signature = self._signed(event)
        headers = {
            "Content-Type": "application/json",
            "User-Agent": "Eximpe-Webhook/1.0",
            "X-Webhook-Event": happening.event,
            "X-Webhook-Timestamp": str(int(now.timestamp())),
            "X-Webhook-Signature": signature,
        }
        webhook = Webhook(event["sequence_number"], happening.event, WEBHOOK_PATH, body, headers)
        self._sender.send(webhook)

    def _signed(self, event: JSON) -> tuple[bytes, str]:
        """The body and its HMAC-SHA256 in hex. The timestamp is not signed."""
        raw = json.dumps(event).encode()
        if self._options["signed"] == "raw":
            return raw, self._sign(raw)
        if self._options["signed"] == "canonical":
            canonical = json.dumps(event, sort_keys=True, separators=(",", ":")).encode()
            return json.dumps(_as_stored(event)).encode(), self._sign(canonical)
        return raw, self._sign(raw[::-1])

    def _sign(self, message: bytes) -> str:
        key = self._keys[self._options["signing_key"]]
        return hmac.new(key.encode(), message, hashlib.sha256).hexdigest()


def _as_stored(node: Any) -> Any:
    """Keys as PostgreSQL's jsonb orders them, by length, then alphabet: so the docs' samples have them."""
    if not isinstance(node, dict):
        return node
    return {key: _as_stored(node[key]) for key in sorted(node, key=lambda key: (len(key), key))}
