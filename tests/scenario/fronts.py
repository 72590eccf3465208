"""What can stand on the roads between service and stand-ins: who writes down, who hands on, who kills."""

import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

import httpx
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from sandbox.bodies import body_in, replayed
from sandbox.server import cut

_REFUSED = frozenset({401, 429})


@dataclass(frozen=True, slots=True)
class Passage:
    """One call to a stand-in as it was seen from the road; `status` None: its answer was lost."""

    name: str
    asked: Mapping[str, Any]
    status: int | None

    @property
    def taken(self) -> bool:
        """The stand-in has acted on it, whether or not the service knows."""
        return self.status not in _REFUSED

    @property
    def edited(self) -> str:
        """The id of the message that an edit changes; empty for anything else."""
        return str(self.asked.get("ts") or self.asked.get("message_id") or "")

    @property
    def thread(self) -> str:
        """The id of the message that a reply of either chat was posted below; empty for anything else."""
        below = self.asked.get("reply_parameters")
        return str(json.loads(below)["message_id"] if below else self.asked.get("thread_ts", ""))


@dataclass
class Chronicle:
    """Writes down every call in the order in which the stand-ins took them."""

    app: ASGIApp
    passages: list[Passage] = field(default_factory=list)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if not _is_call(scope):
            await self.app(scope, receive, send)
            return
        body, answered = await body_in(receive), list[int]()

        async def overhear(message: Message) -> None:
            answered.extend([message["status"]] if "status" in message else [])
            await send(message)

        await self.app(scope, replayed(body, receive), overhear)
        self.passages.append(Passage(_name(scope), _readable(body), next(iter(answered), None)))


@dataclass(frozen=True, slots=True)
class Doorway:
    """Hands on what is meant for a service that may be dead: then the connection is cut."""

    service: httpx.AsyncClient

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        body = await request.body()
        try:
            answer = await self.service.request(
                request.method, request.url.path, content=body, headers=request.headers.raw
            )
        except httpx.TransportError:
            await cut(scope)
            return
        await Response(answer.content, answer.status_code, dict(answer.headers))(scope, receive, send)


@dataclass(frozen=True, slots=True)
class Step:
    """The first call of this name that has these words, before it is acted on or once it has been."""

    name: str
    words: str
    acted: bool

    def __str__(self) -> str:
        return f"{'after' if self.acted else 'before'} {self.name} {self.words}".rstrip()


@dataclass
class Ambush:
    """Kills the service at a step, once. Nobody hears an answer to that call."""

    app: ASGIApp
    step: Step
    kill: Callable[[], Awaitable[None]]
    _over: bool = False

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if self._over or not _is_call(scope) or _name(scope) != self.step.name:
            await self.app(scope, receive, send)
            return
        body = await body_in(receive)
        again = replayed(body, receive)
        if self._over or self.step.words not in str(_readable(body)):
            await self.app(scope, again, send)
            return
        self._over = True
        if self.step.acted:
            await self.app(scope, again, unheard)
        await self.kill()
        await cut(scope)


async def unheard(_: Message) -> None:
    """An answer that reaches nobody."""


def _is_call(scope: Scope) -> bool:
    return scope["type"] == "http" and "/_control/" not in scope["path"]


def _name(scope: Scope) -> str:
    """The last part of the address: a chat's method, what is asked of a backend, a door of the service."""
    return str(scope["path"].rsplit("/", 1)[-1])


def _readable(body: bytes) -> dict[str, Any]:
    """JSON or a form, whichever the chat's own client sends."""
    try:
        return dict(json.loads(body))
    except ValueError:
        return dict(parse_qsl(body.decode()))
