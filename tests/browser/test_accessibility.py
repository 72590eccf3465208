"""Nothing on the page keeps anybody from using it: axe finds no violation in any state that matters."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Page, expect

from tests.browser.conftest import Sandbox
from tests.browser.fake_service import mrkdwn, plain

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
PHONE = {"width": 390, "height": 844}
NARROW = {"width": 320, "height": 640}
BLOCKS: list[dict[str, Any]] = [
    {"type": "header", "text": plain("Paid")},
    {
        "type": "section",
        "text": mrkdwn("*49.90 EUR* from <@U0ALICE> `code`"),
        "fields": [mrkdwn("*To*\nJane")],
    },
    {"type": "context", "elements": [mrkdwn("see https://b.example/y")]},
    {
        "type": "actions",
        "elements": [
            {"type": "button", "text": plain("Go"), "action_id": "go", "style": "primary"},
            {"type": "button", "text": plain("Cancel"), "action_id": "no", "style": "danger"},
        ],
    },
]


async def empty(page: Page, sandbox: Sandbox) -> None:
    await expect(page.locator("#slack-empty")).to_be_visible()


async def modal(page: Page, sandbox: Sandbox) -> None:
    await page.fill("#slack-text", "/paylink")
    await page.press("#slack-text", "Enter")
    await expect(page.get_by_role("dialog")).to_be_visible()


async def messages(page: Page, sandbox: Sandbox) -> None:
    root = await sandbox.service.post("in short", blocks=BLOCKS)
    await sandbox.service.post("below", thread_ts=root)
    keyboard = {"inline_keyboard": [[{"text": "Create", "callback_data": "c"}]]}
    text = "<b>Paid</b> <code>PL1</code> https://b.example/"
    await sandbox.service.telegram(
        "sendMessage", chat_id=1001, text=text, parse_mode="HTML", reply_markup=keyboard
    )
    await expect(page.locator("#slack-messages")).to_contain_text("below")
    await expect(page.locator("#telegram-messages")).to_contain_text("Create")


async def trouble(page: Page, sandbox: Sandbox) -> None:
    await sandbox.service.payment_link()
    await page.click("#bar-trouble")
    await page.get_by_role("button", name="429 in both chats").click()
    await page.get_by_role("button", name="Kill the service").click()
    await expect(page.locator("#trouble-count")).to_have_text("2")


async def happened(page: Page, sandbox: Sandbox) -> None:
    sandbox.service.webhook_status = 500
    link = await sandbox.service.payment_link()
    body = {"link": link, "outcome": "declined"}
    await sandbox.service.client.post(f"{sandbox.url}/checkout/_control/pay", json=body)
    await page.click("#bar-happened")
    await page.locator("#happened-list summary").first.click()
    await expect(page.get_by_role("button", name="Try now")).to_be_visible()


async def phone(page: Page, sandbox: Sandbox) -> None:
    await sandbox.service.payment_link()
    announced = page.locator("#phone-news")
    await expect(announced).not_to_have_attribute("hidden", "")
    await announced.evaluate("button => button.click()")
    await expect(page.frame_locator("#phone-frame").locator(".amount")).to_be_visible()


STATES: dict[str, Callable[[Page, Sandbox], Awaitable[None]]] = {
    "empty": empty,
    "modal": modal,
    "messages": messages,
    "trouble": trouble,
    "happened": happened,
    "phone": phone,
}


async def violations(page: Page) -> list[str]:
    """What axe finds, once nothing moves any more and nothing pales because it is busy."""
    await expect(page.locator("[aria-busy=true]")).to_have_count(0)
    await page.evaluate("Promise.allSettled(document.getAnimations().map((one) => one.finished))")
    options = {"runOnly": {"type": "tag", "values": TAGS}, "resultTypes": ["violations"]}
    found = (await Axe().run(page, options=options)).response["violations"]
    return [
        f"{one['id']}: {node['target']} {node['failureSummary']}" for one in found for node in one["nodes"]
    ]


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_a_laptop_shows_nothing_that_keeps_anybody_out(
    page: Page, sandbox: Sandbox, state: str, scheme: Any
) -> None:
    await page.emulate_media(color_scheme=scheme)
    await STATES[state](page, sandbox)
    assert await violations(page) == []


@pytest.mark.parametrize("state", STATES)
async def test_a_phone_shows_nothing_that_keeps_anybody_out(page: Page, sandbox: Sandbox, state: str) -> None:
    await page.set_viewport_size(PHONE)
    await STATES[state](page, sandbox)
    assert await violations(page) == []


@pytest.mark.parametrize("state", STATES)
async def test_nothing_is_wider_than_the_narrowest_screen(page: Page, sandbox: Sandbox, state: str) -> None:
    await page.set_viewport_size(NARROW)
    await STATES[state](page, sandbox)
    for tab in await page.locator("#tabs button").all():
        await tab.evaluate("button => button.click()")
        assert await page.evaluate("document.documentElement.scrollWidth") == NARROW["width"]


async def test_the_first_key_leads_past_the_bar(page: Page) -> None:
    await page.keyboard.press("Tab")
    skip = page.get_by_role("link", name="Skip to the chats")
    await expect(skip).to_be_focused()
    await expect(skip).to_be_in_viewport()
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("main")).to_be_focused()
    await page.keyboard.press("Tab")
    assert await page.evaluate("Boolean(document.activeElement.closest('#slack'))")


async def test_every_control_of_the_bar_is_reached_and_shows_its_focus(page: Page, sandbox: Sandbox) -> None:
    reached = []
    await page.keyboard.press("Tab")
    for _ in range(3):
        await page.keyboard.press("Tab")
        focused = page.locator(":focus")
        reached.append(await focused.get_attribute("id"))
        assert await focused.evaluate("node => getComputedStyle(node).outlineStyle") == "solid"
    assert reached == ["bar-trouble", "bar-happened", "scheme"]


async def test_in_colours_that_somebody_has_chosen_it_is_seen_where_one_is_and_what_is_pressed(
    page: Page, sandbox: Sandbox
) -> None:
    await page.emulate_media(forced_colors="active")
    await messages(page, sandbox)
    for current in ("#slack-places [aria-current]", "#telegram-chats [aria-current]", "#tab-slack"):
        lines = await page.eval_on_selector(current, "node => getComputedStyle(node).textDecorationLine")
        assert lines == "underline", current
    await page.focus("#telegram-text")
    line = await page.eval_on_selector("#telegram-composer", "node => getComputedStyle(node).outlineStyle")
    assert line == "solid"
    assert await page.eval_on_selector(".key", "node => getComputedStyle(node).borderStyle") == "solid"
