"""Where cards go: channels that have not let us in, direct messages, channels that are gone later."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from bot.bootstrap import running
from tests.scenario.slack_people import (
    PRIVATE,
    QUIET,
    card,
    command,
    create,
    desk,
    messages,
    press,
    thread,
    window,
)
from tests.scenario.stage import ALICE, SLACK, Stage

UNINVITED = "I am not in this channel"


@pytest.mark.parametrize("channel", [QUIET, PRIVATE])
async def test_a_card_waits_until_we_are_let_in(stage: Stage, channel: str) -> None:
    await create(stage, channel=channel)
    choice = await desk(stage, UNINVITED, "/invite @paylink", channel=channel)
    await press(stage, choice, "here", channel=channel)
    assert await messages(stage, channel) == []
    await stage.control("slack/invite", channel=channel)
    await press(stage, choice, "here", channel=channel)
    posted = await card(stage, "Waiting for payment of 49.90 EUR", channel=channel)
    await thread(stage, "asks you to pay", below=posted["ts"], channel=channel)
    assert len(await stage.provider_links()) == 1


async def test_a_card_that_may_not_be_posted_is_sent_to_whoever_asked(stage: Stage) -> None:
    await create(stage, channel=QUIET)
    await press(stage, await desk(stage, UNINVITED, channel=QUIET), "direct", channel=QUIET)
    posted = await card(stage, "Waiting for payment of 49.90 EUR", "jane@example.com", channel=ALICE)
    await thread(stage, "asks you to pay", below=posted["ts"], channel=ALICE)
    (link,) = await stage.provider_links()
    await stage.pay(link["reference"], "paid")
    await card(stage, "Paid 49.90 EUR", channel=ALICE)
    await thread(stage, "✅ (TEST) Paid 49.90 EUR", below=posted["ts"], channel=ALICE)
    assert await messages(stage, QUIET) == []


async def test_the_choice_is_seen_also_by_whoever_closed_the_form(stage: Stage) -> None:
    view = (await command(stage, "", channel=QUIET))["view"]
    await stage.fault("checkout", "POST /payment-links", "delay", delay_s=0.3, times=1)
    await stage.submit(view["id"], amount="49.90", currency="EUR")
    await stage.control("slack/close", view=view["id"])
    await desk(stage, UNINVITED, channel=QUIET)


async def test_the_form_itself_offers_the_choice(stage: Stage) -> None:
    view = (await command(stage, "", channel=QUIET))["view"]
    await stage.submit(view["id"], amount="49.90", currency="EUR")
    await press(stage, await window(stage, UNINVITED), "direct")
    await card(stage, "Waiting for payment of 49.90 EUR", channel=ALICE)


async def test_in_a_direct_message_the_customer_is_shown_in_full(stage: Stage) -> None:
    await create(stage, channel="D0ALICE")
    posted = await card(stage, "Waiting for payment", "jane@example.com", channel=ALICE)
    assert "<@U0ALICE>" not in str(posted), "alone with us nobody needs calling"
    await press(stage, posted, "withdraw", channel="D0ALICE")
    await card(stage, "Cancelled: 49.90 EUR", channel=ALICE)


async def test_that_no_link_was_made_is_told_where_nothing_else_can_be_drawn(stage: Stage) -> None:
    """Its form is closed, and what would be drawn in its place has been drawn too often."""
    for status in (503, 422):
        await stage.fault("checkout", "POST /payment-links", "status", status=status, times=1)
    view = (await command(stage, ""))["view"]
    await stage.submit(view["id"], amount="49.90", currency="EUR", email="jane@example.com")
    waiting = await window(stage, "Checkout.com does not answer")
    await stage.fault("slack", "POST /response", "status", status=404)
    await stage.control("slack/close", view=waiting["id"])
    told = await card(stage, "No link was created", "refuses the request", "j…@example.com", "<@U0ALICE>")
    form = (await press(stage, told, "again"))["view"]
    await stage.submit(form["id"])
    await card(stage, "Waiting for payment of 49.90 EUR")


async def test_a_link_waits_for_no_choice_that_nobody_was_given(stage: Stage) -> None:
    view = (await command(stage, "", channel=QUIET))["view"]
    await stage.fault("checkout", "POST /payment-links", "delay", delay_s=0.3, times=1)
    await stage.fault("slack", "POST /response", "status", status=404)
    await stage.submit(view["id"], amount="49.90", currency="EUR", email="jane@example.com")
    await stage.control("slack/close", view=view["id"])
    posted = await card(stage, "Waiting for payment of 49.90 EUR", channel=ALICE)
    await thread(stage, "takes no messages of mine", below=posted["ts"], channel=ALICE)


@pytest.mark.parametrize("end", ["archive", "kick"])
async def test_a_channel_that_is_gone_gives_way_to_its_creator(stage: Stage, end: str) -> None:
    await create(stage)
    await card(stage, "Waiting for payment")
    await stage.slack_replies("asks you to pay")
    await stage.control(f"slack/{end}", channel=SLACK)
    (link,) = await stage.provider_links()
    await stage.pay(link["reference"], "paid")
    posted = await card(stage, "Paid 49.90 EUR", "jane@example.com", channel=ALICE)
    replies = await thread(
        stage, "takes no messages of mine", "Paid 49.90 EUR", below=posted["ts"], channel=ALICE
    )
    assert sum("Paid 49.90 EUR" in reply["text"] for reply in replies) == 1


class Later:
    """The clock of a service that is started again some hours later."""

    def __init__(self, hours: int) -> None:
        self._after = timedelta(hours=hours)

    def now(self) -> datetime:
        return datetime.now(UTC) + self._after


async def test_who_chooses_late_is_shown_what_came_of_it(stage: Stage) -> None:
    await create(stage, channel=QUIET)
    choice = await desk(stage, UNINVITED, channel=QUIET)
    await stage.stop_service()
    async with running(stage.settings, Later(1)) as stage.turnstile.service:
        await press(stage, choice, "direct", channel=QUIET)
        await card(stage, "Waiting for payment of 49.90 EUR", channel=ALICE)
        await desk(stage, "ready and sent to you", channel=QUIET)


async def test_who_cancels_late_sees_it_where_they_do(stage: Stage) -> None:
    await create(stage)
    ready = await desk(stage, "ready and posted")
    await stage.stop_service()
    async with running(stage.settings, Later(1)) as stage.turnstile.service:
        await press(stage, ready, "withdraw")
        await desk(stage, "Cancelled: 49.90 EUR")


async def test_after_a_day_without_a_choice_it_is_sent_to_whoever_asked(stage: Stage) -> None:
    await create(stage, channel=QUIET)
    await desk(stage, UNINVITED, channel=QUIET)
    await stage.stop_service()
    assert await messages(stage, ALICE) == []
    async with running(stage.settings, Later(25)):
        await card(stage, "Waiting for payment of 49.90 EUR", "Invoice 12", channel=ALICE)
    assert len(await stage.provider_links()) == 1


async def test_what_came_to_nothing_is_kept_nowhere_after_a_month(stage: Stage) -> None:
    (shown,) = (await command(stage))["messages"]
    (draft_id,) = await stage.rows(lambda tx: tx.drafts.open_in("slack", SLACK))
    await press(stage, shown, "cancel")
    await stage.stop_service()
    async with running(stage.settings, Later(24 * 40)), asyncio.timeout(20):
        while await stage.rows(lambda tx: tx.drafts.get(draft_id)):
            pass
