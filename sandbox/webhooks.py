"""Sends a service's webhooks: signed once, at least once, retried by the sandbox's clock."""

import asyncio
import contextlib
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import httpx

from sandbox.faults import Faults
from sandbox.standin import World

_DELIVERIES_KEPT = 10_000
_AT_ONCE = 50
_SHUFFLED_TOGETHER = 2
_SHUFFLED_AFTER_S = 0.3


@dataclass(frozen=True, slots=True)
class Webhook:
    """One event on its way: every attempt carries these same bytes and headers."""

    event_id: str
    event_type: str
    path: str  # below the service's address, with its slash: /webhooks/...
    body: bytes
    headers: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Attempt:
    """One POST and how it was answered (`status` 0: not at all, or too late)."""

    at: datetime
    status: int
    succeeded: bool


@dataclass(slots=True)
class Delivery:
    """What became of a webhook so far; `next_at` is None when nothing more will be tried."""

    webhook: Webhook
    attempts: list[Attempt] = field(default_factory=list)
    next_at: datetime | None = None

    @property
    def delivered(self) -> bool:
        return any(attempt.succeeded for attempt in self.attempts)

    def as_json(self) -> dict[str, Any]:
        """Shape: event_id, type, path, body, delivered, attempts [{at, status}], next_at or null."""
        return {
            "event_id": self.webhook.event_id,
            "type": self.webhook.event_type,
            "path": self.webhook.path,
            "body": self.webhook.body.decode(errors="replace"),
            "delivered": self.delivered,
            "attempts": [{"at": one.at.isoformat(), "status": one.status} for one in self.attempts],
            "next_at": self.next_at.isoformat() if self.next_at else None,
        }


def is_success(status: int) -> bool:
    """2xx, as most services take for a receipt."""
    return status // 100 == 2  # noqa: PLR2004 - what 2xx means


class WebhookSender:
    """Delivers webhooks to the service, each on its own: a slow answer delays no other event.

    What differs from service to service: which statuses are a receipt (`accepts`), and, in a subclass,
    `attempt`.

    `retry_after` holds the wait before each retry, counted from the attempt before it. An event
    can be befallen by `duplicate` (delivered twice) and `shuffle` (held until a second one waits or
    0.3 s have passed, then delivered last one first), an attempt by `reset` (never arrives), `status` (nor
    does it: something on the way answers so), `lost_answer` (arrives, which is not learnt) and `delay`;
    a fault matches `POST {path}` or the type.
    """

    def __init__(
        self,
        world: World,
        faults: Faults,
        retry_after: Sequence[timedelta],
        timeout_s: float = 10,
        accepts: Callable[[int], bool] = is_success,
    ) -> None:
        self._world, self._faults = world, faults
        self._retry_after, self._timeout_s, self._accepts = retry_after, timeout_s, accepts
        self._log: deque[Delivery] = deque(maxlen=_DELIVERIES_KEPT)
        self._queue: asyncio.Queue[tuple[list[Delivery], bool]] = asyncio.Queue()
        self._slots = asyncio.Semaphore(_AT_ONCE)
        self._shuffled: list[Delivery] = []
        self._shuffle_now = asyncio.Event()

    @property
    def deliveries(self) -> list[Delivery]:
        """Every delivery that is remembered, oldest first."""
        return list(self._log)

    async def reading(self, _: dict[str, Any]) -> dict[str, Any]:
        return {"deliveries": [delivery.as_json() for delivery in self._log]}

    def send(self, webhook: Webhook) -> None:
        """Take a webhook over; returns at once. Nothing leaves before `run` does."""
        fault = self._faults.take(_names(webhook), ("duplicate", "shuffle"))
        kind = fault.kind if fault else None
        for _ in range(2 if kind == "duplicate" else 1):
            self._queue.put_nowait(([self._logged(webhook)], kind == "shuffle"))
        self._world.changed()

    def send_in_turn(self, webhooks: Sequence[Webhook]) -> None:
        """Take several over, each tried for the first time only after the one before it was."""
        self._queue.put_nowait(([self._logged(webhook) for webhook in webhooks], False))
        self._world.changed()

    async def run(self) -> None:
        """Deliver until cancelled."""
        client = httpx.AsyncClient(
            base_url=self._world.service_url,
            timeout=None,  # noqa: S113 - an attempt has one limit, for the whole of it
            trust_env=False,
            verify=False,  # noqa: S501 - plain HTTP on loopback: no TLS to prepare for
        )
        async with client, asyncio.TaskGroup() as tasks:
            while True:
                deliveries, shuffle = await self._queue.get()
                if not shuffle:
                    tasks.create_task(self._deliver_in_turn(client, tasks, deliveries))
                    continue
                self._shuffled += deliveries
                if len(self._shuffled) == 1:
                    tasks.create_task(self._deliver_shuffled(client, tasks))
                if len(self._shuffled) >= _SHUFFLED_TOGETHER:
                    self._shuffle_now.set()

    async def _deliver_shuffled(self, client: httpx.AsyncClient, tasks: asyncio.TaskGroup) -> None:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_SHUFFLED_AFTER_S):
                await self._shuffle_now.wait()
        held, self._shuffled = self._shuffled, []
        self._shuffle_now.clear()
        await self._deliver_in_turn(client, tasks, held[::-1])

    async def _deliver_in_turn(
        self, client: httpx.AsyncClient, tasks: asyncio.TaskGroup, deliveries: Sequence[Delivery]
    ) -> None:
        for delivery in deliveries:
            if not await self.attempt(client, delivery):
                tasks.create_task(self._retry(client, delivery))

    def _logged(self, webhook: Webhook) -> Delivery:
        delivery = Delivery(webhook, next_at=self._world.clock.now())
        self._log.append(delivery)
        return delivery

    async def _retry(self, client: httpx.AsyncClient, delivery: Delivery) -> None:
        for wait in self._retry_after:
            delivery.next_at = delivery.attempts[-1].at + wait
            self._world.changed()
            await self._world.clock.sleep_until(delivery.next_at)
            if await self.attempt(client, delivery):
                return

    async def attempt(
        self, client: httpx.AsyncClient, delivery: Delivery, timeout_s: float | None = None
    ) -> bool:
        """Try once, for `timeout_s` at most; says whether that settles it."""
        webhook = delivery.webhook
        fault = self._faults.take(_names(webhook), ("reset", "status", "lost_answer", "delay"))
        kind = fault.kind if fault else None
        if fault and kind == "delay":
            await asyncio.sleep(fault.delay_s)
        if fault and kind in {"reset", "status"}:
            status = fault.status if kind == "status" else 0
        else:
            status = await self._posted(client, webhook, timeout_s or self._timeout_s)
        status = 0 if kind == "lost_answer" else status
        attempt = Attempt(self._world.clock.now(), status, self._accepts(status))
        delivery.attempts.append(attempt)
        delivery.next_at = None
        self._world.changed()
        return attempt.succeeded

    async def _posted(self, client: httpx.AsyncClient, webhook: Webhook, timeout_s: float) -> int:
        async with self._slots:
            try:
                async with asyncio.timeout(timeout_s):
                    answer = await client.post(webhook.path, content=webhook.body, headers=webhook.headers)
            except (httpx.HTTPError, TimeoutError):
                return 0
        return answer.status_code


def _names(webhook: Webhook) -> list[str]:
    return [f"POST {webhook.path}", webhook.event_type]
