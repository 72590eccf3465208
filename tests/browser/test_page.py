"""What a person sees and does on the page: both chats, the modal, the phone, the bar."""

import pytest
from playwright.async_api import Page, expect

from tests.browser.conftest import Sandbox
from tests.browser.fake_service import mrkdwn, plain

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

HOSTILE = '<img src=x onerror="window.hacked=1"><b>Mallory</b>'
BUTTONS = {
    "inline_keyboard": [
        [{"text": "Create", "callback_data": "c:1"}, {"text": "Copy", "copy_text": {"text": "PL1"}}],
        [{"text": "Open", "url": "https://example.com/"}],
    ]
}


async def say(page: Page, chat: str, text: str) -> None:
    await page.fill(f"#{chat}-text", text)
    await page.press(f"#{chat}-text", "Enter")


async def test_a_suggestion_is_sent_with_one_click_and_its_answer_is_for_one_person(page: Page) -> None:
    await page.click("#slack-empty .suggestion >> nth=0")
    ephemeral = page.locator("#slack-messages .ephemeral")
    await expect(ephemeral).to_contain_text("Only visible to you")
    await expect(ephemeral).to_contain_text("You said: 49.90 EUR jane@example.com Invoice 12")
    await expect(page.locator("#slack-empty")).to_be_hidden()
    await page.get_by_label("Bob").check()
    await expect(page.locator("#slack-empty")).to_be_visible()
    await expect(page.locator("#slack-messages li")).to_have_count(0)


async def test_blocks_are_drawn_as_slack_draws_them(page: Page, sandbox: Sandbox) -> None:
    await sandbox.service.post(
        "in short",
        blocks=[
            {"type": "header", "text": plain("Paid *as is*")},
            {
                "type": "section",
                "text": mrkdwn("*bold* _it_ ~no~ `code` <https://a.example/x|here> &lt;b&gt; <@U0ALICE>"),
                "fields": [mrkdwn("*Amount*\n49.90 EUR"), plain("<plain>")],
                "accessory": {"type": "image", "image_url": "https://a.example/i.png", "alt_text": "A logo"},
            },
            {"type": "divider"},
            {"type": "context", "elements": [mrkdwn("see https://b.example/y.")]},
            {
                "type": "actions",
                "elements": [
                    {"type": "button", "text": plain("Go"), "action_id": "go", "style": "primary"},
                    {"type": "button", "text": plain("Open"), "action_id": "o", "url": "https://c.example/"},
                ],
            },
        ],
    )
    message = page.locator("#slack-messages li")
    await expect(message.get_by_role("heading")).to_have_text("Paid *as is*")
    await expect(message.locator(".words > .text")).to_have_text("bold it no code here <b> @Alice")
    await expect(message.locator("strong", has_text="bold")).to_be_visible()
    await expect(message.locator(".fields .text >> nth=0")).to_have_text("Amount\n49.90 EUR")
    await expect(message.get_by_role("img", name="A logo")).to_be_visible()
    await expect(message.locator("hr")).to_have_count(1)
    links = await message.locator("a").evaluate_all("links => links.map((link) => link.href)")
    assert links == ["https://a.example/x", "https://b.example/y", "https://c.example/"]
    await expect(message.get_by_role("button", name="Go")).to_have_class("button primary")


async def test_a_modal_says_what_is_wrong_at_the_field_and_closes_when_all_is_well(page: Page) -> None:
    await say(page, "slack", "/paylink")
    modal = page.get_by_role("dialog", name="New link")
    amount = modal.get_by_label("Amount")
    await expect(amount).to_be_focused()
    await expect(modal.get_by_label("Currency").locator("optgroup")).to_have_count(2)
    await amount.fill("much")
    await amount.press("Enter")
    await expect(modal.locator("[data-block=amount] .error")).to_have_text("Write it in figures, as 49.90")
    await expect(amount).to_have_attribute("aria-invalid", "true")
    await amount.fill("12.50")
    await modal.get_by_label("Currency").select_option("JPY")
    await modal.get_by_role("button", name="Create").click()
    await expect(modal).to_have_count(0)
    await expect(page.locator("#slack-messages li")).to_contain_text("Created: 12.50 JPY without a note")
    await expect(page.locator("#slack-text")).to_be_focused()


async def test_a_modal_is_updated_in_place_and_keeps_what_was_typed(page: Page) -> None:
    await say(page, "slack", "/paylink")
    modal = page.get_by_role("dialog")
    await modal.get_by_label("Amount").fill("7")
    await modal.evaluate("node => { node.querySelector('[data-block=email]').marked = true }")
    await modal.get_by_role("button", name="More fields").click()
    await modal.get_by_label("Note").fill("hurry")
    await expect(modal.locator("[data-block=amount] .hint")).to_have_text("In figures")
    await expect(modal.get_by_label("Amount")).to_have_value("7")
    assert await modal.evaluate("node => node.querySelector('[data-block=email]').marked")
    await modal.get_by_role("button", name="Create").click()
    await expect(page.locator("#slack-messages li")).to_contain_text("Created: 7 EUR hurry")


async def test_escape_closes_a_modal(page: Page) -> None:
    await say(page, "slack", "/paylink")
    await expect(page.get_by_role("dialog")).to_be_visible()
    await page.keyboard.press("Escape")
    await expect(page.get_by_role("dialog")).to_have_count(0)


async def test_news_disturb_neither_typing_nor_what_has_not_changed(page: Page, sandbox: Sandbox) -> None:
    service = sandbox.service
    first, second = await service.post("first"), await service.post("second")
    roots = page.locator("#slack-messages .root")
    await expect(roots).to_have_count(2)
    await page.evaluate("for (const li of document.querySelectorAll('#slack-messages li')) li.marked = true")
    await page.locator("#slack-text").press_sequentially("half a sen")
    await service.slack("chat.update", channel="C0SALES", ts=second, text="changed")
    await service.post("below the first", thread_ts=first)
    await expect(page.locator(".root + .reply")).to_contain_text("below the first")
    await expect(roots.nth(1)).to_contain_text("(edited)")
    items = page.locator("#slack-messages li")
    marked = await items.evaluate_all("all => all.map((li) => li.marked ?? false)")
    assert marked == [True, False, False]
    await page.locator("#slack-text").press_sequentially("tence")
    await expect(page.locator("#slack-text")).to_have_value("half a sentence")
    await expect(page.locator("#slack-text")).to_be_focused()


async def test_hostile_names_are_only_text(page: Page, sandbox: Sandbox) -> None:
    escaped = HOSTILE.replace("<", "&lt;").replace(">", "&gt;")
    await sandbox.service.post(escaped, blocks=[{"type": "section", "text": plain(HOSTILE)}])
    await sandbox.service.post(f"{escaped} <javascript:alert(1)|click>")
    await sandbox.service.telegram("sendMessage", chat_id=1001, text=HOSTILE)
    await sandbox.service.telegram("sendMessage", chat_id=1001, text=escaped, parse_mode="HTML")
    await expect(page.locator("#slack-messages li >> nth=1")).to_contain_text(f"{HOSTILE} click")
    await expect(page.locator("#slack-messages li >> nth=0")).to_contain_text(HOSTILE)
    await expect(page.locator("#telegram-messages .text")).to_have_text([HOSTILE, HOSTILE])
    assert await page.locator(".messages :is(img, b, script, a)").count() == 0
    assert await page.evaluate("window.hacked") is None


async def test_html_is_copied_by_a_list_of_what_is_known(page: Page) -> None:
    drawn = await page.evaluate(
        """async (html) => {
            const { fromHtml } = await import("/page/telegram_html.js");
            const place = document.createElement("p");
            place.append(...fromHtml(html));
            return place.innerHTML;
        }""",
        '<img src="x"><b id="x">b</b><a href="javascript:x">c</a><span class="spoiler">s</span><p>f',
    )
    assert drawn == '<b>b</b><span>c</span><span class="spoiler">s</span>f'


async def test_a_telegram_button_is_answered_and_its_message_edited(page: Page, sandbox: Sandbox) -> None:
    service = sandbox.service
    await service.telegram("setWebhook", url=f"{service.url}/telegram/webhook")
    await say(page, "telegram", "/paylink 5 EUR")
    await expect(page.locator("#telegram-messages .mine .command")).to_have_text("/paylink")
    text, quoted = "<b>5.00 EUR</b>: <i>right?</i>", {"message_id": 1}
    await service.telegram(
        "sendMessage",
        chat_id=1001,
        text=text,
        parse_mode="HTML",
        reply_markup=BUTTONS,
        reply_parameters=quoted,
    )
    bubble = page.locator("#telegram-messages .theirs")
    await expect(bubble.locator("b")).to_have_text("5.00 EUR")
    await expect(bubble.locator(".quote")).to_contain_text("/paylink 5 EUR")
    await bubble.get_by_role("button", name="Create").click()
    await expect(bubble).to_contain_text("Pressed c:1")
    await expect(bubble).to_contain_text("edited")
    await expect(page.locator(".notice")).to_have_text("Noted")


async def test_a_question_of_telegram_is_answered_as_a_reply(page: Page, sandbox: Sandbox) -> None:
    await page.get_by_label("Group").check()
    markup = {"force_reply": True}
    await sandbox.service.telegram("sendMessage", chat_id=-1001, text="Which e-mail?", reply_markup=markup)
    await expect(page.locator("#telegram-reply")).to_contain_text("Which e-mail?")
    await say(page, "telegram", "jane@example.com")
    await expect(page.locator("#telegram-reply")).to_be_hidden()
    await expect(page.locator("#telegram-messages .mine .quote")).to_contain_text("Which e-mail?")


async def test_a_link_opens_on_the_phone_and_is_paid_there(page: Page, sandbox: Sandbox) -> None:
    url = await sandbox.service.payment_link()
    await sandbox.service.post(f"<{url}|Pay here>")
    await expect(page.locator("#phone-empty")).to_be_visible()
    await page.get_by_role("link", name="Pay here").click()
    await expect(page.locator("#phone-address")).to_have_text(url.removeprefix("http://"))
    phone = page.frame_locator("#phone-frame")
    await expect(phone.locator(".amount")).to_contain_text("49.90")
    await phone.get_by_label("Card number").fill("4544 2491 6767 3670")
    await phone.get_by_label("Expiry date").fill("12/30")
    await phone.get_by_label("Security code").fill("123")
    await phone.get_by_role("button").click()
    await expect(phone.get_by_role("alert")).to_contain_text("not enough money")
    await phone.get_by_label("Card number").fill("4242 4242 4242 4242")
    await phone.get_by_label("Expiry date").fill("12/30")
    await phone.get_by_label("Security code").fill("123")
    await phone.get_by_role("button").click()
    await expect(phone.get_by_role("heading")).to_have_text("Payment successful")
    await expect(page.locator("#bar-status")).to_have_text("Payment Received")
    assert len(page.context.pages) == 1


async def test_the_bar_pays_and_declines_the_newest_link(page: Page, sandbox: Sandbox) -> None:
    await expect(page.get_by_role("button", name="Pay", exact=True)).to_be_disabled()
    await sandbox.service.payment_link("PLOLD0000001")
    url = await sandbox.service.payment_link("PLNEW0000001")
    await expect(page.locator("#bar-newest")).to_have_text("PLNEW0000001")
    await sandbox.service.telegram("sendMessage", chat_id=1001, text=url)
    await page.get_by_role("link", name=url).click()
    phone = page.frame_locator("#phone-frame")
    await expect(phone.get_by_label("Card number")).to_be_visible()
    await page.get_by_role("button", name="What happened").click()
    happened = page.get_by_role("complementary", name="What happened")
    await expect(happened.locator("li")).to_have_count(4)
    await page.get_by_role("button", name="Decline").click()
    await expect(happened.locator("li >> nth=0")).to_contain_text("payment_declined")
    await expect(page.locator("#bar-status")).to_have_text("Active")
    await page.get_by_role("button", name="Pay", exact=True).click()
    await expect(phone.get_by_role("heading", name="This link has been paid")).to_be_visible()
    await expect(happened).to_contain_text("payment_captured")
    await expect(happened).not_to_contain_text(sandbox.service.env["PAYLINK_TELEGRAM_BOT_TOKEN"])
    await page.get_by_role("button", name="Pay", exact=True).click()
    await expect(page.locator(".notice")).to_contain_text("not Active")


async def test_pages_of_the_service_open_too_and_run_nothing(page: Page, sandbox: Sandbox) -> None:
    await sandbox.service.post(f"{sandbox.service.url}/p/token")
    await page.locator("#slack-messages a").click()
    await expect(page.frame_locator("#phone-frame").get_by_role("heading")).to_have_text("The service's page")
    assert await page.evaluate("window.hacked") is None
    await sandbox.service.post("https://elsewhere.example/pay")
    await page.get_by_role("link", name="elsewhere").click()
    await expect(page.frame_locator("#phone-frame").locator("p")).to_contain_text("outside of this sandbox")


async def test_a_laptop_shows_three_columns_and_a_phone_one_at_a_time(page: Page, sandbox: Sandbox) -> None:
    url = await sandbox.service.payment_link()
    await sandbox.service.telegram("sendMessage", chat_id=1001, text=url)
    boxes = [await page.locator(f"#{name}").bounding_box() for name in ("slack", "telegram", "phone")]
    rights = [box["x"] + box["width"] for box in boxes if box]
    assert len(rights) == 3
    assert rights == sorted(rights)
    assert rights[-1] <= 1280
    await page.set_viewport_size({"width": 390, "height": 844})
    await expect(page.locator("#slack")).to_be_visible()
    await expect(page.locator("#telegram")).to_be_hidden()
    await page.get_by_role("button", name="Telegram", exact=True).click()
    await expect(page.locator("#slack")).to_be_hidden()
    await page.get_by_role("link", name=url).click()
    await expect(page.frame_locator("#phone-frame").locator(".amount")).to_be_visible()
    assert await page.evaluate("document.documentElement.scrollWidth") == 390
    await sandbox.service.post("news")
    await expect(page.locator("#tab-slack")).to_have_attribute("data-news", "yes")
