"""Updates by webhook: in order per chat, again until the service takes them, 24 hours long.

https://core.telegram.org/bots/api#setwebhook; pauses as in `WebhookActor::on_update_error` of
https://github.com/tdlib/telegram-bot-api: at once after the first failure, then 2, 4, 8... 60 seconds.
"""

import asyncio
import ipaddress
import re
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import httpx

from sandbox.clock import Clock
from sandbox.telegram.answers import bad_request
from sandbox.telegram.updates import DEFAULT_KINDS, Update, UpdateQueue

MAX_CONNECTIONS = 40
_ANSWER_WITHIN_S = 60
_LONGEST_PAUSE_S = 60
_LONGEST_RETRY_AFTER_S = 3600
_PORTS = {443, 80, 88, 8443}
_LOOPBACK = {"127.0.0.1", "::1", "localhost"}
_SECRET = re.compile(r"[A-Za-z0-9_-]*")
_MAX_SECRET = 256


@dataclass(eq=False)
class Webhook:
    """Where updates are sent, and how the last attempt failed."""

    url: str
    secret: str = ""
    max_connections: int = MAX_CONNECTIONS
    ip_address: str = ""
    certified: bool = False  # with a certificate of its own, which proves nothing here
    failed_at: datetime | None = None
    failure: str = ""
    connections: asyncio.Semaphore = field(init=False)

    def __post_init__(self) -> None:
        self.connections = asyncio.Semaphore(self.max_connections)

    def same(self, other: "Webhook | None") -> bool:
        return other is not None and self._settings() == other._settings()  # noqa: SLF001 - of its own kind

    def _settings(self) -> tuple[Any, ...]:
        return self.url, self.secret, self.max_connections, self.ip_address, self.certified


def check_webhook(url: str, secret: str) -> None:
    """Refuse an address or secret Telegram would; raises Refused.

    Plain HTTP and any port are taken on this machine only, as a Bot API server in local mode does.
    """
    try:
        parts = urlsplit(url)
        port = parts.port or (80 if parts.scheme == "http" else 443)
    except ValueError:
        raise bad_request("invalid webhook URL specified") from None
    if len(secret) > _MAX_SECRET:
        raise bad_request("secret token is too long")
    if not _SECRET.fullmatch(secret):
        raise bad_request("secret token contains unallowed characters")
    if parts.hostname in _LOOPBACK and parts.scheme in {"http", "https"}:
        return
    reserved = _reserved(parts.hostname or "")
    if reserved:
        raise bad_request(f"bad webhook: IP address {parts.hostname} is reserved")
    if parts.scheme != "https":
        raise bad_request("bad webhook: An HTTPS URL must be provided for webhook")
    if port not in _PORTS:
        raise bad_request("bad webhook: Webhook can be set up only on ports 80, 88, 443 or 8443")


def _reserved(host: str) -> bool:
    """Whether the host is an address of a network that Telegram cannot reach."""
    try:
        return not ipaddress.ip_address(host).is_global
    except ValueError:
        return False


class Deliveries:
    """Sends pending updates to the webhook while there is one."""

    def __init__(self, queue: UpdateQueue, clock: Clock) -> None:
        self.webhook: Webhook | None = None
        self._queue, self._clock = queue, clock
        self._lanes: dict[int, asyncio.Task[None]] = {}

    def use(self, webhook: Webhook | None) -> None:
        """Deliver there from now on (None: nowhere); deliveries under way end."""
        self.webhook = webhook
        for task in self._lanes.values():
            task.cancel()
        self._lanes = {}
        self._queue.announce()

    def info(self) -> dict[str, Any]:
        """The `WebhookInfo` object: https://core.telegram.org/bots/api#webhookinfo."""
        webhook = self.webhook or Webhook("")
        optional = {
            "ip_address": webhook.ip_address or None,
            "last_error_date": int(webhook.failed_at.timestamp()) if webhook.failed_at else None,
            "last_error_message": webhook.failure or None,
            "max_connections": webhook.max_connections if self.webhook else None,
            "allowed_updates": None if self._queue.allowed == DEFAULT_KINDS else sorted(self._queue.allowed),
        }
        return {
            "url": webhook.url,
            "has_custom_certificate": webhook.certified,
            "pending_update_count": len(self._queue.pending()),
            **{name: value for name, value in optional.items() if value is not None},
        }

    async def run(self) -> None:
        """Deliver until cancelled."""
        client = httpx.AsyncClient(
            timeout=_ANSWER_WITHIN_S,
            trust_env=False,
            verify=False,  # noqa: S501 - plain HTTP on loopback: no TLS to prepare for
        )
        async with client, asyncio.TaskGroup() as group:
            while True:
                waiting = {update.lane for update in self._queue.pending()} if self.webhook else set()
                for lane in waiting:
                    if lane not in self._lanes or self._lanes[lane].done():
                        self._lanes[lane] = group.create_task(self._drain(client, lane))
                await self._queue.news()

    async def _drain(self, client: httpx.AsyncClient, lane: int) -> None:
        """Everything of one chat, one after the other; the next waits until this one is taken."""
        while (webhook := self.webhook) and (update := self._first(lane)):
            pause_s = await self._attempt(client, webhook, update)
            if pause_s is None:
                if not self._queue.doubled(update, f"POST {urlsplit(webhook.url).path}"):
                    self._queue.remove(update)
                continue
            update.failures += 1
            again = self._clock.now() + timedelta(seconds=pause_s)
            await self._clock.sleep_until(min(again, update.expires))

    def _first(self, lane: int) -> Update | None:
        return next((update for update in self._queue.pending() if update.lane == lane), None)

    async def _attempt(self, client: httpx.AsyncClient, webhook: Webhook, update: Update) -> float | None:
        """Send once; None: taken, else how many seconds to wait before the next attempt."""
        headers = {"X-Telegram-Bot-Api-Secret-Token": webhook.secret} if webhook.secret else {}
        pause_s = float(min(2**update.failures, _LONGEST_PAUSE_S)) if update.failures else 0.0
        try:
            async with webhook.connections:
                answer = await client.post(webhook.url, json=update.as_json(), headers=headers)
        except httpx.HTTPError as error:
            webhook.failed_at = self._clock.now()
            webhook.failure = f"Connection failed: {type(error).__name__}"
            return pause_s
        if answer.is_success:
            return None
        said = f"{answer.status_code} {answer.reason_phrase}"
        webhook.failed_at = self._clock.now()
        webhook.failure = f"Wrong response from the webhook: {said}"
        asked = answer.headers.get("Retry-After", "")
        return min(float(asked), _LONGEST_RETRY_AFTER_S) if asked.isdigit() and int(asked) else pause_s
