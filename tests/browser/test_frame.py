"""The page around its columns: sizes, light and dark, the first steps, a sandbox that is started again."""

import asyncio
import contextlib

import pytest
from playwright.async_api import Browser, Locator, Page, Route, expect

from sandbox.app import build_app
from sandbox.clock import Clock
from sandbox.server import reserve, serving, url_of
from sandbox.standin import World
from tests.browser.conftest import NAMES, Sandbox, opened_by

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

GROUND = "getComputedStyle(document.body).backgroundColor"
NOWHERE = "http://127.0.0.1:9"
PATIENCE_MS = 15_000


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


async def test_dark_follows_the_system_until_it_is_switched_and_the_switch_is_remembered(page: Page) -> None:
    light = await page.evaluate(GROUND)
    switch = page.get_by_role("button", name="Dark")
    await page.emulate_media(color_scheme="dark")
    dark = await page.evaluate(GROUND)
    assert dark != light
    await expect(switch).to_have_attribute("aria-pressed", "true")
    await switch.click()
    assert await page.evaluate(GROUND) == light
    await page.reload()
    assert await page.evaluate(GROUND) == light
    await expect(switch).to_have_attribute("aria-pressed", "false")
    await switch.click()
    await page.emulate_media(color_scheme="light")
    assert await page.evaluate(GROUND) == light


async def test_the_page_on_the_phone_is_as_dark_as_all_else(page: Page, sandbox: Sandbox) -> None:
    await page.get_by_role("button", name="Dark").click()
    await sandbox.service.payment_link()
    await page.locator("#phone-news").click()
    phone = page.frame_locator("#phone-frame").locator("main")
    switched = await phone.evaluate("node => getComputedStyle(node).color")
    await page.get_by_role("button", name="Dark").click()
    assert await phone.evaluate("node => getComputedStyle(node).color") != switched


async def test_the_first_sale_is_followed_step_by_step(page: Page, sandbox: Sandbox) -> None:
    steps = page.get_by_role("list", name="Your first sale")
    current, done = steps.locator("[aria-current=step]"), steps.locator("[data-done=true]")
    await expect(current).to_have_text("Make a link")
    await sandbox.service.payment_link()
    await expect(current).to_have_text("Pay it")
    body = {"link": "PLTEST000001", "outcome": "paid"}
    await sandbox.service.client.post(f"{sandbox.url}/checkout/_control/pay", json=body)
    await expect(current).to_have_text("Watch the thread")
    await sandbox.service.post("Paid")
    await expect(done).to_have_count(3)
    await expect(steps).to_be_hidden()
    await page.reload()
    await expect(page.locator("#bar-live")).to_have_text("Live")
    await expect(steps).to_be_hidden()


async def test_a_thread_that_tells_at_once_is_the_last_step(page: Page, sandbox: Sandbox) -> None:
    done = await _to_be_paid(page, sandbox)
    is_read, has_told = asyncio.Event(), asyncio.Event()

    async def hold(route: Route) -> None:
        answer = await route.fetch()
        is_read.set()
        await has_told.wait()
        await route.fulfill(response=answer)

    await page.route("**/checkout/_control/links*", hold)
    await sandbox.service.post("good morning")
    await asyncio.wait_for(is_read.wait(), 5)
    await _paid_and_told(sandbox)
    async with page.expect_response(
        "**/slack/_control/messages?*"
    ):  # the payment and what was said, together
        has_told.set()
    await expect(done).to_have_count(3)


async def test_what_is_told_while_the_thread_is_read_is_the_last_step(page: Page, sandbox: Sandbox) -> None:
    done = await _to_be_paid(page, sandbox)
    is_asked, has_told = asyncio.Event(), asyncio.Event()

    async def hold(route: Route) -> None:
        is_asked.set()
        await has_told.wait()
        await route.continue_()

    await page.route("**/slack/_control/messages?*", hold)
    await sandbox.service.post("good morning")
    await asyncio.wait_for(is_asked.wait(), 5)
    await _paid_and_told(sandbox)
    has_told.set()
    await expect(done).to_have_count(3)


async def test_the_page_is_live_once_it_has_read_what_there_is(page: Page) -> None:
    may_read = asyncio.Event()

    async def hold(route: Route) -> None:
        await may_read.wait()
        await route.continue_()

    await page.route("**/slack/_control/messages?*", hold)
    async with page.expect_request("**/slack/_control/messages?*"):
        await page.reload()
    await expect(page.locator("#bar-live")).not_to_have_text("Live")
    may_read.set()
    await expect(page.locator("#bar-live")).to_have_text("Live")


async def test_the_page_finds_a_sandbox_that_was_started_again(browser: Browser) -> None:
    context = await opened_by(browser)
    page = await context.new_page()
    reserved = reserve()
    world = World(Clock(), url_of(reserved), NOWHERE)
    port = reserved.getsockname()[1]
    async with contextlib.AsyncExitStack() as first:
        first.enter_context(reserved)
        await first.enter_async_context(serving(build_app(world, NAMES), port))
        await page.goto(world.url)
        await expect(page.locator("#bar-live")).to_have_text("Live")
        await page.evaluate("document.body.dataset.marked = 'before'")
    await expect(page.locator("#bar-live")).to_have_text("Reconnecting")
    async with serving(build_app(World(Clock(), world.url, NOWHERE), NAMES), port):
        marked = page.locator("body[data-marked]")
        await expect(marked).to_have_count(0, timeout=PATIENCE_MS)
        await expect(page.locator("#bar-live")).to_have_text("Live")
        await context.close()


async def test_every_column_offers_one_thing_to_press_first(page: Page) -> None:
    for chat in ("slack", "telegram"):
        first = page.locator(f"#{chat}-empty .suggestion").first
        colours = await first.evaluate("node => [getComputedStyle(node).backgroundColor, node.textContent]")
        second = page.locator(f"#{chat}-empty .suggestion").nth(1)
        assert colours[0] != await second.evaluate("node => getComputedStyle(node).backgroundColor")


async def test_three_columns_are_shown_only_where_each_has_room_to_write_in(page: Page) -> None:
    for width in (1000, 1280):
        await page.set_viewport_size({"width": width, "height": 700})
        box = await page.locator("#telegram-text").bounding_box()
        assert box
        assert box["width"] >= 90, width
    await page.set_viewport_size({"width": 999, "height": 700})
    await expect(page.locator("#tabs")).to_be_visible()


async def test_a_laptop_at_twice_the_size_shows_nothing_on_top_of_another(page: Page) -> None:
    await page.set_viewport_size({"width": 640, "height": 400})
    for chat in ("slack", "telegram"):
        await page.locator(f"#tab-{chat}").click()
        await page.locator(f"#{chat}-text").click()  # refused where something else is hit
        await page.locator(f"#{chat}-empty .suggestion").last.scroll_into_view_if_needed()
        scene = await page.locator(f"#{chat} .scene").bounding_box()
        offered = await page.locator(f"#{chat}-empty .suggestion").last.bounding_box()
        assert scene
        assert offered
        assert offered["y"] + offered["height"] <= scene["y"] + scene["height"]


async def _to_be_paid(page: Page, sandbox: Sandbox) -> Locator:
    """There is a link; gives the steps of the first sale that are done."""
    await sandbox.service.payment_link()
    steps = page.get_by_role("list", name="Your first sale")
    await expect(steps.locator("[aria-current=step]")).to_have_text("Pay it")
    return steps.locator("[data-done=true]")


async def _paid_and_told(sandbox: Sandbox) -> None:
    body = {"link": "PLTEST000001", "outcome": "paid"}
    await sandbox.service.client.post(f"{sandbox.url}/checkout/_control/pay", json=body)
    await sandbox.service.post("Paid")
