"""Each scenario, played on the page by hand in both chats: what is shown in the end is what was sent.

One demo serves all the scenarios of a size, as one visitor would play them one after the other.
"""

import itertools
from collections.abc import AsyncIterator
from dataclasses import dataclass

import httpx
import pytest
import pytest_asyncio
from playwright.async_api import Browser, Locator, Page, expect

from bot.commands._stage import Stage
from bot.commands.demo import demo
from tests import loopback
from tests.browser.conftest import LAPTOP, opened_by
from tests.browser.shown_and_sent import Json, assert_shown, buttons_of_slack, pieces_of_slack

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.asyncio(loop_scope="session")]
PATIENCE_MS = 20_000
SIZES = {"laptop": LAPTOP, "phone": {"width": 390, "height": 844}}
SLACK, TELEGRAM = "slack", "telegram"
PLACES = {SLACK: {"channel": "C0SALES"}, TELEGRAM: {"chat": 1001}}
ITEMS = {SLACK: ".message[data-ts]", TELEGRAM: ".turn[data-id]"}
NUMBERS = itertools.count(10)


@dataclass
class Visitor:
    """Somebody in front of the page. On a phone, one column at a time is looked at."""

    page: Page
    client: httpx.AsyncClient  # to the sandbox

    async def look_at(self, column: str) -> None:
        tab = self.page.locator(f"#tab-{column}")
        if await tab.is_visible():
            await tab.click()

    def messages(self, chat: str) -> Locator:
        return self.page.locator(f"#{chat}-messages {ITEMS[chat]}")

    async def asks(self, chat: str) -> str:
        """One line, and Create; gives the link's reference once its card is there."""
        await self.look_at(chat)
        amount = f"{next(NUMBERS)}.90 EUR"
        await self.page.fill(f"#{chat}-text", f"/paylink {amount} jane@example.com Invoice 12")
        await self.page.press(f"#{chat}-text", "Enter")
        await self.messages(chat).get_by_role("button", name="Create link").last.click()
        waiting = self.messages(chat).filter(has_text=f"Waiting for payment of {amount}")
        await expect(waiting.first).to_contain_text("Open link")
        return next(
            str(link["reference"])
            for link in reversed((await self.reads("checkout", "links"))["links"])
            if f"{link['amount'] / 100:.2f} EUR" == amount
        )

    def card(self, chat: str, reference: str) -> Locator:
        """The card in the conversation: in Slack not what only Alice sees."""
        return (
            self.messages(chat).filter(has_text=reference).and_(self.page.locator(":not(.ephemeral)")).first
        )

    async def pays(self, chat: str, reference: str, card: str = "Paid") -> None:
        """As the customer, with a test card."""
        await self.look_at(chat)
        await self.card(chat, reference).get_by_text("Open link").click()
        await self.look_at("phone")
        phone = self.page.frame_locator("#phone-frame")
        await expect(phone.get_by_role("button", name="Pay")).to_be_visible()
        await expect(phone.locator("body")).to_contain_text(reference)
        await self.page.locator("#phone-cards").get_by_role("button", name=card).click()
        await expect(phone.get_by_label("Card number")).not_to_be_empty()
        await phone.get_by_role("button", name="Pay").click()

    async def declines(self, chat: str, reference: str) -> None:
        await self.pays(chat, reference, "Declined")
        await expect(self.page.frame_locator("#phone-frame").get_by_role("alert")).to_be_visible()

    async def cancels(self, chat: str, reference: str) -> None:
        await self.look_at(chat)
        cancel = self.card(chat, reference).get_by_role("button", name="Cancel link")
        await cancel.click()
        if chat == SLACK:
            await self.page.get_by_role("dialog").locator("button.danger").click()
            told = self.page.locator("#slack-modal").get_by_role("dialog").first
        else:
            await expect(self.card(chat, reference)).to_contain_text("Keep it")
            await cancel.click()
            told = self.page.locator("dialog[open]")
        await expect(told).to_contain_text("can pay until")
        await told.locator("footer button:visible").click()
        await expect(told).to_be_hidden()

    async def befalls(self, reference: str, what: str) -> None:
        """Something of the panel for trouble happens to a link."""
        async with self._trouble():
            option = self.page.locator("#trouble-link option", has_text=reference)
            await self.page.select_option("#trouble-link", await option.get_attribute("value"))
            await self.page.locator("#trouble-acts").get_by_role("button", name=what).first.click()
            await expect(self.page.locator(".notice").last).to_contain_text(reference)

    async def turns(self, what: str) -> None:
        """Something of it happens to the world, or ends."""
        async with self._trouble():
            await self.page.locator("#trouble-world").get_by_role("button", name=what).click()

    def _trouble(self) -> "Opened":
        return Opened(self.page)

    async def reads(self, standin: str, reading: str, **query: object) -> Json:
        answer = await self.client.get(f"/{standin}/_control/{reading}", params=query)  # type: ignore[arg-type]
        return dict(answer.json())


@dataclass
class Opened:
    """The panel for trouble, open while the block runs."""

    page: Page

    async def __aenter__(self) -> None:
        await self.page.click("#bar-trouble")
        await expect(self.page.locator("#trouble")).to_be_visible()

    async def __aexit__(self, *_: object) -> None:
        await self.page.click("#trouble-close")


@pytest_asyncio.fixture(params=SIZES, scope="module", loop_scope="session")
async def visitor(request: pytest.FixtureRequest, browser: Browser) -> AsyncIterator[Visitor]:
    context = await opened_by(browser, SIZES[request.param])
    context.set_default_timeout(PATIENCE_MS)
    expect.set_options(timeout=PATIENCE_MS)
    page = await context.new_page()
    async with (
        demo("checkout", 0) as running,
        loopback.client(running.sandbox_url) as client,
    ):
        for chat in (SLACK, TELEGRAM):  # we are faster than people, and not about floods here
            (await client.post(f"/{chat}/_control/limits", json={"on": False})).raise_for_status()
        await page.goto(running.sandbox_url)
        await page.wait_for_selector("#bar-live[data-live=true]")
        yield Visitor(page, client)
        await context.close()


async def assert_ended(visitor: Visitor, references: dict[str, str], card: str, *thread: str) -> None:
    """Both threads say this, in this order and once; and what is shown is what was sent."""
    for chat, reference in references.items():
        await visitor.look_at(chat)
        await expect(visitor.card(chat, reference)).to_contain_text(card)
        stage = Stage(visitor.client, "checkout", str)
        await stage.thread(
            chat.title(), reference, lambda found: all(words in str(found.replies) for words in thread)
        )
        sent = await _thread(visitor, chat, reference)
        said = [message["text"] for message in sent[1:]]
        assert [sum(words in text for text in said) for words in thread] == [1] * len(thread), said
        positions = [next(at for at, text in enumerate(said) if words in text) for words in thread]
        assert positions == sorted(positions), said
        for message in sent:
            await _assert_shown(visitor, chat, message)


async def _thread(visitor: Visitor, chat: str, reference: str) -> list[Json]:
    """The card and everything said below it, as the stand-in has them."""
    messages = (await visitor.reads(chat, "messages", **PLACES[chat]))["messages"]
    root = next(one for one in messages if reference in str(one.get("blocks", one["text"])))
    if chat == SLACK:
        return [root, *root["replies"]]
    return [
        root,
        *(one for one in messages if one["reply_to"] == root["message_id"] and not one.get("deleted")),
    ]


async def _assert_shown(visitor: Visitor, chat: str, message: Json) -> None:
    if chat == SLACK:
        drawn = visitor.page.locator(f'#slack-messages [data-ts="{message["ts"]}"]')
        pieces, buttons = pieces_of_slack(message), buttons_of_slack(message)
    else:
        drawn = visitor.page.locator(f'#telegram-messages [data-id="{message["message_id"]}"]')
        pieces = message["text"].split("\n")
        buttons = [button["text"] for row in message["keyboard"] for button in row]
    await assert_shown(drawn, pieces)
    for label in buttons:
        await expect(drawn.get_by_text(label, exact=True).first).to_be_visible()


async def both(visitor: Visitor) -> dict[str, str]:
    return {chat: await visitor.asks(chat) for chat in (SLACK, TELEGRAM)}


async def test_paid(visitor: Visitor) -> None:
    links = await both(visitor)
    for chat, reference in links.items():
        await visitor.pays(chat, reference)
    await assert_ended(visitor, links, "Paid", "Paid")


async def test_declined_then_paid(visitor: Visitor) -> None:
    links = await both(visitor)
    for chat, reference in links.items():
        await visitor.declines(chat, reference)
        await visitor.pays(chat, reference)
    await assert_ended(visitor, links, "Paid", "attempt failed", "Paid")


async def test_expired(visitor: Visitor) -> None:
    links = await both(visitor)
    for reference in links.values():
        await visitor.befalls(reference, "Expire now")
    await assert_ended(visitor, links, "Expired", "expired")


async def test_cancelled(visitor: Visitor) -> None:
    links = await both(visitor)
    for chat, reference in links.items():
        await visitor.cancels(chat, reference)
    await assert_ended(visitor, links, "Cancelled", "Cancelled by")


async def test_refunded(visitor: Visitor) -> None:
    links = await both(visitor)
    for chat, reference in links.items():
        await visitor.pays(chat, reference)
    await assert_ended(visitor, links, "Paid", "Paid")
    for reference in links.values():
        await visitor.befalls(reference, "Refund The")
    await assert_ended(visitor, links, "Refunded", "Paid", "Refunded")


async def test_killed_in_the_middle_of_a_storm(visitor: Visitor) -> None:
    links = await both(visitor)
    await visitor.turns("429 in both chats")
    for chat, reference in links.items():
        await visitor.pays(chat, reference)
    await visitor.turns("Kill the service")
    await expect(visitor.page.locator("#bar-down")).to_be_visible()
    await visitor.turns("429 in both chats")
    await visitor.page.click("#bar-start")
    await expect(visitor.page.locator("#bar-down")).to_be_hidden()
    await assert_ended(visitor, links, "Paid", "Paid")
