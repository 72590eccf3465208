"""Stills and a moving picture of a page."""

import io
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page

_STILL_QUALITY, _MOVING_QUALITY = 82, 60


class Camera:
    """Takes pictures of one page. Pictures are WebP: a tenth of a PNG, and every browser shows them."""

    def __init__(self, page: Page) -> None:
        self._page = page
        self._frames: list[tuple[Image.Image, int]] = []

    def still(self, path: Path) -> None:
        """The page as it is now."""
        self._shot(moving=False).save(path, quality=_STILL_QUALITY, method=6)

    def film(self, milliseconds: int) -> None:
        """The page as it is now, shown that long in the moving picture."""
        self._frames.append((self._shot(moving=True), milliseconds))

    def develop(self, path: Path) -> None:
        """Write the moving picture: it begins again at its end."""
        first, *rest = [image for image, _ in self._frames]
        durations = [duration for _, duration in self._frames]
        first.save(
            path,
            save_all=True,
            append_images=rest,
            duration=durations,
            loop=0,
            quality=_MOVING_QUALITY,
            method=4,
        )

    def _shot(self, *, moving: bool) -> Image.Image:
        picture = self._page.screenshot(animations="allow" if moving else "disabled")
        return Image.open(io.BytesIO(picture)).convert("RGB")
