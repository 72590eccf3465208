"""The outside world: chats and a backend that take everything, and remember when. Their answers, no rules."""

import asyncio
import json
import time
from collections.abc import Sequence
from urllib.parse import parse_qsl

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp

_POLL_S = 5.0
_ME = {"id": 7, "is_bot": True, "first_name": "Paylink", "username": "paylink_bot"}
_MESSAGE = {"message_id": 2, "date": 1_700_000_000, "chat": {"id": 1001, "type": "private"}, "text": "said"}
_TELEGRAM = {"getMe": _ME, "sendMessage": _MESSAGE, "editMessageText": _MESSAGE}
_SLACK = {"ok": True, "team_id": "T0", "user_id": "U0BOT", "user": {"id": "U0", "team_id": "T0"}}
_SLACK_VIEW = {"view": {"id": "V0"}}


def chat(_: str, takes_s: float) -> ASGIApp:
    """`/slack/{method}`, `/telegram/bot.../{method}`, `/checkout/payment-links`.

    `/calls`: [channel, method, moment] of each call of a chat, which `takes_s` to be answered.
    """
    calls: list[Sequence[object]] = []

    async def slack(request: Request) -> Response:
        came, channel = time.time(), (await _sent(request)).get("channel")
        calls.append((channel, request.path_params["method"], came))
        await asyncio.sleep(takes_s)
        return JSONResponse(_SLACK | _SLACK_VIEW | {"ts": f"{came:.6f}", "channel": channel})

    async def telegram(request: Request) -> Response:
        came, method = time.time(), request.path_params["method"]
        if method == "getUpdates":
            await asyncio.sleep(_POLL_S)
            return JSONResponse({"ok": True, "result": []})
        calls.append(((await _sent(request)).get("chat_id"), method, came))
        await asyncio.sleep(takes_s)
        return JSONResponse({"ok": True, "result": _TELEGRAM.get(method, True)})

    async def backend(request: Request) -> Response:
        reference = (await request.json()).get("reference", "none")
        address = {"redirect": {"href": f"https://pay.example/{reference}"}}
        link = {"id": f"pl_{reference}", "reference": reference, "_links": address}
        return JSONResponse(link | {"expires_on": "2030-11-21T09:00:00Z"}, 201)

    async def told(_: Request) -> Response:
        return JSONResponse(calls)

    return Starlette(
        routes=[
            Route("/slack/{method}", slack, methods=["GET", "POST"]),
            Route("/telegram/{bot}/{method}", telegram, methods=["GET", "POST"]),
            Route("/checkout/payment-links", backend, methods=["POST"]),
            Route("/calls", told),
        ]
    )


async def _sent(request: Request) -> dict[str, object]:
    """What a call said, as JSON or as a form."""
    body = await request.body()
    is_json = request.headers.get("content-type", "").startswith("application/json")
    return dict(json.loads(body)) if is_json else dict(parse_qsl(body.decode()))
