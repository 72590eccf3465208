"""Telegram's updates by webhook: stored, then acknowledged; from there on the same as fetched ones."""

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import NoReturn
from urllib.parse import parse_qsl

import httpx
import pytest
from starlette.applications import Starlette
from starlette.routing import Route

from adapters.chat.telegram.client import make_bot
from adapters.chat.telegram.webhook import PATH, Webhook
from adapters.web.app import storing
from bot.bootstrap import running
from bot.errors import StorageUnavailable
from bot.roles import Role
from sandbox.telegram.people import BOT
from tests.rigs import nobody_listens
from tests.scenario.stage import Stage, stage_in
from tests.scenario.telegram_hands import (
    COMMAND,
    GROUP,
    NEXT_SECRET,
    SECRET,
    WEBHOOK,
    by_webhook,
    link_in,
    message,
    news,
    said,
    sent,
)


@pytest.fixture
async def stage(tmp_path: Path) -> AsyncIterator[Stage]:
    async with stage_in(tmp_path) as ready:
        await by_webhook(ready)
        yield ready


async def registration(stage: Stage) -> dict[str, str]:
    """What Telegram was last told of us."""
    return dict(parse_qsl((await stage.calls("telegram", "/setWebhook"))[-1]["body"]))


async def test_a_sale_goes_from_the_command_to_paid(stage: Stage) -> None:
    await link_in(stage)
    [link] = await stage.provider_links()
    await stage.pay(link["reference"], "paid")
    await news(stage, "Paid 49.90 EUR")


async def test_once_it_is_registered_the_service_stays_ready(stage: Stage) -> None:
    """Nobody hands anything on to a process that says it is not."""
    await link_in(stage)
    assert (await stage.service.get("/readyz")).json() == {"ok": True}


async def test_it_is_registered_at_every_start_and_nothing_pending_is_dropped(stage: Stage) -> None:
    told = await registration(stage)
    assert told["url"] == f"{stage.world.service_url}{WEBHOOK}"
    assert told["secret_token"] == SECRET
    assert json.loads(told["allowed_updates"]) == ["message", "edited_message", "callback_query"]
    assert told["drop_pending_updates"] == "false"
    await by_webhook(stage, NEXT_SECRET, SECRET)
    assert (await registration(stage))["secret_token"] == NEXT_SECRET


async def test_registering_is_tried_until_telegram_takes_it(stage: Stage) -> None:
    await stage.fault("telegram", "setWebhook", "status", status=429, retry_after=1, times=1)
    await by_webhook(stage, NEXT_SECRET)

    async def taken() -> bool:
        return (await stage.calls("telegram", "/setWebhook"))[-1]["status"] == 200

    await stage.until(taken)
    await stage.telegram("/help")
    await said(stage, "before anything is created")


@pytest.mark.parametrize("secret", [None, "", "wrong", SECRET[:-1], f"{SECRET}, {NEXT_SECRET}", "ü"])
async def test_without_the_secret_nothing_is_stored(stage: Stage, secret: str | None) -> None:
    headers = {} if secret is None else {"X-Telegram-Bot-Api-Secret-Token": secret.encode()}
    body = {"update_id": 900_000_001, "message": message(901, text=COMMAND)}
    answer = await stage.service.post(WEBHOOK, json=body, headers=headers)
    assert answer.status_code == 401
    assert await sent(stage, 900_000_001, message=message(901, text="/help")) == 200, "its id is still free"
    await said(stage, "before anything is created")
    assert "Create link" not in str(await stage.telegram_messages())


async def test_while_one_secret_replaces_another_both_are_taken(stage: Stage) -> None:
    await by_webhook(stage, NEXT_SECRET, SECRET)
    for update_id, secret in ((900_000_001, SECRET), (900_000_002, NEXT_SECRET)):
        assert await sent(stage, update_id, secret, message=message(update_id, text="hello")) == 200
    await by_webhook(stage, NEXT_SECRET)
    assert await sent(stage, 900_000_003, SECRET, message=message(903, text="hello")) == 401


async def test_an_update_that_is_sent_again_is_handled_once(stage: Stage) -> None:
    update = {"message": message(901, text=COMMAND)}
    answers = await asyncio.gather(*(sent(stage, 900_000_001, **update) for _ in range(3)))
    assert answers == [200, 200, 200]
    await stage.telegram_card("Create link")
    await stage.stop_service()
    await stage.start_service()
    assert await sent(stage, 900_000_001, **update) == 200
    await stage.stop_service()
    assert len(await stage.telegram_messages()) == 1, "the card; a second command would have begun anew"


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"{}", b'{"update_id": "1"}', b"\xff"])
async def test_what_is_no_update_is_refused(stage: Stage, body: bytes) -> None:
    headers = {"X-Telegram-Bot-Api-Secret-Token": SECRET}
    assert (await stage.service.post(WEBHOOK, content=body, headers=headers)).status_code == 400


async def test_an_update_that_concerns_nobody_is_taken(stage: Stage) -> None:
    assert await sent(stage, 900_000_001, poll={"id": "1"}) == 200


async def test_what_came_while_the_service_was_down_is_sent_again(stage: Stage) -> None:
    await stage.stop_service()
    await stage.telegram(COMMAND)
    await stage.start_service()
    await stage.control("telegram/clock", advance_s=5)
    await stage.telegram_card("Create link")


async def test_a_form_begun_by_webhook_is_finished_by_polling_and_the_address_is_gone(stage: Stage) -> None:
    await stage.telegram("/paylink")
    await stage.telegram_card("How much?")
    await stage.stop_service()
    assert stage.settings.telegram is not None
    stage.settings = replace(stage.settings, telegram=replace(stage.settings.telegram, webhook_url=None))
    await stage.start_service()
    await stage.telegram("49.90 EUR")
    await stage.telegram_card("New payment link: 49.90 EUR")
    assert await sent(stage, 900_000_001, message=message(901, text="/help")) == 404


async def test_who_only_works_knows_which_commands_are_ours(stage: Stage) -> None:
    """As an administrator of a group the bot reads what is meant for other bots."""
    await stage.stop_service()
    before = len(await stage.calls("telegram", "/setMyCommands"))

    async def signed_in() -> bool:
        return len(await stage.calls("telegram", "/setMyCommands")) > before

    web, work = (running(stage.settings, roles=(role,)) for role in (Role.WEB, Role.WORK))
    async with web as stage.turnstile.service, work:
        await stage.until(signed_in)
        for number, name in enumerate(("another_bot", BOT.username)):
            asked = message(900 + number, GROUP, text=f"/help@{name}")
            assert await sent(stage, 900_000_000 + number, message=asked) == 200
        await said(stage, "before anything is created", chat=GROUP)
    stage.turnstile.service = None
    assert len(await stage.telegram_messages(GROUP)) == 1


async def test_updates_are_asked_for_again_where_the_database_does_not_answer() -> None:
    async def down(*_: object) -> NoReturn:
        raise StorageUnavailable("the disk is full")

    bot = make_bot("1:NOT-A-REAL-TOKEN", nobody_listens())
    webhook = Webhook(bot, down, url="https://x.test", secrets=(SECRET,))
    app = Starlette(routes=[Route(PATH, storing(webhook.take), methods=["POST"])])
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://test") as client:
        headers = {"X-Telegram-Bot-Api-Secret-Token": SECRET}
        answer = await client.post(PATH, json={"update_id": 1}, headers=headers)
    assert answer.status_code == 503
    await bot.request.shutdown()
