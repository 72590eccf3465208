"""The page with 500 messages in each chat: what has not changed is not drawn again."""

import asyncio

import pytest
from playwright.async_api import Page, expect

from tests.browser.conftest import Sandbox
from tests.browser.fake_service import CHANNEL

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.asyncio(loop_scope="session")]

MANY = 500
AT_ONCE = 25
PATIENCE_MS = 20_000
WATCH = """
window.drawn = { slack: [], telegram: [] };
for (const chat of Object.keys(drawn)) {
    const count = (changes) => {
        for (const { addedNodes, removedNodes } of changes) {
            drawn[chat].push(...[...addedNodes, ...removedNodes].map((node) => node.textContent));
        }
    };
    new MutationObserver(count).observe(document.getElementById(`${chat}-messages`), { childList: true });
}
"""


async def act(sandbox: Sandbox, path: str, **body: object) -> None:
    assert (await sandbox.service.client.post(f"{sandbox.url}{path}", json=body)).is_success


async def say(sandbox: Sandbox, text: str) -> None:
    """People write it in both chats."""
    await asyncio.gather(
        act(sandbox, "/slack/_control/say", channel=CHANNEL, user="U0ALICE", text=text),
        act(sandbox, "/telegram/_control/message", chat=1001, user=1001, text=text),
    )


async def fill(sandbox: Sandbox) -> None:
    for start in range(0, MANY, AT_ONCE):
        await asyncio.gather(*(say(sandbox, f"message {number}") for number in range(start, start + AT_ONCE)))
    await say(sandbox, "the last one")


async def test_only_what_is_new_is_drawn(page: Page, sandbox: Sandbox) -> None:
    await fill(sandbox)
    for chat in ("slack", "telegram"):
        last = page.locator(f"#{chat}-messages li").filter(has_text="the last one")
        await expect(last).to_have_count(1, timeout=PATIENCE_MS)
    await page.evaluate(WATCH)
    await say(sandbox, "another")
    await sandbox.service.payment_link()
    for chat in ("slack", "telegram"):
        await expect(page.locator(f"#{chat}-messages")).to_contain_text("another", timeout=PATIENCE_MS)
    await expect(page.locator("#phone-news")).to_be_visible(timeout=PATIENCE_MS)
    drawn = await page.evaluate("window.drawn")
    assert [len(nodes) for nodes in drawn.values()] == [1, 1]
    assert all("another" in nodes[0] for nodes in drawn.values())
