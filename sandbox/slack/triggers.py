"""Trigger ids: a person's act entitles the app to one view, for three seconds."""

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta

from sandbox.clock import Clock
from sandbox.slack.errors import SlackRefusal

TRIGGER_LIFE = timedelta(seconds=3)


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
