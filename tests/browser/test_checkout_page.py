"""The hosted page of Checkout.com's stand-in alone, in a browser: paying as a customer does."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser, Page, expect
from starlette.applications import Starlette

from sandbox.checkout.standin import CheckoutStandIn
from sandbox.clock import Clock
from sandbox.mounting import mount
from sandbox.server import listen, serving_on, url_of
from sandbox.standin import World
from tests.standins.checkout_rig import Rig

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

PHONE, DESK = {"width": 390, "height": 844}, {"width": 1280, "height": 800}
GOOD, POOR = "4242 4242 4242 4242", "4544 2491 6767 3670"
DUTCH = {"billing": {"address": {"country": "NL"}}, "return_url": "https://shop.example.com/thanks"}


@pytest_asyncio.fixture(loop_scope="session")
async def rig() -> AsyncIterator[Rig]:
    """The stand-in alone; nobody takes its webhooks."""
    listener = listen()
    world = World(Clock(), url_of(listener), "http://127.0.0.1:9")
    standin = CheckoutStandIn(world)
    rig = Rig(standin, world, asyncio.Event())
    background = asyncio.create_task(standin.run())
    async with serving_on(Starlette(routes=[mount(standin, world)]), listener), rig.api, rig.browser:
        yield rig
    background.cancel()
    await asyncio.gather(background, return_exceptions=True)


@pytest_asyncio.fixture(loop_scope="session", params=["phone light", "desk dark"])
async def page(browser: Browser, request: pytest.FixtureRequest) -> AsyncIterator[Page]:
    """A browser that runs no scripts."""
    viewport, scheme = (PHONE, "light") if request.param == "phone light" else (DESK, "dark")
    context = await browser.new_context(viewport=viewport, color_scheme=scheme, java_script_enabled=False)
    opened = await context.new_page()
    opened.set_default_timeout(5000)
    yield opened
    await context.close()


async def open_link(page: Page, rig: Rig, **changes: Any) -> dict[str, Any]:
    given = {"description": "Invoice 4417", "display_name": "Corner Coffee"} | changes
    link = await rig.link(**given)
    await page.goto(link["_links"]["redirect"]["href"])
    return link


async def pay_by_card(page: Page, number: str) -> None:
    await page.get_by_label("Card number").fill(number)
    await page.get_by_label("Expiry date").fill("12/39")
    await page.get_by_label("Security code").fill("123")
    await page.get_by_role("button", name="Pay").click()


async def test_a_customer_sees_what_is_asked_and_pays(page: Page, rig: Rig) -> None:
    link = await open_link(page, rig, **DUTCH)
    await expect(page).to_have_title("Pay Corner Coffee")
    for text in ("Corner Coffee", "49.90", "Invoice 4417", "PL7F3K9Q", "no real money"):
        await expect(page.get_by_text(text).first).to_be_visible()
    await page.get_by_label("Card", exact=True).check()
    await pay_by_card(page, GOOD)
    await expect(page.get_by_role("heading", name="Payment successful")).to_be_visible()
    back = page.get_by_role("link", name="Return to Corner Coffee")
    await expect(back).to_have_attribute("href", "https://shop.example.com/thanks")
    await page.goto(link["_links"]["redirect"]["href"])
    await expect(page.get_by_role("heading")).to_have_text("This link has been paid")


async def test_a_mistake_is_told_at_its_field_and_a_decline_above_the_form(page: Page, rig: Rig) -> None:
    link = await open_link(page, rig)
    await pay_by_card(page, "4111 1111 1111 1111")
    number = page.get_by_label("Card number")
    await expect(number).to_have_attribute("aria-invalid", "true")
    await expect(number).to_have_accessible_description(
        "This is not one of the test cards. Choose one from the list below."
    )
    await expect(page.get_by_label("Expiry date")).not_to_have_attribute("aria-invalid", "true")
    await pay_by_card(page, POOR)
    await expect(page.get_by_role("alert")).to_have_text(
        "There is not enough money on this card. Try another one."
    )
    await expect(number).to_have_value("")
    await pay_by_card(page, GOOD)
    await expect(page.get_by_role("heading", name="Payment successful")).to_be_visible()
    assert (await rig.get("/payments?reference=PL7F3K9Q"))["total_count"] == 2
    assert (await rig.get(f"/payment-links/{link['id']}"))["status"] == "Payment Received"


async def test_the_test_cards_are_listed_with_what_becomes_of_them(page: Page, rig: Rig) -> None:
    await open_link(page, rig)
    rows = page.get_by_role("row")
    await expect(rows).to_have_count(0)
    await page.get_by_text("Test cards").click()
    await expect(rows).to_have_count(13)
    await expect(rows.filter(has_text="4544 2491 6767 3670")).to_contain_text("Insufficient Funds (20051)")


async def test_a_card_is_confirmed_at_the_bank(page: Page, rig: Rig) -> None:
    await open_link(page, rig, **{"3ds": {"enabled": True}})
    await pay_by_card(page, GOOD)
    await expect(page.get_by_role("heading")).to_have_text("Confirm that it is you")
    await page.get_by_role("button", name="Give a wrong code").click()
    await expect(page.get_by_role("alert")).to_contain_text("could not confirm that it is you")
    await pay_by_card(page, GOOD)
    await page.get_by_role("button", name="Cancel").click()
    await expect(page.get_by_role("alert")).to_be_visible()
    await pay_by_card(page, GOOD)
    await page.get_by_role("button", name="Approve").click()
    await expect(page.get_by_role("heading", name="Payment successful")).to_be_visible()


async def test_another_method_hides_the_card_and_ends_when_the_bank_has_paid(page: Page, rig: Rig) -> None:
    await open_link(page, rig, **DUTCH)
    await expect(page.get_by_label("Card number")).to_be_visible()
    await page.get_by_label("iDEAL").check()
    await expect(page.get_by_label("Card number")).to_be_hidden()
    await page.get_by_role("button", name="Pay").click()
    await page.get_by_role("button", name="Approve").click()
    await expect(page.get_by_role("heading")).to_have_text("Your payment is being processed")
    await rig.control("clock", advance_s=6)
    await page.reload()
    await expect(page.get_by_role("heading", name="Payment successful")).to_be_visible()
    await expect(page.get_by_text("iDEAL")).to_be_visible()


async def test_no_page_is_wider_than_the_screen(page: Page, rig: Rig) -> None:
    await open_link(page, rig, description="x" * 100, display_name="y" * 80, amount=999_999_999)
    await page.get_by_text("Test cards").click()
    main = await page.get_by_role("main").bounding_box()
    button = await page.get_by_role("button", name="Pay").bounding_box()
    assert main
    assert button
    assert main["x"] >= 0
    assert main["x"] + main["width"] <= (page.viewport_size or DESK)["width"]
    assert button["height"] >= 44, "large enough for a thumb"


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_every_page_can_be_used_by_everybody(browser: Browser, rig: Rig, scheme: str) -> None:
    context = await browser.new_context(viewport=PHONE, color_scheme=scheme)
    page = await context.new_page()

    async def is_fine() -> None:
        found = (await Axe().run(page)).response
        assert found["passes"]
        assert [(one["id"], one["nodes"][0]["html"]) for one in found["violations"]] == []

    link = await open_link(page, rig, **DUTCH, **{"3ds": {"enabled": True}})
    await page.get_by_text("Test cards").click()
    await is_fine()
    await page.get_by_role("button", name="Pay").click()
    await is_fine()
    await pay_by_card(page, GOOD)
    await is_fine()
    await page.get_by_role("button", name="Approve").click()
    await is_fine()
    await page.goto(link["_links"]["redirect"]["href"])
    await is_fine()
    await open_link(page, rig, locale="ar", **DUTCH)
    await is_fine()
    await page.get_by_label("iDEAL").check()
    await page.get_by_role("button", name="Pay").click()
    await is_fine()
    await context.close()
