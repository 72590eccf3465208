"""What a provider does and remembers, asked for from Slack: a message to the customer, its own history."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.errors import BackendUnavailable
from bot.ports.backend import Feature
from tests.fakes import AbleBackend
from tests.scenario.slack_people import (
    Json,
    answer,
    card,
    command,
    create,
    press,
    reference_of,
    thread,
    window,
)
from tests.scenario.stage import Stage, stage_in
from tests.scenario.test_slack_managing import choose, labels, managed

SEND = "Send it to the customer"


@pytest.fixture
async def able(tmp_path: Path) -> AsyncIterator[tuple[Stage, AbleBackend]]:
    backend = AbleBackend(Feature.SHARE, Feature.HISTORY)
    async with stage_in(tmp_path, {"checkout": backend}) as stage:
        backend.on_look = stage.changed
        yield stage, backend


async def sold(stage: Stage, text: str = "49.90 EUR jane@example.com Invoice 12") -> Json:
    await create(stage, text)
    return await card(stage, "Waiting for payment")


async def test_the_provider_writes_to_the_customer_once_the_question_is_answered(
    able: tuple[Stage, AbleBackend],
) -> None:
    stage, backend = able
    posted = await sold(stage)
    menu = await managed(stage, posted)
    assert "Let FakePay write to j…@example.com?" in str(menu["blocks"])
    assert "is asked to send it to the customer" in str(await choose(stage, menu, SEND))
    told = await thread(stage, "Sent to the customer (j…@example.com)", below=posted["ts"])
    assert "at the request of alice" in str(told)
    assert backend.done == [f"share pl_{reference_of(posted)} jane@example.com"]


async def test_an_order_to_send_it_asks_before_it_does(able: tuple[Stage, AbleBackend]) -> None:
    stage, backend = able
    posted = await sold(stage)
    (asked,) = (await command(stage, f"share {reference_of(posted)}"))["messages"]
    assert "Let FakePay write to j…@example.com?" in str(asked["blocks"])
    assert backend.done == []
    await press(stage, asked, "manage")
    await thread(stage, "Sent to the customer", below=posted["ts"])


async def test_it_is_offered_only_where_an_address_is_known_and_the_link_is_open(
    able: tuple[Stage, AbleBackend],
) -> None:
    stage, _ = able
    posted = await sold(stage, "49.90 EUR Invoice 12")
    assert SEND not in labels(await managed(stage, posted))
    assert "Neither the customer's e-mail address" in await answer(stage, f"share {reference_of(posted)}")


async def test_a_lost_answer_says_that_it_may_have_been_sent(able: tuple[Stage, AbleBackend]) -> None:
    stage, backend = able
    posted = await sold(stage)
    backend.refusals.append(BackendUnavailable("504", sent="unknown"))
    await choose(stage, await managed(stage, posted), SEND)
    await thread(stage, "It may have been sent to the customer (j…@example.com)", below=posted["ts"])
    assert backend.done == []


async def test_the_providers_history_is_answered_at_once_and_filled_in(
    able: tuple[Stage, AbleBackend],
) -> None:
    stage, backend = able
    posted = await sold(stage)
    await choose(stage, await managed(stage, posted), SEND)
    await thread(stage, "Sent to the customer", below=posted["ts"])
    history = await choose(stage, await managed(stage, posted), "History")
    backend.may_answer.clear()
    waiting = await choose(stage, history, "What FakePay remembers")
    assert "Asking FakePay…" in str(waiting["blocks"])
    backend.may_answer.set()
    shown = await window(stage, "What FakePay remembers:", "share, pl_", "requested by alice")
    assert (labels(shown), shown["id"]) == (["Ask FakePay again"], history["id"])


async def test_the_providers_history_is_filled_in_where_slack_has_shown_the_waiting_without_saying_so(
    able: tuple[Stage, AbleBackend],
) -> None:
    stage, _ = able
    posted = await sold(stage)
    history = await choose(stage, await managed(stage, posted), "History")
    await stage.fault("slack", "views.update", "lost_answer")
    await choose(stage, history, "What FakePay remembers")
    shown = await window(stage, "What FakePay remembers:", "Nothing.")
    assert shown["id"] == history["id"]


async def test_a_typed_order_for_the_providers_history_opens_it(able: tuple[Stage, AbleBackend]) -> None:
    stage, backend = able
    posted = await sold(stage)
    backend.refusals.append(BackendUnavailable("503", sent="no"))
    await command(stage, f"history {reference_of(posted)} provider")
    shown = await window(stage, "FakePay does not answer.")
    await choose(stage, shown, "Ask FakePay again")
    await window(stage, "What FakePay remembers:", "Nothing.")
    await stage.fault("slack", "views.open", "status", status=503)
    again = f"history {reference_of(posted)} provider"
    assert "please try again in a moment" in await answer(stage, again)
