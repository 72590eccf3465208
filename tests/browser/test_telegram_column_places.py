"""Chats and people of the Telegram column: going about, being somebody else, starting the bot."""

import pytest
from playwright.async_api import Page, expect

from tests.browser.conftest import Sandbox
from tests.browser.telegram_column import (
    ALICE,
    INVOICES,
    NEWCOMER,
    SALES,
    SHOP_FLOOR,
    STRANGER,
    Column,
    inline,
)

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


@pytest.fixture
def column(page: Page, sandbox: Sandbox) -> Column:
    return Column(page, sandbox)


async def test_every_chat_there_is_can_be_entered(column: Column) -> None:
    answer = await column.sandbox.service.client.get(f"{column.sandbox.url}/telegram/_control/people")
    chats = answer.json()["chats"]
    names = column.part("chats").get_by_role("button")
    await expect(names).to_have_text([chat.get("title") or chat["first_name"] for chat in chats])
    for chat in chats:
        await names.nth(chats.index(chat)).click()
        await expect(column.part("title")).to_contain_text(chat.get("title") or chat["first_name"])


async def test_in_a_group_one_is_any_of_its_members(column: Column) -> None:
    await expect(column.part("person")).to_be_hidden()
    await column.enter("Sales")
    for who, name in ((ALICE, "as Alice"), (STRANGER, "as Stranger"), (NEWCOMER, "as Newcomer")):
        await column.part("person").select_option(name)
        await column.say(name)
        await expect(column.part("messages").locator(".mine .text")).to_have_text(name)
        assert (await column.sent(SALES))[-1]["from"] == who


async def test_who_presses_a_button_in_a_group_is_who_one_is(column: Column) -> None:
    await column.bot("?", chat=SALES, reply_markup=inline([{"text": "Create", "callback_data": "c"}]))
    await column.enter("Sales")
    await column.part("person").select_option("as Stranger")
    await column.part("messages").get_by_role("button", name="Create").click()
    query = await column.pressed()
    await column.sandbox.service.telegram("answerCallbackQuery", callback_query_id=query["id"])
    assert query["from"]["id"] == STRANGER


async def test_what_is_new_elsewhere_is_marked_until_it_is_seen(column: Column) -> None:
    unread = column.part("chats").get_by_role("button", name="Shop floor").locator(".unread")
    await column.bot("one", chat=SHOP_FLOOR, message_thread_id=INVOICES)
    await column.bot("two", chat=SHOP_FLOOR)
    await expect(unread).to_have_text("2 unread")
    await column.enter("Shop floor")
    await expect(unread).to_have_text("1 unread")
    await expect(column.part("topics").get_by_role("button", name="Invoices")).to_contain_text("1")
    await column.enter("Invoices", "topics")
    await expect(unread).to_have_count(0)
    await column.act("message", chat=SALES, user=ALICE, text="my own is not new to me")
    await column.act("message", chat=SALES, user=STRANGER, text="news")
    sales = column.part("chats").get_by_role("button", name="Sales").locator(".unread")
    await expect(sales).to_have_text("1 unread")


async def test_a_topic_has_its_own_messages_and_composer(column: Column) -> None:
    await column.enter("Shop floor")
    await column.say("in general")
    await expect(column.part("messages").locator(".text")).to_have_text("in general")
    await column.enter("Invoices", "topics")
    await expect(column.part("messages").locator(".text")).to_have_count(0)
    await column.say("in invoices")
    await expect(column.part("messages").locator(".text")).to_have_text("in invoices")
    assert [message["topic"] for message in await column.sent(SHOP_FLOOR)] == [None, INVOICES]


async def test_a_topic_is_closed_opened_and_deleted_in_the_menu(column: Column) -> None:
    await column.enter("Shop floor")
    await column.enter("Invoices", "topics")
    for choice, name in (("Close topic", "Invoices 🔒"), ("Reopen topic", "Invoices")):
        await column.part("more").click()
        await column.page.get_by_role("menuitem", name=choice).click()
        chosen = column.part("topics").locator("[aria-current]")
        await expect(chosen).to_have_text(name)
    await column.part("more").click()
    await column.page.get_by_role("menuitem", name="Delete topic").click()
    await expect(column.part("topics").locator("[aria-current]")).to_have_text("General")


async def test_a_stranger_has_to_start_before_writing(column: Column) -> None:
    await column.enter("Stranger")
    await expect(column.part("composer")).to_be_hidden()
    await expect(column.part("nothing")).to_be_visible()
    await column.part("start").click()
    await expect(column.part("messages").locator(".mine .text")).to_have_text("/start")
    await expect(column.part("start")).to_be_hidden()
    await expect(column.part("text")).to_be_editable()


async def test_alice_may_write_at_once_or_start(column: Column) -> None:
    await expect(column.part("start")).to_be_visible()
    await column.part("empty").get_by_role("button").first.click()
    await expect(column.part("messages").locator(".mine .text")).to_have_text(
        "/paylink 49.90 EUR jane@example.com Invoice 12"
    )
    await expect(column.part("start")).to_be_hidden()


async def test_a_blocked_bot_is_started_again(column: Column) -> None:
    await column.say("hello")
    await column.part("more").click()
    await column.page.get_by_role("menuitem", name="Block bot").click()
    await expect(column.part("composer")).to_be_hidden()
    await expect(column.part("start")).to_have_text("Restart")
    await column.part("start").click()
    await expect(column.part("messages").locator(".mine .text").last).to_have_text("/start")
    await expect(column.part("text")).to_be_editable()


@pytest.mark.parametrize("chat", ["slack", "telegram"])
async def test_a_link_to_the_bot_starts_it_wherever_it_stands(column: Column, chat: str) -> None:
    address = "https://t.me/paylink_sandbox_bot?start=in-vite_1"
    if chat == "slack":
        await column.sandbox.service.post(address)
    else:
        await column.bot(address, chat=SALES)
        await column.enter("Sales")
    await column.page.locator(f"#{chat}-messages a").click()
    await expect(column.part("title")).to_have_text("Alice and Paylink")
    await expect(column.part("messages").locator(".mine .text")).to_have_text("/start in-vite_1")
    await expect(column.page.locator("#phone-empty")).to_be_visible()


async def test_news_of_a_chat_do_not_take_it_from_under_the_finger(column: Column) -> None:
    sales, shop = (column.part("chats").get_by_role("button", name=name) for name in ("Sales", "Shop floor"))
    await sales.hover()
    await column.page.mouse.down()
    for chat in (SALES, SHOP_FLOOR):
        await column.bot("News", chat=chat)
    await expect(shop).to_contain_text("1 unread")
    await column.page.mouse.up()
    await expect(sales).to_have_attribute("aria-current", "true")


async def test_a_group_is_followed_when_it_becomes_a_supergroup(column: Column) -> None:
    await column.enter("Sales")
    await column.say("before")
    await column.part("more").click()
    await column.page.get_by_role("menuitem", name="Make it a supergroup").click()
    await expect(column.part("kind")).to_have_text("Telegram · supergroup")
    await expect(column.part("messages").locator(".told").last).to_have_text("Alice made this a supergroup")
    await expect(column.part("chats").get_by_role("button", name="Sales")).to_have_count(1)


async def test_a_small_phone_shows_all_of_it(column: Column) -> None:
    await column.page.set_viewport_size({"width": 320, "height": 568})
    await column.page.get_by_role("button", name="Telegram", exact=True).click()
    wide = [{"text": f"A rather long label {at}", "callback_data": str(at)} for at in range(3)]
    await column.bot("word" * 60, chat=SHOP_FLOOR, reply_markup=inline(wide))
    await column.enter("Shop floor")
    await expect(column.bubbles).to_have_count(1)
    assert await column.page.evaluate("document.documentElement.scrollWidth") == 320
    overflow = "node => node.scrollWidth - node.clientWidth"
    assert await column.part("messages").evaluate(overflow) == 0
    await column.part("more").click()
    await expect(column.page.get_by_role("menuitem", name="Remove Paylink")).to_be_in_viewport(ratio=1)
