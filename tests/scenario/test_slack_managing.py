"""Links that are there, managed from Slack: by commands, and by the modal behind a card's Manage."""

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bot.ports.backend import Feature
from bot.ports.chat import Verb
from bot.ports.clock import SystemClock
from bot.ports.model import Standing
from storage.engine import SqlStorage
from tests.fakes import AbleBackend
from tests.scenario.slack_people import (
    BOB,
    actions_of,
    answer,
    card,
    command,
    create,
    desk,
    filled_in,
    press,
    reference_of,
    thread,
    window,
)
from tests.scenario.stage import ALICE, Stage, stage_in

Json = dict[str, Any]
ABLE = (Feature.CANCEL, Feature.RESUME, Feature.EXTEND, Feature.EDIT)


@pytest.fixture
async def able(tmp_path: Path) -> AsyncIterator[tuple[Stage, AbleBackend]]:
    """With a backend that can do everything."""
    backend = AbleBackend(*ABLE)
    async with stage_in(tmp_path, {"checkout": backend}) as stage:
        backend.on_look = stage.changed
        yield stage, backend


async def sold(stage: Stage) -> Json:
    """A link; gives its card."""
    await create(stage)
    return await card(stage, "Waiting for payment")


async def managed(stage: Stage, posted: Json) -> Json:
    """The modal behind Manage."""
    return dict((await press(stage, posted, "manage"))["view"])


async def choose(stage: Stage, menu: Json, label: str, user: str = ALICE) -> Json:
    """Press a button of the modal; gives what it shows then."""
    (action,) = [
        element["action_id"]
        for block in menu["blocks"]
        for element in block.get("elements", [])
        if block["type"] == "actions" and element["text"]["text"] == label
    ]
    pressed = {"view": menu["id"], "action_id": action, "user": user}
    return dict((await stage.control("slack/press", **pressed))["view"])


def labels(view: Json) -> list[str]:
    rows = [block["elements"] for block in view["blocks"] if block["type"] == "actions"]
    return [element["text"]["text"] for row in rows for element in row]


async def test_it_is_marked_as_a_test_wherever_the_link_is_managed(stage: Stage) -> None:
    menu = await managed(stage, await sold(stage))
    assert "TEST: no real money moves" in str(menu["blocks"])
    wanted = await choose(stage, menu, "Extend")
    assert "TEST: no real money moves" in str(wanted["blocks"])
    assert wanted["id"] == menu["id"], "it takes the menu's place"


async def test_the_modal_shows_what_can_be_done_now_and_only_that(stage: Stage) -> None:
    menu = await managed(stage, await sold(stage))
    assert "Waiting for payment of 49.90 EUR" in str(menu["blocks"])
    assert labels(menu) == [
        *("Cancel link", "Extend", "Send the text again", "Ask again now", "History"),
        "Why does it say so?",
    ]


async def test_nobody_else_can_manage_it(stage: Stage) -> None:
    posted = await sold(stage)
    view = (await press(stage, posted, "manage", BOB))["view"]
    assert "Only the person who started this" in str(view["blocks"])
    reference = reference_of(posted)
    for verb in ("cancel", "pause", "history", "why", "extend"):
        assert "no such link" in await answer(stage, f"{verb} {reference}", BOB)


async def test_an_administrator_manages_what_others_made_and_is_named(tmp_path: Path) -> None:
    async with stage_in(tmp_path, ADMINS=f"slack:{BOB}") as stage:
        posted = await sold(stage)
        menu = dict((await press(stage, posted, "manage", BOB))["view"])
        assert "Cancelled." in str(await choose(stage, menu, "Cancel link", BOB))
        await thread(stage, "Cancelled by bob.", below=posted["ts"])


async def test_help_names_every_order(stage: Stage) -> None:
    (told,) = (await command(stage, "help"))["messages"]
    assert [verb for verb in Verb if f"{verb}" not in told["text"]] == []


async def test_a_backend_that_cannot_says_so_in_plain_words(stage: Stage) -> None:
    reference = reference_of(await sold(stage))
    assert "Checkout.com cannot take a link back and put it back later" in await answer(
        stage, f"pause {reference}"
    )
    assert "Checkout.com cannot change what a link is for" in await answer(stage, f"edit {reference} Chairs")


async def test_a_longer_time_that_is_submitted_twice_is_added_once(stage: Stage) -> None:
    """Whoever is told that the answer did not come in time submits the modal once more."""
    reference = reference_of(posted := await sold(stage))
    view = (await command(stage, f"extend {reference}"))["view"]
    await stage.submit(view["id"], value="3d")
    await thread(stage, "Extended by alice", below=posted["ts"])
    once = await stage.rows(lambda tx: tx.links.get(reference))
    assert (await stage.control("slack/submit", view=view["id"], again=True))["status"] == 200
    assert await stage.rows(lambda tx: tx.links.get(reference)) == once
    assert len(await stage.provider_links()) == 2


async def test_a_modal_that_is_open_does_nothing_for_who_is_refused_meanwhile(stage: Stage) -> None:
    reference = reference_of(await sold(stage))
    view = (await command(stage, f"extend {reference}"))["view"]
    made = await stage.rows(lambda tx: tx.links.get(reference))
    assert made is not None
    storage = SqlStorage(stage.settings.database_url, SystemClock(), lambda _: None)
    await storage.write(lambda tx: tx.people.put(made.creator, Standing.REFUSED))
    await storage.close()
    refused = await stage.submit(view["id"], value="3d")
    assert "members of this workspace" in str(refused)
    assert (await stage.rows(lambda tx: tx.links.get(reference))) == made


async def test_a_modal_that_is_open_does_nothing_for_who_is_no_administrator_any_more(tmp_path: Path) -> None:
    async with stage_in(tmp_path, ADMINS=f"slack:{BOB}") as stage:
        view = (await command(stage, f"extend {reference_of(await sold(stage))}", BOB))["view"]
        await stage.stop_service()
        stage.settings = replace(stage.settings, admins=frozenset())
        await stage.start_service()
        assert "no such link" in str(await stage.submit(view["id"], value="3d"))
        assert len(await stage.provider_links()) == 1


async def test_an_extension_that_is_a_new_link_is_asked_about_and_told(stage: Stage) -> None:
    posted = await sold(stage)
    reference = reference_of(posted)
    (asked,) = (await command(stage, f"{reference} extend 3d"))["messages"]
    assert "Checkout.com cannot extend a link. Make a new one" in str(asked["blocks"])
    assert len(await stage.provider_links()) == 1
    view = (await press(stage, asked, "manage"))["view"]
    assert "A new link is being made" in str(view["blocks"])
    await thread(stage, "Extended by alice, as a new link", "stays payable until", below=posted["ts"])
    _, fresh = sorted(await stage.provider_links(), key=lambda link: str(link["reference"]))
    assert fresh["reference"] == f"{reference}-2"
    shown = await card(stage, "Waiting for payment", fresh["url"])
    assert "The link that was sent before can be paid, too, until" in str(shown)

    async def forwarded_twice() -> bool:
        said = await thread(stage, fresh["url"], below=posted["ts"])
        return sum("asks you to pay" in str(each) for each in said) == 2

    await stage.until(forwarded_twice)
    await stage.pay(reference, "paid")
    await card(stage, "Paid 49.90 EUR")


async def test_an_extension_by_the_modal_says_what_will_be_done_and_what_is_wrong(stage: Stage) -> None:
    posted = await sold(stage)
    wanted = await choose(stage, await managed(stage, posted), "Extend")
    assert "so a new one is made" in str(wanted["blocks"])
    refused = await stage.submit(wanted["id"], value="soon")
    assert "cannot read this date" in str(refused)
    await stage.submit(wanted["id"], value="3d")
    assert "A new link is being made" in str(await window(stage, "new link"))
    await thread(stage, "Extended by alice, as a new link", below=posted["ts"])


async def test_where_no_modal_could_be_opened_nobody_is_told_to_reply(stage: Stage) -> None:
    """Nothing can be replied to in Slack."""
    await create(stage)
    reference = reference_of(await card(stage, "Waiting for payment"))
    await stage.fault("slack", "views.open", "status", status=503)
    assert "please try again in a moment" in await answer(stage, f"extend {reference}")
    assert "I cannot read this date" in await answer(stage, f"extend {reference} someday")


async def test_why_shows_the_evidence(stage: Stage) -> None:
    posted = await sold(stage)
    await stage.pay(reference_of(posted), "paid")
    paid = await card(stage, "Paid 49.90 EUR")
    view = str(await choose(stage, await managed(stage, paid), "Why does it say so?"))
    assert "Checkout.com said payment_captured (49.90 EUR), in a signed webhook" in view
    assert "We have closed it: it is paid." in view
    history = await command(stage, f"history {reference_of(posted)}")
    assert "the money was taken: 49.90 EUR" in str(history["messages"])
    assert "requested by alice" in str(history["messages"])


async def test_a_list_is_seen_by_the_one_who_asks(stage: Stage) -> None:
    reference = reference_of(await sold(stage))
    (shown,) = (await command(stage, "list open"))["messages"]
    assert f"{reference}: Waiting for payment of 49.90 EUR (TEST), for Invoice 12" in str(shown["blocks"])
    (others,) = (await command(stage, "list", BOB))["messages"]
    assert "There are none." in str(others["blocks"])


async def test_what_begins_like_a_list_and_has_an_amount_is_a_link_that_says_so(stage: Stage) -> None:
    (shown,) = (await command(stage, "list 25 EUR"))["messages"]
    assert "paylink_create" in str(actions_of(shown))
    assert "For those that are there, type /paylink list alone, or" in str(shown)


async def test_an_order_that_is_none_of_ours_is_explained_and_sells_nothing(stage: Stage) -> None:
    posted = await sold(stage)
    reference = reference_of(posted)
    refund = await command(stage, f"refund {reference} 10 EUR")
    assert (refund["view"], len(refund["messages"])) == (None, 1)
    assert "Refunds are made at Checkout.com, not here; the thread tells it then." in str(refund["messages"])
    for text in (f"cancle {reference.lower()}", "list foo", f"{reference}"):
        told = await command(stage, text)
        assert (told["view"], len(told["messages"])) == (None, 1)
        assert "Type /paylink list" in str(told) or "type /paylink, one of these words" in str(told)
    status = await command(stage, f"status {reference}")
    assert "We keep it open." in str(status["messages"])
    assert len(await stage.provider_links()) == 1


async def test_an_amount_before_a_reference_is_a_sale(stage: Stage) -> None:
    (shown,) = (await command(stage, "49.90 EUR jane@example.com balance of PL0123456789AB"))["messages"]
    assert "paylink_create" in str(actions_of(shown))


async def test_pausing_and_resuming(able: tuple[Stage, AbleBackend]) -> None:
    stage, backend = able
    posted = await sold(stage)
    assert "is asked to take it back." in str(await choose(stage, await managed(stage, posted), "Pause"))
    await thread(stage, "Paused by alice.", below=posted["ts"])
    await card(stage, "Paused: 49.90 EUR")
    reference = reference_of(posted)

    async def taken_back() -> bool:
        return backend.done == [f"cancel pl_{reference}"]

    await stage.until(taken_back)
    assert "put it back" in await answer(stage, f"resume {reference}")
    await thread(stage, "Resumed by alice: it can be paid again.", below=posted["ts"])
    await card(stage, "Waiting for payment", f"https://pay.test/{reference}")


async def test_extending_at_the_backend_says_its_own_answer(able: tuple[Stage, AbleBackend]) -> None:
    stage, backend = able
    posted = await sold(stage)
    assert "is asked to extend it until" in await answer(stage, f"extend {reference_of(posted)} 10d")
    (told, *_) = [
        each
        for each in await thread(stage, "Extended by alice", below=posted["ts"])
        if "Extended" in str(each)
    ]
    until = next(iter(backend.links.values())).expires_on
    assert until is not None
    assert f"{until:%Y}, 00:00 UTC" in str(told)


async def test_changing_what_it_is_for(able: tuple[Stage, AbleBackend]) -> None:
    stage, backend = able
    posted = await sold(stage)
    wanted = await choose(stage, await managed(stage, posted), "What it is for")
    assert filled_in(wanted) == {"value": "Invoice 12"}
    await stage.submit(wanted["id"], value="Two <b>chairs</b>")
    await thread(stage, "It is for: Two", below=posted["ts"])
    await card(stage, "Two &lt;b&gt;chairs")
    assert backend.done == [f"edit pl_{reference_of(posted)} Two <b>chairs</b>"]


async def test_the_new_text_of_a_link_that_was_found_is_changed_by_a_button(
    able: tuple[Stage, AbleBackend],
) -> None:
    stage, backend = able
    posted = await sold(stage)
    (found,) = (await command(stage, "edit jane@example.com Two <b>chairs</b>!"))["messages"]
    assert found["blocks"][-2]["text"]["text"] == "What it is to be for:\nTwo &lt;b&gt;chairs&lt;/b&gt;!"
    told = await press(stage, found, "manage")
    assert "is told the new text" in str(told["view"])
    await thread(stage, "It is for: Two", below=posted["ts"])
    assert backend.done == [f"edit pl_{reference_of(posted)} Two <b>chairs</b>!"]


async def test_cancelling_by_the_modal_asks_in_slacks_own_way(able: tuple[Stage, AbleBackend]) -> None:
    stage, _ = able
    posted = await sold(stage)
    menu = await managed(stage, posted)
    assert "Cancel this payment link?" in str(menu["blocks"])
    assert "Cancelled." in str(await choose(stage, menu, "Cancel link"))
    await thread(stage, "Cancelled by alice.", below=posted["ts"])
    assert "closed already" in await answer(stage, f"pause {reference_of(posted)}")


async def test_who_watches_a_desk_goes_on_watching_it_whatever_manage_has_opened(stage: Stage) -> None:
    told = await choose(stage, await managed(stage, await sold(stage)), "Send the text again")
    (link,) = await stage.provider_links()
    await stage.pay(link["reference"], "paid")
    await desk(stage, "Paid 49.90 EUR")
    assert await window(stage) == told


async def test_the_text_is_sent_again_and_the_backend_asked_again(able: tuple[Stage, AbleBackend]) -> None:
    stage, backend = able
    posted = await sold(stage)
    assert "once more" in str(await choose(stage, await managed(stage, posted), "Send the text again"))

    async def twice() -> bool:
        said = await thread(stage, below=posted["ts"])
        return sum("asks you to pay" in str(each) for each in said) == 2

    await stage.until(twice)
    looks = len(backend.looks)
    assert "is asked now" in await answer(stage, f"refresh {reference_of(posted)}")

    async def looked() -> bool:
        return len(backend.looks) > looks

    await stage.until(looked)
