"""The buttons of a card in the channel and of desks: who may press them, and what a late press does."""

import asyncio
from dataclasses import replace

from bot.ports.model import Closed, DraftState
from bot.ports.storage import Transaction
from tests.scenario.slack_people import (
    BOB,
    ORDER,
    answer,
    card,
    command,
    create,
    desk,
    filled_in,
    messages,
    press,
    reference_of,
    thread,
    window,
)
from tests.scenario.stage import ALICE, SLACK, Stage, three_hours_pass

STILL_PAYABLE = "Checkout.com cannot take a link back: who has it can pay until"


async def test_the_creator_cancels_a_link_and_the_thread_says_who_it_was(stage: Stage) -> None:
    await create(stage)
    posted = await card(stage, "Waiting for payment")
    told = (await press(stage, posted, "withdraw"))["view"]
    assert f"Cancelled. {STILL_PAYABLE}" in str(told["blocks"])
    await card(stage, "Cancelled: 49.90 EUR", STILL_PAYABLE)
    await thread(stage, f"Cancelled by alice. {STILL_PAYABLE}", below=posted["ts"])


async def test_nobody_else_cancels_or_sees_the_customer_and_is_told_why(stage: Stage) -> None:
    await create(stage)
    posted = await card(stage, "Waiting for payment")
    for act in ("withdraw", "reveal"):
        view = (await press(stage, posted, act, BOB))["view"]
        assert "Only the person who started this" in str(view["blocks"])
        assert "jane@example.com" not in str(view)
    assert "Waiting for payment" in str(await card(stage))


async def test_the_channel_sees_a_mask_and_the_creator_the_customer_in_full(stage: Stage) -> None:
    await create(stage, "49.90 EUR Jane Doe <jane@example.com> +49 171 2345678 ref INV-12 Chairs")
    posted = await card(stage, "j…@example.com", "INV-12")
    assert not [secret for secret in ("jane@example.com", "Jane Doe", "2345678") if secret in str(posted)]
    assert "jane@example.com" in str(await desk(stage, "ready and posted"))
    view = (await press(stage, posted, "reveal"))["view"]
    for shown in ("Jane Doe", "jane@example.com", "+491712345678", "INV-12", "TEST: no real money moves"):
        assert shown in str(view["blocks"])


async def test_who_opens_a_link_by_its_button_is_told_of_no_mistake(stage: Stage) -> None:
    """Slack opens the address by itself, and tells us."""
    await create(stage)
    pressed = await press(stage, await card(stage, "Waiting for payment"), "open")
    assert (pressed["status"], pressed["view"]) == (200, None)


async def test_what_is_forwarded_to_the_customer_is_a_text_and_an_address(stage: Stage) -> None:
    await create(stage)
    posted = await card(stage, "Waiting for payment")
    (forward, *_) = await thread(stage, "asks you to pay", below=posted["ts"])
    (link,) = await stage.provider_links()
    assert forward["text"] == f"Sandbar asks you to pay 49.90 EUR for Invoice 12:\n{link['url']}"
    assert forward["blocks"] == []


async def test_a_cancelled_link_is_made_again_from_its_card_by_its_creator_only(stage: Stage) -> None:
    await create(stage)
    await press(stage, await card(stage, "Waiting for payment"), "withdraw")
    ended = await card(stage, "Cancelled: 49.90 EUR")
    assert "Only the person" in str((await press(stage, ended, "again", BOB))["view"]["blocks"])
    view = (await press(stage, ended, "again"))["view"]
    assert (filled_in(view)["amount"], filled_in(view)["email"]) == ("49.90", "jane@example.com")
    await stage.submit(view["id"], amount="60")
    await card(stage, "Waiting for payment of 60.00 EUR")
    await window(stage, "ready and posted", "jane@example.com")
    old, _ = await messages(stage)
    assert (old["ts"], "Cancelled: 49.90 EUR" in old["text"]) == (ended["ts"], True), "the old card stays"
    assert "jane@example.com" not in str(await messages(stage))


async def test_a_link_that_is_made_again_from_a_desk_has_that_desk_to_itself(stage: Stage) -> None:
    await create(stage)
    await press(stage, await desk(stage, "ready and posted"), "withdraw")
    ended = await desk(stage, "Cancelled: 49.90 EUR")
    (old,) = await stage.provider_links()
    form = (await press(stage, ended, "again"))["view"]
    await stage.submit(form["id"], amount="60")
    ready = await window(stage, "ready and posted")
    await stage.control("slack/close", view=ready["id"])
    (new,) = [link for link in await stage.provider_links() if link["amount"] == 6000]
    await stage.pay(new["reference"], "paid")
    assert (await desk(stage, "Paid 60.00 EUR"))["ts"] == ended["ts"]
    await stage.pay(old["reference"], "paid")
    posted, _ = await messages(stage)
    await thread(stage, "although the link was cancelled", below=posted["ts"])
    await stage.nothing_owed()
    assert "Paid 60.00 EUR" in str(await desk(stage))


async def test_a_link_is_cancelled_by_a_command(stage: Stage) -> None:
    await create(stage)
    reference = reference_of(await card(stage, "Waiting for payment"))
    assert "no such link" in await answer(stage, f"cancel {reference}", BOB)
    told = await answer(stage, f"cancel {reference.lower()}")
    assert told.startswith(f"Cancelled. {STILL_PAYABLE}")
    await card(stage, "Cancelled: 49.90 EUR")
    assert "closed already" in await answer(stage, f"cancel {reference}")
    assert "no such link" in await answer(stage, "cancel PL000000000000")
    assert "/paylink cancel" in await answer(stage, "cancel")
    assert "/paylink cancel" in await answer(stage, "help")


async def test_what_only_begins_like_cancelling_is_something_to_pay_for(stage: Stage) -> None:
    (shown,) = (await command(stage, "cancel fee 20 EUR"))["messages"]
    assert "20.00 EUR" in str(shown)
    assert "cancel fee" in str(shown)


async def test_an_outdated_button_draws_its_desk_anew(stage: Stage) -> None:
    (shown,) = (await command(stage))["messages"]
    view = (await press(stage, shown, "edit"))["view"]
    assert "USD has 2 decimals" in str(await stage.submit(view["id"], amount="1.2345", currency="USD"))
    await stage.control("slack/close", view=view["id"])
    await press(stage, shown, "create")
    await desk(stage, "What do you want to change?")
    assert await stage.provider_links() == []


async def test_a_desk_that_is_over_is_drawn_anew_whatever_is_pressed_on_it(stage: Stage) -> None:
    (shown,) = (await command(stage))["messages"]
    await stage.change(_give_up)
    await press(stage, shown, "create")
    await desk(stage, "Cancelled")
    assert await stage.view(ALICE) is None, "the desk says it"


def _give_up(tx: Transaction) -> None:
    (draft,) = filter(None, map(tx.drafts.get, tx.drafts.open_in("slack", SLACK)))
    tx.drafts.put(replace(draft, state=DraftState.CANCELLED))


async def test_a_last_moment_that_has_passed_meanwhile_is_asked_for_anew(stage: Stage) -> None:
    (shown,) = (await command(stage, f"{ORDER} expires 2h"))["messages"]
    await three_hours_pass(stage, "slack", SLACK)
    view = (await press(stage, shown, "create"))["view"]
    assert "That is over already" in str(view["blocks"])
    assert (filled_in(view)["amount"], filled_in(view).get("expires")) == ("49.90", None)
    assert await stage.provider_links() == []
    await stage.submit(view["id"], expires="2h")
    await card(stage, "Waiting for payment")


async def test_a_double_press_makes_one_link_and_a_late_one_shows_what_became_of_it(stage: Stage) -> None:
    (shown,) = (await command(stage))["messages"]
    await asyncio.gather(*(press(stage, shown, "create") for _ in range(2)))
    await card(stage, "Waiting for payment")
    ready = await desk(stage, "ready and posted")
    assert not any(act in str(ready) for act in ("paylink_create", "paylink_edit"))
    assert len(await stage.provider_links()) == 1
    assert len(await messages(stage)) == 1


async def test_a_desk_is_drawn_by_the_address_that_the_last_press_has_brought(stage: Stage) -> None:
    """Slack takes the one that came with the command for half an hour."""
    (shown,) = (await command(stage))["messages"]
    await stage.control("slack/clock", advance_s=31 * 60)
    await press(stage, shown, "create")
    await desk(stage, "ready and posted")
    assert await stage.calls("slack", "/views.open") == [], "Slack's three seconds are for what is opened"


async def test_an_outdated_card_says_that_it_is(stage: Stage) -> None:
    await create(stage)
    posted = await card(stage, "Waiting for payment")
    await stage.fault("slack", "chat.update", "status", status=429, retry_after=30)
    await press(stage, posted, "withdraw")
    view = (await press(stage, posted, "withdraw"))["view"]
    assert "closed already" in str(view["blocks"])


async def test_what_was_paid_after_all_is_not_made_again_from_an_outdated_card(stage: Stage) -> None:
    await create(stage)
    await press(stage, await card(stage, "Waiting for payment"), "withdraw")
    ended = await card(stage, "Cancelled: 49.90 EUR")
    await stage.change(lambda tx: _paid(tx, reference_of(ended)))
    view = (await press(stage, ended, "again"))["view"]
    assert "This form has changed" in str(view["blocks"])


def _paid(tx: Transaction, reference: str) -> None:
    link = tx.links.get(reference)
    assert link is not None
    tx.links.put(replace(link, closed=Closed.PAID))


async def test_a_link_that_is_being_paid_is_not_said_to_be_closed(stage: Stage) -> None:
    await create(stage)
    ready = await desk(stage, "ready and posted")
    (link,) = await stage.provider_links()
    await stage.pay(link["reference"], "authorised")
    await card(stage, "49.90 EUR authorised")
    view = (await press(stage, ready, "withdraw"))["view"]
    assert "Somebody has paid it, or is about to" in str(view["blocks"])
    await card(stage, "49.90 EUR authorised")


async def test_two_people_in_one_channel_and_one_in_two_do_not_meet(stage: Stage) -> None:
    places = {"11": (ALICE, "C0SALES"), "12": (BOB, "C0SALES"), "13": (ALICE, "C0SHARED")}
    shown = {
        amount: (await command(stage, f"{amount} EUR", user, channel))["messages"][0]
        for amount, (user, channel) in places.items()
    }
    await asyncio.gather(*(press(stage, shown[amount], "create", *place) for amount, place in places.items()))

    async def posted() -> dict[str, str] | None:
        found = {channel: str(await messages(stage, channel)) for _, channel in places.values()}
        there = all(f"of {amount}.00 EUR" in found[channel] for amount, (_, channel) in places.items())
        return found if there else None

    found = await stage.until(posted)
    assert "13.00 EUR" not in found["C0SALES"]
    assert "11.00 EUR" not in found["C0SHARED"]
    for amount, (user, channel) in places.items():
        (message,) = [each for each in await messages(stage, channel) if f"of {amount}.00" in each["text"]]
        assert f"<@{user}>" in message["text"]


async def test_a_restart_between_any_two_steps_loses_nothing(stage: Stage) -> None:
    async def restart() -> None:
        await stage.stop_service()
        await stage.start_service()

    (shown,) = (await command(stage))["messages"]
    await restart()
    view = (await press(stage, shown, "edit"))["view"]
    await restart()
    await stage.submit(view["id"], amount="60")
    await restart()
    await card(stage, "Waiting for payment of 60.00 EUR")
    await restart()
    told = (await press(stage, await window(stage, "60.00 EUR"), "withdraw"))["view"]
    assert STILL_PAYABLE in str(told["blocks"])
    await restart()
    await card(stage, "Cancelled: 60.00 EUR")
    await stage.control("slack/close", view=told["id"])
    assert ORDER.split()[0] not in str(await window(stage, "Cancelled: 60.00 EUR"))
