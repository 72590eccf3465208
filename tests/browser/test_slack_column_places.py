"""Where people can go in Slack, as whom, and what tells them that something is new there."""

import pytest
import pytest_asyncio
from playwright.async_api import Page, expect

from tests.browser.conftest import Sandbox
from tests.browser.slack_column import ALICE, DIRECT, PRIVATE, QUIET, Column, modal

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

PLACES = {
    "Alice": ["# sales", "# quiet", "🔒 private", "# shared", "Paylink"],
    "Bob, administrator": ["# sales", "# quiet", "🔒 private", "# shared", "Paylink"],
    "Gina, guest": ["# sales", "Paylink"],
    "Olga, other company": ["# shared", "Paylink"],
}


@pytest_asyncio.fixture(loop_scope="session")
async def slack(page: Page, sandbox: Sandbox) -> Column:
    return Column(page, sandbox)


async def test_people_only_see_the_channels_they_are_in(slack: Column) -> None:
    for person, places in PLACES.items():
        await slack.become(person)
        await expect(slack.part("places").locator("button")).to_have_text(places)
    await expect(slack.part("title")).to_have_text("# shared")
    await expect(slack.part("title").get_by_role("img")).to_have_attribute(
        "aria-label", "Shared with another company"
    )


async def test_each_place_has_its_own_messages_and_the_line_names_it(slack: Column) -> None:
    await slack.post("in sales")
    await slack.enter("private")
    await expect(slack.line).to_have_attribute("placeholder", "Message private")
    await expect(slack.part("places").locator("[aria-current=page]")).to_have_text("🔒 private")
    await expect(slack.messages).to_have_count(0)
    await slack.type("in private")
    await expect(slack.messages.locator(".text")).to_have_text("in private")
    assert [message["text"] for message in await slack.sent(PRIVATE)] == ["in private"]
    await slack.enter("sales")
    await expect(slack.messages.locator(".text")).to_have_text("in sales")


async def test_what_is_unread_is_marked_until_it_is_seen_by_each_person(slack: Column) -> None:
    quiet = slack.part("places").get_by_role("button", name="quiet")
    await slack.control("invite", channel=QUIET)
    await slack.post("for everybody", QUIET)
    await expect(quiet).to_have_text("# quiet, unread")
    await slack.control("say", channel=PRIVATE, user=ALICE, text="her own")
    await slack.post("for <@U0ALICE> alone", QUIET)
    await expect(quiet).to_have_text("# quiet, unread1 for you")
    await expect(slack.part("places").get_by_role("button", name="private")).to_have_text("🔒 private")
    await slack.enter("quiet")
    await slack.enter("sales")
    await expect(quiet).to_have_text("# quiet")
    await slack.become("Bob, administrator")
    await expect(quiet).to_have_text("# quiet, unread")


async def test_a_mentioned_channel_leads_there_for_who_is_in_it(slack: Column) -> None:
    await slack.post("see <#C0PRIVATE>")
    await slack.messages.get_by_role("link", name="#private").click()
    await expect(slack.part("title")).to_have_text("🔒 private")
    assert slack.page.url.endswith("/")
    await slack.become("Gina, guest")
    await expect(slack.messages.locator(".mention")).to_have_text("🔒 private channel")


async def test_the_app_writes_to_one_person(slack: Column) -> None:
    await slack.post("ready", ALICE)
    await expect(slack.part("places").get_by_role("button", name="Paylink")).to_have_text(
        "Paylink, unread1 for you"
    )
    await slack.enter("Paylink")
    await slack.type("/paylink 5")
    await expect(slack.messages.locator(".text")).to_have_text(["ready", "You said: 5"])
    await slack.become("Bob, administrator")
    await expect(slack.messages).to_have_count(0)


async def test_nobody_writes_in_an_archived_channel(slack: Column) -> None:
    await slack.enter("quiet")
    await slack.control("archive", channel=QUIET)
    await expect(slack.part("archived")).to_be_visible()
    await expect(slack.line).to_be_hidden()
    await slack.enter("sales")
    await expect(slack.part("archived")).to_be_hidden()


async def test_who_is_taken_out_of_a_channel_is_shown_another(slack: Column) -> None:
    await slack.enter("Paylink")
    assert await slack.sent(DIRECT) == []
    await slack.become("Olga, other company")
    await expect(slack.part("title")).to_have_text("# shared")


async def test_a_person_who_is_looked_at_later_finds_their_own_modal(slack: Column) -> None:
    await slack.open(modal(title="Of Alice"))
    await slack.page.keyboard.press("Escape")
    await expect(slack.modal).to_have_count(0)
    slack.sandbox.service.instead = None
    await slack.control("command", channel="C0SALES", user="U0BOB", text="")
    await slack.become("Bob, administrator")
    await expect(slack.modal).to_have_accessible_name("New link")
    await expect(slack.modal.get_by_label("Amount")).to_be_visible()


async def test_on_a_phone_all_places_are_within_reach(slack: Column) -> None:
    await slack.page.set_viewport_size({"width": 320, "height": 640})
    last = slack.part("places").get_by_role("button", name="Paylink")
    await expect(last).not_to_be_in_viewport(ratio=1)
    await slack.part("places").hover()
    await slack.page.mouse.wheel(300, 0)
    await expect(last).to_be_in_viewport(ratio=1)
    assert await slack.page.evaluate("document.documentElement.scrollWidth") == 320
