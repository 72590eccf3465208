"""What a person sees in Slack: messages, what apps draw in them, threads, what is for one person only."""

import pytest
import pytest_asyncio
from playwright.async_api import Page, expect

from tests.browser.conftest import Sandbox
from tests.browser.fake_service import mrkdwn, plain
from tests.browser.slack_column import QUIET, Column

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

HOSTILE = '<img src=x onerror="window.hacked=1"><b>Mallory</b>'


@pytest_asyncio.fixture(loop_scope="session")
async def slack(page: Page, sandbox: Sandbox) -> Column:
    return Column(page, sandbox)


async def test_a_suggestion_is_sent_with_one_click_and_its_answer_is_for_one_person(slack: Column) -> None:
    await slack.part("empty").locator(".suggestion >> nth=0").click()
    await expect(slack.messages).to_contain_text("Only visible to you")
    await expect(slack.messages).to_contain_text("You said: 49.90 EUR jane@example.com Invoice 12")
    await expect(slack.part("empty")).to_be_hidden()
    await slack.become("Bob, administrator")
    await expect(slack.part("empty")).to_be_visible()
    await expect(slack.messages).to_have_count(0)


async def test_blocks_are_drawn_as_slack_draws_them(slack: Column) -> None:
    await slack.post(
        "in short",
        blocks=[
            {"type": "header", "text": plain("Paid *as is* :tada:")},
            {
                "type": "section",
                "text": mrkdwn("*bold* _it_ ~no~ `code` <https://a.example/x|here> &lt;b&gt; <@U0ALICE>"),
                "fields": [mrkdwn("*Amount*\n49.90 EUR"), plain("<plain>")],
                "accessory": {"type": "image", "image_url": "https://a.example/i.png", "alt_text": "A logo"},
            },
            {"type": "divider"},
            {"type": "context", "elements": [mrkdwn("see https://b.example/y."), plain("*plain*")]},
            {
                "type": "actions",
                "elements": [
                    {"type": "button", "text": plain("Go"), "action_id": "go", "style": "primary"},
                    {"type": "button", "text": plain("Open"), "action_id": "o", "url": "https://c.example/"},
                ],
            },
            {
                "type": "image",
                "image_url": "https://a.example/qr.png",
                "alt_text": "A code",
                "title": plain("Scan it"),
            },
        ],
    )
    message = slack.messages
    await expect(message.get_by_role("heading")).to_have_text("Paid *as is* 🎉")
    await expect(message.locator(".words > .text")).to_have_text("bold it no code here <b> @Alice")
    await expect(message.locator("strong", has_text="bold")).to_be_visible()
    await expect(message.locator(".fields .text >> nth=0")).to_have_text("Amount\n49.90 EUR")
    await expect(message.get_by_role("img", name="A logo")).to_be_visible()
    await expect(message.locator("figure").get_by_role("img", name="A code")).to_be_visible()
    await expect(message.locator("figcaption")).to_have_text("Scan it")
    await expect(message.locator("hr")).to_have_count(1)
    await expect(message.locator(".context")).to_have_text("see https://b.example/y.*plain*")
    links = await message.locator("a").evaluate_all("links => links.map((link) => link.href)")
    assert links == ["https://a.example/x", "https://b.example/y", "https://c.example/"]
    await expect(message.get_by_role("button", name="Go")).to_have_class("button primary")
    await expect(message).not_to_contain_text("in short")


async def test_hostile_names_are_only_text(slack: Column) -> None:
    escaped = HOSTILE.replace("<", "&lt;").replace(">", "&gt;")
    await slack.post(escaped, blocks=[{"type": "section", "text": plain(HOSTILE)}])
    await slack.post(f"{escaped} <javascript:alert(1)|click>")
    await expect(slack.messages.nth(1)).to_contain_text(f"{HOSTILE} click")
    await expect(slack.messages.nth(0)).to_contain_text(HOSTILE)
    assert await slack.part("messages").locator(":is(img, b, script, a)").count() == 0
    assert await slack.page.evaluate("window.hacked") is None


async def test_news_disturb_neither_typing_nor_what_has_not_changed(slack: Column) -> None:
    first, second = await slack.post("first"), await slack.post("second")
    await expect(slack.messages).to_have_count(2)
    await slack.messages.evaluate_all("all => all.forEach((li) => { li.marked = true; })")
    await slack.line.press_sequentially("half a sen")
    await slack.sandbox.service.slack("chat.update", channel="C0SALES", ts=second, text="changed")
    await slack.post("below the first", thread_ts=first)
    await expect(slack.page.locator(".thread + .reply")).to_contain_text("below the first")
    await expect(slack.messages.last).to_contain_text("(edited)")
    assert await slack.messages.evaluate_all("all => all.map((li) => li.marked ?? false)") == [
        True,
        False,
        False,
    ]
    await slack.line.press_sequentially("tence")
    await expect(slack.line).to_have_value("half a sentence")
    await expect(slack.line).to_be_focused()


async def test_what_one_says_in_a_row_has_one_name_and_each_day_has_its_line(slack: Column) -> None:
    await slack.type("one")
    await slack.type("two")
    await expect(slack.messages).to_have_count(2)
    await slack.post("a card", blocks=[{"type": "header", "text": plain("A card")}])
    await slack.post("three")
    await slack.control("clock", advance_s=86_400)
    await slack.post("four")
    await expect(slack.messages).to_have_count(5)
    names = slack.messages.locator(".byline strong").filter(visible=True)
    await expect(names).to_have_text(["Alice", "Paylink", "Paylink", "Paylink"])
    days = slack.part("messages").locator(".day")
    await expect(days).to_have_text(["Today", "Tomorrow"])


async def test_a_long_thread_folds_and_a_short_one_does_not(slack: Column) -> None:
    short, long = await slack.post("short"), await slack.post("long")
    await slack.post("the only reply", thread_ts=short)
    for number in range(7):
        await slack.post(f"reply {number}", thread_ts=long)
    threads, replies = (
        slack.part("messages").locator(".thread"),
        slack.part("messages").locator(".reply .text"),
    )
    await expect(threads).to_have_text(["1 reply", "7 replies"])
    await expect(replies).to_have_text(["the only reply", "reply 5", "reply 6"])
    fold = slack.page.get_by_role("button", name="7 replies")
    await expect(fold).to_have_attribute("aria-expanded", "false")
    await fold.press("Enter")
    await expect(fold).to_have_attribute("aria-expanded", "true")
    await expect(fold).to_be_focused()
    await expect(replies).to_have_text(["the only reply", *(f"reply {number}" for number in range(7))])


async def test_a_reply_also_sent_to_the_channel_is_in_both_places(slack: Column) -> None:
    root = await slack.post("the *root*")
    await slack.post("Paid", thread_ts=root, reply_broadcast=True)
    await slack.post("quietly", thread_ts=root)
    await expect(slack.messages.locator(".text")).to_have_text(["the root", "Paid", "quietly", "Paid"])
    asides = slack.messages.locator(".aside")
    await expect(asides).to_have_text(["Also sent to the channel", "replied to a thread: the root"])


async def test_what_only_one_person_sees_can_be_dismissed(slack: Column) -> None:
    await slack.type("/paylink one")
    await slack.type("/paylink two")
    await expect(slack.messages).to_have_count(2)
    await slack.messages.first.get_by_role("button", name="Dismiss").click()
    await expect(slack.messages).to_have_count(1)
    await expect(slack.part("messages")).to_be_focused()
    await slack.post("news")
    await expect(slack.messages.locator(".text")).to_have_text(["You said: two", "news"])


async def test_files_are_named_by_their_titles(slack: Column) -> None:
    service = slack.sandbox.service
    for name, title in (("qr.png", "Scan it"), ("terms.pdf", "Terms")):
        ticket = await service.slack("files.getUploadURLExternal", filename=name, length=4)
        await service.client.post(ticket["upload_url"], content=b"\x89PNG")
        files = [{"id": ticket["file_id"], "title": title}]
        await service.slack("files.completeUploadExternal", files=files, channel_id="C0SALES")
    await slack.control("clock", advance_s=60)
    await expect(slack.messages).to_have_count(2)
    await expect(slack.messages.locator(".unknown")).to_have_text(
        ["[Scan it: image/png]", "[Terms: application/pdf]"]
    )


async def test_news_are_told_once_and_never_what_was_there(slack: Column) -> None:
    heard = slack.part("heard")
    await slack.control("invite", channel=QUIET)
    await slack.post("elsewhere", QUIET)
    ts = await slack.post("here, <@U0ALICE>")
    await expect(heard).to_have_text("Paylink: here, @Alice")
    await slack.type("own words")
    await slack.post("*Paid* 49.90 EUR", thread_ts=ts)
    await expect(heard).to_have_text("Paylink: Paid 49.90 EUR")
    await slack.sandbox.service.slack("chat.update", channel="C0SALES", ts=ts, text="Waiting no more")
    await expect(heard).to_have_text("Paylink: Waiting no more")
    await slack.enter("quiet")
    await expect(slack.messages).to_contain_text("elsewhere")
    await expect(heard).to_have_text("Paylink: Waiting no more")
