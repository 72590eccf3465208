"""How the Telegram stand-in delivers updates: long polling, webhooks, privacy mode, faults."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from sandbox.server import serving
from tests.standins.telegram_rig import ALICE, SALES, STRANGER, Rig, running

BOT = "paylink_sandbox_bot"


class Service:
    """A webhook's receiver: answers 200, or what `statuses` says next."""

    def __init__(self) -> None:
        self.received: list[tuple[dict[str, Any], str | None]] = []
        self.statuses: deque[int] = deque()
        self.meanwhile: Callable[[], Awaitable[None]] | None = None
        self.most_at_once = self._at_once = 0
        self._arrived = asyncio.Condition()
        self.app = Starlette(routes=[Route("/telegram/webhook", self._receive, methods=["POST"])])

    async def _receive(self, request: Request) -> Response:
        update = await request.json()
        self._at_once += 1
        self.most_at_once = max(self.most_at_once, self._at_once)
        if self.meanwhile:
            await self.meanwhile()
        self._at_once -= 1
        async with self._arrived:
            self.received.append((update, request.headers.get("X-Telegram-Bot-Api-Secret-Token")))
            self._arrived.notify_all()
        return Response(status_code=self.statuses.popleft() if self.statuses else 200)

    async def texts(self, count: int) -> list[str]:
        """What was written, once it has arrived `count` times or more."""
        async with asyncio.timeout(5), self._arrived:
            await self._arrived.wait_for(lambda: len(self.received) >= count)
        return [update["message"]["text"] for update, _ in self.received]


@pytest.fixture
async def rig() -> AsyncIterator[Rig]:
    async with running() as rig:
        yield rig


async def call(rig: Rig, method: str, **given: Any) -> dict[str, Any]:
    """The whole answer, whatever it says."""
    return dict((await rig.call(method, **given)).json())


@pytest.fixture
async def service() -> AsyncIterator[tuple[Service, str]]:
    service = Service()
    async with serving(service.app) as url:
        yield service, f"{url}/telegram/webhook"


async def test_updates_are_served_until_acknowledged(rig: Rig) -> None:
    for text in ("one", "two", "three"):
        await rig.write(text)
    first, second, third = (update["update_id"] for update in await rig.updates())
    assert first < second < third
    assert [update["update_id"] for update in await rig.updates(limit=2)] == [first, second]
    assert [update["update_id"] for update in await rig.updates(offset=second)] == [second, third]
    assert [update["update_id"] for update in await rig.updates(offset=-1)] == [third]
    assert await rig.updates(offset=third + 1) == []
    assert await rig.updates() == []


async def test_a_poll_waits_for_news(rig: Rig) -> None:
    poll = await rig.waiting()
    await rig.write("/paylink 49.90 EUR")
    message = (await poll)["result"][0]["message"]
    assert message["text"] == "/paylink 49.90 EUR"
    assert message["entities"] == [{"type": "bot_command", "offset": 0, "length": 8}]


async def test_a_poll_ends_empty_after_its_timeout(rig: Rig) -> None:
    assert await call(rig, "getUpdates", timeout=1) == {"ok": True, "result": []}


async def test_a_poll_ends_when_the_sandbox_stops() -> None:
    async with asyncio.timeout(10):
        async with running() as rig:
            poll = await rig.waiting()
        assert await poll == {"ok": True, "result": []}


async def test_undelivered_updates_live_a_day(rig: Rig) -> None:
    await rig.write("old")
    await rig.control("clock", advance_s=24 * 3600 - 60)
    await rig.write("new")
    assert len(await rig.updates()) == 2
    await rig.control("clock", advance_s=120)
    assert [update["message"]["text"] for update in await rig.updates()] == ["new"]


async def test_only_the_kinds_asked_for_are_queued(rig: Rig) -> None:
    assert await rig.updates(allowed_updates=["my_chat_member"]) == []
    await rig.write("hello")
    await rig.control("kick", chat=SALES)
    assert [set(update) - {"update_id"} for update in await rig.updates()] == [{"my_chat_member"}]
    wrong = await call(rig, "getUpdates", allowed_updates=["mesage"])
    assert wrong["description"] == "Bad Request: allowed_updates: unknown mesage"


async def test_in_groups_the_bot_sees_commands_and_replies_to_itself(rig: Rig) -> None:
    answer = await call(
        rig, "sendMessage", chat_id=SALES, text="How much?", reply_markup={"force_reply": True}
    )
    prompt = answer["result"]["message_id"]
    chatter = await rig.write("lunch?", SALES, STRANGER)
    await rig.write("sure", SALES, reply_to=chatter)
    await rig.write("/paylink@other_bot 5", SALES)
    await rig.write("please /paylink 5", SALES)
    await rig.write("/paylink 5", SALES, STRANGER)
    await rig.write(f"/paylink@{BOT} 6", SALES)
    await rig.write("49.90", SALES, reply_to=prompt)
    seen = [update["message"] for update in await rig.updates()]
    assert [message["text"] for message in seen] == ["/paylink 5", f"/paylink@{BOT} 6", "49.90"]
    assert seen[2]["reply_to_message"]["message_id"] == prompt
    assert "message_thread_id" not in seen[2]


async def test_a_contact_arrives_whole(rig: Rig) -> None:
    contact = {"phone_number": "+491701234567", "first_name": "Jane", "vcard": "EMAIL:jane@example.com"}
    await rig.control("message", chat=ALICE, user=ALICE, contact=contact)
    message = (await rig.updates())[0]["message"]
    assert message["contact"] == contact
    assert "text" not in message


@pytest.mark.parametrize("match", ["update", "message", "getUpdates"])
async def test_a_duplicated_update_comes_once_more_though_acknowledged(rig: Rig, match: str) -> None:
    await rig.control("faults", match=match, fault="duplicate", times=1)
    await rig.write("hello")
    first = await rig.updates()
    offset = first[0]["update_id"] + 1
    assert await rig.updates(offset=offset) == first
    assert await rig.updates(offset=offset) == []


async def test_a_lost_answer_is_served_again(rig: Rig) -> None:
    await rig.write("hello")
    await rig.control("faults", match="getUpdates", fault="lost_answer", times=1)
    with pytest.raises(httpx.RemoteProtocolError):
        await rig.updates()
    assert len(await rig.updates()) == 1


async def test_a_webhook_and_polling_exclude_each_other(rig: Rig, service: tuple[Service, str]) -> None:
    poll = await rig.waiting()
    assert (await call(rig, "setWebhook", url=service[1]))["description"] == "Webhook was set"
    assert (await poll)["description"] == "Conflict: terminated by setWebhook request"
    refused = await call(rig, "getUpdates")
    assert refused["error_code"] == 409
    assert refused["description"] == (
        "Conflict: can't use getUpdates method while webhook is active; "
        "use deleteWebhook to delete the webhook first"
    )
    assert (await call(rig, "setWebhook", url=service[1]))["description"] == "Webhook is already set"
    assert (await call(rig, "deleteWebhook"))["description"] == "Webhook was deleted"
    assert (await call(rig, "deleteWebhook"))["description"] == "Webhook is already deleted"
    assert await rig.updates() == []


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        ({"url": "http://pay.example/hook"}, "bad webhook: An HTTPS URL must be provided for webhook"),
        (
            {"url": "https://pay.example:8080/"},
            "bad webhook: Webhook can be set up only on ports 80, 88, 443 or 8443",
        ),
        (
            {"url": "https://pay.example/", "secret_token": "a b"},
            "secret token contains unallowed characters",
        ),
        ({"url": "https://pay.example/", "secret_token": "a" * 257}, "secret token is too long"),
        ({"url": "https://pay.example:port/"}, "invalid webhook URL specified"),
        ({"url": "https://10.0.0.1/"}, "bad webhook: IP address 10.0.0.1 is reserved"),
    ],
)
async def test_webhooks_that_cannot_be_set(rig: Rig, given: dict[str, Any], reason: str) -> None:
    assert (await call(rig, "setWebhook", **given))["description"] == f"Bad Request: {reason}"


async def test_a_webhook_gets_the_secret_and_what_waited(rig: Rig, service: tuple[Service, str]) -> None:
    receiver, url = service
    await rig.write("before")
    await call(rig, "setWebhook", url=url, secret_token="S3cret_-")
    await rig.write("after")
    assert await receiver.texts(2) == ["before", "after"]
    assert {secret for _, secret in receiver.received} == {"S3cret_-"}


async def test_a_webhook_is_tried_again_and_later_updates_of_the_chat_wait(
    rig: Rig, service: tuple[Service, str]
) -> None:
    receiver, url = service
    receiver.statuses.extend([503, 503])
    await call(rig, "setWebhook", url=url)
    await rig.write("one")
    assert await receiver.texts(2) == ["one", "one"]
    await rig.write("two")
    await rig.write("elsewhere", STRANGER, STRANGER)
    assert await receiver.texts(3) == ["one", "one", "elsewhere"]
    info = (await call(rig, "getWebhookInfo"))["result"]
    receiver.statuses.append(503)
    assert info["last_error_message"] == "Wrong response from the webhook: 503 Service Unavailable"
    await rig.control("clock", advance_s=2)
    assert await receiver.texts(4) == ["one", "one", "elsewhere", "one"]
    await rig.control("clock", advance_s=2)
    await rig.write("meanwhile", STRANGER, STRANGER)
    assert (await receiver.texts(5))[4:] == ["meanwhile"]
    await rig.control("clock", advance_s=2)
    assert (await receiver.texts(7))[5:] == ["one", "two"]


async def test_a_webhook_is_told_about_as_it_was_set(rig: Rig, service: tuple[Service, str]) -> None:
    how = {"ip_address": "127.0.0.1", "max_connections": 7, "allowed_updates": ["message"]}
    assert await rig.result("setWebhook", url=service[1], certificate=b"-----BEGIN CERTIFICATE-----", **how)
    info = await rig.result("getWebhookInfo")
    assert info == {**how, "url": service[1], "has_custom_certificate": True, "pending_update_count": 0}


async def test_a_webhook_gets_no_more_at_once_than_it_wants(rig: Rig, service: tuple[Service, str]) -> None:
    receiver, url = service

    async def look() -> None:
        await rig.result("getMe")
        await rig.result("getMe")

    receiver.meanwhile = look
    for text, person in (("one", ALICE), ("two", STRANGER)):
        await rig.write(text, person, person)
    await rig.write("/three", SALES)
    await rig.result("setWebhook", url=url, max_connections=1)
    assert set(await receiver.texts(3)) == {"one", "two", "/three"}
    assert receiver.most_at_once == 1


async def test_an_update_nobody_took_for_a_day_is_dropped(rig: Rig, service: tuple[Service, str]) -> None:
    receiver, url = service
    receiver.statuses.extend([500, 500])
    await call(rig, "setWebhook", url=url)
    await rig.write("lost")
    await receiver.texts(2)
    await rig.control("clock", advance_s=24 * 3600)
    await rig.write("kept")
    assert await receiver.texts(3) == ["lost", "lost", "kept"]


async def test_pending_updates_can_be_dropped(rig: Rig, service: tuple[Service, str]) -> None:
    await rig.write("stale")
    await call(rig, "setWebhook", url=service[1], drop_pending_updates=True)
    await rig.write("fresh")
    assert await service[0].texts(1) == ["fresh"]


@pytest.mark.parametrize("match", ["update", "message", "POST {path}"])
async def test_a_duplicated_update_reaches_the_webhook_twice(
    rig: Rig, service: tuple[Service, str], match: str
) -> None:
    match = match.format(path=httpx.URL(service[1]).path)
    await rig.control("faults", match=match, fault="duplicate", times=1)
    await call(rig, "setWebhook", url=service[1])
    await rig.write("one")
    await rig.write("two")
    assert await service[0].texts(3) == ["one", "one", "two"]
