"""Socket Mode: the same sale without an address of ours."""

import asyncio
from collections.abc import AsyncIterator
from datetime import datetime
from itertools import pairwise
from pathlib import Path

import pytest

from bot import settings
from bot.errors import ConfigurationError
from tests.scenario.slack_people import (
    card,
    command,
    connected,
    create,
    desk,
    filled_in,
    press,
    socket_stage,
    thread,
)
from tests.scenario.stage import Stage


@pytest.fixture
async def stage(tmp_path: Path) -> AsyncIterator[Stage]:
    async with socket_stage(tmp_path) as ready:
        yield ready


async def test_a_sale_without_any_address(stage: Stage) -> None:
    view = (await command(stage, "49.90 EUR until yesterday"))["view"]
    assert filled_in(view)["amount"] == "49.90"
    assert "expires" in (await stage.submit(view["id"], expires="2020-01-01"))["errors"]
    await stage.submit(view["id"], expires="")
    posted = await card(stage, "Waiting for payment of 49.90 EUR")
    (link,) = await stage.provider_links()
    await stage.pay(link["reference"], "paid")
    await thread(stage, "Paid 49.90 EUR", below=posted["ts"])


async def test_http_has_no_door_then(stage: Stage) -> None:
    assert (await stage.service.post("/slack/events", data={"command": "/paylink"})).status_code == 404


async def test_what_is_complete_is_confirmed_and_every_button_works(stage: Stage) -> None:
    await create(stage)
    posted = await card(stage, "Waiting for payment")
    await desk(stage, "ready and posted")
    assert "jane@example.com" in str((await press(stage, posted, "reveal"))["view"])
    asked = await stage.control("slack/say", channel="C0SALES", user="U0BOB", text="20 EUR")
    chosen = await stage.control("slack/shortcut", channel="C0SALES", user="U0BOB", ts=asked["ts"])
    assert filled_in(chosen["view"])["amount"] == "20"


@pytest.mark.parametrize("reason", ["refresh_requested", "warning"])
async def test_a_connection_that_is_told_to_leave_is_replaced(stage: Stage, reason: str) -> None:
    assert (await stage.control("slack/disconnect", reason=reason))["connections"] == 1
    await create(stage)
    await card(stage, "Waiting for payment")
    assert len(await stage.calls("slack", "/apps.connections.open")) == 2

    async def has_left() -> bool:
        return (await stage.reading("slack/leaving"))["connections"] == 0

    await stage.until(has_left)


async def pauses(stage: Stage, count: int) -> list[float]:
    """The seconds between one request for an address and the next, once there are so many requests."""

    async def look() -> list[datetime] | None:
        calls = await stage.calls("slack", "/apps.connections.open")
        return [datetime.fromisoformat(call["at"]) for call in calls] if len(calls) >= count else None

    at = await stage.until(look)
    assert len(at) == count
    return [(later - earlier).total_seconds() for earlier, later in pairwise(at)]


async def test_while_slack_is_down_it_is_asked_ever_more_rarely(stage: Stage) -> None:
    await stage.fault("slack", "apps.connections.open", "status", status=503, times=2)
    await stage.control("slack/disconnect")
    await connected(stage)
    _, first, second = await pauses(stage, 4)  # one at the start, two refused, one taken
    assert (first > 1.9, second > 3.9) == (True, True)
    await command(stage, "help")
    assert (await stage.service.get("/readyz")).json() == {"ok": True}


async def test_slack_says_how_long_to_wait(stage: Stage) -> None:
    await stage.fault("slack", "apps.connections.open", "status", status=429, retry_after=3, times=1)
    await stage.control("slack/disconnect")
    await connected(stage)
    _, waited = await pauses(stage, 3)
    assert waited > 2.9


async def test_connections_that_are_cut_at_once_are_not_opened_at_full_speed(stage: Stage) -> None:
    for count in (2, 3):
        await stage.control("slack/disconnect")
        *_, waited = await pauses(stage, count)
        await connected(stage)
    assert waited > 0.9


async def test_a_restart_opens_a_connection_of_its_own(stage: Stage) -> None:
    await stage.stop_service()
    assert (await stage.reading("slack/sockets"))["connections"] == 0
    await stage.start_service()
    await connected(stage)
    await create(stage)
    await card(stage, "Waiting for payment")


async def test_what_came_through_an_old_connection_is_acknowledged_through_it(stage: Stage) -> None:
    await stage.fault("slack", "views.open", "delay", delay_s=0.5, times=1)
    answered, _ = await asyncio.gather(command(stage, ""), stage.control("slack/disconnect"))
    assert (answered["status"], answered["trouble"]) == (200, None)
    assert answered["view"]["callback_id"] == "paylink_form"


def problems_of(**written: str) -> tuple[str, ...]:
    backend = {"CHECKOUT_SECRET_KEY": "sk_sbox_1", "CHECKOUT_WEBHOOK_SECRET": "not-a-real-secret"}
    complete = backend | {"CHECKOUT_API_URL": "https://example.com"} | written
    try:
        settings.load({f"PAYLINK_{name}": value for name, value in complete.items()})
    except ConfigurationError as error:
        return error.problems
    return ()


def test_a_signing_secret_is_needed_unless_there_is_an_app_token() -> None:
    (problem,) = problems_of(SLACK_BOT_TOKEN="xoxb-1")
    assert problem.startswith("PAYLINK_SLACK_SIGNING_SECRET: is needed")
    assert problems_of(SLACK_BOT_TOKEN="xoxb-1", SLACK_APP_TOKEN="xapp-1") == ()
    assert problems_of(SLACK_BOT_TOKEN="xoxb-1", SLACK_SIGNING_SECRET="0123abcd") == ()


@pytest.mark.parametrize(
    "wrong",
    [
        {"SLACK_APP_TOKEN": "xoxb-1"},
        {"SLACK_APP_TOKEN": "xapp-1", "SLACK_ADMITTED": "bob"},
        {"SLACK_APP_TOKEN": "xapp-1", "SLACK_ADMITTED": "U0BOB;U0EVE"},
    ],
)
def test_what_does_not_look_like_its_kind_is_a_mistake(wrong: dict[str, str]) -> None:
    (problem,) = problems_of(SLACK_BOT_TOKEN="xoxb-1", **wrong)
    assert "must be" in problem


def test_an_app_token_alone_is_not_enough() -> None:
    assert any("PAYLINK_SLACK_BOT_TOKEN: is needed" in line for line in problems_of(SLACK_APP_TOKEN="xapp-1"))
