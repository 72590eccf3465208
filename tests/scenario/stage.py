"""The whole product on one event loop: real HTTP, real SDK clients, stand-ins for the world.

What people do is a method, what they see is another, and `until` waits for a sight: it looks again
whenever something in the sandbox has changed, and never sleeps.
"""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

import httpx
from starlette.applications import Starlette
from starlette.types import ASGIApp, Receive, Scope, Send

from bot import settings
from bot.bootstrap import running
from bot.ports.backend import Backend
from bot.ports.storage import Transaction
from bot.settings import Settings
from sandbox.clock import Clock
from sandbox.mounting import mount
from sandbox.registry import env_of, make_standins
from sandbox.server import listen, serving_on, url_of
from sandbox.standin import World
from storage.engine import SqlStorage
from tests import loopback
from tests.databases import new_file

T = TypeVar("T")
PATIENCE_S = 15.0
SLACK, ALICE, BOB = "C0SALES", "U0ALICE", "U0BOB"
CHAT = 1001  # Alice's private chat with the bot


class Turnstile:
    """Stands where the service listens: hands requests on while it runs, and fails them while it does not."""

    def __init__(self) -> None:
        self.service: ASGIApp | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if self.service is None:
            raise ConnectionError("the service is down")
        await self.service(scope, receive, send)


@dataclass
class Stage:
    """Everybody's hands and eyes."""

    world: World
    client: httpx.AsyncClient  # to the stand-ins
    service: httpx.AsyncClient  # to the service
    settings: Settings
    turnstile: Turnstile
    backends: Mapping[str, Backend] | None = None  # in the place of those of the settings
    _stack: contextlib.AsyncExitStack = field(default_factory=contextlib.AsyncExitStack)
    _changes: set[asyncio.Event] = field(default_factory=set)

    async def start_service(self) -> None:
        self.turnstile.service = await self._stack.enter_async_context(
            running(self.settings, given=self.backends)
        )

    async def stop_service(self) -> None:
        self.turnstile.service = None
        await self._stack.aclose()

    def changed(self) -> None:
        for change in self._changes:
            change.set()

    async def until(self, look: Callable[[], Awaitable[T | None]], patience_s: float = PATIENCE_S) -> T:
        """What `look` sees as soon as it sees something."""
        change = asyncio.Event()
        self._changes.add(change)
        try:
            async with asyncio.timeout(patience_s):
                while not (seen := await look()):
                    await change.wait()
                    change.clear()
        finally:
            self._changes.discard(change)
        return seen

    # What people do.

    async def slack(self, text: str, user: str = ALICE) -> dict[str, Any]:
        return await self.control("slack/command", channel=SLACK, user=user, text=text)

    async def submit(self, view: str, **values: str) -> dict[str, Any]:
        answer = await self.control("slack/submit", view=view, values=values)
        assert answer["status"] in {200, None}, answer  # None: Slack itself has refused it
        return answer

    async def press_slack(self, message: dict[str, Any], action: str) -> dict[str, Any]:
        press = {"channel": SLACK, "ts": message["ts"], "action_id": action, "user": ALICE}
        return await self.control("slack/press", **press)

    async def telegram(
        self, text: str, user: int = CHAT, chat: int = CHAT, reply_to: int | None = None
    ) -> int:
        message = {"chat": chat, "user": user, "text": text}
        below = {"reply_to": reply_to} if reply_to else {}
        return int((await self.control("telegram/message", **message, **below))["message_id"])

    async def press_telegram(self, label: str, user: int = CHAT, chat: int = CHAT) -> dict[str, Any]:
        """Press the button of that label on the newest message that has it, as soon as there is one."""

        async def button() -> int | None:
            for message in reversed(await self.telegram_messages(chat)):
                if label in [key["text"] for row in message["keyboard"] or [] for key in row]:
                    return int(message["message_id"])
            return None

        message_id = await self.until(button)
        press = {"chat": chat, "message_id": message_id, "button": label, "user": user}
        return await self.control("telegram/press", **press)

    async def pay(self, reference: str, outcome: str, **more: int) -> None:
        await self.control("checkout/pay", link=reference, outcome=outcome, **more)

    async def look_again(self, reference: str) -> None:
        """As the operator does with `paylink links refresh`."""
        await self.change(lambda tx: _due_now(tx, reference))

    async def change(self, fn: Callable[[Transaction], None]) -> None:
        """Change what is in the service's database, as time or an operator would."""
        storage = SqlStorage(self.settings.database_url, _Now(), lambda _: None)
        try:
            await storage.write(fn)
        finally:
            await storage.close()

    async def fault(self, standin: str, match: str, fault: str, **more: float) -> None:
        await self.control(f"{standin}/faults", match=match, fault=fault, **more)

    async def mend(self, standin: str) -> None:
        (await self.client.delete(f"/{standin}/_control/faults")).raise_for_status()

    # What people see.

    async def slack_messages(self) -> list[dict[str, Any]]:
        return list((await self.reading("slack/messages", channel=SLACK))["messages"])

    async def telegram_messages(self, chat: int = CHAT) -> list[dict[str, Any]]:
        messages = (await self.reading("telegram/messages", chat=str(chat)))["messages"]
        return [message for message in messages if not message.get("deleted")]

    async def view(self, user: str = ALICE) -> dict[str, Any] | None:
        view: dict[str, Any] | None = (await self.reading("slack/view", user=user))["view"]
        return view

    async def ephemerals(self, user: str = ALICE) -> list[dict[str, Any]]:
        return list((await self.reading("slack/ephemerals", channel=SLACK, user=user))["messages"])

    async def slack_card(self, *words: str) -> dict[str, Any]:
        """The channel's newest card once it holds all these words."""

        async def look() -> dict[str, Any] | None:
            cards = await self.slack_messages()
            return cards[-1] if cards and all(word in str(cards[-1]) for word in words) else None

        return await self.until(look)

    async def slack_replies(self, *words: str, patience_s: float = PATIENCE_S) -> list[str]:
        """The thread of the newest card once each word is in one of its replies."""

        async def look() -> list[str] | None:
            cards = await self.slack_messages()
            replies = [reply["text"] for reply in cards[-1]["replies"]] if cards else []
            return replies if _all_said(words, replies) else None

        return await self.until(look, patience_s)

    async def telegram_card(self, *words: str, chat: int = CHAT) -> dict[str, Any]:
        """The bot's newest message with a headline once it holds all these words."""

        async def look() -> dict[str, Any] | None:
            for message in reversed(await self.telegram_messages(chat)):
                if message["from"] != CHAT and all(word in str(message) for word in words):
                    return message
            return None

        return await self.until(look)

    async def telegram_replies(self, *words: str) -> list[str]:
        """The bot's replies to its own messages once each word is in one of them."""

        async def look() -> list[str] | None:
            messages = await self.telegram_messages()
            replies = [message["text"] for message in messages if message["reply_to"]]
            return replies if _all_said(words, replies) else None

        return await self.until(look)

    async def provider_links(self) -> list[dict[str, Any]]:
        return list((await self.reading("checkout/links"))["links"])

    async def calls(self, standin: str, ending: str) -> list[dict[str, Any]]:
        calls = (await self.reading(f"{standin}/calls"))["calls"]
        return [call for call in calls if call["path"].endswith(ending)]

    async def delivered(self) -> None:
        """Every webhook so far has been accepted."""

        async def look() -> bool:
            deliveries = (await self.reading("checkout/deliveries"))["deliveries"]
            return bool(deliveries) and all(delivery["delivered"] for delivery in deliveries)

        await self.until(look)

    async def owed(self) -> int:
        """How much is still owed to the chats, read as an operator would."""
        return await self.rows(lambda tx: tx.outbox.count())

    async def nothing_owed(self) -> None:
        """Return when all is said, or given up as lost: what is seen in a chat is written down after it."""
        async with asyncio.timeout(20):
            while await self.owed():
                pass

    async def rows(self, look: Callable[[Transaction], T]) -> T:
        """What is in the service's database."""
        storage = SqlStorage(self.settings.database_url, _Now(), lambda _: None)
        try:
            return await storage.read(look)
        finally:
            await storage.close()

    async def control(self, name: str, **body: Any) -> dict[str, Any]:
        standin, call = name.split("/")
        answer = await self.client.post(f"/{standin}/_control/{call}", json=body)
        assert answer.status_code == 200, answer.text
        return dict(answer.json())

    async def reading(self, name: str, **query: str) -> dict[str, Any]:
        standin, call = name.split("/")
        answer = await self.client.get(f"/{standin}/_control/{call}", params=query)
        assert answer.status_code == 200, answer.text
        return dict(answer.json())


class _Now(Clock):
    """The sandbox's clock, which tells the time like the service's."""


async def three_hours_pass(stage: Stage, chat: str, channel: str) -> None:
    """For the one open draft there, which has chosen when its link ends."""

    def pass_(tx: Transaction) -> None:
        (draft,) = filter(None, map(tx.drafts.get, tx.drafts.open_in(chat, channel)))
        ends = datetime.fromisoformat(draft.answers["expires"]) - timedelta(hours=3)
        tx.drafts.put(replace(draft, answers={**draft.answers, "expires": ends.isoformat()}))

    await stage.change(pass_)


def _due_now(tx: Transaction, reference: str) -> None:
    link = tx.links.get(reference.partition("-")[0])
    assert link is not None
    tx.links.put(replace(link, poll_at=link.created_at))


def _all_said(words: tuple[str, ...], replies: list[str]) -> bool:
    return bool(replies) and all(any(word in reply for reply in replies) for word in words)


@contextlib.asynccontextmanager
async def stage_in(
    folder: Path,
    backends: Mapping[str, Backend] | None = None,
    *,
    backend: str = "checkout",
    **overrides: str,
) -> AsyncIterator[Stage]:
    """A stage whose service runs; its files are in `folder`. `overrides` are settings without prefix."""
    turnstile, sandbox_socket, service_socket = Turnstile(), listen(), listen()
    world = World(Clock(), url_of(sandbox_socket), url_of(service_socket))
    standins = make_standins(world, [backend, "slack", "telegram"])
    written = env_of(standins) | {"PAYLINK_DATABASE_URL": new_file(folder / "paylink.db")}
    loaded = settings.load(written | {f"PAYLINK_{name}": value for name, value in overrides.items()})
    sandbox = Starlette(routes=[mount(standin, world) for standin in standins])
    async with contextlib.AsyncExitStack() as stack:
        url = await stack.enter_async_context(serving_on(sandbox, sandbox_socket))
        service_url = await stack.enter_async_context(serving_on(turnstile, service_socket))
        client = await stack.enter_async_context(loopback.client(url, timeout=30))
        service = await stack.enter_async_context(loopback.client(service_url, timeout=30))
        stage = Stage(world, client, service, loaded, turnstile, backends)
        world.changed = stage.changed
        background = [asyncio.create_task(standin.run()) for standin in standins]
        for chat in ("slack", "telegram"):  # tests act faster than people; floods have tests of their own
            await stage.control(f"{chat}/limits", on=False)
        await stage.start_service()
        try:
            yield stage
        finally:
            await stage.stop_service()
            for task in background:
                task.cancel()
            await asyncio.gather(*background, return_exceptions=True)
