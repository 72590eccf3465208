"""A sale in Telegram, as a merchant plays it."""

import asyncio

from tests.scenario.stage import CHAT, Stage

COMMAND = "/paylink 49.90 EUR jane@example.com Invoice 12"


async def test_questions_become_a_card_and_the_card_tells_that_it_is_paid(stage: Stage) -> None:
    await stage.telegram("/paylink")
    asking = await stage.telegram_card("How much?")
    await stage.telegram("49,90")
    await stage.telegram_card("e-mail address?")
    await stage.telegram("jane@example.com")
    await stage.telegram_card("What is it for?")
    await stage.telegram("Invoice 12")
    ready = await stage.telegram_card("check the amount", "49.90 EUR", "jane@example.com", "Invoice 12")
    assert ready["message_id"] == asking["message_id"], "one message, edited in place"
    assert await stage.provider_links() == []

    await stage.press_telegram("Create link")
    card = await stage.telegram_card("Waiting for payment of 49.90 EUR", "http", "TEST")
    assert card["message_id"] == asking["message_id"], "the summary becomes the card"

    [link] = await stage.provider_links()
    await stage.pay(link["reference"], "paid")
    replies = await stage.telegram_replies("Paid 49.90 EUR")
    assert sum("Paid 49.90 EUR" in reply for reply in replies) == 1
    await stage.telegram_card("✅ (TEST) Paid 49.90 EUR", "'keyboard': []")


async def test_typed_answers_are_tidied_away_in_private(stage: Stage) -> None:
    await stage.telegram("/paylink 49.90 EUR")
    await stage.telegram_card("check the amount")
    await stage.press_telegram("Edit")
    await stage.press_telegram("Customer's e-mail")
    typed = await stage.telegram("jane@example.com")

    async def gone() -> bool:
        return typed not in [message["message_id"] for message in await stage.telegram_messages()]

    await stage.until(gone)
    await stage.telegram_card("Customer: jane@example.com", "Create link")


async def test_a_complete_command_goes_straight_to_the_summary(stage: Stage) -> None:
    await stage.telegram(COMMAND)
    await stage.telegram_card("check the amount", "49.90 EUR", "Invoice 12", "Expires: ")
    await stage.press_telegram("Create link")
    card = await stage.telegram_card("Waiting for payment")
    row, below = card["keyboard"]
    assert [sorted(button.keys() - {"text", "style"}) for button in row] == [["url"], ["copy_text"]]
    assert [button["text"] for button in below] == ["Cancel link", "Manage"]


async def test_an_amount_that_can_mean_two_things_is_settled_by_a_tap(stage: Stage) -> None:
    await stage.telegram("/paylink 1,230 KWD")
    await stage.telegram_card("1,230.000 KWD", "1.230 KWD")
    await stage.press_telegram("1.230 KWD")
    await stage.telegram_card("New payment link: 1.230 KWD")


async def test_a_dollar_without_a_country_is_asked_about(stage: Stage) -> None:
    await stage.telegram("/paylink $25")
    await stage.telegram_card("can be USD, CAD, AUD, NZD")
    await stage.press_telegram("CAD")
    await stage.telegram_card("New payment link: 25.00 CAD")


async def test_pressing_create_twice_makes_one_link(stage: Stage) -> None:
    await stage.telegram(COMMAND)
    card = await stage.telegram_card("Create link")
    press = {"chat": CHAT, "message_id": card["message_id"], "button": "Create link", "user": CHAT}
    await asyncio.gather(*(stage.control("telegram/press", **press) for _ in range(2)))
    await stage.telegram_card("Waiting for payment")
    assert len(await stage.provider_links()) == 1
    assert len(await stage.calls("checkout", "/payment-links")) == 1


async def test_an_update_that_comes_twice_is_handled_once(stage: Stage) -> None:
    await stage.fault("telegram", "update", "duplicate")
    await stage.telegram(COMMAND)
    await stage.press_telegram("Create link")
    await stage.telegram_card("Waiting for payment")
    assert len(await stage.provider_links()) == 1


async def test_a_button_of_an_older_state_says_so_and_changes_nothing(stage: Stage) -> None:
    await stage.telegram(COMMAND)
    card = await stage.telegram_card("Create link")
    press = {"chat": CHAT, "message_id": card["message_id"], "button": "Create link", "user": CHAT}
    await stage.fault("telegram", "editMessageText", "status", status=429, retry_after=1)
    await stage.press_telegram("Edit")
    answer = (await stage.control("telegram/press", **press))["answer"]
    assert answer == {"text": "This form has changed. Please use the newest one.", "show_alert": True}
    assert await stage.provider_links() == []


async def test_cancel_creates_nothing(stage: Stage) -> None:
    await stage.telegram(COMMAND)
    await stage.press_telegram("Cancel")
    await stage.telegram_card("nothing was created")
    assert await stage.provider_links() == []


async def test_a_stranger_is_refused(stage: Stage) -> None:
    await stage.telegram(COMMAND, user=1002, chat=1002)
    await stage.telegram_card("only work for people who have been admitted", chat=1002)
    assert await stage.provider_links() == []


async def test_in_a_group_the_customer_is_masked_and_only_who_asked_can_press(stage: Stage) -> None:
    await stage.telegram(COMMAND, chat=-1001)
    await stage.telegram_card("j…@example.com", "Create link", chat=-1001)
    answer = await stage.press_telegram("Create link", user=1002, chat=-1001)
    assert "admitted" in answer["answer"]["text"]
    await stage.press_telegram("Create link", chat=-1001)
    card = await stage.telegram_card("Waiting for payment", chat=-1001)
    assert "jane@example.com" not in str(card)


async def test_in_a_group_a_reply_to_the_question_is_an_answer_and_other_talk_is_not(stage: Stage) -> None:
    await stage.telegram("/paylink", chat=-1001)
    asking = await stage.telegram_card("How much?", "replying to this message", chat=-1001)
    await stage.telegram("60 EUR is what I paid for lunch", chat=-1001)
    await stage.telegram("49.90 EUR", chat=-1001, reply_to=asking["message_id"])
    await stage.telegram_card("New payment link: 49.90 EUR", chat=-1001)


async def test_an_amount_that_the_backend_cannot_express_is_asked_for_again(stage: Stage) -> None:
    await stage.telegram("/paylink 01.234 KWD")
    await stage.telegram_card("Checkout.com takes KWD only if the last of its decimals is 0.")
    await stage.telegram("01.230 KWD")
    await stage.telegram_card("1.230 KWD")
