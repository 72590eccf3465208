"""The Events API: what happens in the workspace reaches the app at least once, with three retries.

Source: https://docs.slack.dev/apis/events-api ("Retries"): nearly at once, after one minute, after five
minutes, with `X-Slack-Retry-Num` and `X-Slack-Retry-Reason`; `X-Slack-No-Retry: 1` on an answer that is not
2xx ends them. Commands and interactions are never retried.
"""

from collections import deque
from datetime import timedelta
from functools import partial
from typing import Any

from sandbox.slack import payloads
from sandbox.slack.background import Background
from sandbox.slack.deliveries import PATH, Acknowledgement, Deliveries, Retry
from sandbox.standin import World
from sandbox.webhooks import Attempt, Delivery, Webhook, is_success

_RETRY_AFTER = (timedelta(0), timedelta(minutes=1), timedelta(minutes=5))
_KEPT = 10_000
_REASONS = {"operation_timeout": "http_timeout", "dispatch_failed": "connection_failed"}


class Events:
    """Sends events; each on its own, so that a slow answer delays no other."""

    def __init__(self, world: World, deliveries: Deliveries, background: Background) -> None:
        self._world, self._deliveries, self._background = world, deliveries, background
        self._log: deque[Delivery] = deque(maxlen=_KEPT)

    def send(self, event: dict[str, Any]) -> None:
        """Take an event over; returns at once."""
        self._background.start(partial(self.deliver, event))

    async def deliver(self, event: dict[str, Any]) -> Acknowledgement:
        """Send an event and give the answer to the first attempt; retries, if any, go on by themselves."""
        payload = payloads.event_callback(event, self._world.clock.now())
        delivery = Delivery(Webhook(payload["event_id"], event["type"], PATH, b"", {}))
        delivery.next_at = self._world.clock.now()
        self._log.append(delivery)
        answer = await self._attempt(delivery, payload, None)
        if not _is_over(answer):
            self._background.start(partial(self._retry, delivery, payload, answer))
        return answer

    async def listing(self, _: dict[str, Any]) -> dict[str, Any]:
        """-> {"deliveries": what became of each event, oldest first}."""
        return {"deliveries": [delivery.as_json() for delivery in self._log]}

    async def _retry(self, delivery: Delivery, payload: dict[str, Any], answer: Acknowledgement) -> None:
        for number, wait in enumerate(_RETRY_AFTER, 1):
            delivery.next_at = delivery.attempts[-1].at + wait
            self._world.changed()
            await self._world.clock.sleep_until(delivery.next_at)
            answer = await self._attempt(delivery, payload, Retry(number, _reason(answer)))
            if _is_over(answer):
                return

    async def _attempt(
        self, delivery: Delivery, payload: dict[str, Any], retry: Retry | None
    ) -> Acknowledgement:
        answer = await self._deliveries.event(payload, retry)
        delivery.attempts.append(Attempt(self._world.clock.now(), answer.status, is_success(answer.status)))
        delivery.next_at = None
        self._world.changed()
        return answer


def _is_over(answer: Acknowledgement) -> bool:
    return answer.is_success or answer.no_retry


def _reason(answer: Acknowledgement) -> str:
    return _REASONS.get(answer.trouble or "", "http_error")
