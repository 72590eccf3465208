"""Makes docs/pictures and docs/first-minute.md, with Debian's Chromium and its emoji font."""

import os
import platform
import sys
from pathlib import Path

from playwright.sync_api import Browser, ViewportSize, sync_playwright

from tests import chromium
from tools.pictures import first_minute
from tools.pictures.camera import Camera
from tools.pictures.running import page_of
from tools.pictures.visitor import Pace, Visitor

_PROJECT = Path(__file__).parents[2]
_PICTURES = _PROJECT / "docs/pictures"
_LAPTOP: ViewportSize = {"width": 1280, "height": 800}
_TYPED_MS, _SEEN_MS, _END_MS = 90, 1400, 4000


def _film(browser: Browser) -> None:
    """The README's: a moving picture of a sale, and a still of its end in light and in dark."""
    with page_of([str(Path(sys.executable).with_name("paylink")), "demo", "--port", "0"], _PROJECT) as url:
        page = browser.new_page(viewport=_LAPTOP)
        page.goto(url)
        page.locator("#bar-live[data-live=true]").wait_for()
        camera = Camera(page)
        Visitor(
            page, Pace(), lambda: camera.film(_TYPED_MS), lambda _: camera.film(_SEEN_MS)
        ).sell_in_both_chats()
        camera.film(_END_MS)
        camera.develop(_PICTURES / "sale.webp")
        camera.still(_PICTURES / "page-light.webp")
        page.emulate_media(color_scheme="dark")
        camera.still(_PICTURES / "page-dark.webp")


def main() -> None:
    """Make all of them."""
    machine = f"{os.cpu_count()} cores, Python {platform.python_version()}"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium.program(), args=["--no-sandbox"])
        _film(browser)
        first_minute.write(browser, _PROJECT, machine)


if __name__ == "__main__":
    main()
