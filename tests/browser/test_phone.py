"""The customer's phone: what is opened, filled in and paid there."""

import pytest
from playwright.async_api import Page, expect

from tests.browser.conftest import Sandbox

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


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
    assert len(page.context.pages) == 1


async def test_pages_of_the_service_open_too_and_run_nothing(page: Page, sandbox: Sandbox) -> None:
    await sandbox.service.post(f"{sandbox.service.url}/p/token")
    await page.locator("#slack-messages a").click()
    await expect(page.frame_locator("#phone-frame").get_by_role("heading")).to_have_text("The service's page")
    assert await page.evaluate("window.hacked") is None
    await sandbox.service.post("https://elsewhere.example/pay")
    await page.get_by_role("link", name="elsewhere").click()
    await expect(page.frame_locator("#phone-frame").locator("p")).to_contain_text("outside of this sandbox")


async def test_a_new_link_is_announced_until_it_is_opened(page: Page, sandbox: Sandbox) -> None:
    announced = page.get_by_role("button", name="Please pay 49.90 EUR")
    await expect(page.locator("#phone-news")).to_be_hidden()
    await sandbox.service.payment_link()
    await announced.click()
    phone = page.frame_locator("#phone-frame")
    await expect(phone.locator(".amount")).to_contain_text("49.90")
    await expect(announced).to_be_hidden()


async def test_whoever_opens_the_announced_page_by_the_keyboard_is_on_it(
    page: Page, sandbox: Sandbox
) -> None:
    await sandbox.service.payment_link()
    await page.get_by_role("button", name="Please pay 49.90 EUR").press("Enter")
    await expect(page.frame_locator("#phone-frame").locator(".amount")).to_contain_text("49.90")
    await expect(page.locator("#phone-frame")).to_be_focused()
    await page.keyboard.press("Tab")
    await expect(page.frame_locator("#phone-frame").locator(":focus")).to_have_count(1)


@pytest.mark.parametrize(
    ("chip", "said"), [("Paid", "Payment successful"), ("Declined", "not enough money on this card")]
)
async def test_a_test_card_fills_in_the_form(page: Page, sandbox: Sandbox, chip: str, said: str) -> None:
    button = page.get_by_role("group", name="Test cards").get_by_role("button", name=chip)
    await expect(button).to_have_attribute("aria-disabled", "true")
    await sandbox.service.payment_link()
    await page.locator("#phone-news").click()
    await expect(button).to_have_attribute("aria-disabled", "false")
    await button.click()
    phone = page.frame_locator("#phone-frame")
    await expect(phone.get_by_role("button", name="Pay")).to_be_focused()
    await page.keyboard.press("Enter")
    await expect(phone.get_by_text(said)).to_be_visible()


async def test_the_bank_asks_whether_it_is_the_cardholder(page: Page, sandbox: Sandbox) -> None:
    await sandbox.service.payment_link()
    await page.locator("#phone-news").click()
    phone = page.frame_locator("#phone-frame")
    await expect(phone.get_by_label("Card number")).to_be_visible()
    await page.get_by_role("button", name="3DS").click()
    await expect(phone.get_by_role("button", name="Pay")).to_be_focused()
    await page.keyboard.press("Enter")
    await expect(phone.get_by_role("heading", name="Confirm that it is you")).to_be_visible()
    await expect(page.get_by_role("button", name="Paid")).to_have_attribute("aria-disabled", "true")


async def test_back_goes_to_the_page_before_and_from_the_first_one_home(page: Page, sandbox: Sandbox) -> None:
    url = await sandbox.service.payment_link()
    await sandbox.service.post(f"{url} {sandbox.service.url}/p/token")
    links = page.locator("#slack-messages a")
    await links.nth(0).click()
    address = page.locator("#phone-address")
    await expect(address).to_contain_text("/pay/")
    await links.nth(1).click()
    await expect(address).to_contain_text("/p/token")
    back = page.get_by_role("button", name="Back")
    await back.click()
    await expect(page.frame_locator("#phone-frame").locator(".amount")).to_be_visible()
    await back.click()
    await expect(address).to_have_text("no page open")
    await expect(page.locator("#phone-empty")).to_be_visible()
    await expect(back).to_have_attribute("aria-disabled", "true")


async def test_a_page_is_loaded_again_when_its_link_has_changed(page: Page, sandbox: Sandbox) -> None:
    url = await sandbox.service.payment_link()
    await page.locator("#phone-news").click()
    phone = page.frame_locator("#phone-frame")
    await expect(phone.locator(".amount")).to_be_visible()
    body = {"link": url, "outcome": "paid"}
    await sandbox.service.client.post(f"{sandbox.url}/checkout/_control/pay", json=body)
    await expect(phone.get_by_role("heading", name="This link has been paid")).to_be_visible()
