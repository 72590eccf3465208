"""The page's hold on the service where a demo runs it: killed, started again, told to look at a link."""

import asyncio
from typing import Any, Protocol

from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from sandbox.page.acts import ActRefusedError, act_route
from sandbox.standin import World


class Service(Protocol):
    """The service as whoever runs it can handle it; what fails raises RuntimeError, the reason first."""

    async def kill(self) -> None:
        """End it at once, in the middle of whatever it does (kill -9)."""

    async def start(self) -> None:
        """Start it and return when it is ready."""

    async def look(self, reference: str) -> None:
        """Have it ask the backend now how the link of this reference stands."""


def service_routes(world: World, service: Service | None) -> list[Route]:
    """`GET /service` `{"service": "running" | "stopped" | "none"}`, and where there is one its POSTs.

    `POST /service/kill`, `/service/start` and `/service/look {"reference"}` take JSON and answer the same.
    """
    switch = _Switch(world, service) if service else None

    async def show(_: Request) -> JSONResponse:
        return JSONResponse({"ok": True, **(switch.state() if switch else {"service": "none"})})

    acts = {"kill": switch.kill, "start": switch.start, "look": switch.look} if switch else {}
    return [Route("/service", show), *(act_route(f"/service/{name}", act) for name, act in acts.items())]


class _Switch:
    """Knows whether the service runs: it does at first, and nobody else turns it on or off."""

    def __init__(self, world: World, service: Service) -> None:
        self._world, self._service = world, service
        self._running = True
        self._one_at_a_time = asyncio.Lock()

    def state(self) -> dict[str, Any]:
        return {"service": "running" if self._running else "stopped"}

    async def kill(self, _: dict[str, Any]) -> dict[str, Any]:
        return await self._turn(on=False)

    async def start(self, _: dict[str, Any]) -> dict[str, Any]:
        return await self._turn(on=True)

    async def look(self, body: dict[str, Any]) -> dict[str, Any]:
        reference = body.get("reference")
        if not isinstance(reference, str) or not reference or reference.startswith("-"):
            raise ActRefusedError("give the link as reference")
        await self._service.look(reference)
        return self.state()

    async def _turn(self, *, on: bool) -> dict[str, Any]:
        """Nothing happens to a service that is so already; two presses are not two starts."""
        async with self._one_at_a_time:
            if on != self._running:
                await (self._service.start() if on else self._service.kill())
                self._running = on
        self._world.changed()
        return self.state()
