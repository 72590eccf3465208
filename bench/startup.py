"""How long a command takes, and until the service listens, over what Python itself takes."""

import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from statistics import median

from bench import rig
from bench.report import Line, section

_ROUNDS = 9
_FLOOR = "`python -c pass`"
_COMMANDS: Mapping[str, Sequence[str]] = {
    _FLOOR: ("-c", "pass"),
    "`paylink --help`": ("-m", "bot", "--help"),
    "`paylink parse`": ("-m", "bot", "parse", "49.90 EUR jane@example.com Invoice 12"),
    "`paylink links list`, which reads the database": ("-m", "bot", "links", "list"),
}
_SERVE = "`paylink serve` listens"
_MORE_MS = dict(zip([*_COMMANDS, _SERVE][1:], (50, None, 300, 500), strict=True))


def measure() -> str:
    """Each of them over the floor, as a section."""
    with rig.folder() as at:
        settings = rig.SETTINGS | {"PAYLINK_DATABASE_URL": f"sqlite:///{at}/paylink.db"}
        _command_ms(("-m", "bot", "db", "upgrade"), settings, at, 0)
        commands = {name: partial(_command_ms, words, settings, at) for name, words in _COMMANDS.items()}
        taken = rig.rounds(_ROUNDS, {**commands, _SERVE: partial(_listening_ms, settings, at)})
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


def _listening_ms(settings: Mapping[str, str], at: Path, _: int) -> float:
    port, log = rig.free_port(), at / "serve.log"
    start = time.perf_counter()
    with rig.child(("-m", "bot", "serve"), {**settings, "PAYLINK_PORT": str(port)}, log) as process:
        rig.await_port(process, port, log)
        return (time.perf_counter() - start) * 1000
