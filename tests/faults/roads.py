"""The roads between the world and the service: what chats and backend took, and who takes what they send."""

import asyncio
import re
from collections import defaultdict
from dataclasses import dataclass, field
from itertools import count

import httpx
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from sandbox.server import cut, ending
from tests.scenario.fronts import Chronicle, unheard

AMOUNT = re.compile(r"\b\d{3}\.\d\d EUR")
_CREATED = 201
_TOO_LATE_S = 3.5


@dataclass
class _NextLinks:
    """Before the stand-ins: something befalls the next `times` links that are made."""

    app: ASGIApp
    times: int = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if self.times and scope.get("path", "").endswith("/payment-links"):
            self.times -= 1
            await self.befall(scope, receive, send)
        else:
            await self.app(scope, receive, send)

    async def befall(self, scope: Scope, receive: Receive, send: Send) -> None:
        raise NotImplementedError


class Torn(_NextLinks):
    """Half the answer arrives."""

    async def befall(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def tear(message: Message) -> None:
            if body := message.get("body"):
                await send({**message, "body": body[: len(body) // 2], "more_body": True})
                await cut(scope)
            else:
                await send(message)

        await self.app(scope, receive, tear)


class Silent(_NextLinks):
    """Nobody hears of it until they hang up."""

    async def befall(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self.app(scope, receive, unheard)
        await ending(scope)


@dataclass
class Barred:
    """Before the stand-ins: while Slack has a `word` against our token, every call is refused with it."""

    app: ASGIApp
    word: str = ""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        is_call = bool(self.word) and scope.get("path", "").startswith("/slack/api/")
        refusal = JSONResponse({"ok": False, "error": self.word})
        await (refusal if is_call else self.app)(scope, receive, send)


class Board:
    """Before the stand-ins: what was said about each amount, and the references of what was made for it."""

    def __init__(self, app: ASGIApp) -> None:
        self.barred = Barred(app)
        self.silent = Silent(self.barred)
        self.torn = Torn(self.silent)
        self._chronicle = Chronicle(self.torn)
        self.said: defaultdict[str, list[str]] = defaultdict(list)
        self.made: defaultdict[str, list[str]] = defaultdict(list)  # also those whose answer was lost
        self.posts = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self._chronicle(scope, receive, send)
        while self._chronicle.passages:
            passage = self._chronicle.passages.pop()
            if not passage.taken:
                continue
            if passage.name == "payment-links" and passage.status in {None, _CREATED}:
                self.made[f"{passage.asked['amount'] / 100:.2f} EUR"].append(passage.asked["reference"])
            text = str(passage.asked.get("text", ""))
            self.posts += bool(text)
            for amount in set(AMOUNT.findall(text)):
                self.said[amount].append(text)

    def has_said(self, amount: str, words: str) -> bool:
        return any(words in text for text in self.said[amount])


@dataclass(frozen=True, slots=True)
class Letter:
    """One webhook as the backend sent it."""

    path: str
    headers: dict[str, str]
    body: bytes


@dataclass
class Gate:
    """Before the service's processes: hands each request to the next that is up, a webhook `copies` times.

    What comes to the address `held` is answered for the service and kept in `letters`. The answers to the
    next `late` requests of Slack's come when it does not wait for them any more.
    """

    services: tuple[httpx.AsyncClient, ...]
    copies: int = 1
    held: str | None = None
    late: int = 0
    letters: list[Letter] = field(default_factory=list)
    _turn: "count[int]" = field(default_factory=count)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        letter = Letter(request.url.path, dict(request.headers), await request.body())
        is_webhook = letter.path.startswith("/webhooks/")
        if letter.path == self.held:
            self.letters.append(letter)
            await Response()(scope, receive, send)
            return
        asked = (self.hand_on(letter, request.method) for _ in range(self.copies if is_webhook else 1))
        answer = (await asyncio.gather(*asked))[0]
        if self.late and letter.path == "/slack/events":
            self.late -= 1
            await asyncio.sleep(_TOO_LATE_S)
        if answer is None:
            await cut(scope)
        else:
            await Response(answer.content, answer.status_code, dict(answer.headers))(scope, receive, send)

    async def hand_on(self, letter: Letter, method: str = "POST") -> httpx.Response | None:
        """The answer; None if nobody is up, or nobody knows what became of it."""
        first = next(self._turn)
        for number in range(len(self.services)):
            service = self.services[(first + number) % len(self.services)]
            try:
                return await service.request(method, letter.path, content=letter.body, headers=letter.headers)
            except httpx.ConnectError:
                continue
            except httpx.TransportError:
                return None
        return None
