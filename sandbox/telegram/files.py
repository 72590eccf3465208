"""Photos and documents: taken over, known by their ids, downloaded again, shown to the page.

https://core.telegram.org/bots/api#sending-files. An address is fetched where it is this machine's; others
are out of reach here, and refused as the service refuses what it cannot fetch.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import count
from typing import Any
from urllib.parse import urlsplit

import httpx

from sandbox.clock import Clock
from sandbox.telegram.answers import bad_request
from sandbox.telegram.forms import Upload
from sandbox.telegram.images import read_size

SHOWN = "/telegram/shown"  # where the page finds a photo, without a token
_LOOPBACK = {"127.0.0.1", "::1", "localhost"}
_MOST_BYTES = {"photo": 10 << 20, "document": 50 << 20}
_MOST_FETCHED = {"photo": 5 << 20, "document": 20 << 20}
_MOST_DOWNLOADED = 20 << 20
_SIDES = {"s": 90, "m": 320, "x": 800, "y": 1280, "w": 2560}
_LONGEST_SIDES, _WIDEST = 10_000, 20
_PATH_LIFE = timedelta(hours=1)  # of the path that getFile gives
_PREFIXES = {"photo": "AgACAgSandbox", "document": "BQACAgSandbox"}
_FETCH_WITHIN_S = 10
_NO_UPLOAD = "can't upload a file for an inline message: use a file_id or an address"  # our own words


@dataclass(frozen=True, slots=True)
class File:
    """A file as the service keeps it; `size` is that of a photo."""

    kind: str  # "photo" or "document"
    number: int
    upload: Upload
    size: tuple[int, int] = (0, 0)

    @property
    def unique_id(self) -> str:
        return f"AQADSandbox{self.kind[0]}{self.number}"

    @property
    def path(self) -> str:
        """Where it is downloaded, below the address for files."""
        return f"{self.kind}s/file_{self.number}.{'jpg' if self.kind == 'photo' else 'bin'}"

    @property
    def ids(self) -> list[str]:
        return [self._id(side) for side in self._sides()] if self.kind == "photo" else [self._id()]

    def as_json(self) -> dict[str, Any]:
        """The part of a `Message` object that is about the file."""
        if self.kind == "photo":
            return {"photo": [self._photo_size(side) for side in self._sides()]}
        about = {"file_name": self.upload.name, "mime_type": self.upload.media_type}
        return {"document": {**about, **self.known_as(self._id())}}

    def known_as(self, file_id: str) -> dict[str, Any]:
        return {
            "file_id": file_id,
            "file_unique_id": f"{self.unique_id}{file_id[-1]}",
            "file_size": len(self.upload.content),
        }

    def as_seen(self) -> dict[str, Any]:
        """For the page: the photo where it is shown, or the document's name."""
        if self.kind == "document":
            return {"document": {"name": self.upload.name, "size": len(self.upload.content)}}
        width, height = self.size
        return {"photo": {"url": f"{SHOWN}/{self.unique_id}", "width": width, "height": height}}

    def _id(self, side: str = "f") -> str:
        return f"{_PREFIXES[self.kind]}{self.number:08d}{side}"

    def _sides(self) -> list[str]:
        """Smaller copies, and one that holds the whole photo (up to 2560)."""
        smaller = [side for side, length in _SIDES.items() if length < max(self.size)]
        return [*smaller, *list(_SIDES)[len(smaller) : len(smaller) + 1]]

    def _photo_size(self, side: str) -> dict[str, Any]:
        scale = min(1, _SIDES[side] / max(self.size))
        width, height = (max(1, round(length * scale)) for length in self.size)
        return {**self.known_as(self._id(side)), "width": width, "height": height}


class Files:
    """All files; nothing is forgotten."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._numbers = count(1)
        self._by_id: dict[str, File] = {}
        self._paths: dict[str, tuple[File, datetime]] = {}
        self._shown: dict[str, File] = {}

    async def resolved(self, given: Mapping[str, Any]) -> dict[str, Any]:
        """The arguments with every file taken over: uploaded, fetched, or known by its id; raises Refused."""
        found: dict[str, Any] = {
            kind: await self._take(kind, given[kind]) for kind in _PREFIXES if kind in given
        }
        media = given.get("media")
        if media is not None:
            if media.get("media") is None:
                raise bad_request("can't parse InputMedia: media not found")
            if media.get("type") not in _PREFIXES:
                raise bad_request(f'can\'t parse InputMedia: type "{media.get("type")}" is unsupported')
            if "inline_message_id" in given and isinstance(media["media"], Upload):
                raise bad_request(_NO_UPLOAD)
            found["media"] = {**media, "media": await self._take(media["type"], media["media"])}
        return {**given, **found}

    def get_file(self, given: dict[str, Any]) -> dict[str, Any]:
        file = self._by_id.get(given["file_id"])
        if file is None:
            raise bad_request("invalid file_id")
        if len(file.upload.content) > _MOST_DOWNLOADED:
            raise bad_request("file is too big")
        self._paths[file.path] = file, self._clock.now() + _PATH_LIFE
        return {**file.known_as(given["file_id"]), "file_path": file.path}

    def at(self, path: str) -> File | None:
        """The file of a path that getFile has given within the last hour."""
        file, until = self._paths.get(path, (None, self._clock.now()))
        return file if until > self._clock.now() else None

    def shown(self, unique_id: str) -> File | None:
        return self._shown.get(unique_id)

    async def _take(self, kind: str, given: Upload | str) -> File:
        if isinstance(given, Upload):
            return self._add(kind, given, _MOST_BYTES)
        if given.startswith(("http://", "https://")):
            return self._add(kind, await _fetched(kind, given), _MOST_FETCHED)
        return self.known(kind, given)

    def known(self, kind: str, file_id: str) -> File:
        """The file of this id; raises Refused, also for one of another kind."""
        file = self._by_id.get(file_id)
        if file is None:
            raise bad_request("wrong remote file identifier specified: can't unserialize it")
        if file.kind != kind:
            raise bad_request(f"can't use file of type {file.kind.title()} as {kind.title()}")
        return file

    def _add(self, kind: str, upload: Upload, most: Mapping[str, int]) -> File:
        size = len(upload.content)
        if not size:
            raise bad_request("file must be non-empty")
        if size > most[kind]:
            raise bad_request(
                f"file of size {size} bytes is too big for a {kind}; the maximum size is {most[kind]} bytes"
            )
        if kind == "photo":
            upload, sides = _photo(upload)
            file = File(kind, next(self._numbers), upload, sides)
            self._shown[file.unique_id] = file
        else:
            file = File(kind, next(self._numbers), upload)
        self._by_id |= dict.fromkeys(file.ids, file)
        return file


def _photo(upload: Upload) -> tuple[Upload, tuple[int, int]]:
    """The photo by its true type, and its size; raises Refused."""
    found = read_size(upload.content)
    if found is None:
        raise bad_request("IMAGE_PROCESS_FAILED")
    media_type, (width, height) = found
    flat = min(width, height) * _WIDEST < max(width, height)
    if flat or not width or not height or width + height > _LONGEST_SIDES:
        raise bad_request("PHOTO_INVALID_DIMENSIONS")
    return Upload(upload.name, upload.content, media_type), (width, height)


async def _fetched(kind: str, address: str) -> Upload:
    if urlsplit(address).hostname not in _LOOPBACK:
        raise bad_request("failed to get HTTP URL content")
    try:
        async with httpx.AsyncClient(timeout=_FETCH_WITHIN_S, trust_env=False) as client:
            answer = (await client.get(address)).raise_for_status()
    except httpx.HTTPError:
        raise bad_request("failed to get HTTP URL content") from None
    media_type = answer.headers.get("content-type", "").split(";")[0]
    if kind == "photo" and not media_type.startswith("image/"):
        raise bad_request("wrong type of the web page content")
    return Upload(urlsplit(address).path.rpartition("/")[2] or "file", answer.content, media_type)
