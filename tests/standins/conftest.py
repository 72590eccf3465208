"""The Checkout.com stand-in for every test that asks for `rig`; Slack's and Telegram's have their own."""

import asyncio
from collections.abc import AsyncIterator

import pytest_asyncio
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from sandbox.checkout.standin import CheckoutStandIn
from sandbox.clock import Clock
from sandbox.mounting import mount
from sandbox.server import serving
from sandbox.standin import World
from tests.standins.checkout_rig import Rig, Stage


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def stages() -> AsyncIterator[dict[str, Stage]]:
    """Two servers, the sandbox's and the service's, by their addresses."""
    sandbox, service = Stage(), Stage()
    async with serving(sandbox) as sandbox_url, serving(service) as service_url:
        yield {sandbox_url: sandbox, service_url: service}


@pytest_asyncio.fixture(loop_scope="module")
async def rig(stages: dict[str, Stage]) -> AsyncIterator[Rig]:
    changed = asyncio.Event()
    (sandbox_url, sandbox), (service_url, service) = stages.items()
    world = World(Clock(), sandbox_url, service_url, changed.set)
    standin = CheckoutStandIn(world)
    rig = Rig(standin, world, changed)

    async def receive(request: Request) -> Response:
        rig.received.append((dict(request.headers), await request.body()))
        changed.set()
        return Response()

    sandbox.app = Starlette(routes=[mount(standin, world)])
    service.app = Starlette(routes=[Route("/webhooks/checkout", receive, methods=["POST"])])
    task = asyncio.create_task(standin.run())
    async with rig.api, rig.browser:
        yield rig
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
