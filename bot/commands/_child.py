"""The service as a child process: started, waited for, stopped, killed."""

import asyncio
import os
import signal
import sys
from asyncio.subprocess import Process
from collections.abc import Mapping
from pathlib import Path

import httpx

_PATIENCE_S = 60.0  # of a busy machine; a service that ends is noticed at once
_LOOK_EVERY_S = 0.05


class ServiceProcess:
    """`paylink serve` as a child process. Its log goes to `log`, apart from our output."""

    def __init__(self, url: str, settings: Mapping[str, str], log: Path, only: str | None = None) -> None:
        self.url, self._settings, self._log = url, settings, log
        self._command = ["serve", *(["--only", only] if only else [])]
        self._process: Process | None = None

    async def start(self) -> None:
        """Start it and return when it is ready; raises RuntimeError with its log if it is not."""
        self._process = await self._run(*self._command)
        try:
            async with asyncio.timeout(_PATIENCE_S):
                await self._ready(self._process)
        except TimeoutError:
            raise RuntimeError(f"the service did not start:\n{self.log_text()}") from None

    async def command(self, *arguments: str) -> None:
        """Run another of our commands with the same settings; raises RuntimeError if it fails."""
        process = await self._run(*arguments)
        if await process.wait() != 0:
            raise RuntimeError(f"paylink {' '.join(arguments)} failed:\n{self.log_text()}")

    async def _run(self, *arguments: str) -> Process:
        inherited = {name: value for name, value in os.environ.items() if not name.startswith("PAYLINK_")}
        with self._log.open("ab") as log:
            return await asyncio.create_subprocess_exec(
                sys.executable,
                "-m",
                "bot",
                *arguments,
                env={**inherited, **self._settings, "PYTHONPATH": os.pathsep.join(sys.path)},
                cwd=self._log.parent,
                stdout=log,
                stderr=log,
            )

    def log_text(self) -> str:
        """What it has logged so far, over all its starts."""
        return self._log.read_text()

    async def stop(self) -> int | None:
        """Ask it to end and wait for it; gives its exit code."""
        await self._end(signal.SIGTERM)
        return self._process.returncode if self._process else None

    async def kill(self) -> None:
        """End it at once, in the middle of whatever it does (kill -9)."""
        await self._end(signal.SIGKILL)

    async def _end(self, number: signal.Signals) -> None:
        if self._process is not None and self._process.returncode is None:
            self._process.send_signal(number)
            await self._process.wait()

    async def _ready(self, process: Process) -> None:
        async with httpx.AsyncClient() as client:
            while True:
                if process.returncode is not None:
                    raise RuntimeError(f"the service ended by itself:\n{self.log_text()}")
                try:
                    if (await client.get(f"{self.url}/readyz")).is_success:
                        return
                except httpx.TransportError:
                    pass
                await asyncio.sleep(_LOOK_EVERY_S)
