"""How soon a key press is on the screen, with 500 messages in each chat.

A ratio against an empty page in the same run, also while news of another chat keep coming. It needs what the
browser tests need.
"""

import asyncio
import contextlib
import statistics
from collections.abc import AsyncIterator

import httpx
from playwright.async_api import Page, async_playwright

from bench.report import Line, section
from sandbox.app import build_app
from sandbox.clock import Clock
from sandbox.server import listen, serving_on, url_of
from sandbox.standin import World
from tests import chromium

_ARGUMENTS = ["--no-sandbox", "--disable-gpu"]
_MESSAGES = 500
_KEYS = 100
_NOWHERE = "http://127.0.0.1:9"
_WATCH = """
window.waits = [];
document.getElementById("slack-text").addEventListener("keydown", ({ timeStamp }) =>
    requestAnimationFrame(() => setTimeout(() => waits.push(performance.now() - timeStamp))));
"""


@contextlib.asynccontextmanager
async def _sandbox() -> AsyncIterator[httpx.AsyncClient]:
    listener = listen()
    app = build_app(World(Clock(), url_of(listener), _NOWHERE))
    async with serving_on(app, listener) as url, httpx.AsyncClient(base_url=url, trust_env=False) as client:
        yield client


async def _fill(client: httpx.AsyncClient) -> None:
    for number in range(_MESSAGES):
        text = f"Message {number}: *49.90 EUR* for Invoice 12, waiting for payment since this morning"
        said = {"channel": "C0SALES", "user": "U0ALICE", "text": text}
        await client.post("/slack/_control/say", json=said)
        await client.post("/telegram/_control/message", json={"chat": 1001, "user": 1001, "text": text})


async def _typing_ms(
    page: Page, client: httpx.AsyncClient, *, filled: bool = True, news: bool = False
) -> float:
    """The median wait from a key press to the end of its frame."""
    await page.goto(str(client.base_url))
    await page.wait_for_selector("#bar-live[data-live=true]")
    for chat in ("slack", "telegram") if filled else ():
        await page.locator(f"#{chat}-messages").get_by_text(f"Message {_MESSAGES - 1}:").wait_for()
    await page.evaluate(_WATCH)
    await page.focus("#slack-text")
    for _ in range(_KEYS):
        if news:
            await client.post("/checkout/_control/clock", json={"advance_s": 0})
        await page.keyboard.press("a")
    return float(statistics.median(await page.evaluate("waits")))


async def _measure() -> dict[str, float]:
    async with async_playwright() as playwright, _sandbox() as client:
        browser = await playwright.chromium.launch(executable_path=chromium.program(), args=_ARGUMENTS)
        page = await browser.new_page()
        measured = {"empty": await _typing_ms(page, client, filled=False)}
        await _fill(client)
        measured[f"{_MESSAGES} messages in each chat"] = await _typing_ms(page, client)
        measured["the same, with news of a backend"] = await _typing_ms(page, client, news=True)
        await browser.close()
    return measured


def measure() -> str:
    """As a section."""
    measured = asyncio.run(_measure())
    floor = measured["empty"]
    lines = [
        Line(name, f"{floor:.1f} ms, empty", f"{wait:.1f} ms: **{wait / floor:.1f}**")
        for name, wait in measured.items()
        if name != "empty"
    ]
    return section("The demo's page: from a key press to its frame", lines)
