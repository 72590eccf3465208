"""What `adapters/backends/ADDING.md` says, done to a copy of the project."""

import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
FILES = Path(__file__).parent / "files"
NAME = "acme"
PAGE = (ROOT / "adapters/backends/ADDING.md").read_text()
FILES_PART, LINES_PART, WRITING_PART, HOLDING_PART = re.split(r"^## \d\. .*$", PAGE, flags=re.MULTILINE)[1:]
# What Python has compiled comes along: it is good as long as its source is. What pytest has, names its place.
_NOT_OURS = shutil.ignore_patterns(".git", ".venv", "*-pytest-*.pyc", "*.egg-info", ".*_cache", ".hypothesis")


def named(text: str) -> str:
    """With the backend's name where the page says NAME."""
    return text.replace("NAME", NAME).replace("Name", NAME.title())


def rows_of(part: str) -> list[tuple[str, str]]:
    """The rows of a part's table, without their code marks."""
    cells = re.findall(r"^\| `(.*?)` \| (.*) \|$", part, re.MULTILINE)
    return [(first, second.strip("`")) for first, second in cells]


def commands_of(part: str) -> list[str]:
    (block,) = re.findall(r"```sh\n(.*?)```", part, re.DOTALL)
    return [named(line.partition("#")[0].strip()) for line in block.splitlines()]


def insert(line: str, into: Path) -> None:
    """Among the lines like it, in the order of the alphabet."""
    like = re.compile(r"\s*" + re.sub("NAME|Name", r"[A-Za-z]+", re.escape(line)))
    lines, new = into.read_text().splitlines(), named(line)
    there = [at for at, old in enumerate(lines) if like.fullmatch(old)]
    later = [at for at in there if lines[at].strip() > new]
    indent = lines[there[0]].removesuffix(lines[there[0]].lstrip())
    lines.insert(later[0] if later else there[-1] + 1, indent + new)
    into.write_text("\n".join(lines) + "\n")


def files() -> list[Path]:
    """Those of the sixth backend's own."""
    return [file for file in sorted(FILES.rglob("*.*")) if "__pycache__" not in file.parts]


def put(file: Path, project: Path) -> None:
    """A file of the backend's own; of one that is there already, a section at the end."""
    place = project / file.relative_to(FILES)
    place.parent.mkdir(parents=True, exist_ok=True)
    with place.open("a") as page:
        page.write(f"\n{file.read_text()}" if page.tell() else file.read_text())


@dataclass(frozen=True, slots=True)
class Project:
    """A copy of the project, and its programs."""

    folder: Path

    def environment(self, settings: Mapping[str, str]) -> dict[str, str]:
        inherited = {name: value for name, value in os.environ.items() if not name.startswith("PAYLINK_")}
        return {**inherited, **settings, "PYTHONPATH": str(self.folder)}

    def run(self, command: str, **settings: str) -> subprocess.CompletedProcess[str]:
        """As on the page, by the Python that runs this."""
        return subprocess.run(  # noqa: S603 - our own documentation
            self.program(command),
            cwd=self.folder,
            env=self.environment(settings),
            capture_output=True,
            text=True,
            check=False,
        )

    def program(self, command: str) -> list[str]:
        name, *arguments = shlex.split(command)
        modules = {"paylink": ["-m", "bot"], "python": []}
        return [sys.executable, *modules.get(name, ["-m", name]), *arguments]


def add(folder: Path) -> Project:
    """The project as it is now, with a sixth backend by the first three parts of the page."""
    shutil.copytree(ROOT, folder, ignore=_NOT_OURS, dirs_exist_ok=True)
    for file in files():
        put(file, folder)
    for place, line in rows_of(LINES_PART):
        insert(line, folder / place)
    project = Project(folder)
    for command in commands_of(WRITING_PART):
        done = project.run(command)
        assert done.returncode == 0, done.stdout + done.stderr
    return project
