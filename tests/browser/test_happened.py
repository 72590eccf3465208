"""The drawer "What happened": calls and webhooks as they happen, without their secrets."""

import re

import pytest
from playwright.async_api import Locator, Page, expect

from tests.browser.conftest import Sandbox

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


async def drawer(page: Page) -> Locator:
    """The drawer, opened."""
    await page.get_by_role("button", name="What happened").click()
    opened = page.get_by_role("complementary", name="What happened")
    await expect(opened).to_be_visible()
    return opened


async def befall(sandbox: Sandbox, link: str, outcome: str) -> None:
    url = f"{sandbox.url}/checkout/_control/pay"
    assert (await sandbox.service.client.post(url, json={"link": link, "outcome": outcome})).is_success


def rows(opened: Locator) -> Locator:
    return opened.locator("#happened-list > li")


async def test_calls_and_webhooks_are_listed_newest_first(page: Page, sandbox: Sandbox) -> None:
    opened = await drawer(page)
    await expect(opened).to_contain_text("Nothing yet")
    await sandbox.service.payment_link("PLONE0000001")
    await sandbox.service.post("hello")
    await befall(sandbox, "PLONE0000001", "declined")
    await expect(rows(opened).locator(".who")).to_have_text(
        ["checkout → service", "service → slack", "service → checkout"]
    )
    await expect(rows(opened).first).to_contain_text("payment_declined")


async def test_it_is_filtered_by_who_and_by_link(page: Page, sandbox: Sandbox) -> None:
    await sandbox.service.payment_link("PLONE0000001")
    await sandbox.service.payment_link("PLTWO0000001")
    await sandbox.service.post("PLONE0000001")
    await sandbox.service.telegram("sendMessage", chat_id=1001, text="PLTWO0000001")
    await befall(sandbox, "PLTWO0000001", "declined")
    opened = await drawer(page)
    await expect(rows(opened)).to_have_count(5)
    ways = rows(opened).locator(".who")
    who, link = opened.get_by_label("Who"), opened.get_by_label("Link")
    await link.select_option("PLONE0000001")
    await expect(ways).to_have_text(["service → slack", "service → checkout"])
    await who.select_option("Slack")
    await expect(ways).to_have_text(["service → slack"])
    await link.select_option("All links")
    await who.select_option("Webhooks")
    await expect(ways).to_have_text(["checkout → service"])
    await who.select_option("Telegram")
    await expect(ways).to_have_text(["service → telegram"])


async def test_bodies_are_shown_when_asked_for_and_secrets_never(page: Page, sandbox: Sandbox) -> None:
    service = sandbox.service
    await service.telegram("setWebhook", url=f"{service.url}/telegram/webhook", secret_token="not-a-secret")
    url = await service.payment_link()
    card = {"card_number": "4242 4242 4242 4242", "expiry": "12/30", "cvv": "987"}
    await service.client.post(url, data={"method": "card", **card})
    opened = await drawer(page)
    await expect(rows(opened).filter(has_text="customer → checkout")).to_have_count(1)
    assert await opened.locator("pre").count() == 0
    for way in ("service → telegram", "service → checkout", "customer → checkout"):  # webhooks come meanwhile
        await rows(opened).filter(has_text=way).locator("summary").click()
    bodies = opened.locator("pre")
    await expect(bodies.filter(has_text='"secret_token": "…"')).to_have_count(1)
    await expect(bodies.filter(has_text='"cvv": "…"')).to_have_count(1)
    shown = await opened.inner_text()
    assert '"amount": 4990' in shown
    for secret in ("not-a-secret", "4242 4242", service.env["PAYLINK_TELEGRAM_BOT_TOKEN"]):
        assert secret not in shown
    assert not re.search(r"(?<![\w.])987(?!\w)", shown)  # not as a part of some random id


async def test_a_webhook_is_tried_again_when_asked_for(page: Page, sandbox: Sandbox) -> None:
    await sandbox.service.payment_link()
    opened = await drawer(page)
    sandbox.service.webhook_status = 500
    await befall(sandbox, "PLTEST000001", "declined")
    delivery = rows(opened).first
    await expect(delivery).to_contain_text(re.compile(r"1\. [\d:]+ 500next try in 5 min"))
    sandbox.service.webhook_status = 200
    await delivery.get_by_role("button", name="Try now").click()
    await expect(delivery).to_contain_text(re.compile(r"500.*2\. [\d:]+ 200$"))
    await expect(delivery.locator(".status")).to_have_text("200")


async def test_what_is_read_stays_where_it_is(page: Page, sandbox: Sandbox) -> None:
    await sandbox.service.post("first")
    opened = await drawer(page)
    await rows(opened).first.locator("summary").click()
    place = await rows(opened).first.bounding_box()
    await sandbox.service.post("second")
    await opened.get_by_role("button", name="1 new").click(trial=True)
    assert await rows(opened).first.bounding_box() == place
    await opened.get_by_role("button", name="1 new").click()
    await expect(rows(opened)).to_have_count(2)
    await expect(rows(opened).nth(1).locator("pre")).to_contain_text("first")
    await expect(opened.get_by_role("button", name="new")).to_be_hidden()


async def test_it_stands_beside_the_chats_and_fills_a_phone(page: Page) -> None:
    opened = await drawer(page)
    await opened.evaluate("node => Promise.all(node.getAnimations().map((one) => one.finished))")
    chats = await page.locator("#telegram").bounding_box()
    place = await opened.bounding_box()
    assert chats
    assert place
    assert chats["x"] + chats["width"] <= place["x"] + 1
    await page.set_viewport_size({"width": 390, "height": 844})
    assert await opened.bounding_box() == {"x": 0, "y": 0, "width": 390, "height": 844}
    await page.keyboard.press("Escape")
    await expect(opened).to_be_hidden()
    await expect(page.get_by_role("button", name="What happened")).to_be_focused()


async def test_of_both_drawers_one_is_open_and_neither_covers_a_page_that_is_opened_on_the_phone(
    page: Page, sandbox: Sandbox
) -> None:
    await sandbox.service.payment_link()
    trouble = page.get_by_role("complementary", name="Trouble")
    await page.get_by_role("button", name="Trouble").click()
    await expect(trouble).to_be_visible()
    opened = await drawer(page)
    await expect(trouble).to_be_hidden()
    await expect(opened.get_by_role("button", name="Close what happened")).to_be_focused()
    await page.get_by_role("button", name="Trouble", exact=True).click()
    await expect(opened).to_be_hidden()
    await page.locator("#phone-news").evaluate("button => button.click()")
    await expect(page.frame_locator("#phone-frame").locator(".amount")).to_be_visible()
    await expect(trouble).to_be_hidden()
