"""What is written in the Telegram column: the composer, the bot's commands, and what the bot asks for."""

import pytest
from playwright.async_api import Page, expect

from tests.browser.conftest import Sandbox
from tests.browser.telegram_column import SALES, Column, inline

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


@pytest.fixture
def column(page: Page, sandbox: Sandbox) -> Column:
    return Column(page, sandbox)


async def test_enter_sends_and_with_shift_breaks_the_line(column: Column) -> None:
    await column.part("text").press_sequentially("one")
    await column.part("text").press("Shift+Enter")
    await column.part("text").press_sequentially("two")
    await column.part("text").press("Enter")
    await expect(column.part("messages").locator(".mine .text")).to_have_text("one\ntwo")
    assert [message["text"] for message in await column.sent()] == ["one\ntwo"]
    await expect(column.part("text")).to_have_value("")


async def test_a_forced_reply_opens_with_its_placeholder(column: Column) -> None:
    asks = {"force_reply": True, "input_field_placeholder": "jane@example.com"}
    question = await column.bot("Which e-mail?", reply_markup=asks)
    await expect(column.part("reply")).to_contain_text("Which e-mail?")
    await expect(column.part("text")).to_have_attribute("placeholder", "jane@example.com")
    await column.say("bob@example.com")
    await expect(column.part("reply")).to_be_hidden()
    await expect(column.part("messages").locator(".mine .quote")).to_contain_text("Which e-mail?")
    assert (await column.sent())[-1]["reply_to"] == question
    await expect(column.part("text")).to_have_attribute("placeholder", "Message")


async def test_a_selective_question_is_only_for_whom_it_names(column: Column) -> None:
    await column.enter("Sales")
    asks = {"force_reply": True, "selective": True}
    await column.bot('<a href="tg://user?id=1001">Alice</a>: how much?', chat=SALES, reply_markup=asks)
    await expect(column.part("reply")).to_be_visible()
    await column.part("person").select_option("as Stranger")
    await expect(column.part("reply")).to_be_hidden()
    said = await column.act("message", chat=SALES, user=1002, text="/paylink")
    answered = {"message_id": said["message_id"]}
    await column.bot("And you?", chat=SALES, reply_markup=asks, reply_parameters=answered)
    await expect(column.part("reply")).to_contain_text("And you?")
    await column.part("person").select_option("as Alice")
    await expect(column.part("reply")).to_contain_text("how much?")


async def test_any_message_is_replied_to_by_its_menu(column: Column) -> None:
    number = await column.bot("a card")
    await column.bot("another")
    await column.bubbles.first.hover()
    await column.bubbles.first.get_by_role("button", name="More").click()
    await column.page.get_by_role("menuitem", name="Reply").click()
    await expect(column.part("text")).to_be_focused()
    await column.part("no-reply").click()
    await expect(column.part("reply")).to_be_hidden()
    await column.bubbles.first.get_by_role("button", name="More").click()
    await column.page.keyboard.press("Enter")
    await column.say("/cancel")
    await expect(column.part("messages").locator(".mine .quote")).to_have_text("Paylinka card")
    assert (await column.sent())[-1]["reply_to"] == number


async def test_a_contact_is_attached(column: Column) -> None:
    await column.part("attach").click()
    await column.page.get_by_role("menuitem", name="Contact: Jane Miller").click()
    await expect(column.part("messages").locator(".mine .contact")).to_contain_text("+491712345678")
    assert "EMAIL:jane@example.com" in (await column.sent())[-1]["contact"]["vcard"]


async def offer_commands(column: Column) -> None:
    for scope, language, names in (
        ({"type": "default"}, "", ["help"]),
        ({"type": "all_private_chats"}, "", ["paylink", "cancel", "links"]),
        ({"type": "all_group_chats"}, "", ["paylink"]),
        ({"type": "all_group_chats"}, "en", ["invoice"]),
        ({"type": "all_chat_administrators"}, "", ["limits"]),
    ):
        commands = [{"command": name, "description": f"About {name}"} for name in names]
        given = {"commands": commands, "scope": scope, "language_code": language}
        await column.sandbox.service.telegram("setMyCommands", **given)


async def test_the_commands_are_those_set_for_this_person_here(column: Column) -> None:
    await offer_commands(column)
    options = column.part("commands").get_by_role("option")
    await column.part("menu").click()
    await expect(options).to_have_text(
        ["/paylink About paylink", "/cancel About cancel", "/links About links"]
    )
    await column.enter("Sales")
    for person, name in (("Alice", "limits"), ("Stranger", "invoice"), ("Newcomer", "limits")):
        await column.part("person").select_option(f"as {person}")
        await column.part("menu").click()
        await expect(options).to_have_text([f"/{name} About {name}"])


async def test_a_command_is_chosen_with_the_keyboard(column: Column) -> None:
    await offer_commands(column)
    await expect(column.part("menu")).to_be_visible()
    text, options = column.part("text"), column.part("commands").get_by_role("option")
    await text.press_sequentially("/")
    await expect(options).to_have_count(3)
    await text.press("ArrowDown")
    chosen = column.part("commands").locator("[aria-selected=true]")
    await expect(chosen).to_contain_text("/cancel")
    await expect(text).to_have_attribute("aria-activedescendant", await chosen.get_attribute("id") or "")
    await text.press("Escape")
    await expect(column.part("commands")).to_be_hidden()
    await text.fill("/pa")
    await text.press("Tab")
    await expect(text).to_have_value("/paylink ")
    await text.press_sequentially("5 EUR")
    await text.press("Enter")
    await expect(column.part("messages").locator(".mine .text")).to_have_text("/paylink 5 EUR")
    await text.fill("/can")
    await text.press("Enter")
    await expect(column.part("messages").locator(".mine .text").last).to_have_text("/cancel")


async def test_in_a_group_a_chosen_command_names_the_bot(column: Column) -> None:
    await offer_commands(column)
    await column.enter("Sales")
    await column.part("menu").click()
    await column.part("commands").get_by_role("option").first.click()
    await expect(column.part("messages").locator(".mine .text")).to_have_text("/limits@paylink_sandbox_bot")


async def test_the_keyboard_alone_plays_a_sale(column: Column) -> None:
    service, keyboard = column.sandbox.service, column.page.keyboard
    await service.telegram("setWebhook", url=f"{service.url}/telegram/webhook")
    await column.part("text").focus()
    await keyboard.type("/paylink 5 EUR")
    await keyboard.press("Enter")
    await expect(column.part("messages").locator(".mine")).to_have_count(1)
    await column.bot("5.00 EUR?", reply_markup=inline([{"text": "Create", "callback_data": "c:1"}]))
    create = column.part("messages").get_by_role("button", name="Create")
    await expect(create).to_be_visible()
    for _ in range(5):
        await keyboard.press("Shift+Tab")
        if await create.evaluate("node => node === document.activeElement"):
            break
    await expect(create).to_be_focused()
    await keyboard.press("Enter")
    await expect(column.part("messages").locator(".theirs")).to_contain_text("Pressed c:1")
    await expect(column.part("toast")).to_have_text("Noted")
    await expect(column.part("messages").locator(":focus")).to_have_count(1)
