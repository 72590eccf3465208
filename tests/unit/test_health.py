"""Ready is who can take in what comes. A chat that does not answer is named, and keeps nothing out."""

import asyncio
import contextlib
import threading
from dataclasses import dataclass

import httpx
import pytest
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp

from adapters.telemetry.counters import Counters
from adapters.web.app import build_app
from adapters.web.customers import customer_pages
from adapters.web.health import Check, Health, Readiness, Recent
from adapters.web.webhooks import Webhooks
from bot.bootstrap.monitoring import exposing, readiness
from bot.delivery.customer_page import Page
from bot.errors import ChatUnavailable, StorageUnavailable, WebhookRejected
from bot.inbox.answering import Answering
from tests.fakes import Clock, FakeChat
from tests.rigs import PATIENCE_S
from tests.unit.world import World


async def well() -> bool:
    return True


async def unwell() -> bool:
    return False


async def broken() -> bool:
    raise StorageUnavailable("gone")


async def muted() -> bool:
    raise ChatUnavailable("500", sent="unknown")


async def asked(ready: Readiness, *webhooks: Exception | None) -> tuple[int, object]:
    """The status and body of /readyz, after what came of webhooks."""

    async def expose() -> bytes:
        return b""

    async def find(_: str) -> Page:
        raise AssertionError

    receiver = Receiver(list(webhooks))
    app: ASGIApp = build_app(receiver, {}, customer_pages(find), ready, expose, answering=Answering())
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://service") as client:
        for _ in webhooks:
            await client.post("/webhooks/acme")
        answer = await client.get("/readyz")
    return answer.status_code, answer.json()


@dataclass
class Receiver:
    """What comes of each webhook in turn."""

    outcomes: list[Exception | None]

    async def webhook(self, *_: object) -> None:
        if error := self.outcomes.pop(0):
            raise error


async def test_all_is_well() -> None:
    assert await asked(Readiness({"database": well, "engine": well}, {"slack": well})) == (200, {"ok": True})


@pytest.mark.parametrize("trouble", [unwell, broken])
async def test_what_is_needed_and_does_not_work_is_named(trouble: Check) -> None:
    status, body = await asked(Readiness({"database": trouble, "engine": well}, {"slack": well}))
    assert (status, body) == (503, {"ok": False, "not_ready": ["database"]})


async def test_what_hangs_and_does_not_let_itself_be_stopped_is_named_all_the_same() -> None:
    may_end = asyncio.Event()

    async def deaf() -> bool:
        while not may_end.is_set():
            with contextlib.suppress(asyncio.CancelledError):
                await may_end.wait()
        return True

    asking = asyncio.create_task(asked(Readiness({"database": well, "engine": deaf}, {})))
    answered, _ = await asyncio.wait({asking}, timeout=PATIENCE_S)
    may_end.set()
    assert await asking == (503, {"ok": False, "not_ready": ["engine"]})
    assert answered


async def test_a_chat_that_does_not_answer_is_named_and_keeps_nothing_out() -> None:
    status, body = await asked(Readiness({"database": well}, {"slack": muted, "telegram": well}))
    assert (status, body) == (200, {"ok": True, "troubled": ["slack"]})


FULL, FORGED = StorageUnavailable("disk full"), WebhookRejected("wrong secret")


@pytest.mark.parametrize(
    ("webhooks", "told"),
    [
        ([FULL], {"troubled": ["webhooks"]}),
        ([None, FULL, FORGED], {"troubled": ["webhooks"]}),
        ([FULL, None], {}),
        ([None, FORGED], {}),
    ],
)
async def test_webhooks_that_cannot_be_stored_are_named_until_one_is(
    webhooks: list[Exception | None], told: dict[str, object]
) -> None:
    """As on a full disk, where the database can still be read. Nobody is kept from sending the next one."""
    assert await asked(Readiness({"database": well}, {}), *webhooks) == (200, {"ok": True, **told})


async def test_a_webhook_that_was_not_stored_long_ago_says_nothing_any_more() -> None:
    webhooks = Webhooks(Receiver([FULL]), PlainTextResponse("?"), lately_s=0)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(webhooks), base_url="http://x") as client:
        assert (await client.post("/webhooks/acme")).status_code == 503
    assert not webhooks.troubled


async def test_a_chat_is_not_asked_each_time() -> None:
    chat = FakeChat()
    times = 0

    async def check() -> str:
        nonlocal times
        times += 1
        return await chat.check()

    ready = Readiness({}, {"slack": check})
    assert {await ready(), await ready(), await ready()} == {Health()}
    assert times == 1


async def test_a_question_is_asked_once_however_many_want_to_know() -> None:
    may_answer, times = asyncio.Event(), 0

    async def ask() -> int:
        nonlocal times
        times += 1
        await may_answer.wait()
        return times

    recent = Recent(ask, every_s=60)
    waiting = [asyncio.ensure_future(recent.get()) for _ in range(5)]
    may_answer.set()
    assert {answer for answer, _ in await asyncio.gather(*waiting)} == {1}


async def test_an_old_answer_is_asked_for_again() -> None:
    answers = iter(range(10))

    async def ask() -> int:
        return next(answers)

    recent = Recent(ask, every_s=0)
    assert [(await recent.get())[0] for _ in range(3)] == [0, 1, 2]


async def test_a_process_whose_work_has_ended_is_not_ready(world: World) -> None:
    async def ended() -> bool:
        return False

    assert await readiness(world.storage, ended, {})() == Health(("engine",))


async def test_a_database_that_is_closed_is_not_ready_and_its_rows_are_not_counted(world: World) -> None:
    ready, expose = readiness(world.storage, well, {}), exposing(world.storage, Clock(), Counters())
    assert await ready() == Health()
    assert "paylink_rows_age_seconds" in (await expose()).decode()
    ready, expose = readiness(world.storage, well, {}), exposing(world.storage, Clock(), Counters())
    await world.storage.close()
    assert await ready() == Health(("database",))
    told = (await expose()).decode()
    assert "paylink_rows_age_seconds" not in told
    assert "process_" in told


async def test_while_a_database_does_not_answer_what_this_process_has_counted_is_told(world: World) -> None:
    answers = threading.Event()
    asking = [asyncio.create_task(world.storage.read(lambda _: answers.wait(PATIENCE_S))) for _ in range(20)]
    await asyncio.sleep(0)
    try:
        expose = exposing(world.storage, Clock(), Counters(), patience_s=0.01)
        async with asyncio.timeout(PATIENCE_S / 2):
            told = (await expose()).decode()
    finally:
        answers.set()
        await asyncio.gather(*asking)
    assert ("paylink_rows_age_seconds" in told, "process_" in told) == (False, True)
