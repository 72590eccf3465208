"""How long a command takes, and until the service listens, over what Python itself takes."""

import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from statistics import median

from bench import rig
from bench.report import Line, section

Wait = Callable[["subprocess.Popen[bytes]", int, Path], None]  # until a service at this port is there

_ROUNDS = 9
_FLOOR = "`python -c pass`"
_COMMANDS: Mapping[str, Sequence[str]] = {
    _FLOOR: ("-c", "pass"),
    "`paylink --help`": ("-m", "bot", "--help"),
    "`paylink parse`": ("-m", "bot", "parse", "49.90 EUR jane@example.com Invoice 12"),
    "`paylink links list`, which reads the database": ("-m", "bot", "links", "list"),
}
_SERVE, _READY = "`paylink serve` listens", "`paylink serve` answers everything"
_MORE_MS = dict(zip([*_COMMANDS, _SERVE, _READY][1:], (50, None, 300, 500, None), strict=True))


def measure() -> str:
    """Each of them over the floor, as a section."""
    with rig.folder() as at:
        settings = rig.SETTINGS | {"PAYLINK_DATABASE_URL": f"sqlite:///{at}/paylink.db"}
        _command_ms(("-m", "bot", "db", "upgrade"), settings, at, 0)
        commands = {name: partial(_command_ms, words, settings, at) for name, words in _COMMANDS.items()}
        serve = {
            _SERVE: partial(_serving_ms, settings, at, rig.await_port),
            _READY: partial(_serving_ms, settings, at, _await_ready),
        }
        taken = rig.rounds(_ROUNDS, commands | serve)
    floor = median(taken[_FLOOR])

    def line(name: str, more_ms: int | None) -> Line:
        over = median([took - bare for took, bare in zip(taken[name], taken[_FLOOR], strict=True)])
        goal = f"+{more_ms} ms" if more_ms else ""
        return Line(name, f"{floor:.0f} ms", f"+{over:.0f} ms", goal, over <= more_ms if more_ms else None)

    return section("Start-up", [line(name, more_ms) for name, more_ms in _MORE_MS.items()])


def _command_ms(words: Sequence[str], settings: Mapping[str, str], at: Path, _: int) -> float:
    start = time.perf_counter()
    with rig.child(words, settings, at / "commands.log") as process:
        if process.wait() != 0:
            raise subprocess.CalledProcessError(process.returncode, [sys.executable, *words])
        return (time.perf_counter() - start) * 1000


def _serving_ms(settings: Mapping[str, str], at: Path, wait: Wait, _: int) -> float:
    port = rig.free_port()
    log = at / f"{port}.log"
    start = time.perf_counter()
    with rig.child(("-m", "bot", "serve"), {**settings, "PAYLINK_PORT": str(port)}, log) as process:
        wait(process, port, log)
        return (time.perf_counter() - start) * 1000


def _await_ready(process: "subprocess.Popen[bytes]", _: int, log: Path) -> None:
    rig.await_told(process, "service.ready", log)
