"""What happens to a sale when the world misbehaves: nothing is lost, nothing is doubled."""

import pytest

from tests.scenario.stage import Stage

COMMAND = "/paylink 49.90 EUR jane@example.com Invoice 12"


async def link_in_telegram(stage: Stage) -> str:
    """A link made in Telegram; its reference."""
    await stage.telegram(COMMAND)
    await stage.press_telegram("Create link")
    await stage.telegram_card("Waiting for payment")
    return str((await stage.provider_links())[-1]["reference"])


async def link_in_slack(stage: Stage) -> str:
    """A link made in Slack; its reference."""
    view = (await stage.slack(""))["view"]
    await stage.submit(view["id"], amount="49.90", currency="EUR")
    await stage.slack_card("Waiting for payment")
    return str((await stage.provider_links())[-1]["reference"])


async def test_a_declined_attempt_is_told_and_the_link_can_still_be_paid(stage: Stage) -> None:
    reference = await link_in_slack(stage)
    await stage.pay(reference, "declined")
    await stage.slack_replies("attempt failed")
    await stage.slack_card("Waiting for payment")
    await stage.pay(reference, "paid")
    replies = await stage.slack_replies("attempt failed", "Paid 49.90 EUR")
    assert [reply for reply in replies if "Paid" in reply] == [replies[-1]]


async def test_webhooks_doubled_and_out_of_order_are_told_once(stage: Stage) -> None:
    in_slack, in_telegram = await link_in_slack(stage), await link_in_telegram(stage)
    await stage.fault("checkout", "POST /webhooks/checkout", "duplicate")
    for reference in (in_slack, in_telegram):
        await stage.pay(reference, "paid")
    await stage.delivered()
    for replies in (await stage.slack_replies("Paid"), await stage.telegram_replies("Paid")):
        assert sum("Paid" in reply for reply in replies) == 1
    await stage.mend("checkout")


async def test_money_before_its_authorisation_is_never_followed_by_it(stage: Stage) -> None:
    reference = await link_in_slack(stage)
    await stage.fault("checkout", "POST /webhooks/checkout", "shuffle")
    await stage.pay(reference, "paid")
    await stage.delivered()
    await stage.slack_replies("Paid")
    await stage.slack_card(
        "Paid 49.90 EUR", "Visa"
    )  # both are applied: only the authorisation names the card
    await stage.stop_service()  # and all that they owed is said
    replies = await stage.slack_replies("Paid")
    [paid] = [at for at, reply in enumerate(replies) if "Paid" in reply]
    assert not any("authorised" in reply for reply in replies[paid + 1 :])


async def test_a_different_amount_is_said_with_both_figures(stage: Stage) -> None:
    reference = await link_in_slack(stage)
    await stage.pay(reference, "authorised", amount=4000)
    await stage.pay(reference, "captured", amount=4000)
    [said] = [reply for reply in await stage.slack_replies("Paid 40.00 EUR") if "Paid" in reply]
    assert "49.90 EUR was asked for" in said
    await stage.slack_card("Paid 40.00 EUR instead of 49.90 EUR")


async def test_money_that_is_taken_in_parts_is_paid_when_all_of_it_is_there(stage: Stage) -> None:
    reference = await link_in_slack(stage)
    await stage.pay(reference, "authorised")
    await stage.slack_replies("authorised. The money is not taken yet")
    await stage.pay(reference, "captured", amount=4000)
    await stage.slack_replies("Paid 40.00 EUR of 49.90 EUR so far")
    await stage.slack_card("Paid 40.00 EUR of 49.90 EUR so far")
    await stage.pay(reference, "captured", amount=990)
    await stage.slack_replies("Paid 49.90 EUR")
    await stage.slack_card("Paid 49.90 EUR")


async def test_money_that_goes_back_is_told_with_how_much_of_it(stage: Stage) -> None:
    reference = await link_in_telegram(stage)
    await stage.pay(reference, "paid")
    await stage.telegram_replies("Paid 49.90 EUR")
    await stage.pay(reference, "refunded", amount=1000)
    await stage.telegram_replies("Refunded 10.00 EUR so far")
    await stage.telegram_card("Refunded 10.00 EUR of 49.90 EUR")
    await stage.pay(reference, "refunded", amount=3990)
    await stage.telegram_replies("Refunded 49.90 EUR: all of it")
    await stage.telegram_card("Refunded 49.90 EUR")


async def test_a_dispute_is_told_until_its_end(stage: Stage) -> None:
    reference = await link_in_slack(stage)
    await stage.pay(reference, "paid")
    await stage.slack_replies("Paid 49.90 EUR")
    await stage.pay(reference, "disputed")
    await stage.slack_replies("disputes 49.90 EUR")
    await stage.slack_card("disputed by the customer")
    await stage.pay(reference, "dispute_won")
    await stage.slack_replies("closed in your favour")
    await stage.slack_card("dispute closed in your favour")


async def test_a_webhook_that_never_comes_is_made_up_for_by_asking(stage: Stage) -> None:
    reference = await link_in_telegram(stage)
    for word in ("payment_approved", "payment_captured"):
        await stage.control("checkout/webhooks", next="dropped", type=word)
    await stage.pay(reference, "paid")
    await stage.look_again(reference)
    await stage.telegram_replies("Paid 49.90 EUR")


async def test_a_signed_webhook_that_is_broken_is_made_up_for_by_asking(stage: Stage) -> None:
    reference = await link_in_slack(stage)
    await stage.control("checkout/webhooks", next="broken_json", type="payment_captured")
    await stage.pay(reference, "paid")
    await stage.slack_replies("Paid 49.90 EUR")


async def test_money_without_its_amount_is_asked_about_before_anything_is_said(stage: Stage) -> None:
    reference = await link_in_slack(stage)
    await stage.control("checkout/webhooks", next="without_balances", type="payment_captured")
    await stage.pay(reference, "paid")
    replies = await stage.slack_replies("Paid 49.90 EUR")
    assert not any("not confirmed" in reply for reply in replies)


async def test_a_lost_answer_makes_a_second_object_and_money_on_the_first_one_is_seen(stage: Stage) -> None:
    await stage.fault("checkout", "POST /payment-links", "lost_answer", times=1)
    await stage.telegram(COMMAND)
    await stage.press_telegram("Create link")
    await stage.telegram_card("Waiting for payment")
    first, second = await stage.provider_links()
    assert second["reference"] == f"{first['reference']}-2"
    assert second["url"] in str(await stage.telegram_card("Waiting for payment"))
    await stage.pay(first["reference"], "paid")
    await stage.telegram_replies("Paid 49.90 EUR")


async def test_a_backend_that_is_down_is_waited_for(stage: Stage) -> None:
    await stage.fault("checkout", "POST /payment-links", "status", status=503, times=1)
    await stage.telegram(COMMAND)
    await stage.press_telegram("Create link")
    await stage.telegram_card("Creating", "Checkout.com does not answer")
    await stage.telegram_card("Waiting for payment")


async def test_a_refused_request_is_told_and_can_be_changed_and_tried_again(stage: Stage) -> None:
    await stage.fault("checkout", "POST /payment-links", "status", status=422, times=1)
    await stage.telegram(COMMAND)
    await stage.press_telegram("Create link")
    await stage.telegram_card("No link was created", "Checkout.com refuses the request")
    await stage.press_telegram("Change and try again")
    await stage.telegram_card("What do you want to change?", "Invoice 12")
    await stage.press_telegram("Create link")
    await stage.telegram_card("Waiting for payment")


async def test_a_refused_request_is_told_in_slacks_form(stage: Stage) -> None:
    await stage.fault("checkout", "POST /payment-links", "status", status=422, times=1)
    view = (await stage.slack(""))["view"]
    await stage.submit(view["id"], amount="49.90", currency="EUR", description="Invoice 12")

    async def told() -> bool:
        return "No link was created" in str(await stage.view())

    await stage.until(told)
    assert await stage.slack_messages() == [], "the channel is spared"
    press = {"view": view["id"], "action_id": "paylink_again_0_0"}
    again = (await stage.control("slack/press", **press))["view"]
    asked = [block for block in again["blocks"] if "element" in block]
    values = {block["block_id"]: block["element"].get("initial_value") for block in asked}
    assert (values["amount"], values["description"]) == ("49.90", "Invoice 12")
    await stage.submit(again["id"])
    await stage.slack_card("Waiting for payment of 49.90 EUR")


@pytest.mark.parametrize("fault", [{"status": 429, "retry_after": 1}, {"status": 429}])
async def test_a_chat_that_asks_for_patience_is_told_everything_in_order_later(
    stage: Stage, fault: dict[str, float]
) -> None:
    in_slack, in_telegram = await link_in_slack(stage), await link_in_telegram(stage)
    for chat, method in (("slack", "chat.postMessage"), ("telegram", "sendMessage")):
        await stage.fault(chat, method, "status", times=2, **({"retry_after": 1} | fault))
    for reference in (in_slack, in_telegram):
        await stage.pay(reference, "declined")
        await stage.delivered()
        await stage.pay(reference, "paid")
    for replies in (
        await stage.slack_replies("attempt failed", "Paid"),
        await stage.telegram_replies("attempt failed", "Paid"),
    ):
        assert "attempt failed" in next(reply for reply in replies if "asks you to pay" not in reply)
        assert sum("Paid" in reply for reply in replies) == 1


async def test_a_lost_answer_to_paid_is_repeated_once_and_says_so(stage: Stage) -> None:
    reference = await link_in_slack(stage)
    await stage.pay(reference, "authorised")
    await stage.slack_replies("authorised")
    await stage.fault("slack", "chat.postMessage", "lost_answer", times=1)
    await stage.pay(reference, "captured")
    replies = await stage.slack_replies("The same payment as above")
    assert sum("Paid 49.90 EUR" in reply for reply in replies) == 2


async def tried(stage: Stage) -> bool:
    """Has each webhook been sent, with or without success?"""
    deliveries = (await stage.reading("checkout/deliveries"))["deliveries"]
    return all(delivery["attempts"] for delivery in deliveries)


async def taken(stage: Stage) -> bool:
    deliveries = (await stage.reading("checkout/deliveries"))["deliveries"]
    return all(delivery["delivered"] for delivery in deliveries)


async def test_webhooks_while_the_service_is_down_come_again_and_what_was_stored_is_said_after_a_restart(
    stage: Stage,
) -> None:
    stored, missed = await link_in_slack(stage), await link_in_telegram(stage)
    await stage.fault("slack", "chat.postMessage", "status", status=429, retry_after=1)
    await stage.pay(stored, "paid")
    await stage.delivered()
    await stage.stop_service()
    await stage.pay(missed, "paid")
    await stage.mend("slack")
    await stage.start_service()
    await stage.slack_replies("Paid")

    await stage.until(lambda: tried(stage))
    await stage.control("checkout/clock", advance_s=301)
    await stage.telegram_replies("Paid")
    await stage.until(lambda: taken(stage))


async def test_what_was_paid_while_nobody_was_there_is_told_before_its_webhook_comes_again(
    stage: Stage,
) -> None:
    reference = await link_in_slack(stage)
    await stage.stop_service()
    await stage.pay(reference, "paid")
    await stage.until(lambda: tried(stage))
    await stage.start_service()
    await stage.slack_replies("Paid")
    assert not await taken(stage)


async def test_a_restart_in_the_middle_of_a_dialogue_loses_nothing(stage: Stage) -> None:
    await stage.telegram("/paylink")
    await stage.telegram_card("How much?")
    await stage.telegram("49.90 EUR")
    await stage.telegram_card("e-mail address?")
    await stage.stop_service()
    await stage.telegram("jane@example.com")
    await stage.start_service()
    await stage.telegram_card("What is it for?", "jane@example.com")


async def test_nothing_is_owed_when_all_is_said(stage: Stage) -> None:
    reference = await link_in_slack(stage)
    await stage.pay(reference, "paid")
    await stage.slack_replies("Paid")
    await stage.slack_card("Paid 49.90 EUR")

    async def told() -> bool:
        return "Paid 49.90 EUR" in str(await stage.view())

    await stage.until(told)
    await stage.stop_service()
    assert await stage.owed() == 0
