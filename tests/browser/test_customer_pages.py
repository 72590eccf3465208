"""Customer pages in a browser: readable on a phone by everybody, in both schemes, with nothing refused."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser, Page, expect
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from adapters.web.customers import customer_pages
from bot.delivery import customer_page
from bot.delivery.customer_page import Situation, page_of, page_without_link
from bot.links.lifecycle import Headline
from bot.ports.model import Mode
from bot.texts import LANGUAGES, Texts
from sandbox.server import serving
from tests.unit.headlines import HEADLINES
from tests.unit.records import link

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

PHONE, NARROW = {"width": 390, "height": 844}, {"width": 320, "height": 640}
LOGO = '<svg xmlns="http://www.w3.org/2000/svg" width="40" height="40"><circle cx="20" cy="20" r="20"/></svg>'
LONG = "Northwind " + "x" * 90
WITHOUT_LINK = (Situation.UNKNOWN, Situation.BUSY)


def of_headline(texts: Texts, name: str) -> customer_page.Page:
    of, payments, _, _ = HEADLINES[Headline(name)]
    found = page_of(texts, LONG, of, payments, (), mode=Mode.TEST)
    assert isinstance(found, customer_page.Page)
    return found


# A page of each kind, once.
NAMES = [*{of_headline(Texts("en"), name).situation: str(name) for name in HEADLINES}.values(), *WITHOUT_LINK]


async def find(token: str) -> customer_page.Page:
    """The page of a headline, or of an address without a link, in a language: `fr-paid`."""
    language, _, name = token.partition("-")
    texts = Texts(language)
    return (
        page_without_link(texts, LONG, Situation(name)) if name in WITHOUT_LINK else of_headline(texts, name)
    )


@pytest_asyncio.fixture(loop_scope="session")
async def address() -> AsyncIterator[str]:
    async with serving(Starlette(routes=[customer_pages(find)])) as url:
        yield f"{url}/p"


@pytest_asyncio.fixture(loop_scope="session", params=["light", "dark"])
async def page(browser: Browser, request: pytest.FixtureRequest) -> AsyncIterator[Page]:
    """A phone that complains of nothing in its console."""
    context = await browser.new_context(viewport=PHONE, color_scheme=request.param)
    opened, complaints = await context.new_page(), list[str]()
    opened.on("console", lambda message: complaints.append(message.text))
    yield opened
    await context.close()
    assert [one for one in complaints if "the server responded with a status of" not in one] == []


async def test_every_page_can_be_used_by_everybody(page: Page, address: str) -> None:
    for name in NAMES:
        await page.goto(f"{address}/en-{name}")
        found = (await Axe().run(page)).response
        assert found["passes"]
        wrong = [(one["id"], one["nodes"][0]["html"]) for one in found["violations"]]
        assert wrong == [], name


async def test_no_page_is_wider_than_the_screen_or_small_to_read(page: Page, address: str) -> None:
    for size in (PHONE, NARROW):
        await page.set_viewport_size(size)  # type: ignore[arg-type]
        for name in [f"{language}-{name}" for language in LANGUAGES for name in NAMES]:
            await page.goto(f"{address}/{name}")
            assert await page.evaluate("document.documentElement.scrollWidth") == size["width"], name
            sizes = "[...document.querySelectorAll('main *')].map((one) => getComputedStyle(one).fontSize)"
            assert min(float(text.removesuffix("px")) for text in await page.evaluate(sizes)) >= 16


async def test_a_customer_reads_what_is_the_case(page: Page, address: str) -> None:
    await page.goto(f"{address}/en-paid")
    await expect(page).to_have_title(f"Paid, thank you - {LONG}")
    await expect(page.get_by_role("heading", level=1)).to_have_text("Paid, thank you")
    for words in ("49.90 EUR", link().id, "TEST: no real money moves"):
        await expect(page.get_by_text(words, exact=True)).to_be_visible()
    assert await page.evaluate("document.documentElement.lang") == "en"


async def test_the_style_is_the_one_that_the_policy_allows(page: Page, address: str) -> None:
    grounds = {"light": "rgb(255, 255, 255)", "dark": "rgb(21, 31, 47)"}
    await page.goto(f"{address}/en-unknown")
    scheme = "matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light'"
    ground = await page.evaluate("getComputedStyle(document.querySelector('main')).backgroundColor")
    assert ground == grounds[await page.evaluate(scheme)]


async def test_a_logo_is_seen_above_the_name_and_is_not_told_the_page(page: Page) -> None:
    asked: list[Request] = []

    async def logo(request: Request) -> Response:
        asked.append(request)
        return Response(LOGO, media_type="image/svg+xml")

    async with serving(Starlette(routes=[Route("/logo.svg", logo)])) as place:
        pages = Starlette(routes=[customer_pages(find, f"{place}/logo.svg")])
        async with serving(pages) as url:
            await page.goto(f"{url}/p/en-paid")
            assert await page.evaluate("document.querySelector('img').naturalWidth") == 40
            assert (await Axe().run(page)).response["violations"] == []
    assert [request.headers.get("referer") for request in asked] == [None]
