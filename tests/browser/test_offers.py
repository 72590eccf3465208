"""The panel "Trouble" offers what can befall a link at its backend, and nothing that can only be refused."""

import pytest
from playwright.async_api import Locator, Page, expect

from adapters.backends import BACKENDS
from tests.browser.test_backends import AMOUNTS, ASKED, say, visited

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.asyncio(loop_scope="session")]
__all__ = ["visited"]  # a page of its own: of its customers nothing is remembered yet
OFFERED = {
    "checkout": ["Pay", "Only authorise", "Decline", "Pay another amount", "Expire now"],
    "costplus": ["Pay", "Decline", "Pay another amount", "Expire now"],
    "eximpe": ["Pay", "Decline", "Pay another amount", "Expire now"],
    "paymentkit": ["Pay", "Decline", "Pay another amount"],  # no end of its own
    "yabetoo": ["Pay", "Decline", "Pay another amount"],  # it tells of none
}
TAKES_BACK = {"eximpe", "paymentkit", "yabetoo"}


@pytest.mark.parametrize("backend", BACKENDS)
async def test_only_what_can_befall_a_link_of_its_backend_is_offered(visited: Page, backend: str) -> None:
    card = await asked_for(visited, backend, AMOUNTS.get(backend, "11.00 EUR"))
    await visited.get_by_role("button", name="Trouble").click()
    acts = visited.locator("#trouble-acts strong")
    await expect(acts).to_have_text(OFFERED[backend])
    await visited.click("#trouble-close")
    await card.get_by_role("button", name="Cancel link").click()
    await card.get_by_role("button", name="Keep it").wait_for()
    await card.get_by_role("button", name="Cancel link").click()
    await expect(card).to_contain_text("Cancelled")
    for alert in await visited.locator("dialog[open] footer button").all():
        await alert.click()
    await visited.get_by_role("button", name="Trouble").click()
    await expect(acts).to_have_text([] if backend in TAKES_BACK else OFFERED[backend])
    await visited.click("#trouble-close")


async def asked_for(page: Page, backend: str, amount: str) -> Locator:
    """A link, made in Telegram; gives its card."""
    telegram = page.locator("#telegram-messages")
    await say(page, f"/paylink {amount} jane@example.com via {backend}")
    for question, answer in ASKED.get(backend, {}).items():
        await expect(telegram.get_by_text(question).last).to_be_visible()
        await say(page, answer)
    turns = telegram.locator(".turn")
    drafted = turns.filter(has_text=f"Amount: {amount}", has_not=page.locator(".quote")).last
    await drafted.get_by_role("button", name="Create link").click()
    await expect(drafted).to_contain_text("Waiting for payment")
    return drafted
