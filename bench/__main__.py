"""`make bench`: how fast and how large, as ratios against a floor measured in the same run.

Prints a table and writes it to bench/results.md with the machine's facts. Never a test: a busy machine
would make it red.
"""

import platform
import statistics
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from bench import page

RESULTS = Path(__file__).parent / "results.md"
_RUNS = 15
_FLOOR = [sys.executable, "-c", "pass"]
_COMMANDS = {
    "--help": ["--help"],
    "--version": ["--version"],
    "parse": ["parse", "49.90 EUR jane@example.com Invoice 12"],
}


@dataclass(frozen=True)
class Measure:
    """One measured command beside the floor."""

    name: str
    milliseconds: float
    floor: float

    def row(self) -> str:
        over = self.milliseconds - self.floor
        return (
            f"| {self.name} | {self.milliseconds:.0f} | {over:.0f} | {self.milliseconds / self.floor:.1f} |"
        )


def median_ms(command: Sequence[str]) -> float:
    """How long a command takes, wall time."""
    times = []
    for _ in range(_RUNS):
        start = time.perf_counter()
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)  # noqa: S603 - our own program
        times.append((time.perf_counter() - start) * 1000)
    return statistics.median(times)


def main() -> None:
    """Measure, print, write."""
    floor = median_ms(_FLOOR)
    paylink = str(Path(sys.executable).with_name("paylink"))
    measures = [
        Measure(f"`paylink {name}`", median_ms([paylink, *rest]), floor) for name, rest in _COMMANDS.items()
    ]
    machine = f"{platform.system()} {platform.machine()}, Python {platform.python_version()}"
    lines = [
        "# Measured",
        "",
        f"{machine}, median of {_RUNS} runs.",
        "",
        "| command | ms | over the floor | ratio |",
        "|---|---|---|---|",
        f"| `python -c pass` (floor) | {floor:.0f} | 0 | 1.0 |",
        *(measure.row() for measure in measures),
        "",
        *page.table(),
    ]
    text = "\n".join(lines) + "\n"
    RESULTS.write_text(text)
    sys.stdout.write(text)


if __name__ == "__main__":
    main()
