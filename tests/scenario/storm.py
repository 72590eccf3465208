"""A storm over many sales: every webhook five times and shuffled, chats that refuse and lose answers."""

import asyncio
import contextlib
import os
import random
import sys
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from bot.bootstrap import running
from sandbox.server import listen, serving_on, url_of
from tests.scenario.fronts import Chronicle, Passage
from tests.scenario.outside import Outside, outside
from tests.scenario.quick_clock import QuickClock
from tests.scenario.stage import Stage, Turnstile

SLACK = (("C0SALES", "U0ALICE"), ("C0QUIET", "U0BOB"), ("D0ALICE", "U0ALICE"), ("D0BOB", "U0BOB"))
TELEGRAM = ((1001, 1001), (1002, 1002), (-1001, 1001), (-1002, 1001))
IN_SLACK, IN_TELEGRAM = 60, 40
ADMITTED = "1001,1002,-1001,-1002"  # people, and groups apart from them
EVENTS_PER_SALE, TIMES = 2, 5  # authorised and captured
AT_ONCE = 20
SPEED = 60.0
PATIENCE_S = 60.0
POSTS, EDITS = {"chat.postMessage", "sendMessage"}, {"chat.update", "editMessageText"}


@dataclass(frozen=True, slots=True)
class Letter:
    """One webhook as the backend sent it."""

    path: str
    headers: dict[str, str]
    body: bytes


@dataclass
class Postbag:
    """Stands before the service and keeps the backend's webhooks, until somebody delivers them."""

    service: ASGIApp
    letters: list[Letter] = field(default_factory=list)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if not scope.get("path", "").startswith("/webhooks/"):
            await self.service(scope, receive, send)
            return
        request = Request(scope, receive)
        self.letters.append(Letter(scope["path"], dict(request.headers), await request.body()))
        await Response()(scope, receive, send)


@dataclass(frozen=True, slots=True)
class Sale:
    """One link, told from all others by its amount."""

    chat: str
    place: str
    user: str
    amount: str

    @property
    def states(self) -> tuple[str, ...]:
        """The headlines of its card, in the only order in which they may be shown."""
        return (
            f"New payment link: {self.amount}",
            f"Creating a payment link for {self.amount}",
            f"Waiting for payment of {self.amount}",
            f"{self.amount} authorised, not yet taken",
            f"Paid {self.amount}",
        )


@dataclass(frozen=True, slots=True)
class Thread:
    """What people see of a sale: the id and the text of its card, and the lines below it."""

    root: str
    card: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Scene:
    """Everybody and everything that a storm needs."""

    outside: Outside
    chronicle: Chronicle
    turnstile: Turnstile
    postbag: Postbag

    @property
    def stage(self) -> Stage:
        return self.outside.stage

    def calls(self, names: set[str], words: str) -> list[Passage]:
        """What the chats took of these methods with these words, in order."""
        return [
            passage
            for passage in self.chronicle.passages
            if passage.name in names and passage.taken and words in passage.asked.get("text", "")
        ]

    async def seen(self, names: set[str], words: str) -> None:
        """Return when such a call has been taken."""

        async def look() -> bool:
            return bool(self.calls(names, words))

        await self.stage.until(look)


@contextlib.asynccontextmanager
async def scene_in(folder: Path) -> AsyncIterator[Scene]:
    turnstile, socket, chronicles = Turnstile(), listen(), list[Chronicle]()

    def front(app: ASGIApp) -> ASGIApp:
        chronicles.append(Chronicle(app))
        return chronicles[0]

    async with (
        serving_on(turnstile, socket),
        outside(folder, url_of(socket), front, TELEGRAM_ADMITTED=ADMITTED) as around,
        running(around.stage.settings, QuickClock(SPEED)) as service,
    ):
        turnstile.service = postbag = Postbag(service)
        for chat in ("slack", "telegram"):  # the service's clock runs faster than that of the chats
            await around.stage.control(f"{chat}/limits", on=False)
        yield Scene(around, chronicles[0], turnstile, postbag)


def sales() -> list[Sale]:
    in_slack = [("slack", *SLACK[number % len(SLACK)]) for number in range(IN_SLACK)]
    in_telegram = [("telegram", *TELEGRAM[number % len(TELEGRAM)]) for number in range(IN_TELEGRAM)]
    return [
        Sale(chat, str(place), str(user), f"{10 + number / 100:.2f} EUR")
        for number, (chat, place, user) in enumerate([*in_slack, *in_telegram])
    ]


async def ask(scene: Scene, sale: Sale) -> None:
    """Type the one-line command and press Create."""
    stage = scene.stage
    if sale.chat == "telegram":
        place, user = int(sale.place), int(sale.user)
        await stage.telegram(f"/paylink {sale.amount}", user=user, chat=place)
        await scene.seen(POSTS | EDITS, sale.states[0])
        await stage.press_telegram("Create link", user=user, chat=place)
        return
    person = {"channel": sale.place, "user": sale.user}
    await stage.control("slack/command", **person, text=sale.amount)

    async def offered() -> dict[str, Any] | None:
        shown = (await stage.reading("slack/ephemerals", **person))["messages"]
        return next((message for message in shown if sale.amount in str(message)), None)

    message = await stage.until(offered)
    await stage.control("slack/press", **person, ts=message["ts"], action_id="paylink_create_0_0")


async def make_links(scene: Scene, wanted: list[Sale]) -> dict[Sale, str]:
    """Every sale's reference, once its card waits for the payment; each place asks for one after another."""
    await scene.stage.control("slack/join", channel="C0QUIET")

    async def ask_in(place: str) -> None:
        for sale in wanted:
            if sale.place == place:
                await ask(scene, sale)

    await asyncio.gather(*(ask_in(place) for place in {sale.place for sale in wanted}))
    for sale in wanted:
        await scene.seen(POSTS | EDITS, f"Waiting for payment of {sale.amount}")
    references = {
        f"{link['amount'] / 100:.2f} EUR": link["reference"] for link in await scene.stage.provider_links()
    }
    return {sale: references[sale.amount] for sale in wanted}


async def collect_events(scene: Scene, references: list[str]) -> list[Letter]:
    """Pay every link; gives the webhooks, none of which the service has seen."""
    for reference in references:
        await scene.stage.pay(reference, "paid")

    async def all_sent() -> bool:
        return len(scene.postbag.letters) == len(references) * EVENTS_PER_SALE

    await scene.stage.until(all_sent)
    return scene.postbag.letters


async def trouble_chats(stage: Stage) -> None:
    """From now on the chats refuse every fifth call, and of the others every twentieth answer is lost."""
    for chat in ("slack", "telegram"):
        await stage.fault(chat, "POST /", "status", status=429, retry_after=1, share=0.2)
        await stage.fault(chat, "POST /", "lost_answer", share=0.05)


async def deliver_all(scene: Scene, letters: list[Letter]) -> None:
    """Deliver every letter five times, in any order; each must be taken."""
    scene.turnstile.service = scene.postbag.service
    storm, hands = letters * TIMES, asyncio.Semaphore(AT_ONCE)
    random.Random(20).shuffle(storm)  # noqa: S311 - the same storm every time

    async def deliver(letter: Letter) -> int:
        async with hands:
            answer = await scene.stage.service.post(letter.path, content=letter.body, headers=letter.headers)
            return answer.status_code

    assert set(await asyncio.gather(*map(deliver, storm))) == {200}


async def threads(stage: Stage, references: dict[Sale, str]) -> dict[Sale, Thread]:
    """Every sale's thread as people see it."""
    slack = [
        message
        for channel, _ in SLACK
        for message in (await stage.reading("slack/messages", channel=channel))["messages"]
    ]
    telegram = {str(chat): await stage.telegram_messages(chat) for chat, _ in TELEGRAM}
    return {
        sale: _in_slack(slack, reference)
        if sale.chat == "slack"
        else _in_telegram(telegram[sale.place], reference)
        for sale, reference in references.items()
    }


def _in_slack(messages: list[dict[str, Any]], reference: str) -> Thread:
    [root] = [message for message in messages if reference in str(message["blocks"])]
    return Thread(root["ts"], root["text"], tuple(reply["text"] for reply in root["replies"]))


def _in_telegram(messages: list[dict[str, Any]], reference: str) -> Thread:
    [root] = [message for message in messages if reference in message["text"]]
    lines = [message["text"] for message in messages if message["reply_to"] == root["message_id"]]
    return Thread(str(root["message_id"]), root["text"], tuple(lines))


async def all_said(outside: Outside, folder: Path) -> None:
    """Return when `paylink outbox --count` says that nothing is owed."""
    environment = {**os.environ, **outside.written, "PYTHONPATH": str(Path(__file__).parents[2])}
    count, told = [sys.executable, "-m", "bot", "outbox", "--count"], b""
    async with asyncio.timeout(PATIENCE_S):
        while told != b"0\n":
            asked = await asyncio.create_subprocess_exec(
                *count, env=environment, cwd=folder, stdout=asyncio.subprocess.PIPE
            )
            told, _ = await asked.communicate()
