"""A visitor picks any backend: each has its own hosted page, and its own test data to fill in there."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser, BrowserContext, Page, expect

from adapters.backends import BACKENDS
from bot.commands.demo import demo
from tests import loopback
from tests.browser.conftest import opened_by

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.asyncio(loop_scope="session")]
PATIENCE_MS = 20_000
AMOUNTS = {"yabetoo": "13,000 XAF", "eximpe": "14.00 INR", "costplus": "15.00 EUR", "paymentkit": "16.00 EUR"}
ASKED = {
    "eximpe": {
        "telephone number": "+919812345678",
        "customer's name": "Jane Doe",
        "street and number": "12 MG Road",
        "Which city": "Pune",
        "Which state": "Maharashtra",
        "postal code": "411001",
    }
}
CHIPS = {"eximpe": "UPI"}  # which is then approved in the payer's app


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def visited(browser: Browser) -> AsyncIterator[Page]:
    """The page of a demo that offers them all."""
    context = await opened_by(browser)
    context.set_default_timeout(PATIENCE_MS)
    expect.set_options(timeout=PATIENCE_MS)
    page = await context.new_page()
    async with demo("checkout", 0, [name for name in BACKENDS if name != "checkout"]) as running:
        async with loopback.client(running.sandbox_url) as client:
            limits = await client.post("/telegram/_control/limits", json={"on": False})
            limits.raise_for_status()
        await page.goto(running.sandbox_url)
        await page.wait_for_selector("#bar-live[data-live=true]")
        yield page
        await context.close()


EDGES = """() => {
  const [ground, ...edges] = [document.querySelector("main"), ...document.querySelectorAll("input[id]")]
    .map((node, at) => getComputedStyle(node)[at ? "borderTopColor" : "backgroundColor"]);
  const linear = (part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4);
  const light = (colour) => {
    const [red, green, blue] = colour.match(/\\d+/g).map((part) => linear(part / 255));
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue + 0.05;
  };
  return edges.map((edge) => light(ground) / light(edge));
}"""


async def assert_usable_by_everybody(browser: BrowserContext, address: str) -> None:
    """The hosted page in a tab of its own; the edges of its fields are seen, three to one at least."""
    page = await browser.new_page()
    await page.goto(address)
    assert (await Axe().run(page)).response["violations"] == []
    edges = await page.evaluate(EDGES)
    assert edges
    assert min(edges) >= 3
    await page.close()


async def say(page: Page, text: str) -> None:
    await page.fill("#telegram-text", text)
    await page.press("#telegram-text", "Enter")


@pytest.mark.parametrize("backend", BACKENDS)
async def test_a_sale_through_each_backend_on_its_own_page(visited: Page, backend: str) -> None:
    amount = AMOUNTS.get(backend, "12.00 EUR")
    telegram = visited.locator("#telegram-messages")
    await say(visited, f"/paylink {amount} jane@example.com via {backend}")
    for question, answer in ASKED.get(backend, {}).items():
        await expect(telegram.get_by_text(question).last).to_be_visible()
        await say(visited, answer)
    await (
        telegram.locator(".turn", has_text=f"Amount: {amount}")
        .get_by_role("button", name="Create link")
        .click()
    )
    waiting = telegram.locator(".turn", has_text=f"Waiting for payment of {amount}").first
    await waiting.get_by_text("Open link").click()
    phone = visited.frame_locator("#phone-frame")
    await expect(visited.locator("#phone-address")).to_contain_text(f"/{backend}/")
    await assert_usable_by_everybody(
        visited.context, str(await visited.locator("#phone-address").get_attribute("title"))
    )
    chip = visited.locator("#phone-cards").get_by_role("button", name=CHIPS.get(backend, "Paid"))
    await chip.click()
    fields = phone.locator("input:visible:not([type=hidden]):not([type=radio])")
    await expect(fields.first).not_to_be_empty()
    await phone.locator("form:has(input:visible) button:visible").first.click()
    if backend in CHIPS:
        await phone.get_by_role("button", name="Approve").click()
    await expect(telegram.locator(".turn").last).to_contain_text("Paid")
    await expect(phone.get_by_role("heading").first).to_contain_text("successful")
