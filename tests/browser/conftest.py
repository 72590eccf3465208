"""The sandbox served with its page, a fake service behind it, and Debian's Chromium to look at it."""

from collections.abc import AsyncIterator
from dataclasses import dataclass

import httpx
import pytest_asyncio
from playwright.async_api import Browser, ConsoleMessage, Error, Page, async_playwright

from sandbox.app import build_app
from sandbox.clock import Clock
from sandbox.registry import make_standins
from sandbox.server import listen, serving_on, url_of
from sandbox.standin import World
from tests.browser.fake_service import FakeService

NAMES = ["checkout", "slack", "telegram"]
CHROMIUM = "/usr/bin/chromium"
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
LAPTOP = {"width": 1280, "height": 800}
HARMLESS = ("a status of 400", "a status of 403")  # a control or the phone refuses; the page says so


@dataclass
class Sandbox:
    """Where the page is, and the service it shows the conversations of."""

    url: str
    service: FakeService


@pytest_asyncio.fixture(loop_scope="session")
async def sandbox() -> AsyncIterator[Sandbox]:
    """A new one for each test."""
    listener, behind = listen(), listen()
    world = World(Clock(), url_of(listener), url_of(behind))
    env = {name: value for one in make_standins(world, NAMES) for name, value in one.env().items()}
    async with httpx.AsyncClient(trust_env=False) as client:
        service = FakeService(world.service_url, env, client)
        app = build_app(world, NAMES)
        async with (
            serving_on(service.app(), behind),
            serving_on(app, listener),
        ):
            yield Sandbox(world.url, service)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser() -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        launched = await playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield launched
        await launched.close()


@pytest_asyncio.fixture(loop_scope="session")
async def page(browser: Browser, sandbox: Sandbox) -> AsyncIterator[Page]:
    """The page on a laptop, live; it must not complain in the console."""
    context = await browser.new_context(viewport=LAPTOP)
    opened = await context.new_page()
    opened.set_default_timeout(5000)
    complaints: list[str] = []

    def console(message: ConsoleMessage) -> None:
        if message.type == "error" and not any(status in message.text for status in HARMLESS):
            complaints.append(message.text)

    def broken(error: Error) -> None:
        complaints.append(str(error))

    opened.on("console", console)
    opened.on("pageerror", broken)
    await opened.goto(sandbox.url)
    await opened.wait_for_selector("#bar-live[data-live=true]")
    yield opened
    await context.close()
    assert complaints == []
