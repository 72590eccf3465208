"""A service among its stand-ins that sells and is disturbed: one in this process, or many that can die."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from starlette.types import ASGIApp

from bot.bootstrap import running
from bot.ports.backend import Backend
from bot.roles import Role
from bot.settings import Settings
from sandbox.server import listen, reserve, serving_on, url_of
from tests import loopback
from tests.faults.roads import Board, Gate
from tests.faults.scale import SCALE
from tests.scenario.mortal import Keeper, keeping
from tests.scenario.outside import Outside, outside
from tests.scenario.quick_clock import QuickClock
from tests.scenario.stage import Stage

SPEED = 30.0
ADMITTED = "1001,1002,-1001,-1002"  # people, and groups apart from them
ONE = {"service": tuple(Role)}
FLEET = {"web1": (Role.WEB,), "web2": (Role.WEB,), "work1": (Role.WORK,), "work2": (Role.WORK,)}


class Clock:
    """A quick clock that can be set: `by` is how far it is off."""

    def __init__(self, by: timedelta = timedelta(0), speed: float = SPEED) -> None:
        self.quick, self.by = QuickClock(speed), by

    def now(self) -> datetime:
        return self.quick.now() + self.by


@dataclass(frozen=True, slots=True)
class Shop:
    """Everybody's hands and eyes, the roads, and whoever looks after the processes."""

    around: Outside
    board: Board
    gate: Gate
    clock: Clock
    keepers: Sequence[Keeper] = ()
    patience_s: float = SCALE.patience_s

    @property
    def stage(self) -> Stage:
        return self.around.stage


@contextlib.asynccontextmanager
async def _roads(
    folder: Path, urls: Sequence[str], **overrides: str
) -> AsyncIterator[tuple[Outside, Board, Gate]]:
    """The stand-ins, and the gate in front of whoever will listen at these addresses."""
    socket, boards = listen(), list[Board]()

    def front(app: ASGIApp) -> Board:
        boards.append(Board(app))
        return boards[0]

    async with contextlib.AsyncExitStack() as stack:
        clients = [loopback.client(url, timeout=30) for url in urls]
        gate = Gate(tuple([await stack.enter_async_context(client) for client in clients]))
        await stack.enter_async_context(serving_on(gate, socket))
        own = {"TELEGRAM_ADMITTED": ADMITTED, "PUBLIC_URL": url_of(socket)}
        around = await stack.enter_async_context(outside(folder, url_of(socket), front, **own | overrides))
        for chat in ("slack", "telegram"):  # the service's clock runs faster than that of the chats
            await around.stage.control(f"{chat}/limits", on=False)
        await around.stage.control("slack/join", channel="C0QUIET")
        yield around, boards[0], gate


@contextlib.asynccontextmanager
async def shop_in(
    folder: Path,
    *,
    ahead: timedelta = timedelta(0),
    given: Callable[[Settings], Mapping[str, Backend]] = lambda _: {},
    **overrides: str,
) -> AsyncIterator[Shop]:
    """One service, in this process, on a file in `folder`; its clock is `ahead` of everybody else's.

    `given`: what is in the place of its own backends.
    """
    clock, own = Clock(ahead), listen()
    async with (
        _roads(folder, [url_of(own)], **overrides) as (around, board, gate),
        running(around.stage.settings, clock, given(around.stage.settings)) as service,
        serving_on(service, own),
    ):
        yield Shop(around, board, gate, clock)


@contextlib.asynccontextmanager
async def fleet_in(
    folder: Path,
    database: str,
    fleet: Mapping[str, tuple[Role, ...]] = FLEET,
    speed: float = SPEED,
    patience_s: float = SCALE.patience_s,
) -> AsyncIterator[Shop]:
    """Processes of the service on one database, each started again whenever it has died."""
    clock = Clock(speed=speed)
    async with contextlib.AsyncExitStack() as stack:
        urls = {name: url_of(stack.enter_context(reserve())) for name in fleet}
        doors = [urls[name] for name, roles in fleet.items() if Role.WEB in roles]
        roads = _roads(folder, doors, DATABASE_URL=database)
        around, board, gate = await stack.enter_async_context(roads)
        keepers = []
        for name, roles in fleet.items():
            written = around.written | {"PAYLINK_PORT": urls[name].rsplit(":", 1)[1]}
            keeper = Keeper(written, folder / f"{name}.log", clock=clock.quick, roles=roles)
            keepers.append(await stack.enter_async_context(keeping(keeper)))
        await asyncio.gather(*(keeper.up.wait() for keeper in keepers))
        yield Shop(around, board, gate, clock, keepers, patience_s)
