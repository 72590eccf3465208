"""A page without Checkout.com and Telegram: other words for paid, links without an amount, other columns."""

from collections.abc import AsyncIterator, Awaitable, Callable

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, expect

from sandbox.app import build_app
from sandbox.clock import Clock
from sandbox.money import CURRENCIES, in_figures
from sandbox.server import listen, serving_on, url_of
from sandbox.standin import World
from tests import loopback
from tests.browser.conftest import opened_by
from tests.standins import paymentkit_rig, yabetoo_rig

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

BACKENDS = ["paymentkit", "yabetoo"]
NOWHERE = "http://127.0.0.1:9"


@pytest_asyncio.fixture(loop_scope="session")
async def shown(browser: Browser) -> AsyncIterator[Page]:
    """The page of a sandbox without Checkout.com; nothing on it may go wrong."""
    listener = listen()
    world = World(Clock(), url_of(listener), NOWHERE)
    context = await opened_by(browser)
    page = await context.new_page()
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    async with serving_on(build_app(world, [*BACKENDS, "slack"]), listener):
        await page.goto(world.url)
        await page.wait_for_selector("#bar-live[data-live=true]")
        yield page
        await context.close()
    assert complaints == []


async def made(page: Page, path: str, key: str, body: dict[str, object]) -> None:
    async with loopback.client(page.url, headers={"Authorization": f"Bearer {key}"}) as client:
        (await client.post(path, json=body)).raise_for_status()


async def of_the_payers_choice(page: Page) -> None:
    body = yabetoo_rig.body(amount=None, minAmount=10, maxAmount=50)
    await made(page, f"/yabetoo{yabetoo_rig.LINKS}", yabetoo_rig.KEY, body)


async def that_saves_a_card(page: Page) -> None:
    body = paymentkit_rig.body(mode="setup", line_items=None)
    await made(page, f"/paymentkit{paymentkit_rig.LINKS}", paymentkit_rig.KEY, body)


@pytest.mark.parametrize("make", [of_the_payers_choice, that_saves_a_card])
async def test_a_link_without_an_amount_is_announced_and_can_befall_what_needs_none(
    shown: Page, make: Callable[[Page], Awaitable[None]]
) -> None:
    await make(shown)
    await expect(shown.locator("#phone-news-text")).to_have_text("A payment link for you")
    await shown.get_by_role("button", name="Trouble").click()
    panel = shown.get_by_role("complementary", name="Trouble")
    await expect(panel.locator("#trouble-link option")).not_to_contain_text("0.00")
    await expect(panel.get_by_role("button", name="Decline")).to_be_visible()
    await expect(panel.get_by_role("button", name="Pay another amount")).to_have_count(0)


async def test_the_newest_link_is_announced_whichever_backend_made_it_also_once_the_page_is_loaded_again(
    shown: Page,
) -> None:
    await of_the_payers_choice(shown)
    news = shown.locator("#phone-news-text")
    await expect(news).to_have_text("A payment link for you")
    await made(shown, f"/paymentkit{paymentkit_rig.LINKS}", paymentkit_rig.KEY, paymentkit_rig.body())
    for _ in range(2):
        await expect(news).to_contain_text("Please pay")
        await shown.reload()


@pytest.mark.parametrize("backend", BACKENDS)
async def test_the_first_sale_is_followed_at_every_backend(shown: Page, backend: str) -> None:
    rig = {"paymentkit": paymentkit_rig, "yabetoo": yabetoo_rig}[backend]
    await made(shown, f"/{backend}{rig.LINKS}", rig.KEY, rig.body())
    current = shown.locator("#steps [aria-current=step]")
    await expect(current).to_have_text("Pay it")
    async with loopback.client(shown.url) as client:
        links = (await client.get(f"/{backend}/_control/links")).json()["links"]
        body = {"link": links[0]["id"], "outcome": "paid"}
        (await client.post(f"/{backend}/_control/pay", json=body)).raise_for_status()
    await expect(current).to_have_text("Watch the thread")


async def test_amounts_have_the_decimals_that_the_stand_ins_count_in(shown: Page) -> None:
    written = await shown.evaluate(
        """async (currencies) => {
          const { money } = await import("/page/links.js");
          return currencies.map((currency) => money({ amount: 987654, currency }));
        }""",
        sorted(CURRENCIES),
    )
    counted = [in_figures(987654, currency) for currency in sorted(CURRENCIES)]
    assert written == [text.replace(",", "").replace("\N{NO-BREAK SPACE}", " ") for text in counted]


async def test_the_columns_that_are_there_share_the_page(shown: Page) -> None:
    slack, phone = [await shown.locator(f"#{name}").bounding_box() for name in ("slack", "phone")]
    assert slack
    assert phone
    assert (slack["x"], phone["x"] + phone["width"]) == (16, 1280 - 16)
