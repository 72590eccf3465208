"""What a link expects, from the command to the thread, where the provider counts no uses and ends no link."""

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from bot.texts import Texts
from tests.scenario.slack_people import answer, card, create, desk, reference_of, thread
from tests.scenario.stage import Stage

STAGED_WITH = {"backend": "paymentkit"}
Json = dict[str, Any]
UTC_ZONE = ZoneInfo("UTC")
WEEKLY = "kind: subscription price: price_stg_weekly00eur"


async def made(stage: Stage, text: str) -> Json:
    """A link as asked for; gives its card."""
    await create(stage, text)
    return await card(stage, "Waiting for")


async def done(stage: Stage, posted: Json) -> None:
    """Somebody goes through its checkout."""
    await stage.control("paymentkit/pay", link=reference_of(posted), outcome="paid")


async def taken_back(stage: Stage) -> Json:
    """The newest link at the provider as soon as nobody can open it."""

    async def look() -> Json | None:
        links = (await stage.reading("paymentkit/links"))["links"]
        return links[-1] if links and links[-1]["status"] == "Inactive" else None

    return await stage.until(look)


async def test_the_last_of_several_uses_takes_the_link_back(stage: Stage) -> None:
    posted = await made(stage, "49.90 EUR uses: 2 Wine tasting")
    await done(stage, posted)
    await thread(stage, "Paid 49.90 EUR", "1 of 2 uses", below=posted["ts"])
    (link,) = (await stage.reading("paymentkit/links"))["links"]
    assert link["status"] == "Active"
    await done(stage, posted)
    await thread(stage, "2 of 2 uses", below=posted["ts"])
    await taken_back(stage)
    await card(stage, "2 of 2 uses")


@pytest.mark.parametrize(("uses", "hours"), [("", 1), (" uses: 2", 24)])
async def test_a_cancelled_link_says_how_long_an_opened_page_stays_payable(
    stage: Stage, uses: str, hours: int
) -> None:
    posted = await made(stage, f"49.90 EUR{uses} Wine tasting")
    before = datetime.now(UTC)
    told = await answer(stage, f"cancel {reference_of(posted)}")
    ends = {Texts("en").moment(at + timedelta(hours=hours), UTC_ZONE) for at in (before, datetime.now(UTC))}
    assert any(f"who has opened its payment page already can pay until about {end}" in told for end in ends)
    await thread(stage, "Cancelled by alice. PaymentKit takes it back, but who", below=posted["ts"])
    await taken_back(stage)


async def test_a_price_that_comes_to_another_sum_is_told_with_both_and_is_not_sold(stage: Stage) -> None:
    await create(stage, "49.90 EUR price: price_stg_bag00000eur quantity: 2")
    await taken_back(stage)
    await desk(stage, "the price comes to 49.00 EUR, and 49.90 EUR was confirmed")


async def test_each_payment_of_a_subscription_comes_into_the_thread_by_itself(stage: Stage) -> None:
    posted = await made(stage, f"6.90 EUR {WEEKLY}")
    await done(stage, posted)
    await thread(stage, "Paid 6.90 EUR", below=posted["ts"])
    await taken_back(stage)
    await stage.control("paymentkit/clock", advance_s=7 * 86_400)
    replies = await thread(stage, "Payments so far: 2", below=posted["ts"])
    assert sum("Paid 6.90 EUR" in str(reply) for reply in replies) == 2


async def test_a_renewal_that_failed_is_told_with_its_reason(stage: Stage) -> None:
    posted = await made(stage, f"6.90 EUR {WEEKLY}")
    await done(stage, posted)
    await thread(stage, "Paid 6.90 EUR", below=posted["ts"])
    await stage.control("paymentkit/clock", advance_s=86_400)
    await stage.control("paymentkit/subscription", link=reference_of(posted), act="decline")
    await thread(stage, "A payment attempt failed: the card was refused.", below=posted["ts"])


async def test_a_saved_means_of_payment_is_told_and_no_money(stage: Stage) -> None:
    posted = await made(stage, "kind: setup")
    await done(stage, posted)
    replies = await thread(stage, "A means of payment was saved", below=posted["ts"])
    await taken_back(stage)
    await card(stage, "A means of payment was saved")
    assert "Paid" not in str(replies)


async def test_a_renewal_whose_webhooks_nobody_took_is_found_by_a_look(stage: Stage) -> None:
    posted = await made(stage, f"6.90 EUR {WEEKLY}")
    await done(stage, posted)
    await thread(stage, "Paid 6.90 EUR", below=posted["ts"])
    await stage.stop_service()
    renewed = {"link": reference_of(posted), "act": "renew"}
    await stage.control("paymentkit/subscription", **renewed)
    await stage.start_service()
    await stage.look_again(reference_of(posted))
    await thread(stage, "Payments so far: 2", below=posted["ts"])
