"""docs/first-minute.md: from `git clone` to "paid" in both chats, as a new user does it, with a clock."""

import subprocess
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser

from tools.pictures.camera import Camera
from tools.pictures.running import page_of
from tools.pictures.visitor import Pace, Visitor

_PACE = Pace(letter_s=0.1, look_s=1.0)
_TEXT = """\
# The first minute

A new user, from `git clone` to "paid" in both chats, with a clock. The visitor is a script that types ten
letters a second and looks for a second before each press; `make pictures` plays it anew, on a clone of its
own, and writes this page. The first two lines are the machine's time ({machine}, packages fetched from
nearby); a person's begins with the third.

```sh
git clone … paylink && cd paylink
make demo
```

| clock | of that, on the page | what one sees |
|---|---|---|
{rows}

{pictures}
"""


@dataclass(frozen=True)
class Moment:
    """Something worth a picture, and when it was there (seconds since the beginning)."""

    at: float
    words: str
    picture: str = ""


def write(browser: Browser, project: Path, machine: str) -> None:
    """Play it on a fresh clone of `project`; writes the page and its pictures."""
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="paylink-first-minute-") as folder:
        clone = Path(folder) / "paylink"
        subprocess.run(["git", "clone", "--quiet", project, clone], check=True)  # noqa: S603, S607 - git of the PATH
        moments = [Moment(time.monotonic() - began, "`git clone` is done.")]
        with page_of(["make", "demo"], clone) as url:
            moments.append(
                Moment(time.monotonic() - began, "`make demo` has set everything up and prints a page.")
            )
            page = browser.new_page(viewport={"width": 1280, "height": 800})
            page.goto(url)
            page.locator("#bar-live[data-live=true]").wait_for()
            camera, opened = Camera(page), time.monotonic() - began

            def seen(words: str) -> None:
                at, picture = time.monotonic() - began, f"first-minute-{len(moments) - 1}.webp"
                camera.still(project / "docs/pictures" / picture)
                moments.append(Moment(at, words, picture))

            Visitor(page, _PACE, lambda: None, seen).sell_in_both_chats()
            page.close()
    (project / "docs/first-minute.md").write_text(_page(moments, opened, machine))


def _page(moments: list[Moment], opened: float, machine: str) -> str:
    rows = [
        f"| {_clock(moment.at)} | {_clock(moment.at - opened) if moment.picture else ''} | {moment.words} |"
        for moment in moments
    ]
    pictures = [
        f"**{_clock(moment.at - opened)}** {moment.words}\n\n![{moment.words}](pictures/{moment.picture})"
        for moment in moments
        if moment.picture
    ]
    return _TEXT.format(machine=machine, rows="\n".join(rows), pictures="\n\n".join(pictures))


def _clock(seconds: float) -> str:
    return f"{int(max(seconds, 0)) // 60}:{int(max(seconds, 0)) % 60:02}"
