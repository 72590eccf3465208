"""A chat that takes everything at once, and remembers when: Slack's and Telegram's answers, no rules."""

import asyncio
import json
import time
from collections.abc import Sequence
from urllib.parse import parse_qs

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp

_POLL_S = 5.0
_ME = {"id": 7, "is_bot": True, "first_name": "Paylink", "username": "paylink_bot"}


def chat(_: str) -> ASGIApp:
    """`/slack/{method}`, `/telegram/bot.../{method}`; `/calls`: [channel, method, moment] of each."""
    calls: list[Sequence[object]] = []

    async def slack(request: Request) -> Response:
        came, method = time.time(), request.path_params["method"]
        body = await request.body()
        is_json = request.headers.get("content-type", "").startswith("application/json")
        sent = (
            json.loads(body) if is_json else {name: many[0] for name, many in parse_qs(body.decode()).items()}
        )
        calls.append((sent.get("channel"), method, came))
        return JSONResponse({"ok": True, "ts": f"{came:.6f}", "channel": sent.get("channel")})

    async def telegram(request: Request) -> Response:
        came, method = time.time(), request.path_params["method"]
        if method == "getUpdates":
            await asyncio.sleep(_POLL_S)
            return JSONResponse({"ok": True, "result": []})
        calls.append((None, method, came))
        return JSONResponse({"ok": True, "result": _ME if method == "getMe" else True})

    async def told(_: Request) -> Response:
        return JSONResponse(calls)

    return Starlette(
        routes=[
            Route("/slack/{method}", slack, methods=["POST"]),
            Route("/telegram/{bot}/{method}", telegram, methods=["GET", "POST"]),
            Route("/calls", told),
        ]
    )
