"""Floors that call somebody: the least that can be done with the same clients, and nothing of ours."""

import asyncio
import contextlib
import json
import os
import re
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import aiohttp
import httpx
import psycopg
from psycopg import AsyncConnection
from slack_bolt.adapter.starlette.async_handler import AsyncSlackRequestHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp

from bench import floors

_SECTION = {"type": "section", "text": {"type": "mrkdwn", "text": "*Customer*\njane@example.com"}}
_BLOCKS = [{"type": "header", "text": {"type": "plain_text", "text": "49.90 EUR"}}, _SECTION]
_CHANNEL = "by_hand"
_AT_ONCE, _TIMEOUT_S = 8, 30.0
_STORE = """
WITH stored AS (
    INSERT INTO by_hand (key, stripe, body)
    SELECT * FROM unnest(%b::text[], %b::integer[], %b::bytea[]) ON CONFLICT DO NOTHING RETURNING key
) SELECT pg_notify('by_hand', key) FROM stored
"""
_TAKE = "UPDATE by_hand SET stripe = -1 WHERE key = %b RETURNING body"


@contextlib.asynccontextmanager
async def stored_and_told(url: str) -> AsyncIterator[ASGIApp]:
    """In one process: the webhook is stored in a file, answered, and told."""
    async with _slack() as slack:
        yield floors.accepting(floors.sqlite_store(url), _telling(slack))


@contextlib.asynccontextmanager
async def stored_and_notified(url: str) -> AsyncIterator[ASGIApp]:
    """The first of two processes: the webhook is stored in PostgreSQL, which tells the other."""

    def connect() -> floors.Commit:
        connection = psycopg.connect(url.replace("+psycopg", ""), autocommit=True)
        floors.make_table(connection)
        return lambda rows: _store(connection, rows)

    yield floors.accepting(connect)


@contextlib.asynccontextmanager
async def notified_and_told(url: str) -> AsyncIterator[ASGIApp]:
    """The second: what is notified is read, marked as done, and told."""
    async with _slack() as slack, asyncio.TaskGroup() as group:
        listening = group.create_task(_listen(url.replace("+psycopg", ""), group, _telling(slack)))
        yield Starlette()
        listening.cancel()


@contextlib.asynccontextmanager
async def acknowledged(_: str) -> AsyncIterator[ASGIApp]:
    """Bolt with listeners that do nothing but acknowledge; Telegram's update is read, no more."""
    secret = os.environ["PAYLINK_SLACK_SIGNING_SECRET"]

    async def ack_only(ack: Callable[..., Awaitable[Any]]) -> None:
        await ack()

    async def read_only(request: Request) -> Response:
        await request.json()
        return Response()

    async with _slack() as slack:
        app = AsyncApp(client=slack, signing_secret=secret, process_before_response=True)
        app.command("/paylink")(ack_only)
        app.view("paylink_form")(ack_only)
        handle = AsyncSlackRequestHandler(app).handle
        doors = {"/slack/events": handle, "/telegram/webhook": read_only}
        yield Starlette(routes=[Route(path, door, methods=["POST"]) for path, door in doors.items()])


@contextlib.asynccontextmanager
async def calls(_: str, posts: int) -> AsyncIterator[ASGIApp]:
    """For each request, one call of the backend and so many posts, after the answer."""
    running: set[asyncio.Task[None]] = set()
    few = asyncio.Semaphore(_AT_ONCE)  # httpx takes ever longer with more
    key = os.environ["PAYLINK_CHECKOUT_SECRET_KEY"]
    backend = httpx.AsyncClient(
        base_url=os.environ["PAYLINK_CHECKOUT_API_URL"],
        headers={"Authorization": f"Bearer {key}"},
        timeout=_TIMEOUT_S,
    )

    async def call() -> None:
        async with few:
            answer = await backend.post("/payment-links", json={"amount": 4990, "currency": "EUR"})
        for _ in range(posts):
            await slack.chat_postMessage(channel="C0", text=answer.json()["id"], blocks=_BLOCKS)

    async def answer(request: Request) -> Response:
        await request.body()
        task = asyncio.create_task(call())
        running.add(task)
        task.add_done_callback(running.discard)
        return Response()

    async with backend, _slack() as slack:
        yield Starlette(routes=[Route("/slack/events", answer, methods=["POST"])])


@contextlib.asynccontextmanager
async def _slack() -> AsyncIterator[AsyncWebClient]:
    token, url = os.environ["PAYLINK_SLACK_BOT_TOKEN"], os.environ["PAYLINK_SLACK_API_URL"]
    async with aiohttp.ClientSession() as session:
        yield AsyncWebClient(token=token, base_url=url, session=session, retry_handlers=[])


def _telling(slack: AsyncWebClient) -> floors.Tell:
    """Posts about a webhook to the channel of its link, which has the link's number."""

    async def tell(body: bytes) -> None:
        number = int(re.sub(r"\D", "", json.loads(body)["data"]["reference"]))
        await slack.chat_postMessage(channel=f"C{number}", text="paid", blocks=_BLOCKS)

    return tell


def _store(connection: "psycopg.Connection[Any]", rows: "list[floors.Row]") -> None:
    connection.execute(_STORE, [list(column) for column in zip(*rows, strict=True)])


async def _listen(url: str, group: asyncio.TaskGroup, tell: floors.Tell) -> None:
    async with (
        await AsyncConnection.connect(url, autocommit=True) as ears,
        await AsyncConnection.connect(url, autocommit=True) as hands,
    ):
        await ears.execute(f"LISTEN {_CHANNEL}")
        async for heard in ears.notifies():
            [[body]] = await (await hands.execute(_TAKE, [heard.payload])).fetchall()
            group.create_task(tell(bytes(body)))
