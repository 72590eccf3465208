"""Both sides of the Telegram stand-in over real HTTP: the bot's, and the people's."""

import asyncio
import contextlib
import json
import struct
import zlib
from collections.abc import AsyncIterator, Iterator
from datetime import datetime, timedelta
from typing import Any

import httpx
from starlette.applications import Starlette

from sandbox.clock import Clock
from sandbox.mounting import mount
from sandbox.server import listen, serving_on, url_of
from sandbox.standin import World
from sandbox.telegram.standin import TelegramStandIn
from tests import loopback

ALICE, STRANGER, NEWCOMER, SALES, FORUM = 1001, 1002, 1003, -1001, -1002
INVOICES, CLOSED = 11, 12
OTHER_POLL = (
    "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running"
)
BUTTONS = {
    "inline_keyboard": [[{"text": "Create", "callback_data": "c:1"}, {"text": "Open", "url": "https://a.b/"}]]
}


def png(width: int = 300, height: int = 200) -> bytes:
    """A grey picture."""
    parts = {
        b"IHDR": struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0),
        b"IDAT": zlib.compress((b"\0" + b"\x80" * width) * height),
        b"IEND": b"",
    }
    chunks = [
        struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))
        for name, content in parts.items()
    ]
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


def article(id_: str = "1", markup: dict[str, Any] | None = None, **more: Any) -> dict[str, Any]:
    """An offer of inline mode, with buttons if wanted."""
    content = {"message_text": "<b>50 EUR</b> for coffee", "parse_mode": "HTML"}
    offer = {"type": "article", "id": id_, "title": "50 EUR", "input_message_content": content, **more}
    return {**offer, "reply_markup": markup} if markup else offer


class StillClock(Clock):
    """Stands still, however slow the machine is, until it is advanced."""

    def __init__(self) -> None:
        super().__init__()
        self._now = super().now()

    def now(self) -> datetime:
        return self._now

    def advance(self, seconds: float) -> None:
        self._now += timedelta(seconds=seconds)
        super().advance(seconds)


class Rig:
    """The bot's side (`call`, `result`, `refused`) and the people's side (`control`, `seen`)."""

    def __init__(self, client: httpx.AsyncClient, standin: TelegramStandIn) -> None:
        self.client, self.env = client, standin.env()
        self.token = self.env["PAYLINK_TELEGRAM_BOT_TOKEN"]
        self.heard: list[dict[str, Any]] = []

    async def call(self, method: str, **given: Any) -> httpx.Response:
        """Values that are bytes are uploaded."""
        files = {name: (f"{name}.bin", value) for name, value in given.items() if isinstance(value, bytes)}
        texts = {name: value for name, value in given.items() if name not in files}
        form = {name: value if isinstance(value, str) else json.dumps(value) for name, value in texts.items()}
        address = f"/telegram/bot{self.token}/{method}"
        return await self.client.post(address, data=form, files=files or None)

    async def result(self, method: str, **given: Any) -> Any:
        answer = (await self.call(method, **given)).json()
        assert answer["ok"], answer
        return answer["result"]

    async def refused(self, method: str, **given: Any) -> str:
        response = await self.call(method, **given)
        answer = response.json()
        assert (answer["ok"], answer["error_code"]) == (False, response.status_code)
        return str(answer["description"])

    async def control(self, name: str, **body: Any) -> dict[str, Any]:
        response = await self.client.post(f"/telegram/_control/{name}", json=body)
        answer: dict[str, Any] = response.json()
        assert answer.pop("ok"), answer
        return answer

    async def control_refused(self, name: str, **body: Any) -> str:
        response = await self.client.post(f"/telegram/_control/{name}", json=body)
        assert response.status_code == 400
        return str(response.json()["error"])

    async def seen(self, chat: int) -> list[dict[str, Any]]:
        answer = await self.client.get("/telegram/_control/messages", params={"chat": chat})
        return list(answer.json()["messages"])

    async def updates(self, **given: Any) -> list[dict[str, Any]]:
        return list(await self.result("getUpdates", **given))

    async def update(self, kind: str) -> dict[str, Any]:
        """The next update of a kind, once there is one; those before it are in `heard`, too."""
        async with asyncio.timeout(10):
            while True:
                offset = self.heard[-1]["update_id"] + 1 if self.heard else 0
                news = await self.updates(offset=offset, timeout=5)
                self.heard += news
                for update in news:
                    if kind in update:
                        return dict(update[kind])

    @contextlib.contextmanager
    def asking(self, name: str, **body: Any) -> Iterator["asyncio.Task[dict[str, Any]]"]:
        """A control that waits for the bot's answer, which the block gives."""
        task = asyncio.create_task(self.control(name, **body))
        yield task
        assert task.done()

    async def sent(self, chat: int = ALICE, **given: Any) -> dict[str, Any]:
        return dict(await self.result("sendMessage", chat_id=chat, **{"text": "hello", **given}))

    async def write(self, text: str, chat: int = ALICE, user: int = ALICE, **body: Any) -> int:
        return int((await self.control("message", chat=chat, user=user, text=text, **body))["message_id"])

    async def waiting(self) -> "asyncio.Task[dict[str, Any]]":
        """A getUpdates that waits at the stand-in for certain: it has just ended another one."""
        polls = {asyncio.create_task(self._poll()) for _ in range(2)}
        done, left = await asyncio.wait(polls, return_when=asyncio.FIRST_COMPLETED, timeout=5)
        assert [poll.result()["description"] for poll in done] == [OTHER_POLL]
        return left.pop()

    async def _poll(self) -> dict[str, Any]:
        return dict((await self.call("getUpdates", timeout=50)).json())


@contextlib.asynccontextmanager
async def running(clock: Clock | None = None) -> AsyncIterator[Rig]:
    """A sandbox with nothing but the Telegram stand-in."""
    listener = listen()
    world = World(clock or Clock(), url_of(listener), "http://127.0.0.1:9")
    standin = TelegramStandIn(world)
    background = asyncio.create_task(standin.run())
    async with (
        loopback.client(world.url, timeout=20) as client,
        serving_on(Starlette(routes=[mount(standin, world)]), listener),
    ):
        yield Rig(client, standin)
    background.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await background
