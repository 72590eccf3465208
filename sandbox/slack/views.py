"""Views: one stack of modals per person, and everybody's home tab."""

import uuid
from dataclasses import dataclass, field
from typing import Any

from sandbox.clock import Clock
from sandbox.slack.errors import SlackRefusal
from sandbox.slack.identity import APP_ID, BOT_ID, TEAM_ID
from sandbox.slack.inputs import Typed, still_there, values_of

_STACK = 3
_BLANK = {
    "private_metadata": "",
    "callback_id": "",
    "external_id": "",
    "clear_on_close": False,
    "notify_on_close": False,
    "submit": None,
    "close": None,
}


@dataclass
class View:
    """An open modal or a home tab: what the app defined, and what the person has entered so far."""

    id: str
    user: str
    channel: str | None  # where the person was; the default of a conversations_select
    root_id: str
    previous_id: str | None
    definition: dict[str, Any]
    hash: str
    typed: Typed = field(default_factory=dict)

    @property
    def is_home(self) -> bool:
        return bool(self.definition["type"] == "home")

    @property
    def blocks(self) -> list[dict[str, Any]]:
        blocks: list[dict[str, Any]] = self.definition["blocks"]
        return blocks

    @property
    def values(self) -> dict[str, dict[str, Any]]:
        return values_of(self.blocks, self.typed, self.channel)

    def as_json(self) -> dict[str, Any]:
        """The view object of https://docs.slack.dev/reference/views."""
        return (
            _BLANK
            | self.definition
            | {
                "id": self.id,
                "team_id": TEAM_ID,
                "app_id": APP_ID,
                "app_installed_team_id": TEAM_ID,
                "bot_id": BOT_ID,
                "hash": self.hash,
                "state": {"values": self.values},
                "root_view_id": self.root_id,
                "previous_view_id": self.previous_id,
            }
        )


class Views:
    """Everybody's views: those that are open, and the published home tabs."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._stacks: dict[str, list[View]] = {}
        self._homes: dict[str, View] = {}

    def top(self, user: str) -> View | None:
        """The modal this person looks at."""
        stack = self._stacks.get(user)
        return stack[-1] if stack else None

    def home(self, user: str) -> View | None:
        """The home tab published for this person."""
        return self._homes.get(user)

    def shown(self, view_id: str) -> View | None:
        """The view of this id, if its person can use it: the modal on top, or a home tab."""
        view = self.find(view_id)
        return view if view and (view.is_home or self.top(view.user) is view) else None

    def find(self, view_id: str | None = None, external_id: str | None = None) -> View | None:
        """A view, by its id or by the app's own."""
        for view in self._all():
            if view.id == view_id or (external_id and view.definition.get("external_id") == external_id):
                return view
        return None

    def open(self, user: str, channel: str | None, definition: dict[str, Any]) -> View:
        """Open a modal in place of whatever this person had open; raises SlackRefusal."""
        self._refuse_taken_external_id(definition)
        view = self._new(user, channel, definition)
        self._stacks[user] = [view]
        return view

    def push(self, user: str, definition: dict[str, Any]) -> View:
        """Lay a modal over the one on top; raises SlackRefusal."""
        below = self.top(user)
        if below is None:
            raise SlackRefusal("not_found")
        if len(self._stacks[user]) >= _STACK:
            raise SlackRefusal("push_limit_reached")
        self._refuse_taken_external_id(definition)
        view = self._new(user, below.channel, definition)
        view.root_id, view.previous_id = below.root_id, below.id
        self._stacks[user].append(view)
        return view

    def publish(self, user: str, definition: dict[str, Any], expected: str | None) -> View:
        """Give this person a home tab, for the first time or in place of the one whose hash is `expected`."""
        current = self.home(user)
        if expected is not None and (current is None or current.hash != expected):
            raise SlackRefusal("hash_conflict")
        if current is not None:
            self.update(current, definition)
            return current
        self._refuse_taken_external_id(definition)
        self._homes[user] = self._new(user, None, definition)
        return self._homes[user]

    def update(self, view: View, definition: dict[str, Any]) -> None:
        """Give a view other contents; what was entered stays where its field stays."""
        self._refuse_taken_external_id(definition, view)
        view.definition, view.hash = definition, self._new_hash()
        view.typed = still_there(view.blocks, view.typed)

    def close(self, view: View) -> None:
        """Close this modal; the one below it comes up."""
        self._stacks[view.user] = [other for other in self._stacks[view.user] if other is not view]

    def clear(self, user: str) -> None:
        """Close all of this person's modals."""
        self._stacks.pop(user, None)

    def is_open(self, view: View) -> bool:
        return any(other is view for other in self._all())

    def _all(self) -> list[View]:
        return [*(view for stack in self._stacks.values() for view in stack), *self._homes.values()]

    def _refuse_taken_external_id(self, definition: dict[str, Any], own: View | None = None) -> None:
        taken = self.find(external_id=definition.get("external_id"))
        if taken is not None and taken is not own:
            raise SlackRefusal("duplicate_external_id")

    def _new(self, user: str, channel: str | None, definition: dict[str, Any]) -> View:
        view_id = f"V{uuid.uuid4().hex[:10].upper()}"
        return View(view_id, user, channel, view_id, None, definition, self._new_hash())

    def _new_hash(self) -> str:
        return f"{int(self._clock.now().timestamp())}.{uuid.uuid4().hex[:8]}"
