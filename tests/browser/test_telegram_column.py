"""The Telegram column draws what was sent as Telegram draws it."""

import pytest
from playwright.async_api import Page, expect

from tests.browser.conftest import Sandbox
from tests.browser.telegram_column import ALICE, BOT, SALES, SHOP_FLOOR, STRANGER, Column, inline

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

HOSTILE = '<img src=x onerror="window.hacked=1"><b>Mallory</b>'
PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de0000000c4944415478da63f8cfc000"
    "000301010018dd8db00000000049454e44ae426082"
)


@pytest.fixture
def column(page: Page, sandbox: Sandbox) -> Column:
    return Column(page, sandbox)


async def test_every_message_of_a_chat_is_shown_once_in_order(column: Column) -> None:
    await column.say("/paylink 5 EUR")
    await column.bot("<b>5.00 EUR</b>: <i>right?</i>\nhttps://example.com/x")
    await column.act("message", chat=ALICE, user=ALICE, contact={"phone_number": "+49", "first_name": "Jane"})
    await column.say("two\nlines")
    await expect(column.bubbles).to_have_count(4)
    sent = await column.sent()
    shown = column.part("messages").locator(".text")
    await expect(shown).to_have_text([message["text"] for message in sent if message["text"]])
    ids = (
        await column.part("messages")
        .locator("[data-id]")
        .evaluate_all("all => all.map((li) => +li.dataset.id)")
    )
    assert ids == [message["message_id"] for message in sent]
    times = await column.part("messages").locator("time").all_inner_texts()
    in_browser = "dates => dates.map((at) => new Date(at * 1000).toTimeString().slice(0, 5))"
    assert times == await column.page.evaluate(in_browser, [message["date"] for message in sent])


async def test_own_messages_are_on_the_right_and_those_of_one_person_stand_together(column: Column) -> None:
    turns = column.part("messages").locator(".turn")
    for number, text in enumerate(("one", "two"), start=1):
        await column.say(text)
        await expect(turns).to_have_count(number)
    await column.bot("three")
    await expect(turns).to_have_class(["turn mine  new", "turn mine joined new", "turn theirs  new"])
    edges = [await column.bubbles.nth(at).bounding_box() for at in (1, 2)]
    middle = await column.part("messages").evaluate(
        "node => node.getBoundingClientRect().left + node.clientWidth / 2"
    )
    assert edges[0]
    assert edges[1]
    assert edges[1]["x"] < middle < edges[0]["x"] + edges[0]["width"]
    await expect(column.part("messages").locator(".day")).to_have_count(1)


async def test_a_group_names_who_writes_each_in_a_colour(column: Column) -> None:
    await column.enter("Sales")
    for who, text in ((STRANGER, "a"), (STRANGER, "b"), (1003, "c")):
        await column.act("message", chat=SALES, user=who, text=text)
    names = column.part("messages").locator(".from")
    await expect(names).to_have_text(["Stranger", "Newcomer"])
    colours = await names.evaluate_all("all => all.map((name) => getComputedStyle(name).color)")
    assert len(set(colours)) == 2


async def test_entities_are_drawn_and_tapped(column: Column) -> None:
    await column.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    await column.bot(
        "<b>b<i>bi</i></b> <u>u</u> <s>s</s> <code>PL1</code> /help "
        '<a href="https://a.example/">there</a> <a href="tg://user?id=1001">Alice</a>'
        "<blockquote>q</blockquote>"
    )
    bubble = column.bubbles
    await expect(bubble.locator("b > i")).to_have_text("bi")
    await expect(bubble.locator(".mention")).to_have_text("Alice")
    assert await bubble.locator("a").evaluate_all("all => all.map((a) => a.href)") == ["https://a.example/"]
    await bubble.get_by_role("button", name="PL1").click()
    await expect(column.part("toast")).to_have_text("Copied to clipboard")
    assert await column.page.evaluate("navigator.clipboard.readText()") == "PL1"
    await expect(bubble.locator("blockquote")).to_have_text("q")
    await bubble.get_by_role("button", name="/help").click()
    await expect(column.part("messages").locator(".mine .text")).to_have_text("/help")


async def test_hostile_names_are_only_text(column: Column) -> None:
    await column.sandbox.service.telegram("sendMessage", chat_id=ALICE, text=HOSTILE)
    await column.bot(HOSTILE.replace("<", "&lt;").replace(">", "&gt;") + "<a href='tg://x'>y</a>")
    await expect(column.part("messages").locator(".text")).to_have_text([HOSTILE, f"{HOSTILE}y"])
    assert await column.part("messages").locator(":is(img, b, script, a)").count() == 0
    assert await column.page.evaluate("window.hacked") is None


async def test_a_quoted_message_is_jumped_to(column: Column) -> None:
    await column.act("limits", on=False)
    first = await column.bot("the first")
    for number in range(30):
        await column.bot(f"number {number}")
    await column.bot("an answer", reply_parameters={"message_id": first})
    quote = column.part("messages").get_by_role("button", name="Paylink the first")
    root = column.part("messages").locator(f"[data-id='{first}']")
    await expect(root).not_to_be_in_viewport()
    await quote.click()
    await expect(root).to_be_in_viewport()
    await expect(root).to_contain_class("flash")


async def test_an_edit_draws_only_its_message_and_a_deleted_one_goes(column: Column) -> None:
    numbers = [await column.bot(text) for text in ("one", "two", "three")]
    await expect(column.bubbles).to_have_count(3)
    await column.bubbles.evaluate_all("all => all.forEach((bubble) => { bubble.marked = true })")
    await column.sandbox.service.telegram("editMessageText", chat_id=ALICE, message_id=numbers[1], text="2")
    await expect(column.bubbles.nth(1)).to_contain_text("edited")
    await column.sandbox.service.telegram("deleteMessage", chat_id=ALICE, message_id=numbers[0])
    await expect(column.part("messages").locator(".text")).to_have_text(["2", "three"])
    marked = await column.bubbles.evaluate_all("all => all.map((bubble) => bubble.marked ?? false)")
    assert marked == [False, True]


async def test_what_befalls_a_chat_stands_in_the_middle(column: Column) -> None:
    await column.enter("Sales")
    await column.act("kick", chat=SALES)
    await column.act("add", chat=SALES)
    await expect(column.part("messages").locator(".told").last).to_have_text("Alice added Paylink")
    await column.enter("Shop floor")
    await column.enter("Invoices", "topics")
    await column.act("topic", chat=SHOP_FLOOR, topic=11, state="closed")
    await expect(column.part("messages").locator(".told").last).to_have_text("Alice closed the topic")


async def test_a_photo_has_its_caption_and_a_contact_is_a_card(column: Column) -> None:
    service = column.sandbox.service
    url = (
        f"{service.env['PAYLINK_TELEGRAM_API_URL']}/bot{service.env['PAYLINK_TELEGRAM_BOT_TOKEN']}/sendPhoto"
    )
    files, data = {"photo": ("qr.png", PIXEL)}, {"chat_id": str(ALICE), "caption": "Scan it"}
    answer = await service.client.post(url, data=data, files=files)
    assert answer.json()["ok"], answer.text
    photo = column.bubbles.get_by_role("img", name="Photo")
    await expect(photo).to_be_visible()
    assert await photo.evaluate("async (image) => (await image.decode(), image.naturalWidth)") == 1
    await expect(column.bubbles.locator(".text")).to_have_text("Scan it")
    jane = {"phone_number": "+491712345678", "first_name": "Jane", "last_name": "Miller"}
    await column.act("message", chat=ALICE, user=ALICE, contact=jane)
    await expect(column.bubbles.locator(".contact")).to_have_text("Jane Miller+491712345678")


async def test_a_keyboard_stands_in_the_very_rows_it_was_sent_in(column: Column) -> None:
    rows = inline(
        [{"text": "Open", "url": "https://e.example/"}, {"text": "Copy", "copy_text": {"text": "PL1"}}],
        [{"text": "Create", "callback_data": "c", "style": "success"}],
        [{"text": "No", "callback_data": "n", "style": "danger"}, {"text": "Go", "switch_inline_query": "x"}],
    )
    await column.bot("?", reply_markup=rows)
    keys = column.part("messages").locator(".keys")
    await expect(keys).to_have_count(3)
    shown = [await keys.nth(at).locator(".key").all_inner_texts() for at in range(3)]
    [message] = await column.sent()
    assert shown == [[button["text"] for button in row] for row in message["keyboard"]]
    icons = await keys.locator(".key").evaluate_all(
        "all => all.map((key) => key.dataset.icon ?? key.classList[1])"
    )
    assert icons == ["url", "copy_text", "success", "danger", "switch_inline_query"]
    await keys.get_by_role("button", name="Go").click()
    await expect(column.part("text")).to_have_value("@paylink_sandbox_bot x")


async def test_a_press_is_busy_until_the_bot_answers_with_a_toast_or_an_alert(column: Column) -> None:
    await column.bot("?", reply_markup=inline([{"text": "Create", "callback_data": "c"}]))
    key = column.part("messages").get_by_role("button", name="Create")
    for is_alert in (False, True):
        await key.click()
        await expect(key).to_have_attribute("aria-busy", "true")
        query = await column.pressed()
        assert (query["data"], query["from"]["id"]) == ("c", ALICE)
        said = {"callback_query_id": query["id"], "text": f"Alert: {is_alert}", "show_alert": is_alert}
        await column.sandbox.service.telegram("answerCallbackQuery", **said)
        place = column.page.get_by_role("dialog", name="Paylink") if is_alert else column.part("toast")
        await expect(place).to_contain_text(f"Alert: {is_alert}")
        await expect(key).to_have_attribute("aria-busy", "false")


async def test_a_press_that_has_become_too_old_just_ends(column: Column) -> None:
    await column.bot("?", reply_markup=inline([{"text": "Create", "callback_data": "c"}]))
    key = column.part("messages").get_by_role("button", name="Create")
    await key.click()
    query = await column.pressed()
    await column.act("clock", advance_s=60)
    service = column.sandbox.service
    url = f"{service.env['PAYLINK_TELEGRAM_API_URL']}/bot{service.env['PAYLINK_TELEGRAM_BOT_TOKEN']}"
    late = await service.client.post(f"{url}/answerCallbackQuery", json={"callback_query_id": query["id"]})
    assert "query is too old" in late.json()["description"]
    await expect(key).to_have_attribute("aria-busy", "false")
    assert await column.part("toast").inner_text() == ""
    assert await column.page.locator(".notice").count() == 0


async def test_what_is_new_is_announced_once(column: Column) -> None:
    await column.bot("before")
    await expect(column.bubbles).to_have_count(1)
    number = await column.bot("Paid <b>5.00 EUR</b>")
    await expect(column.part("said")).to_have_text("Paylink: Paid 5.00 EUR")
    await column.sandbox.service.telegram("editMessageText", chat_id=ALICE, message_id=number, text="again")
    await expect(column.bubbles.last).to_contain_text("again")
    await column.say("mine")
    await expect(column.part("messages").locator(".mine")).to_have_count(1)
    await expect(column.part("said")).to_have_text("Paylink: Paid 5.00 EUR")
    assert [message["from"] for message in await column.sent()] == [BOT, BOT, ALICE]
