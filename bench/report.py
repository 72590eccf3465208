"""bench/results.md: a section per measurement, each replaced by itself."""

import os
import platform
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

RESULTS = Path(__file__).parent / "results.md"
_HEAD = """# Measured

The floor is the least that anybody needs for the same: the bare libraries, or a few lines by hand, with
nothing of Paylink. Each figure is a median of rounds in which floor and Paylink took turns, on a machine that
others may use at the same time: the ratios say more than the figures. `make bench` measures all of it,
`python -m bench NAME` one; the names are in [__main__.py](__main__.py).
"""


@dataclass(frozen=True, slots=True)
class Line:
    """One row: what it is against, what was measured, and whether that reaches the goal (None: no goal)."""

    what: str
    floor: str
    measured: str
    goal: str = ""
    reached: bool | None = None

    def __str__(self) -> str:
        verdict = {True: "yes", False: "**no**", None: ""}[self.reached]
        return f"| {self.what} | {self.floor} | {self.measured} | {self.goal} | {verdict} |"


def section(title: str, lines: Sequence[Line], notes: Sequence[str] = (), floor: str = "floor") -> str:
    """A section as Markdown; `floor`: what its second column is."""
    table = [f"| what | {floor} | Paylink | goal | reached |", "|---|---|---|---|---|", *map(str, lines)]
    return "\n".join([f"## {title}", "", f"*{machine()}*", "", *table, *("", *notes) * bool(notes), ""])


def machine() -> str:
    """The machine's facts, and how busy it was."""
    model = re.search(r"model name\s*: (.*)", Path("/proc/cpuinfo").read_text())
    load = os.getloadavg()[0]
    return (
        f"{os.cpu_count()} cores of {model[1] if model else platform.machine()}, {platform.system()}, "
        f"Python {platform.python_version()}; load {load:.1f}"
    )


def between(page: Path, begin: str, end: str, text: str) -> None:
    """Put a text between two marks of a page, in the place of what is there."""
    before, _, rest = page.read_text().partition(f"{begin}\n")
    after = rest.partition(end)[2]
    page.write_text(f"{before}{begin}\n{text}\n{end}{after}")


def write(text: str) -> None:
    """Put a section in the place of the one with the same title, or at the end."""
    title = text.partition("\n")[0]
    known = RESULTS.read_text() if RESULTS.exists() else ""
    old = [part.strip() + "\n" for part in re.split(r"^(?=## )", known, flags=re.MULTILINE)[1:]]
    kept = [text.strip() + "\n" if part.partition("\n")[0] == title else part for part in old]
    if text.strip() + "\n" not in kept:
        kept.append(text.strip() + "\n")
    RESULTS.write_text("\n".join([_HEAD, *kept]))
