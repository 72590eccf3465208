"""The line at the bottom of Slack: commands, what was sent before, threads, and a message's own menu."""

import pytest
import pytest_asyncio
from playwright.async_api import Page, expect

from tests.browser.conftest import Sandbox
from tests.browser.slack_column import QUIET, Column

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


@pytest_asyncio.fixture(loop_scope="session")
async def slack(page: Page, sandbox: Sandbox) -> Column:
    return Column(page, sandbox)


async def test_a_slash_offers_commands_to_choose_with_the_keys(slack: Column) -> None:
    offers, chosen = slack.part("commands"), slack.part("commands").locator("[aria-selected=true]")
    await slack.line.press_sequentially("/")
    await expect(offers.get_by_role("option")).to_have_count(5)
    await expect(chosen).to_contain_text("Make a payment link")
    await slack.line.press("ArrowUp")
    await expect(chosen).to_contain_text("/remove @paylink")
    await slack.line.press("ArrowDown")
    await slack.line.press("ArrowDown")
    await expect(chosen).to_contain_text("/paylink help")
    active = await chosen.get_attribute("id")
    await expect(slack.line).to_have_attribute("aria-activedescendant", active or "none")
    await slack.line.press("Escape")
    await expect(offers).to_be_hidden()
    await expect(slack.line).to_have_attribute("aria-expanded", "false")
    await slack.line.press_sequentially("paylink h")
    await slack.line.press("Enter")
    await expect(slack.line).to_have_value("/paylink help")
    await slack.line.press("Enter")
    await expect(slack.messages).to_contain_text("You said: help")


async def test_the_plus_offers_commands_too(slack: Column) -> None:
    await slack.part("plus").click()
    await slack.part("commands").get_by_text("/paylink cancel").click()
    await expect(slack.line).to_have_value("/paylink cancel ")
    await expect(slack.line).to_be_focused()
    await slack.line.press_sequentially("PL1")
    await expect(slack.part("commands")).to_be_hidden()


async def test_what_slack_does_not_run_stays_in_the_line(slack: Column) -> None:
    await slack.type("/nonsense at all")
    await expect(slack.page.locator(".notice")).to_have_text("/nonsense is not a valid command.")
    await expect(slack.line).to_have_value("/nonsense at all")
    assert slack.sandbox.service.received == []


async def test_the_app_is_invited_as_it_asks_to_be(slack: Column) -> None:
    await slack.enter("quiet")
    await slack.type("/invite @paylink")
    await expect(slack.page.locator(".notice")).to_have_text("Paylink is in this channel now.")
    await slack.post("here I am", QUIET)
    await expect(slack.messages).to_contain_text("here I am")


async def test_a_command_that_failed_is_told_by_slackbot(slack: Column) -> None:
    slack.answer_with(command=500)
    await slack.type("/paylink 5 EUR")
    await expect(slack.messages.locator(".byline strong")).to_have_text("Slackbot")
    words = '/paylink failed with the error "http_service_error"'
    await expect(slack.messages.locator(".text")).to_have_text(words)


async def test_what_is_typed_is_shown_as_it_was_typed(slack: Column) -> None:
    await slack.type("<b> & *bold* jane@example.com")
    await expect(slack.messages.locator(".text")).to_have_text("<b> & bold jane@example.com")
    (message,) = await slack.sent()
    assert message["text"] == "&lt;b&gt; &amp; *bold* <mailto:jane@example.com|jane@example.com>"


async def test_a_reply_goes_into_the_thread_and_commands_do_not(slack: Column) -> None:
    root = await slack.post("the root")
    await slack.post("a reply", thread_ts=root)
    await slack.messages.last.get_by_role("button", name="Actions for the message of Paylink").click()
    await slack.page.get_by_role("menuitem", name="Reply in thread").click()
    await expect(slack.line).to_be_focused()
    await expect(slack.part("thread")).to_contain_text("Paylink: a reply")
    await slack.type("/paylink 5 EUR")
    await expect(slack.page.locator(".notice")).to_have_text("/paylink is not supported in threads. Sorry!")
    await slack.type("own words")
    await expect(slack.part("messages").locator(".reply .text")).to_have_text(["a reply", "own words"])
    await expect(slack.part("thread")).to_be_hidden()
    await slack.type("in the channel")
    await expect(slack.messages.last).to_contain_text("in the channel")
    (only,) = [message for message in await slack.sent() if message["ts"] == root]
    assert [reply["text"] for reply in only["replies"]] == ["a reply", "own words"]


async def test_a_message_has_the_apps_shortcut(slack: Column) -> None:
    await slack.type("Jane wants to pay 49.90 EUR")
    more = slack.messages.get_by_role("button", name="Actions for the message of Alice")
    await more.press("Enter")
    await expect(more).to_have_attribute("aria-expanded", "true")
    await expect(slack.page.get_by_role("menuitem").first).to_be_focused()
    await slack.page.keyboard.press("Escape")
    await expect(more).to_be_focused()
    await more.press("Enter")
    async with slack.asked("shortcut"):
        await slack.page.keyboard.press("Enter")
    (payload,) = slack.received("message_action")
    assert payload["callback_id"] == "paylink_message"
    assert payload["message"]["text"] == "Jane wants to pay 49.90 EUR"
    slack.answer_with(message_action=500)
    await more.press("Enter")
    await slack.page.keyboard.press("Enter")
    await expect(slack.page.locator(".notice")).to_have_text("The shortcut did not work: http_service_error")


async def test_what_one_person_sees_has_no_shortcut(slack: Column) -> None:
    await slack.type("/paylink one")
    await expect(slack.messages).to_have_count(1)
    await expect(slack.messages.get_by_role("button", name="Actions")).to_have_count(0)
