"""What a link expects, from the command to the thread, where the provider counts and the payer may choose."""

from typing import Any

from sandbox.yabetoo.options import OLDER_TEXT
from tests.scenario.slack_people import card, command, create, desk, reference_of, thread
from tests.scenario.stage import Stage

STAGED_WITH = {"backend": "yabetoo"}
Json = dict[str, Any]
MONTHLY = "kind: subscription price: price_sandboxCoffeeMonthlyEur"
TRIAL = "kind: subscription price: price_sandboxTeaClubTrial0001"


async def made(stage: Stage, text: str) -> Json:
    """A link as asked for; gives its card."""
    await create(stage, text)
    return await card(stage, "Waiting for")


async def pay(stage: Stage, posted: Json, **more: Any) -> None:
    await stage.control("yabetoo/pay", link=reference_of(posted), outcome="paid", **more)


async def status(stage: Stage) -> str:
    (link,) = (await stage.reading("yabetoo/links"))["links"]
    return str(link["status"])


async def test_what_the_payer_chooses_is_what_was_paid(stage: Stage) -> None:
    posted = await made(stage, "10-50 EUR Donation")
    await pay(stage, posted, amount=2500)
    await thread(stage, "Paid 25.00 EUR", below=posted["ts"])
    await card(stage, "Paid 25.00 EUR")


async def test_each_use_is_told_until_all_are_used(stage: Stage) -> None:
    posted = await made(stage, "49.90 EUR uses: 2 Wine tasting")
    await pay(stage, posted)
    await thread(stage, "1 of 2 uses", below=posted["ts"])
    assert await status(stage) == "Active"
    await pay(stage, posted)
    replies = await thread(stage, "2 of 2 uses", below=posted["ts"])
    assert sum("Paid 49.90 EUR" in str(reply) for reply in replies) == 2
    assert await status(stage) == "Exhausted"


async def test_by_the_older_text_a_sale_is_told_with_its_amount_and_its_link_taken_back(stage: Stage) -> None:
    """Its webhooks tell no moment, its checkouts cannot be asked about, and PATCH changes its links."""
    await stage.control("yabetoo/options", **OLDER_TEXT)
    posted = await made(stage, "49.90 EUR uses: 20 Wine tasting")
    await pay(stage, posted)
    await thread(stage, "Paid 49.90 EUR", below=posted["ts"])
    await command(stage, f"pause {reference_of(posted)}")
    await thread(stage, "Paused", below=posted["ts"])
    assert await status(stage) == "Inactive"


async def test_uses_whose_webhooks_nobody_took_are_counted_and_no_money(stage: Stage) -> None:
    posted = await made(stage, "49.90 EUR uses: 3 Wine tasting")
    await stage.control("yabetoo/faults", match="payment_link.checkout.completed", fault="status", status=500)
    await stage.stop_service()
    await pay(stage, posted)
    await stage.control("yabetoo/clock", advance_s=600)
    await stage.start_service()
    await stage.look_again(reference_of(posted))
    replies = await thread(stage, "own count: 1; told to us: 0", below=posted["ts"])
    assert "Paid" not in str(replies)


async def test_so_many_of_a_price_are_sold_and_another_sum_is_told_with_both(stage: Stage) -> None:
    posted = await made(stage, "9 EUR price: price_sandboxCoffeeEur0000001 quantity: 2")
    await pay(stage, posted)
    await thread(stage, "Paid 9.00 EUR", below=posted["ts"])
    await create(stage, "9 EUR price: price_sandboxCoffeeEur0000001 quantity: 3")
    await desk(stage, "the price comes to 13.50 EUR, and 9.00 EUR was confirmed")
    assert await status(stage) == "Exhausted"


async def test_a_subscription_that_began_is_found_by_a_look(stage: Stage) -> None:
    posted = await made(stage, f"15 EUR {MONTHLY}")
    await pay(stage, posted)
    await stage.look_again(reference_of(posted))
    await thread(stage, "Paid, but the amount is not confirmed", below=posted["ts"])


async def test_a_trial_that_began_is_no_payment(stage: Stage) -> None:
    posted = await made(stage, f"49.90 EUR {TRIAL}")
    await pay(stage, posted)
    await stage.look_again(reference_of(posted))
    replies = await thread(stage, "A means of payment was saved", below=posted["ts"])
    assert "Paid" not in str(replies)
