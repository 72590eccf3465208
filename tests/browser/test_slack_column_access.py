"""Slack for those who have no mouse, or do not see it: keys alone, and what axe finds in every state."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Page, expect

from tests.browser.conftest import Sandbox
from tests.browser.fake_service import Json, asks, mrkdwn, option, plain
from tests.browser.slack_column import ALICE, QUIET, Column, modal
from tests.browser.test_accessibility import violations

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

OPTIONS = [option("a"), option("b")]
SURE = {"title": plain("Sure?"), "text": mrkdwn("*Really*?"), "confirm": plain("Yes"), "deny": plain("No")}
KINDS: dict[str, Json] = {
    "line": {"type": "plain_text_input", "max_length": 20},
    "lines": {"type": "plain_text_input", "multiline": True},
    "number": {"type": "number_input", "is_decimal_allowed": True},
    "date": {"type": "datepicker"},
    "boxes": {"type": "checkboxes", "options": OPTIONS},
    "radio": {"type": "radio_buttons", "options": OPTIONS},
}
CARD = [
    {"type": "header", "text": plain("Paid :tada:")},
    {
        "type": "section",
        "text": mrkdwn("<@U0ALICE> `code` <#C0QUIET> <https://a.example/>\n> said"),
        "accessory": {"type": "overflow", "options": OPTIONS},
    },
    {
        "type": "actions",
        "elements": [
            {"type": "button", "text": plain("Go"), "style": "primary"},
            {
                "type": "button",
                "text": plain("Cancel"),
                "style": "danger",
                "confirm": {**SURE, "style": "danger"},
            },
            {"type": "static_select", "options": OPTIONS, "placeholder": plain("Letter")},
            {"type": "radio_buttons", "options": OPTIONS},
        ],
    },
]


@pytest_asyncio.fixture(loop_scope="session")
async def slack(page: Page, sandbox: Sandbox) -> Column:
    return Column(page, sandbox)


async def talked(slack: Column) -> None:
    """A thread, a message for one person, news elsewhere."""
    root = await slack.post("a card", blocks=CARD)
    for number in range(6):
        await slack.post(f"reply {number}", thread_ts=root, reply_broadcast=number == 5)
    await slack.control("invite", channel=QUIET)
    await slack.post("elsewhere", QUIET)
    await slack.post("for you", ALICE)
    await slack.type("/paylink 5")
    await expect(slack.messages.last).to_contain_text("You said: 5")
    await expect(slack.part("places").locator(".calls")).to_be_visible()


async def menu(slack: Column) -> None:
    await slack.post("a card", blocks=CARD)
    await slack.page.get_by_role("button", name="More actions").click()
    await expect(slack.page.get_by_role("menu")).to_be_visible()


async def confirmation(slack: Column) -> None:
    await slack.post("a card", blocks=CARD)
    await slack.page.get_by_role("button", name="Cancel").click()
    await expect(slack.page.get_by_role("dialog")).to_be_visible()


async def offers(slack: Column) -> None:
    await slack.line.fill("/")
    await expect(slack.part("commands")).to_be_visible()


async def form(slack: Column) -> None:
    drawn = await slack.open(
        modal(*(asks(name, element, hint=plain("Hint")) for name, element in KINDS.items()))
    )
    await drawn.get_by_role("button", name="Send").click()
    await expect(drawn.locator(".error >> nth=0")).to_be_visible()


STATES: list[Callable[[Column], Awaitable[None]]] = [talked, menu, confirmation, offers, form]


@pytest.mark.parametrize("state", STATES, ids=lambda state: state.__name__)
@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_no_state_of_the_column_keeps_anybody_out(slack: Column, state: Any, scheme: Any) -> None:
    await slack.page.emulate_media(color_scheme=scheme)
    await state(slack)
    assert await violations(slack.page) == []


async def test_a_sale_with_the_keyboard_alone(slack: Column) -> None:
    keys = slack.page.keyboard
    await slack.part("people").focus()
    while not await slack.line.evaluate("node => node === document.activeElement"):
        await keys.press("Tab")
    await keys.type("/pay")
    await keys.press("Enter")
    await keys.press("Enter")
    await expect(slack.modal.get_by_label("Amount")).to_be_focused()
    await keys.type("12.50")
    await keys.press("Tab")
    await keys.type("USD")
    await keys.press("Tab")
    await keys.press("Tab")
    await keys.press("Tab")
    await keys.press("Tab")
    await expect(slack.modal.get_by_role("button", name="Create")).to_be_focused()
    await keys.press("Enter")
    await expect(slack.messages).to_contain_text("Created: 12.50 USD without a note")
    await expect(slack.line).to_be_focused()
