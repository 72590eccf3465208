"""Files: uploaded in three steps, looked at for a while, then shared, shown and deleted.

Source: https://docs.slack.dev/messaging/working-with-files. What Slack does with a file between its upload
and its use takes "a moment" (https://github.com/slackapi/python-slack-sdk/issues/1521): here two seconds of
the sandbox's clock.
"""

import mimetypes
import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import PurePosixPath
from typing import Any

from sandbox.clock import Clock
from sandbox.slack.identity import BOT_USER, TEAM_DOMAIN, TEAM_ID

PROCESSING = timedelta(seconds=2)


@dataclass(eq=False)
class File:
    """One file; `ready_at` is set once its upload is complete, `content` once its bytes came."""

    id: str
    name: str
    size: int
    alt_text: str
    created: datetime
    ticket: str
    base_url: str
    title: str = ""
    content: bytes | None = None
    ready_at: datetime | None = None
    is_deleted: bool = False
    shares: dict[str, dict[str, list[dict[str, str]]]] = field(default_factory=dict)

    @property
    def mimetype(self) -> str:
        return mimetypes.guess_type(self.name)[0] or "application/octet-stream"

    @property
    def permalink(self) -> str:
        return f"https://{TEAM_DOMAIN}.slack.com/files/{BOT_USER}/{self.id}/{self.name}"

    @property
    def url_private(self) -> str:
        return f"{self._private}/{self.name}"

    @property
    def _private(self) -> str:
        return f"{self.base_url}/files-pri/{TEAM_ID}-{self.id}"

    @property
    def is_image(self) -> bool:
        return self.mimetype.startswith("image/")

    def is_ready(self, now: datetime) -> bool:
        return self.ready_at is not None and now >= self.ready_at and not self.is_deleted

    def as_json(self, now: datetime) -> dict[str, Any]:
        """The object of https://docs.slack.dev/reference/objects/file-object: no type until it is ready."""
        if self.is_deleted:
            return {"id": self.id, "mode": "tombstone"}
        ready = self.is_ready(now)
        created, kind = int(self.created.timestamp()), PurePosixPath(self.name).suffix.lstrip(".")
        channels = [channel for places in self.shares.values() for channel in places]
        return {
            "id": self.id,
            "created": created,
            "timestamp": created,
            "name": self.name,
            "title": self.title,
            "mimetype": self.mimetype if ready else "",
            "filetype": kind if ready else "",
            "pretty_type": kind.upper() if ready else "",
            "user": BOT_USER,
            "user_team": TEAM_ID,
            "editable": False,
            "size": self.size,
            "mode": "hosted",
            "is_external": False,
            "is_public": "public" in self.shares,
            "url_private": self.url_private,
            "url_private_download": f"{self._private}/download/{self.name}",
            "permalink": self.permalink,
            "channels": [channel for channel in channels if channel.startswith("C")],
            "groups": [],
            "ims": [channel for channel in channels if channel.startswith("D")],
            "shares": self.shares,
            **({"alt_txt": self.alt_text} if self.alt_text else {}),
        }

    def as_seen(self) -> dict[str, str]:
        """The file as the controls show it; its `url` needs no token."""
        return {
            "id": self.id,
            "name": self.name,
            "title": self.title,
            "mimetype": self.mimetype,
            "url": f"/slack/files-seen/{self.id}/{self.ticket}",
            "permalink": self.permalink,
        }


class Files:
    """All files of the workspace, those on their way included."""

    def __init__(self, clock: Clock, base_url: str) -> None:
        self._clock, self._base_url = clock, base_url
        self._by_id: dict[str, File] = {}

    def expect(self, name: str, size: int, alt_text: str) -> File:
        """A file that is about to come."""
        file_id = f"F{secrets.token_hex(5).upper()}"
        ticket = secrets.token_hex(16)
        file = File(file_id, name, size, alt_text, self._clock.now(), ticket, self._base_url)
        self._by_id[file_id] = file
        return file

    def find(self, file_id: str) -> File | None:
        return self._by_id.get(file_id)

    def expected_by(self, ticket: str) -> File | None:
        """The file whose bytes this ticket may bring: once."""
        return next((f for f in self._by_id.values() if f.ticket == ticket and f.content is None), None)

    def complete(self, file: File, title: str) -> datetime:
        """Its upload is over; gives when it will be ready."""
        file.title = title or file.name
        file.ready_at = self._clock.now() + PROCESSING
        return file.ready_at

    def delete(self, file: File) -> None:
        file.is_deleted, file.content = True, b""

    def can_show(self, reference: dict[str, str]) -> bool:
        """Whether a `slack_file` (an id, or one of its addresses) is an image that is ready."""
        now = self._clock.now()
        return any(
            file.is_image and file.is_ready(now)
            for file in self._by_id.values()
            if reference.get("id") == file.id or reference.get("url") in {file.permalink, file.url_private}
        )
