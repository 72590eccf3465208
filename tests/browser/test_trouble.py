"""The panel "Trouble": what befalls links and the world, and the service that is killed and started."""

import re

import pytest
from playwright.async_api import Locator, Page, expect

from tests.browser.conftest import Sandbox

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


async def trouble(page: Page) -> Locator:
    """The panel, opened."""
    await page.get_by_role("button", name="Trouble").click()
    panel = page.get_by_role("complementary", name="Trouble")
    await expect(panel).to_be_visible()
    return panel


def told(sandbox: Sandbox) -> list[tuple[str, str]]:
    """The events that the service received: type and reference."""
    events = [event for event in sandbox.service.received if "data" in event]
    return [(event["type"], event["data"]["reference"]) for event in events]


async def press(panel: Locator, name: str) -> None:
    """A choice by the beginning of its name."""
    await panel.get_by_role("button", name=re.compile(f"^{name}")).click()


async def test_what_happens_befalls_the_newest_link_or_the_chosen_one(page: Page, sandbox: Sandbox) -> None:
    panel = await trouble(page)
    await expect(panel).to_contain_text("Make one first")
    await sandbox.service.payment_link("PLOLD0000001")
    await sandbox.service.payment_link("PLNEW0000001")
    picker = panel.get_by_label("What happens to this link")
    await expect(picker.locator("option")).to_have_text(
        ["Newest: PLNEW0000001 · 49.90 EUR · Active", "PLOLD0000001 · 49.90 EUR · Active"]
    )
    await press(panel, "Decline")
    await expect(page.locator(".notice")).to_have_text("Decline: PLNEW0000001")
    await picker.select_option(index=1)
    await press(panel, "Pay ?The")
    await expect(picker.locator("option").nth(1)).to_have_text("PLOLD0000001 · 49.90 EUR · Payment Received")
    await expect(picker).to_have_value(re.compile("^pl_"))
    await expect(panel.get_by_role("button", name=re.compile("^Refund"))).to_have_count(2)
    await expect(panel.get_by_role("button", name=re.compile("^Decline"))).to_have_count(0)
    assert told(sandbox) == [
        ("payment_declined", "PLNEW0000001"),
        ("payment_approved", "PLOLD0000001"),
        ("payment_captured", "PLOLD0000001"),
    ]


async def test_half_is_paid_and_half_of_it_goes_back(page: Page, sandbox: Sandbox) -> None:
    await sandbox.service.payment_link()
    panel = await trouble(page)
    await press(panel, "Pay another amount")
    await press(panel, "Refund half")
    await expect(page.locator(".notice").last).to_contain_text("Refund half")
    await press(panel, "Dispute")
    await press(panel, "Dispute")
    await expect(page.locator(".notice").last).to_contain_text("nothing is captured on this link")
    amounts = [(event["type"], event["data"]["amount"]) for event in sandbox.service.received]
    assert amounts[1:3] == [("payment_captured", 2490), ("payment_refunded", 2490)]


async def test_a_link_expires_and_the_service_is_told_to_look(page: Page, sandbox: Sandbox) -> None:
    await sandbox.service.payment_link("PLNEW0000001")
    panel = await trouble(page)
    await press(panel, "Expire now")
    await expect(panel).to_contain_text("Nothing more can happen to it")
    await expect(panel.locator("option")).to_contain_text("Expired")
    assert sandbox.operation.acts == ["look PLNEW0000001"]


async def test_a_day_passes_and_what_expires_by_it_is_looked_at(page: Page, sandbox: Sandbox) -> None:
    await sandbox.service.payment_link("PLNEW0000001")
    panel = await trouble(page)
    await press(panel, "A day passes")
    await expect(panel.locator("option")).to_contain_text("Expired")
    await expect(panel.get_by_role("button", name="A day passes")).to_have_attribute("aria-busy", "false")
    assert sandbox.operation.acts == ["look PLNEW0000001"]


async def test_the_picker_names_the_chat_a_link_was_posted_in(page: Page, sandbox: Sandbox) -> None:
    url = await sandbox.service.payment_link("PLNEW0000001")
    await sandbox.service.telegram("sendMessage", chat_id=1001, text=f"PLNEW0000001 {url}")
    panel = await trouble(page)
    await expect(panel.locator("option")).to_have_text("Newest: PLNEW0000001 · 49.90 EUR · Active · Telegram")


async def test_a_storm_is_seen_and_can_be_ended(page: Page, sandbox: Sandbox) -> None:
    async def post() -> int:
        url = f"{sandbox.service.env['PAYLINK_SLACK_API_URL']}chat.postMessage"
        return (await sandbox.service.client.post(url)).status_code

    count = page.locator("#trouble-count")
    await expect(count).to_be_hidden()
    panel = await trouble(page)
    storm = panel.get_by_role("button", name="429 in both chats")
    await storm.click()
    await expect(storm).to_have_attribute("aria-pressed", "true")
    await expect(storm).to_contain_text(re.compile(r"ends in (20|1\d) s"))
    await expect(count).to_have_text("1")
    assert await post() == 429
    await storm.click()
    await expect(storm).to_have_attribute("aria-pressed", "false")
    await expect(count).to_be_hidden()
    assert await post() == 200


async def test_the_service_is_killed_and_started_again(page: Page, sandbox: Sandbox) -> None:
    panel = await trouble(page)
    await press(panel, "Kill the service")
    down = page.get_by_role("alert").filter(has_text="Service is down")
    await expect(down).to_be_visible()
    await expect(page.locator("#trouble-count")).to_have_text("1")
    await expect(panel.get_by_role("button", name=re.compile("^Start the service"))).to_be_focused()
    sandbox.operation.trouble = "the service did not start:\nlog"
    await down.get_by_role("button", name="Start it again").click()
    await expect(page.locator(".notice")).to_have_text("the service did not start")
    sandbox.operation.trouble = ""
    await down.get_by_role("button", name="Start it again").click()
    await expect(down).to_be_hidden()
    await expect(page.locator("#trouble-count")).to_be_hidden()
    assert sandbox.operation.acts == ["kill", "start"]


async def test_escape_closes_the_panel_and_returns_the_focus(page: Page) -> None:
    panel = await trouble(page)
    await page.keyboard.press("Escape")
    await expect(panel).to_be_hidden()
    await expect(page.get_by_role("button", name="Trouble")).to_be_focused()
