"""A bot for Slack as Bolt's guide begins it: it answers the webhook when it has posted."""

import contextlib
import os
import secrets
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from typing import Any

from slack_bolt.adapter.starlette.async_handler import AsyncSlackRequestHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp

from bench.naive.sales import Sales, is_proven, make_link

Call = Callable[..., Awaitable[Any]]


@contextlib.asynccontextmanager
async def slack(url: str) -> AsyncIterator[ASGIApp]:
    """`/paylink 49.90 EUR`, and the webhook of Checkout.com."""
    sales = Sales(url)
    token, secret = os.environ["PAYLINK_SLACK_BOT_TOKEN"], os.environ["PAYLINK_SLACK_SIGNING_SECRET"]
    client = AsyncWebClient(token=token, base_url=os.environ["PAYLINK_SLACK_API_URL"])
    app = AsyncApp(client=client, signing_secret=secret)

    @app.command("/paylink")
    async def paylink(ack: Call, command: Mapping[str, str], say: Call) -> None:
        await ack()
        amount, currency, *_ = command["text"].split()
        reference = secrets.token_hex(6)
        sales.add(reference, command["channel_id"])
        address = await make_link(reference, round(float(amount) * 100), currency)
        await say(f"{amount} {currency}: {address}")

    async def webhook(request: Request) -> Response:
        if not is_proven(await request.body(), request.headers["cko-signature"]):
            return Response(status_code=401)
        channel = sales.paid(await request.json())
        await client.chat_postMessage(channel=channel, text="Paid")
        return Response()

    handle = AsyncSlackRequestHandler(app).handle
    yield Starlette(
        routes=[
            Route("/slack/events", handle, methods=["POST"]),
            Route("/webhooks/checkout", webhook, methods=["POST"]),
        ]
    )
