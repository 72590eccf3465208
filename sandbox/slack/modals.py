"""Modals: one stack of views per person, and the trigger ids that may open them."""

import uuid
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sandbox.clock import Clock
from sandbox.slack.errors import SlackRefusal
from sandbox.slack.identity import APP_ID, BOT_ID, TEAM_ID
from sandbox.slack.inputs import Typed, still_there, values_of

TRIGGER_LIFE = timedelta(seconds=3)
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
    """An open modal: what the app defined, and what the person has entered so far."""

    id: str
    user: str
    channel: str | None  # where the person was; the default of a conversations_select
    root_id: str
    previous_id: str | None
    definition: dict[str, Any]
    hash: str
    typed: Typed = field(default_factory=dict)

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


@dataclass
class Trigger:
    """A person's act that entitles the app to one view, for three seconds."""

    user: str
    channel: str | None
    expires: datetime
    in_modal: bool
    used: bool = False


class Triggers:
    """The trigger ids given out."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._by_id: dict[str, Trigger] = {}

    def issue(self, user: str, channel: str | None, *, in_modal: bool = False) -> str:
        """A new trigger id; its three seconds begin now."""
        trigger_id = f"{len(self._by_id) + 1}.{int(self._clock.now().timestamp())}.{uuid.uuid4().hex}"
        self._by_id[trigger_id] = Trigger(user, channel, self._clock.now() + TRIGGER_LIFE, in_modal)
        return trigger_id

    def redeem(self, trigger_id: str) -> Trigger:
        """Use up a trigger; raises SlackRefusal."""
        trigger = self._by_id.get(trigger_id)
        if trigger is None:
            raise SlackRefusal("invalid_trigger_id")
        if trigger.used:
            raise SlackRefusal("exchanged_trigger_id")
        if self._clock.now() > trigger.expires:
            raise SlackRefusal("expired_trigger_id")
        trigger.used = True
        return trigger


class Modals:
    """Everybody's open views."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._stacks: dict[str, list[View]] = {}

    def top(self, user: str) -> View | None:
        """The view this person looks at."""
        stack = self._stacks.get(user)
        return stack[-1] if stack else None

    def find(self, view_id: str | None = None, external_id: str | None = None) -> View | None:
        """An open view, by its id or by the app's own."""
        for view in self._open():
            if view.id == view_id or (external_id and view.definition.get("external_id") == external_id):
                return view
        return None

    def open(self, user: str, channel: str | None, definition: dict[str, Any]) -> View:
        """Open a view in place of whatever this person had open; raises SlackRefusal."""
        self._refuse_taken_external_id(definition)
        view_id = _new_id()
        view = View(view_id, user, channel, view_id, None, definition, self._new_hash())
        self._stacks[user] = [view]
        return view

    def push(self, user: str, definition: dict[str, Any]) -> View:
        """Lay a view over the one on top; raises SlackRefusal."""
        below = self.top(user)
        if below is None:
            raise SlackRefusal("not_found")
        if len(self._stacks[user]) >= _STACK:
            raise SlackRefusal("push_limit_reached")
        self._refuse_taken_external_id(definition)
        view = View(_new_id(), user, below.channel, below.root_id, below.id, definition, self._new_hash())
        self._stacks[user].append(view)
        return view

    def update(self, view: View, definition: dict[str, Any]) -> None:
        """Give an open view other contents; what was entered stays where its field stays."""
        self._refuse_taken_external_id(definition, view)
        view.definition, view.hash = definition, self._new_hash()
        view.typed = still_there(view.blocks, view.typed)

    def close(self, view: View) -> None:
        """Close this view; the one below it comes up."""
        self._stacks[view.user] = [other for other in self._stacks[view.user] if other is not view]

    def clear(self, user: str) -> None:
        """Close all of this person's views."""
        self._stacks.pop(user, None)

    def is_open(self, view: View) -> bool:
        return any(other is view for other in self._open())

    def _open(self) -> list[View]:
        return [view for stack in self._stacks.values() for view in stack]

    def _refuse_taken_external_id(self, definition: dict[str, Any], own: View | None = None) -> None:
        taken = self.find(external_id=definition.get("external_id"))
        if taken is not None and taken is not own:
            raise SlackRefusal("duplicate_external_id")

    def _new_hash(self) -> str:
        return f"{int(self._clock.now().timestamp())}.{uuid.uuid4().hex[:8]}"


def _new_id() -> str:
    return f"V{uuid.uuid4().hex[:10].upper()}"
