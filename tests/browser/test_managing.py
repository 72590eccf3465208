"""What people do to links that are there, on the page: through each backend, with the buttons of each chat.

One link is led through everything that its backend can do; what it cannot do is not offered.
"""

import sys
from collections.abc import AsyncIterator, Iterator, Mapping

import httpx
import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, expect

from adapters.backends import BACKENDS
from bot.commands.demo import Demo, demo
from tests import loopback
from tests.browser.conftest import opened_by
from tests.browser.hands import ANEW, EXTEND, STILL_PAYABLE, Hands, InSlack, InTelegram

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.asyncio(loop_scope="session")]
PATIENCE_MS = 20_000
PAUSE, EDIT, SHARE = "Pause", "What it is for", "Send it to the customer"
ALWAYS = ["Cancel link", EXTEND, "Send the text again", "Ask again now", "History", "Why does it say so?"]
# What a backend has beyond that.
MORE: Mapping[str, set[str]] = {
    "checkout": set(),
    "costplus": set(),
    "eximpe": {SHARE},
    "paymentkit": {EDIT},
    "yabetoo": {PAUSE, EDIT},
}
REMEMBERS = {"eximpe", "paymentkit"}


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def offering() -> AsyncIterator[Demo]:
    """A demo that offers every backend."""
    async with demo("checkout", 0, [name for name in BACKENDS if name != "checkout"]) as running:
        yield running


@pytest.fixture(autouse=True)
def log(offering: Demo) -> Iterator[None]:
    """What the service has logged stands below whatever failed."""
    yield
    sys.stdout.write(offering.service.log_text())


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def running(browser: Browser, offering: Demo) -> AsyncIterator[tuple[Page, httpx.AsyncClient]]:
    """Its page, for somebody who is faster than people."""
    context = await opened_by(browser)
    context.set_default_timeout(PATIENCE_MS)
    expect.set_options(timeout=PATIENCE_MS)
    page = await context.new_page()
    async with loopback.client(offering.sandbox_url) as client:
        for chat in ("slack", "telegram"):
            (await client.post(f"/{chat}/_control/limits", json={"on": False})).raise_for_status()
        await page.goto(offering.sandbox_url)
        await page.wait_for_selector("#bar-live[data-live=true]")
        yield page, client
        await context.close()


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize("chat", [InSlack, InTelegram])
async def test_a_link_is_led_through_all_that_its_backend_can_do(
    running: tuple[Page, httpx.AsyncClient], chat: type[Hands], backend: str
) -> None:
    hands = chat(*running, backend)
    await hands.asks()
    assert set(await hands.manages()) == {*ALWAYS, *MORE[backend]}
    for can, act in ((EDIT, renamed), (PAUSE, paused), (SHARE, shared)):
        if can in MORE[backend]:
            await act(hands)
    await extended(hands)
    await understood(hands)
    await cancelled(hands)


async def renamed(hands: Hands) -> None:
    await hands.chooses(EDIT)
    await hands.fills_in("Two chairs")
    await hands.hears("Changed by Alice. It is for: Two chairs")
    await expect(hands.card).to_contain_text("Two chairs")


async def paused(hands: Hands) -> None:
    await hands.chooses(PAUSE)
    await hands.hears("Paused by Alice. Nobody can begin to pay")
    await expect(hands.card).to_contain_text("Paused")
    await hands.chooses("Resume")
    await hands.hears("Resumed by Alice: it can be paid again.")
    await expect(hands.card).to_contain_text("Waiting for payment")


async def shared(hands: Hands) -> None:
    await hands.chooses(SHARE)
    await hands.is_sure("Send it")
    await hands.hears("Sent to the customer (j…@example.com +91…7")
    sent = (await hands.client.get("/eximpe/_control/notices")).json()
    assert [one["email"] for one in sent["notices"] if one["by"] == "share"][-1:] == [[hands.email]]


async def extended(hands: Hands) -> None:
    await hands.extends()
    await hands.hears("Extended by Alice")
    if hands.backend in ANEW:
        await expect(hands.card).to_contain_text("The address that was sent leads to the newest link")


async def understood(hands: Hands) -> None:
    await hands.chooses("History")
    await hands.reads("requested by", "extension asked for by")
    if hands.backend in REMEMBERS:
        await hands.reads_more(f"What {hands.label} remembers")
        await hands.reads(f"What {hands.label} remembers:", f"Ask {hands.label} again")
    await hands.chooses("Why does it say so?")
    await hands.reads("We keep it open.", "can be paid", f"{hands.label} is asked next at")


async def cancelled(hands: Hands) -> None:
    await hands.chooses("Cancel link")
    await hands.is_sure("Cancel link")
    if hands.backend in STILL_PAYABLE:
        await hands.is_told("can pay until")
    await hands.hears("Cancelled by Alice")
    await expect(hands.card).to_contain_text("Cancelled")
    if hands.backend in ANEW:
        await expect(hands.card).to_contain_text(f"{hands.label} cannot take a link back")
