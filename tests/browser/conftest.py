"""The sandbox served with its page, a fake service behind it, and Debian's Chromium to look at it."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field

import pytest_asyncio
from playwright.async_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Error,
    Page,
    ViewportSize,
    async_playwright,
)

from sandbox.app import build_app
from sandbox.clock import Clock
from sandbox.registry import make_standins
from sandbox.server import listen, serving_on, url_of
from sandbox.standin import World
from tests import chromium, loopback
from tests.browser.fake_service import FakeService

NAMES = ["checkout", "slack", "telegram"]
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
LAPTOP: ViewportSize = {"width": 1280, "height": 800}
HARMLESS = (  # a control, the phone or the service's starter refuses; the page says so
    "a status of 400",
    "a status of 403",
    "a status of 502",
)


@dataclass
class Operation:
    """The service as an operator handles it: what was done to it, and why it would not start."""

    acts: list[str] = field(default_factory=list)
    trouble: str = ""

    async def kill(self) -> None:
        self.acts.append("kill")

    async def start(self) -> None:
        if self.trouble:
            raise RuntimeError(self.trouble)
        self.acts.append("start")

    async def look(self, reference: str) -> None:
        self.acts.append(f"look {reference}")


@dataclass
class Sandbox:
    """Where the page is, the service it shows the conversations of, and what is done to that."""

    url: str
    service: FakeService
    operation: Operation


@pytest_asyncio.fixture(loop_scope="session")
async def sandbox() -> AsyncIterator[Sandbox]:
    """A new one for each test."""
    listener, behind = listen(), listen()
    world = World(Clock(), url_of(listener), url_of(behind))
    env = {name: value for one in make_standins(world, NAMES) for name, value in one.env().items()}
    async with loopback.client() as client:
        service, operation = FakeService(world.service_url, env, client), Operation()
        app = build_app(world, NAMES, service=operation)
        async with (
            serving_on(service.app(), behind),
            serving_on(app, listener),
        ):
            yield Sandbox(world.url, service, operation)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser() -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        launched = await playwright.chromium.launch(executable_path=chromium.program(), args=ARGUMENTS)
        yield launched
        await launched.close()


async def opened_by(browser: Browser, size: ViewportSize = LAPTOP) -> BrowserContext:
    """For somebody who wants no motion: each of its frames is drawn, for a third of the time."""
    return await browser.new_context(viewport=size, reduced_motion="reduce")


@pytest_asyncio.fixture(loop_scope="session")
async def page(browser: Browser, sandbox: Sandbox) -> AsyncIterator[Page]:
    """The page on a laptop, live; it must not complain in the console."""
    context = await opened_by(browser)
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
    await opened.unroute_all(behavior="ignoreErrors")  # a test may end while it holds a request
    await context.close()
    assert complaints == []
