"""Messages, their threads, and the ephemeral ones only one person sees."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import takewhile
from typing import Any

from sandbox.clock import Clock
from sandbox.slack.files import File
from sandbox.slack.identity import APP_ID, BOT_ID, BOT_USER, TEAM_ID
from sandbox.slack.inputs import Typed, still_there


@dataclass(frozen=True, slots=True)
class Content:
    """What a message says."""

    text: str
    blocks: list[dict[str, Any]] | None = None
    metadata: dict[str, Any] | None = None
    styled: bool = True  # whether the text's marks (*bold*...) are drawn as what they mean


@dataclass
class Message:
    """One message; `seen_by` names the only reader of an ephemeral one."""

    ts: str
    channel: str
    user: str
    content: Content
    thread_ts: str | None = None
    broadcast: bool = False
    seen_by: str | None = None
    edited: dict[str, str] | None = None
    deleted: bool = False
    typed: Typed = field(default_factory=dict)
    files: list[File] = field(default_factory=list)
    reactions: dict[str, list[str]] = field(default_factory=dict)  # name -> who

    @property
    def is_reply(self) -> bool:
        return self.thread_ts is not None and self.thread_ts != self.ts

    def as_json(self) -> dict[str, Any]:
        """The message as the API and interaction payloads show it."""
        said: dict[str, Any] = {
            "type": "message",
            "user": self.user,
            "ts": self.ts,
            "team": TEAM_ID,
            "text": self.content.text,
        }
        optional = {
            "subtype": "thread_broadcast" if self.broadcast else None,
            "blocks": self.content.blocks,
            "metadata": self.content.metadata,
            "thread_ts": self.thread_ts,
            "edited": self.edited,
            "files": [file.as_json(file.ready_at or file.created) for file in self.files] or None,
            "reactions": [
                {"name": name, "users": list(users), "count": len(users)}
                for name, users in self.reactions.items()
            ]
            or None,
        }
        by_bot = {"bot_id": BOT_ID, "app_id": APP_ID} if self.user == BOT_USER else {}
        return said | by_bot | {name: value for name, value in optional.items() if value is not None}

    def as_seen(self) -> dict[str, Any]:
        """The message as the controls show it."""
        return {
            "ts": self.ts,
            "user": self.user,
            "text": self.content.text,
            "blocks": self.content.blocks or [],
            "edited": self.edited,
            **({} if self.content.styled else {"mrkdwn": False}),
            **({"files": shown} if (shown := [file.as_seen() for file in self.files]) else {}),
            **({"broadcast": True} if self.broadcast else {}),
        }


class Messages:
    """Every message of the workspace, oldest first."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._by_place: dict[tuple[str, str], Message] = {}
        self._newest = 0

    def next_ts(self) -> str:
        """A timestamp of its own: seconds of the clock and six digits, always increasing."""
        self._newest = max(self._newest + 1, int(self._clock.now().timestamp() * 1_000_000))
        return f"{self._newest // 1_000_000}.{self._newest % 1_000_000:06d}"

    def post(
        self,
        channel: str,
        content: Content,
        *,
        user: str = BOT_USER,
        thread_ts: str | None = None,
        broadcast: bool = False,
        seen_by: str | None = None,
        files: list[File] | None = None,
    ) -> Message:
        """Add a message; its root, if any, becomes a thread."""
        message = Message(self.next_ts(), channel, user, content, thread_ts, broadcast, seen_by)
        message.files = files or []
        self._by_place[channel, message.ts] = message
        root = self.find(channel, thread_ts) if thread_ts else None
        if root and seen_by is None:
            root.thread_ts = root.ts
        return message

    def find(self, channel: str, ts: str) -> Message | None:
        """A message everybody in the channel can see."""
        message = self._by_place.get((channel, ts))
        return message if message and message.seen_by is None and not message.deleted else None

    def find_for(self, user: str, channel: str, ts: str) -> Message | None:
        """A message this person can see, an ephemeral one included."""
        message = self._by_place.get((channel, ts))
        visible = message and message.seen_by in {None, user} and not message.deleted
        return message if visible else None

    def edit(self, message: Message, content: Content) -> None:
        """Change what a message says; only one without blocks is marked as edited."""
        message.content = content
        message.typed = still_there(content.blocks or [], message.typed)
        if content.blocks is None:
            message.edited = {"user": message.user, "ts": self.next_ts()}

    def delete(self, message: Message) -> None:
        """Take a message away; a root with replies leaves a tombstone."""
        if any(self._has_root(other, message) for other in self._public(message.channel)):
            message.deleted, message.content = True, Content("This message was deleted.")
            return
        del self._by_place[message.channel, message.ts]

    def timeline(self, channel: str) -> list[Message]:
        """What the channel itself shows, oldest first: replies only where they were broadcast."""
        return [m for m in self._public(channel) if m.broadcast or not m.is_reply]

    def thread(self, root: Message) -> list[Message]:
        """The replies to a message, oldest first."""
        return [m for m in self._public(root.channel) if self._has_root(m, root)]

    def history(self, channel: str) -> list[dict[str, Any]]:
        """The channel as the controls show it: roots with their replies."""
        shown: dict[str, dict[str, Any]] = {}
        for message in self._public(channel):
            if message.is_reply and message.thread_ts in shown:
                shown[message.thread_ts]["replies"].append(message.as_seen())
            else:
                shown[message.ts] = message.as_seen() | {"replies": []}
        return list(shown.values())

    def ephemerals(self, user: str, channel: str | None = None, since: str = "") -> list[dict[str, Any]]:
        """What only this person sees, in one channel or in all, later than the timestamp `since`."""
        later = takewhile(lambda message: message.ts > since, reversed(self._by_place.values()))
        seen = [m.as_seen() for m in later if m.seen_by == user and channel in {None, m.channel}]
        return seen[::-1]

    def _public(self, channel: str) -> Iterator[Message]:
        return (m for m in self._by_place.values() if m.channel == channel and m.seen_by is None)

    @staticmethod
    def _has_root(message: Message, root: Message) -> bool:
        return message.is_reply and message.thread_ts == root.ts
