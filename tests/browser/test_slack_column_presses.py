"""What is pressed and picked in Slack's messages: what is asked first, what the app gets, what goes wrong."""

import pytest
import pytest_asyncio
from playwright.async_api import Page, expect

from tests.browser.conftest import Sandbox
from tests.browser.fake_service import mrkdwn, option, plain
from tests.browser.slack_column import Column

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


@pytest_asyncio.fixture(loop_scope="session")
async def slack(page: Page, sandbox: Sandbox) -> Column:
    return Column(page, sandbox)


async def test_a_confirmation_is_asked_in_the_words_of_the_app(slack: Column) -> None:
    confirm = {
        "title": plain("Sure?"),
        "text": mrkdwn("Cancel *it*?"),
        "confirm": plain("Yes"),
        "deny": plain("Keep"),
    }
    button = {"type": "button", "text": plain("Cancel link"), "action_id": "cancel", "value": "PL1"}
    await slack.post(
        "x", blocks=[{"type": "actions", "elements": [{**button, "confirm": {**confirm, "style": "danger"}}]}]
    )
    pressed, dialog = (
        slack.messages.get_by_role("button", name="Cancel link"),
        slack.page.get_by_role("dialog"),
    )
    for way_out in ("Keep", "Close"):
        await pressed.click()
        await expect(dialog.get_by_role("heading")).to_have_text("Sure?")
        await expect(dialog.locator("p")).to_have_text("Cancel it?")
        await dialog.get_by_role("button", name=way_out).click()
        await expect(pressed).to_be_focused()
    await pressed.press("Enter")
    await expect(dialog.get_by_role("button", name="Yes")).to_have_class("button danger")
    assert slack.received("block_actions") == []
    async with slack.asked("press"):
        await slack.page.keyboard.press("Enter")
    await expect(dialog).to_have_count(0)
    (payload,) = slack.received("block_actions")
    assert payload["actions"][0]["value"] == "PL1"


async def test_whatever_is_picked_in_a_message_is_sent_at_once(slack: Column) -> None:
    options = [option("a"), option("b")]
    elements = [
        {"type": "overflow", "options": options},
        {"type": "static_select", "options": options, "placeholder": plain("Letter")},
        {"type": "datepicker", "placeholder": plain("Day")},
        {"type": "checkboxes", "options": options},
        {"type": "radio_buttons", "options": options},
    ]
    named = [{**element, "action_id": element["type"]} for element in elements]
    await slack.post("x", blocks=[{"type": "actions", "block_id": "all", "elements": named}])
    message = slack.messages
    await message.get_by_role("button", name="More actions").press("Enter")
    await slack.page.keyboard.press("ArrowDown")
    acts = [
        lambda: slack.page.keyboard.press("Enter"),
        lambda: message.get_by_label("Letter").select_option("b"),
        lambda: message.get_by_label("Day").fill("2026-12-31"),
        lambda: message.get_by_role("checkbox", name="b").check(),
        lambda: message.get_by_role("radio", name="a").check(),
    ]
    for act in acts:
        async with slack.asked("press"):
            await act()
    actions = [payload["actions"][0] for payload in slack.received("block_actions")]
    outcomes = [list(action.values())[-1] for action in actions]
    assert outcomes == [*(options[1],) * 2, "2026-12-31", [options[1]], options[0]]


async def test_a_button_that_nobody_answers_is_marked(slack: Column) -> None:
    buttons = [{"type": "button", "text": plain("Go"), "action_id": "go"}]
    await slack.post("x", blocks=[{"type": "actions", "elements": buttons}])
    slack.answer_with(block_actions=500)
    await slack.messages.get_by_role("button", name="Go").click()
    mark = slack.messages.locator(".warned")
    await expect(mark).to_have_attribute("aria-label", "This did not work: http_service_error")
    slack.sandbox.service.instead = None
    await slack.messages.get_by_role("button", name="Go").click()
    await expect(mark).to_have_count(0)
