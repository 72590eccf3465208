"""The webhook: an update is stored, and only then acknowledged.

https://core.telegram.org/bots/api#setwebhook. Telegram sends an update again until it is taken, for a day.
"""

import asyncio
import hmac
import json
from collections.abc import Mapping, Sequence

from telegram import Bot

from adapters.chat.telegram.client import calling
from adapters.chat.telegram.transport import ALLOWED, Backoff, Keep, keep_update
from bot.errors import PaylinkError, WebhookRejected

PATH = "/telegram/webhook"
_HEADER = "X-Telegram-Bot-Api-Secret-Token"
_EVERY_S = 600.0
_CONNECTIONS = 10  # at once; updates of one chat come one after another anyway


class Webhook:
    """Where updates come to us."""

    def __init__(self, bot: Bot, keep: Keep, *, url: str, secrets: Sequence[str]) -> None:
        """`url`: how the world reaches us. `secrets`: the first is registered, all are taken."""
        self._bot, self._keep = bot, keep
        self._url, self._secrets = url.rstrip("/") + PATH, secrets

    async def run(self, every_s: float = _EVERY_S) -> None:
        """Register with Telegram, at every start: the address may be the same and the secret another.

        And again every so often, until cancelled: whoever polls for the same bot for a moment, as with other
        settings, removes the webhook, and nothing would come any more.
        """
        backoff = Backoff()
        while True:
            try:
                await self._register()
            except PaylinkError as error:
                await asyncio.sleep(backoff.after(error, "telegram.webhook_not_set"))
            else:
                backoff.over()
                await asyncio.sleep(every_s)

    async def take(self, headers: Mapping[str, str], body: bytes) -> None:
        """Keep an update; returns once it is durable (a repetition is, too).

        Raises WebhookRejected (nothing was kept), StorageUnavailable (Telegram is to come again).
        """
        given = headers.get(_HEADER, "").encode()
        if not any([hmac.compare_digest(given, secret.encode()) for secret in self._secrets]):  # noqa: C419
            raise WebhookRejected("wrong secret")
        try:
            update = json.loads(body)
        except ValueError as error:
            raise WebhookRejected("not JSON", status=400) from error
        if not isinstance(update, dict) or not isinstance(update.get("update_id"), int):
            raise WebhookRejected("not an update", status=400)
        await keep_update(self._keep, update)

    async def _register(self) -> None:
        await calling(
            self._bot.set_webhook(
                self._url,
                secret_token=self._secrets[0],
                allowed_updates=ALLOWED,
                drop_pending_updates=False,
                max_connections=_CONNECTIONS,
            )
        )
