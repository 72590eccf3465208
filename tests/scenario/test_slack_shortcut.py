"""Shortcuts: a message's form knows what it says, and its card stands in its thread; the other is empty."""

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from adapters.chat.slack.cards import plain
from adapters.chat.slack.payloads import words_of, words_of_message
from tests.scenario.slack_people import (
    PRIVATE,
    Json,
    card,
    create,
    desk,
    filled_in,
    messages,
    press,
    thread,
    window,
)
from tests.scenario.stage import ALICE, BOB, SLACK, Stage

REQUEST = (
    "<@U0ALICE> please bill <mailto:jane@example.com|jane@example.com> *49.90 EUR* for chairs &amp; tables"
)


async def says(stage: Stage, text: str, channel: str = SLACK, **where: str) -> str:
    body = {"channel": channel, "user": BOB, "text": text} | where
    return str((await stage.control("slack/say", **body))["ts"])


async def choose(stage: Stage, ts: str, user: str = ALICE, channel: str = SLACK) -> Json:
    return await stage.control("slack/shortcut", channel=channel, user=user, ts=ts)


async def test_the_form_is_filled_with_what_the_message_says_and_the_card_stands_below_it(
    stage: Stage,
) -> None:
    asked = await says(stage, REQUEST)
    view = (await choose(stage, asked))["view"]
    assert filled_in(view) == {
        "amount": "49.90",
        "currency": "EUR",
        "email": "jane@example.com",
        "description": "please bill for chairs & tables",
    }
    await stage.submit(view["id"])
    replies = await thread(stage, "Waiting for payment of 49.90 EUR", "asks you to pay", below=asked)
    assert [message["ts"] for message in await messages(stage)] == [asked], "nothing stands at the top"
    await window(stage, "ready and posted in the thread")
    (link,) = await stage.provider_links()
    await stage.pay(link["reference"], "paid")
    told = await thread(stage, "✅ <@U0ALICE> (TEST) Paid 49.90 EUR", below=asked)
    assert told[0]["ts"] == replies[0]["ts"]
    await press(stage, await _changed(stage, asked), "reveal")
    await window(stage, "jane@example.com")


async def test_what_was_not_written_for_us_says_neither_when_a_link_ends_nor_what_to_call_it(
    stage: Stage,
) -> None:
    asked = await says(stage, "Jane Doe pays 49.90 EUR until friday, ref INV-9")
    assert filled_in((await choose(stage, asked))["view"]).keys() <= {"amount", "currency", "description"}


async def test_on_a_links_own_card_it_is_managed_and_not_made_again(stage: Stage) -> None:
    await create(stage)
    posted = await card(stage, "Waiting for payment")
    menu = (await choose(stage, posted["ts"]))["view"]
    assert menu["callback_id"] == "", "no form"
    assert "Cancel link" in str(menu["blocks"])
    told = (await press(stage, menu, "manage"))["view"]
    assert "Cancelled." in str(told["blocks"])
    others = (await choose(stage, (await card(stage, "Cancelled"))["ts"], BOB))["view"]
    assert "Only the person who started this" in str(others["blocks"])
    assert len(await stage.provider_links()) == 1


async def test_what_we_have_told_of_a_links_money_is_not_asked_for_again(stage: Stage) -> None:
    await create(stage)
    posted = await card(stage, "Waiting for payment")
    for reply in await thread(stage, "asks you to pay 49.90 EUR", below=posted["ts"]):
        assert filled_in((await choose(stage, reply["ts"]))["view"]) == {"currency": "EUR"}


@pytest.mark.parametrize("said", [{}, {"value": "PL0123456789AB"}, {"value": "p9|x"}])
async def test_on_a_card_that_cannot_be_read_it_is_answered_all_the_same(
    stage: Stage, said: dict[str, str]
) -> None:
    slack = stage.settings.slack
    assert slack is not None
    button = {"type": "button", "action_id": "paylink_manage_0_0", "text": plain("?", 1)}
    posted = await AsyncWebClient(slack.bot_token, slack.api_url).chat_postMessage(
        channel=SLACK, text="A card", blocks=[{"type": "actions", "elements": [button | said]}]
    )
    told = await choose(stage, str(posted["ts"]))
    assert (told["status"], "use the newest one" in str(told["view"])) == (200, True)


async def test_from_anywhere_the_form_is_empty_and_the_card_is_ones_own(stage: Stage) -> None:
    view = (await stage.control("slack/shortcut", user=ALICE))["view"]
    assert filled_in(view) == {"currency": "EUR"}
    await stage.submit(view["id"], amount="49.90", currency="EUR", email="jane@example.com")
    posted = await card(stage, "Waiting for payment of 49.90 EUR", "jane@example.com", channel="D0ALICE")
    await window(stage, "The payment link is ready and sent to you.")
    assert await messages(stage) == []
    (link,) = await stage.provider_links()
    await stage.pay(link["reference"], "paid")
    await thread(stage, "Paid 49.90 EUR", below=posted["ts"], channel="D0ALICE")


async def test_from_anywhere_nothing_is_asked_in_ones_messages_beside_the_form(stage: Stage) -> None:
    """Nothing typed there would answer it, and it would stay when the form is closed."""
    await stage.control("slack/shortcut", user=ALICE)
    view = (await stage.control("slack/shortcut", user=ALICE))["view"]
    await stage.submit(view["id"], amount="49.90", currency="EUR")
    await card(stage, "Waiting for payment of 49.90 EUR", channel="D0ALICE")
    posts = [call["body"] for call in await stage.calls("slack", "chat.postMessage")]
    assert not [post for post in posts if "New payment link" in str(post)]


async def test_that_no_link_was_made_is_told_also_when_its_form_is_closed(stage: Stage) -> None:
    for status in (503, 422):
        await stage.fault("checkout", "POST /payment-links", "status", status=status, times=1)
    view = (await stage.control("slack/shortcut", user=ALICE))["view"]
    await stage.submit(view["id"], amount="49.90", currency="EUR", email="jane@example.com")
    waiting = await window(stage, "Checkout.com does not answer")
    await stage.control("slack/close", view=waiting["id"])
    told = await card(stage, "No link was created", "refuses the request", channel="D0ALICE")
    form = (await press(stage, told, "again", channel="D0ALICE"))["view"]
    assert filled_in(form)["amount"] == "49.90"


async def _changed(stage: Stage, asked: str) -> Json:
    """The card in the thread once it says that it is paid."""

    async def look() -> Json | None:
        (root,) = [message for message in await messages(stage) if message["ts"] == asked]
        return root["replies"][0] if "Paid 49.90 EUR" in str(root["replies"][0]["blocks"]) else None

    return await stage.until(look)


async def test_a_message_inside_a_thread_keeps_its_thread(stage: Stage) -> None:
    root = await says(stage, "Invoice 12?")
    asked = await says(stage, "49.90 EUR please", thread_ts=root)
    view = (await choose(stage, asked))["view"]
    await stage.submit(view["id"])
    await thread(stage, "Waiting for payment of 49.90 EUR", below=root)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "hello",
        "5m CHF or so",
        "1,234 KWD",
        "x" * 2500,
        "1.2345 USD",
        "-5 EUR",
        "until yesterday",
        "<!channel>",
    ],
)
async def test_no_message_is_an_error(stage: Stage, text: str) -> None:
    view = (await choose(stage, await says(stage, text)))["view"]
    assert "⚠️" not in str(view["blocks"])
    assert filled_in(view).keys() <= {"currency", "description"}
    assert len(filled_in(view).get("description", "")) <= 100
    assert (await stage.submit(view["id"], amount="49.90", currency="EUR", description=""))["errors"] == {}


async def test_a_form_that_could_not_be_opened_becomes_a_message_for_that_person(stage: Stage) -> None:
    asked = await says(stage, REQUEST)
    await stage.fault("slack", "views.open", "status", status=503, times=1)
    assert (await choose(stage, asked))["status"] == 200
    shown = await desk(stage, "What do you want to change?", "49.90 EUR")
    await press(stage, shown, "create")
    await thread(stage, "Waiting for payment of 49.90 EUR", below=asked)


async def test_in_a_channel_without_us_the_thread_waits_for_our_invitation(stage: Stage) -> None:
    asked = await says(stage, REQUEST, PRIVATE)
    view = (await choose(stage, asked, channel=PRIVATE))["view"]
    await stage.submit(view["id"])
    choice = await window(stage, "I am not in this channel")
    await stage.control("slack/invite", channel=PRIVATE)
    await press(stage, choice, "here")
    await thread(stage, "Waiting for payment of 49.90 EUR", below=asked, channel=PRIVATE)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Tom &amp; Jerry &lt;3", "Tom & Jerry <3"),
        ("&amp;lt;", "&lt;"),
        ("<mailto:a@example.com|A>", "a@example.com"),
        ("<tel:+49171|0171>", "+49171"),
        ("see <https://example.com|the page>", "see the page"),
        ("see <https://example.com>", "see https://example.com"),
        ("<#C0SALES|sales> <#C0SALES>", "sales"),
        ("<!date^1^{date}|1 May> <!here>", "1 May"),
        ("Jane <jane@example.com>", "Jane <jane@example.com>"),
        ("  5 EUR ", "5 EUR"),
    ],
)
def test_markup_is_read_as_what_it_shows(text: str, words: str) -> None:
    assert words_of(text) == words


def test_words_that_stand_out_in_a_message_are_words() -> None:
    assert words_of_message("lamp 2 * 25.00 EUR") == "lamp 2 * 25.00 EUR"
    assert words_of_message("*49.90* _EUR_ ~old~ `code`\nsnake_case") == "49.90 EUR old code snake_case"
