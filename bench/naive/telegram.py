"""A bot for Telegram as python-telegram-bot's guide begins it: it answers the webhook when it has posted."""

import contextlib
import os
import secrets
from collections.abc import AsyncIterator

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp
from telegram import Update
from telegram.ext import ApplicationBuilder, CommandHandler, ContextTypes

from bench.naive.sales import Sales, is_proven, make_link


@contextlib.asynccontextmanager
async def telegram(url: str) -> AsyncIterator[ASGIApp]:
    """`/paylink 49.90 EUR`, and the webhook of Checkout.com."""
    sales = Sales(url)
    address = f"{os.environ['PAYLINK_TELEGRAM_API_URL']}/bot"
    token = os.environ["PAYLINK_TELEGRAM_BOT_TOKEN"]
    app = ApplicationBuilder().token(token).base_url(address).updater(None).build()

    async def paylink(update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        amount, currency, *_ = context.args or []
        reference = secrets.token_hex(6)
        sales.add(reference, str(update.effective_chat.id))
        link = await make_link(reference, round(float(amount) * 100), currency)
        await update.effective_message.reply_text(f"{amount} {currency}: {link}")

    async def webhook(request: Request) -> Response:
        if not is_proven(await request.body(), request.headers["cko-signature"]):
            return Response(status_code=401)
        await app.bot.send_message(sales.paid(await request.json()), "Paid")
        return Response()

    async def take(request: Request) -> Response:
        await app.update_queue.put(Update.de_json(await request.json(), app.bot))
        return Response()

    app.add_handler(CommandHandler("paylink", paylink))
    async with app:
        await app.start()
        yield Starlette(
            routes=[
                Route("/telegram/webhook", take, methods=["POST"]),
                Route("/webhooks/checkout", webhook, methods=["POST"]),
            ]
        )
        await app.stop()
