"""Telegram's webhook is registered, and stays so."""

import asyncio
import json

import httpx
from telegram import Bot
from telegram.request import HTTPXRequest

from adapters.chat.telegram.webhook import Webhook


async def test_a_webhook_that_somebody_has_removed_is_registered_again() -> None:
    registered, twice = list[str](), asyncio.Event()

    async def api(request: httpx.Request) -> httpx.Response:
        assert request.url.path.endswith("/setWebhook")
        registered.append(httpx.QueryParams(request.content.decode())["url"])
        if len(registered) > 1:
            twice.set()
        return httpx.Response(200, content=json.dumps({"ok": True, "result": True}))

    async def keep(*_: object) -> None:
        raise AssertionError

    request = HTTPXRequest(httpx_kwargs={"transport": httpx.MockTransport(api)})
    bot = Bot("1:x", "https://telegram.test/bot", request=request, get_updates_request=request)
    webhook = Webhook(bot, keep, url="https://pay.test", secrets=("s",))
    running = asyncio.create_task(webhook.run(every_s=0.01))
    await asyncio.wait_for(twice.wait(), 5)
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    await request.shutdown()
    assert set(registered) == {"https://pay.test/telegram/webhook"}
