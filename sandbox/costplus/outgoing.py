"""Webhooks: unsigned hints that name an order and little else; no event id, no time.

https://docs.costplus.io/api-reference/webhooks: any 2xx takes one, in 4 s at first and in 10 s later; up to
ten retries two minutes apart.
"""

import json
from datetime import timedelta
from typing import Any

import httpx

from sandbox.costplus.ids import MERCHANT, PROJECT
from sandbox.costplus.records import Order, Transaction
from sandbox.faults import Faults
from sandbox.options import Options
from sandbox.standin import World
from sandbox.webhooks import Delivery, Webhook, WebhookSender

JSON = dict[str, Any]

PROJECT_WEBHOOK = "/webhooks/costplus"  # the project's default, set in the dashboard
RETRY_AFTER = (timedelta(minutes=2),) * 10
FIRST_TIMEOUT_S, TIMEOUT_S = 4.0, 10.0


class Sender(WebhookSender):
    """Waits less for the answer to a first attempt; `first_timeout_s` is for tests."""

    def __init__(self, world: World, faults: Faults, first_timeout_s: float = FIRST_TIMEOUT_S) -> None:
        super().__init__(world, faults, RETRY_AFTER, TIMEOUT_S)
        self._first_timeout_s = first_timeout_s

    async def attempt(
        self, client: httpx.AsyncClient, delivery: Delivery, timeout_s: float | None = None
    ) -> bool:
        return await super().attempt(
            client, delivery, timeout_s if delivery.attempts else self._first_timeout_s
        )


class Outgoing:
    """Hands hints to a sender. What goes to the service, at `service_url`, is known by its path alone."""

    def __init__(self, sender: WebhookSender, options: Options, service_url: str) -> None:
        self._sender, self._options, self._service_url = sender, options, service_url
        self._sent = 0

    def tell(self, order: Order, transaction: Transaction | None) -> None:
        """An order's status has changed, and (where given) that of a transaction."""
        if self._options["webhooks"] == "dropped":
            return
        kinds = self._options["events"]
        address = _address(order)
        if kinds in {"both", "order"}:
            self.send(order_event(order), address)
        if transaction and kinds in {"both", "transaction"}:
            self.send(transaction_event(order, transaction), address)

    def send(self, event: JSON, address: str) -> None:
        """Send one hint; the id in the log of deliveries is ours, the hint itself has none."""
        self._sent += 1
        path = address.removeprefix(self._service_url) if self._is_service(address) else address
        body = json.dumps(event).encode()
        headers = {"Content-Type": "application/json"}
        self._sender.send(Webhook(f"hint-{self._sent}", event["event"], path, body, headers))

    def _is_service(self, address: str) -> bool:
        return address.startswith(f"{self._service_url}/")


def order_event(order: Order) -> JSON:
    return {"event": "status_changed", "order_id": order.id, "project_id": PROJECT}


def transaction_event(order: Order, transaction: Transaction) -> JSON:
    return {
        "event": "transaction_status_changed",
        "merchant_id": MERCHANT,
        "project_id": PROJECT,
        "order_id": order.id,
        "transaction_id": transaction.id,
        "transaction_status": transaction.status,
    }


def _address(order: Order) -> str:
    return str(order.original.data.get("webhook_url") or PROJECT_WEBHOOK)
