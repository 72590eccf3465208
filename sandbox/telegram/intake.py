"""The methods by which a bot gets its updates: long polling or a webhook, never both."""

import asyncio
from typing import Any

from sandbox.telegram.answers import Refused, bad_request
from sandbox.telegram.forms import Upload
from sandbox.telegram.updates import DEFAULT_KINDS, KINDS, UpdateQueue
from sandbox.telegram.webhook import MAX_CONNECTIONS, Deliveries, Webhook, check_webhook

_LONGEST_POLL_S = 50
_MOST_UPDATES = 100
_WEBHOOK_ACTIVE = (
    "can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"
)


class Intake:
    """Each method takes its checked arguments, answers the result (or result and description)."""

    def __init__(self, queue: UpdateQueue, deliveries: Deliveries) -> None:
        self._queue, self._deliveries = queue, deliveries

    async def get_updates(self, given: dict[str, Any], ended: asyncio.Future[None]) -> list[dict[str, Any]]:
        """Limits are clamped, not refused; `ended`: the client has gone or the server stops."""
        if self._deliveries.webhook:
            raise Refused(409, _WEBHOOK_ACTIVE)
        self._allow(given)
        limit = min(max(given.get("limit", _MOST_UPDATES), 1), _MOST_UPDATES)
        wait_s = min(max(given.get("timeout", 0), 0), _LONGEST_POLL_S)
        updates = await self._queue.poll(given.get("offset", 0), limit, wait_s, ended)
        return [update.as_json() for update in updates]

    def set_webhook(self, given: dict[str, Any]) -> tuple[bool, str]:
        if not given.get("url"):
            return self.delete_webhook(given)
        check_webhook(given["url"], given.get("secret_token", ""))
        connections = min(max(given.get("max_connections", MAX_CONNECTIONS), 1), 100)
        certified = isinstance(given.get("certificate"), Upload)
        webhook = Webhook(
            given["url"], given.get("secret_token", ""), connections, given.get("ip_address", ""), certified
        )
        self._allow(given)
        if given.get("drop_pending_updates"):
            self._queue.clear()
        elif webhook.same(self._deliveries.webhook):
            return True, "Webhook is already set"
        self._queue.end_poll("terminated by setWebhook request")
        self._deliveries.use(webhook)
        return True, "Webhook was set"

    def delete_webhook(self, given: dict[str, Any]) -> tuple[bool, str]:
        if given.get("drop_pending_updates"):
            self._queue.clear()
        if not self._deliveries.webhook:
            return True, "Webhook is already deleted"
        self._deliveries.use(None)
        return True, "Webhook was deleted"

    def forget(self) -> None:
        """Nothing waits, and nothing is sent anywhere: the bot has logged out."""
        self.delete_webhook({"drop_pending_updates": True})

    def get_webhook_info(self, _: dict[str, Any]) -> dict[str, Any]:
        return self._deliveries.info()

    def _allow(self, given: dict[str, Any]) -> None:
        """An absent list keeps what was said before; an empty one means the default."""
        if "allowed_updates" not in given:
            return
        kinds = given["allowed_updates"]
        unknown = [kind for kind in kinds if kind not in KINDS]
        if unknown:
            raise bad_request(f"allowed_updates: unknown {', '.join(map(str, unknown))}")
        self._queue.allowed = frozenset(kinds) or DEFAULT_KINDS
