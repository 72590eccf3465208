"""The service as a process that can die at any step: a launcher whose clock counts, and who looks after it.

Every transaction and every decision of the service reads its clock. At the reading that a test has
chosen the process kills itself, as kill -9 would; whoever looks after it starts it again.
"""

import asyncio
import contextlib
import multiprocessing
import os
import signal
import sys
import threading
from collections.abc import AsyncIterator, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

import uvicorn
import uvloop

from bot import logs, settings
from bot.bootstrap import running
from bot.roles import Role
from tests.scenario.quick_clock import QuickClock

PATIENCE_S = 20.0
SPEED = 30.0
# One server has imported everything once; each start is a fork of it.
_PROCESSES = multiprocessing.get_context("forkserver")
_PROCESSES.set_forkserver_preload([__name__, "bot.bootstrap.slack", "bot.bootstrap.telegram"])


@dataclass(frozen=True, slots=True)
class Life:
    """What one start of the service is given. It does not survive the reading `dies_at` of its clock."""

    written: Mapping[str, str]
    log: Path
    clock: QuickClock
    roles: tuple[Role, ...]
    readings: Any  # a counter in shared memory, of this start
    dies_at: int | None


class CountingClock:
    """Counts its readings, from whichever thread, and ends the process at the chosen one."""

    def __init__(self, life: Life) -> None:
        self._life, self._lock = life, threading.Lock()

    def now(self) -> datetime:
        with self._lock:
            self._life.readings.value += 1
            if self._life.readings.value == self._life.dies_at:
                os.kill(os.getpid(), signal.SIGKILL)
        return self._life.clock.now()


class _Server(uvicorn.Server):
    """Says when it is ready; leaves signals alone."""

    def __init__(self, config: uvicorn.Config, ready: Connection) -> None:
        super().__init__(config)
        self._ready = ready

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield

    async def startup(self, *arguments: Any, **named: Any) -> None:
        await super().startup(*arguments, **named)
        self._ready.send(None)


def live(life: Life, ready: Connection) -> None:
    """The process: the service until it dies, its output in its log."""
    with life.log.open("ab") as log:
        for stream in (sys.stdout, sys.stderr):
            os.dup2(log.fileno(), stream.fileno())
    loaded = settings.load(life.written)
    logs.configure(loaded.log_format, loaded.secrets)
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(_serve(loaded, life, ready))


async def _serve(loaded: settings.Settings, life: Life, ready: Connection) -> None:
    async with running(loaded, CountingClock(life), roles=life.roles) as app:
        config = uvicorn.Config(app, port=loaded.port, log_config=None, access_log=False)
        await _Server(config, ready).serve()


class Keeper:
    """Looks after a process of the service: it runs, and runs again whenever it has died."""

    def __init__(
        self,
        written: Mapping[str, str],
        log: Path,
        dies_at: int | None = None,
        clock: QuickClock | None = None,
        roles: tuple[Role, ...] = tuple(Role),
    ) -> None:
        """Several processes of one service share a `clock`."""
        self._written, self._log, self._dies_at = written, log, dies_at
        self._clock, self.roles = clock or QuickClock(SPEED), roles
        self._readings = _PROCESSES.Value("Q", 0, lock=False)
        self._process: BaseProcess | None = None
        self._ending = False
        self._gone = asyncio.Event()
        self.up, self.died = asyncio.Event(), asyncio.Event()

    @property
    def readings(self) -> int:
        """How often the present start has read its clock."""
        return int(self._readings.value)

    def log_text(self) -> str:
        """What it has logged over all its lives."""
        return self._log.read_text()

    async def keep(self) -> None:
        """Start the service whenever there is none, until told to end."""
        while not self._ending:
            process = self._process = await asyncio.to_thread(self._start)
            self._gone.clear()
            self.up.set()
            await asyncio.to_thread(process.join)
            if process.exitcode != -signal.SIGKILL:
                raise RuntimeError(f"the service ended by itself:\n{self.log_text()}")
            self.up.clear()
            self._gone.set()
            self.died.set()

    async def kill(self) -> None:
        """A kill -9 from outside, of a service that is up; returns when it is dead."""
        await self.up.wait()
        assert self._process is not None
        self._process.kill()
        await self._gone.wait()

    async def stand_still(self, seconds: float) -> None:
        """Stop a service that is up, as with its machine, and let it go on, unless it is dead by then."""
        await self.up.wait()
        pid = self._process and self._process.pid
        assert pid is not None
        os.kill(pid, signal.SIGSTOP)
        try:
            await asyncio.sleep(seconds)
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGCONT)

    async def end(self) -> None:
        """Kill it for good."""
        self._ending = True
        await self.kill()

    def _start(self) -> BaseProcess:
        """Start it; returns when it is ready, or dead already."""
        self._readings.value, dies_at, self._dies_at = 0, self._dies_at, None
        life = Life(self._written, self._log, self._clock, self.roles, self._readings, dies_at)
        receiver, sender = _PROCESSES.Pipe(duplex=False)
        process = _PROCESSES.Process(target=live, args=(life, sender), daemon=True)
        process.start()
        sender.close()
        with receiver:
            if not wait([receiver, process.sentinel], PATIENCE_S):
                raise TimeoutError(f"the service did not start:\n{self.log_text()}")
        return process


@contextlib.asynccontextmanager
async def kept(written: Mapping[str, str], log: Path, dies_at: int | None) -> AsyncIterator[Keeper]:
    """The service, looked after while the block runs."""
    async with keeping(Keeper(written, log, dies_at)) as keeper:
        yield keeper


@contextlib.asynccontextmanager
async def keeping(keeper: Keeper) -> AsyncIterator[Keeper]:
    """Look after it while the block runs. What it has logged is shown among the test's output."""
    task = asyncio.create_task(keeper.keep())
    try:
        yield keeper
    finally:
        ending = asyncio.create_task(keeper.end())
        await asyncio.wait([task, ending], return_when=asyncio.FIRST_COMPLETED)
        ending.cancel()
        sys.stderr.write(keeper.log_text())
        await task
