"""What `make demo` promises: a whole sale in each chat, on the page, with the real service behind it."""

import pytest
from playwright.async_api import Browser, Page, expect

from bot.commands.demo import demo
from tests.browser.conftest import opened_by

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.asyncio(loop_scope="session")]
PATIENCE_MS = 15_000
COMMAND = "/paylink 49.90 EUR jane@example.com Invoice 12"


async def pay(page: Page) -> None:
    """Pay on the customer's phone with the card that is accepted."""
    phone = page.frame_locator("iframe")
    await expect(phone.get_by_text("49.90").first).to_be_visible()
    await phone.get_by_label("Card number").fill("4242 4242 4242 4242")
    await phone.get_by_label("Expiry").fill("12/30")
    await phone.get_by_label("Security code").fill("123")
    await phone.get_by_role("button", name="Pay").click()


async def test_a_sale_in_both_chats(browser: Browser) -> None:
    context = await opened_by(browser)
    context.set_default_timeout(PATIENCE_MS)
    expect.set_options(timeout=PATIENCE_MS)
    page = await context.new_page()
    async with demo("checkout", 0) as running:
        await page.goto(running.sandbox_url)

        await page.fill("#slack-text", "/paylink")
        await page.press("#slack-text", "Enter")
        await page.get_by_label("Amount").fill("49.90")
        await page.get_by_label("Customer's e-mail").fill("jane@example.com")
        await page.get_by_role("button", name="Create link").click()
        slack = page.locator("#slack-messages")
        await expect(slack).to_contain_text("Waiting for payment of 49.90 EUR")
        await expect(page.get_by_text("ready and posted in the channel")).to_be_visible()
        await page.get_by_role("button", name="Close").last.click()
        await slack.get_by_text("Open link").click()
        await pay(page)
        paid = "Paid 49.90 EUR"  # on the card, and where only Alice sees it
        await expect(slack.get_by_role("heading")).to_contain_text([paid, paid])
        await expect(slack).to_contain_text("@Alice (TEST) Paid 49.90 EUR")

        await page.fill("#telegram-text", COMMAND)
        await page.press("#telegram-text", "Enter")
        telegram = page.locator("#telegram-messages")
        await telegram.get_by_text("Create link").click()
        await expect(telegram).to_contain_text("Waiting for payment of 49.90 EUR")
        await telegram.get_by_text("Open link").click()
        await pay(page)
        await expect(telegram).to_contain_text("✅ Paid 49.90 EUR")
        await context.close()
