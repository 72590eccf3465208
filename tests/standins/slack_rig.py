"""A Slack stand-in served over HTTP, and a service that answers its requests as a test says."""

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeVar
from urllib.parse import parse_qsl

import httpx
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from sandbox.clock import Clock
from sandbox.mounting import mount
from sandbox.server import listen, serving_on, url_of
from sandbox.slack.standin import SlackStandIn
from sandbox.standin import World
from tests import loopback

T = TypeVar("T")
Answering = Callable[[dict[str, Any]], Awaitable[Response]]

SALES, QUIET, ALICE, BOB = "C0SALES", "C0QUIET", "U0ALICE", "U0BOB"
TITLE = {"type": "plain_text", "text": "New link"}
SUBMIT = {"type": "plain_text", "text": "Create"}


def plain(text: str) -> dict[str, str]:
    return {"type": "plain_text", "text": text}


def section(text: str = "hello") -> dict[str, Any]:
    return {"type": "section", "text": {"type": "mrkdwn", "text": text}}


def button(action_id: str, **more: Any) -> dict[str, Any]:
    return {"type": "button", "text": plain("Go"), "action_id": action_id, **more}


def asks(block_id: str, element: dict[str, Any], **more: Any) -> dict[str, Any]:
    named = {"action_id": "answer", **element}
    return {"type": "input", "block_id": block_id, "label": plain(block_id), "element": named, **more}


def modal(*blocks: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"type": "modal", "title": TITLE, "submit": SUBMIT, "blocks": list(blocks), **more}


def json_answer(body: Any, status: int = 200) -> Response:
    return Response(json.dumps(body), status, media_type="application/json")


def answering(body: Any, status: int = 200) -> Answering:
    async def answer(_: dict[str, Any]) -> Response:
        return json_answer(body, status)

    return answer


def option(value: str) -> dict[str, Any]:
    return {"text": plain(value.upper()), "value": value}


async def silent(_: dict[str, Any]) -> Response:
    return Response()


@dataclass
class Received:
    """One request the service got."""

    headers: dict[str, str]
    raw: bytes

    @property
    def form(self) -> dict[str, str]:
        return dict(parse_qsl(self.raw.decode(), keep_blank_values=True))

    @property
    def payload(self) -> dict[str, Any]:
        return json.loads(self.form["payload"])

    @property
    def json(self) -> dict[str, Any]:
        return json.loads(self.raw)


@dataclass
class Service:
    """What stands at the other end: keeps what it gets and answers with `answering`."""

    answering: Answering = silent
    received: list[Received] = field(default_factory=list)

    async def answer(self, request: Request) -> Response:
        got = Received(dict(request.headers), await request.body())
        self.received.append(got)
        body = got.form
        return await self.answering(json.loads(body["payload"]) if "payload" in body else body)


@dataclass
class Rig:
    """The stand-in, its controls, the real SDK's client against it, and the service."""

    standin: SlackStandIn
    world: World
    service: Service
    client: AsyncWebClient
    http: httpx.AsyncClient
    changed: asyncio.Event

    async def until(self, look: Callable[[], Awaitable[T]]) -> T:
        """What `look` sees as soon as it sees something: it looks again whenever something has changed."""
        async with asyncio.timeout(10):
            while not (seen := await look()):
                await self.changed.wait()
                self.changed.clear()
        return seen

    async def advance(self, seconds: float) -> None:
        await self.control("clock", advance_s=seconds)

    async def control(self, name: str, **body: Any) -> dict[str, Any]:
        answer = await self.http.post(f"/slack/_control/{name}", json=body)
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def refused_control(self, name: str, **body: Any) -> str:
        answer = await self.http.post(f"/slack/_control/{name}", json=body)
        assert answer.status_code == 400
        return answer.json()["error"]

    async def reading(self, name: str, **query: str) -> Any:
        answer = (await self.http.get(f"/slack/_control/{name}", params=query)).json()
        assert answer.pop("ok")
        (value,) = answer.values()
        return value

    async def trigger(self, user: str = ALICE) -> str:
        await self.control("command", channel=SALES, user=user, text="")
        return self.service.received[-1].form["trigger_id"]

    async def open(self, view: dict[str, Any], user: str = ALICE) -> dict[str, Any]:
        opened = await self.client.views_open(trigger_id=await self.trigger(user), view=view)
        return opened["view"]


async def refusal(call: Awaitable[Any]) -> SlackApiError:
    """The refusal a call meets."""
    try:
        await call
    except SlackApiError as error:
        return error
    raise AssertionError("not refused")


async def code_of(call: Awaitable[Any]) -> str:
    return (await refusal(call)).response["error"]


class StoppedClock(Clock):
    """Stands still unless it is advanced: what is counted by time can be counted exactly."""

    def __init__(self) -> None:
        super().__init__()
        self._start = super().now()

    def now(self) -> datetime:
        return self._start + self._ahead


@contextlib.asynccontextmanager
async def slack_rig(clock: Clock | None = None) -> AsyncIterator[Rig]:
    service, listener, changed = Service(), listen(), asyncio.Event()
    url = url_of(listener)
    world = World(clock or Clock(), url, f"{url}/service", changed.set)
    standin = SlackStandIn(world)
    events = Route("/service/slack/events", service.answer, methods=["POST"])
    running = asyncio.create_task(standin.run())
    async with (
        serving_on(Starlette(routes=[events, mount(standin, world)]), listener),
        loopback.client(url) as http,
    ):
        env = standin.env()
        client = AsyncWebClient(
            env["PAYLINK_SLACK_BOT_TOKEN"],
            base_url=env["PAYLINK_SLACK_API_URL"],
            retry_handlers=[],
            team_id="T0PAYLINK",
        )
        yield Rig(standin, world, service, client, http, changed)
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
