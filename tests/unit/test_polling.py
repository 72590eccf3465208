"""Long polling of Telegram: what comes is stored as it came, whatever it is, before it is acknowledged."""

import asyncio
import json
from collections.abc import Callable
from typing import Any, TypeVar

import httpx
import pytest
from structlog.testing import capture_logs
from telegram import Bot
from telegram.request import HTTPXRequest

from adapters.chat.telegram.polling import Polling
from adapters.chat.telegram.transport import Backoff
from bot.errors import ChatSignedOut, ChatUnavailable
from bot.ports.storage import Storage, Transaction
from bot.ports.traffic import InboundFact
from bot.texts import Texts
from tests.unit.world import World

T = TypeVar("T")
ME = {"id": 1, "is_bot": True, "first_name": "Paylink", "username": "paylink_bot"}
CHAT = {"id": 1001, "type": "private", "first_name": "Alice"}
HELLO = {"update_id": 7, "message": {"message_id": 1, "date": 1, "chat": CHAT, "text": "\N{PARTY POPPER} hi"}}
UNREADABLE = [{"message_id": 2, "chat": CHAT}, "a message of another time"]


_HOOKED = (
    "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete it first"
)


class Api:
    """Tells these updates until they are acknowledged."""

    def __init__(self, *answers: Any, refusals: int = 0) -> None:
        """`refusals`: of the token, before it is taken. An answer None: a webhook is set instead."""
        self.answers, self.offsets, self.refusals = list(answers), list[int | None](), refusals
        self.webhook = False
        self.acknowledged = asyncio.Event()

    async def __call__(self, request: httpx.Request) -> httpx.Response:
        method = request.url.path.rpartition("/")[2]
        if self.refusals:
            self.refusals -= 1
            return httpx.Response(401, json={"ok": False, "error_code": 401, "description": "Unauthorized"})
        if method == "deleteWebhook":
            self.webhook = False
        elif self.answers and self.answers[0] is None:
            self.answers.pop(0)
            self.webhook = True
        if self.webhook:
            return httpx.Response(409, json={"ok": False, "error_code": 409, "description": _HOOKED})
        if method != "getUpdates":
            return httpx.Response(200, json={"ok": True, "result": ME if method == "getMe" else True})
        given = request.url.params
        self.offsets.append(int(given["offset"]) if "offset" in given else None)
        assert json.loads(given["allowed_updates"]) == ["message", "edited_message", "callback_query"]
        if self.answers:
            return httpx.Response(200, json=self.answers.pop(0))
        self.acknowledged.set()
        await asyncio.Event().wait()
        raise AssertionError


class Odd:
    """A storage that fails once, as nobody thought it would."""

    def __init__(self, storage: Storage) -> None:
        self._storage, self._failed = storage, False

    async def write(self, fn: Callable[[Transaction], T]) -> T:
        if not self._failed:
            self._failed = True
            raise ZeroDivisionError
        return await self._storage.write(fn)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._storage, name)


async def polled(world: World, api: Api, storage: Storage | None = None) -> list[dict[str, Any]]:
    """What is stored when all has been acknowledged."""
    storage = storage or world.storage

    def request() -> HTTPXRequest:
        return HTTPXRequest(httpx_kwargs={"transport": httpx.MockTransport(api)})

    async def keep(key: str, _: str, body: bytes) -> None:
        await storage.accept(InboundFact("telegram", "", key, 0, body), world.clock.now())

    bot = Bot("1:x", "https://telegram.test/bot", request=request(), get_updates_request=request())
    running = asyncio.create_task(Polling(bot, storage, keep, Texts("en"), world.clock).run())
    ended, _ = await asyncio.wait(
        {running, asyncio.create_task(api.acknowledged.wait())}, return_when=asyncio.FIRST_COMPLETED
    )
    assert running not in ended, "it goes on"
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    await bot.request.shutdown()
    rows = await world.read(lambda tx: tx.inbox.waiting("telegram", 0, 10))
    return [json.loads(row.fact.body) for row in rows]


@pytest.mark.parametrize("message", UNREADABLE)
async def test_an_update_that_nobody_understands_holds_up_no_other(world: World, message: Any) -> None:
    updates = [{"update_id": 8, "message": message}, HELLO | {"update_id": 9}]
    api = Api({"ok": True, "result": updates})
    assert await polled(world, api) == updates
    assert api.offsets == [None, 10]


@pytest.mark.parametrize("answer", [[], {"ok": True}, {"ok": True, "result": [{}, 1]}])
async def test_an_answer_without_sense_is_waited_out(world: World, answer: Any) -> None:
    api = Api(answer, {"ok": True, "result": [HELLO]})
    assert await polled(world, api) == [HELLO]
    assert api.offsets == [None, None, 8]


async def test_that_nothing_has_come_is_no_trouble(world: World, caplog: pytest.LogCaptureFixture) -> None:
    nothing: dict[str, Any] = {"ok": True, "result": []}
    api = Api(nothing, {"ok": True, "result": [HELLO]}, nothing)
    assert await polled(world, api) == [HELLO]
    assert api.offsets == [None, None, 8, 8]
    assert "poll_failed" not in caplog.text


async def test_a_webhook_that_somebody_sets_meanwhile_ends_too(world: World) -> None:
    api = Api({"ok": True, "result": [HELLO]}, None, {"ok": True, "result": [HELLO | {"update_id": 8}]})
    assert [update["update_id"] for update in await polled(world, api)] == [7, 8]


async def test_a_mistake_of_ours_does_not_end_it(world: World) -> None:
    api = Api({"ok": True, "result": [HELLO]})
    assert await polled(world, api, Odd(world.storage)) == [HELLO]


@pytest.mark.slow
async def test_a_token_that_is_refused_and_good_again_is_told_once_and_polling_goes_on(world: World) -> None:
    with capture_logs() as lines:
        assert await polled(world, Api({"ok": True, "result": [HELLO]}, refusals=2)) == [HELLO]
    told = [(line["event"], line["log_level"]) for line in lines]
    assert told == [("telegram.token_refused", "error"), ("telegram.token_taken", "info")]


def test_a_token_that_is_refused_is_tried_ever_less_often_until_it_is_taken() -> None:
    backoff, refused = Backoff(), ChatSignedOut()
    with capture_logs() as lines:
        waits = [backoff.after(refused, "telegram.poll_failed") for _ in range(2000)]
        assert waits[:8] == [1, 2, 4, 8, 16, 32, 60, 60]
        assert waits[-1] == 60
        busy = ChatUnavailable("flood control", sent="no", retry_after=7)
        assert backoff.after(busy, "telegram.poll_failed") == 7  # as Telegram says
        backoff.over()
        assert backoff.after(refused, "telegram.poll_failed") == 1
    told = [line["event"] for line in lines]
    refusal, good = "telegram.token_refused", "telegram.token_taken"
    assert told == [refusal, "telegram.poll_failed", good, refusal]
