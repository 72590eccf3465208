"""Workflows: which events are sent where, signed with what. https://www.checkout.com/docs/workflows.

The account begins with one that was made in the Dashboard: every event, to the service, signed with the
secret that the sandbox prints. It steps aside when the API makes the first one.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import httpx

from sandbox.checkout import checks as is_
from sandbox.checkout.account import CHANNEL, ENTITY
from sandbox.checkout.fields import Rule
from sandbox.checkout.ids import new_id
from sandbox.checkout.samples import SOURCES, source_of
from sandbox.checkout.validation import errors_of

JSON = dict[str, Any]


def _is_reachable(url: Any) -> bool:
    """An address that a webhook can be sent to."""
    try:
        return is_.is_web_address(url) and bool(httpx.URL(url).host)
    except httpx.InvalidURL:
        return False


_CONDITIONS = {"event": "events", "entity": "entities", "processing_channel": "processing_channels"}
_OWN = {"entity": ENTITY, "processing_channel": CHANNEL}
_RULES = (
    Rule("name", "name", is_.is_text),
    Rule("active", "active", is_.is_flag),
    Rule("conditions", "conditions", is_.list_of(len(_CONDITIONS)), required=True),
    Rule("conditions[].type", "condition_type", is_.one_of(_CONDITIONS), required=True),
    Rule("conditions[].events", "events", is_.is_object),
    Rule("conditions[].entities", "entities", is_.list_of(100, str)),
    Rule("conditions[].processing_channels", "processing_channels", is_.list_of(100, str)),
    Rule("actions", "actions", is_.list_of(100), required=True),
    Rule("actions[].type", "action_type", is_.one_of(("webhook",)), required=True),
    Rule("actions[].url", "url", _is_reachable, required=True),
    Rule("actions[].headers", "headers", is_.is_headers),
    Rule("actions[].signature", "signature", is_.is_object),
    Rule("actions[].signature.method", "signature_method", is_.one_of(("HMACSHA256",))),
    Rule("actions[].signature.key", "signature_key", is_.text(255, 1), required=True),
)
_CHANGES = _RULES[:2]


@dataclass(frozen=True, slots=True)
class Target:
    """Where one webhook action sends to; without a `key` nothing is signed."""

    action_id: str
    url: str
    headers: Mapping[str, str]
    key: str | None


@dataclass
class Workflow:
    """As it was asked for, each condition and action with an id of its own."""

    name: str
    active: bool
    conditions: list[JSON]
    actions: list[JSON]
    id: str = field(default_factory=lambda: new_id("wf"))

    @classmethod
    def from_body(cls, body: JSON) -> "Workflow":
        """From a body that `errors` has nothing against."""
        conditions = [{"id": new_id("wfc"), **condition} for condition in body["conditions"]]
        actions = [{"id": new_id("wfa"), **action} for action in body["actions"]]
        return cls(body.get("name") or "", body.get("active") is not False, conditions, actions)

    @property
    def targets(self) -> Iterator[Target]:
        for action in self.actions:
            key = (action.get("signature") or {}).get("key")
            yield Target(action["id"], action["url"], action.get("headers") or {}, key)

    def wants(self, event_type: str) -> bool:
        return self.active and all(_holds(condition, event_type) for condition in self.conditions)


class Workflows:
    """All workflows, oldest first."""

    def __init__(self, url: str, key: str) -> None:
        events = {source: list(kinds) for source, kinds in SOURCES.items()}
        action = {"type": "webhook", "url": url, "signature": {"method": "HMACSHA256", "key": key}}
        conditions = [{"type": "event", "events": events}]
        default = Workflow.from_body(
            {"name": "Made in the Dashboard", "conditions": conditions, "actions": [action]}
        )
        self._default: Workflow | None = default
        self.all: dict[str, Workflow] = {default.id: default}

    def add(self, workflow: Workflow) -> None:
        """From the first one on, that of the Dashboard is no more."""
        if self._default is not None:
            self.all.pop(self._default.id, None)
            self._default = None
        self.all[workflow.id] = workflow

    def targets(self, event_type: str, only: Sequence[str] | None = None) -> list[Target]:
        """Where an event of this type goes, of all workflows or of those named."""
        wanting = (
            one for one in self.all.values() if one.wants(event_type) and (only is None or one.id in only)
        )
        return [target for workflow in wanting for target in workflow.targets]


def errors(body: JSON) -> list[str]:
    """What is wrong with the body of a workflow. Its codes are unverified."""
    found = errors_of(body, _RULES)
    conditions = body.get("conditions") if not found else []
    return list(dict.fromkeys([*found, *_condition_errors(conditions or [])]))


def change_errors(body: JSON) -> list[str]:
    """The same for a PATCH, which changes the name and whether it is active."""
    return errors_of(body, _CHANGES)


def _condition_errors(conditions: list[JSON]) -> Iterator[str]:
    kinds = [condition["type"] for condition in conditions]
    if len(set(kinds)) < len(kinds):  # only one of each type is permitted
        yield "conditions_invalid"
    for condition in conditions:
        holds = _CONDITIONS[condition["type"]]
        if not condition.get(holds):
            yield f"{holds}_required"
        elif condition["type"] == "event" and not _are_known(condition["events"]):
            yield "events_invalid"


def _are_known(events: JSON) -> bool:
    """Each under its own source."""
    return all(
        is_.list_of(1000, str)(kinds) and set(kinds) <= set(SOURCES.get(source, ()))
        for source, kinds in events.items()
    )


def _holds(condition: JSON, event_type: str) -> bool:
    if condition["type"] == "event":
        return event_type in condition["events"].get(source_of(event_type), ())
    return _OWN[condition["type"]] in condition[_CONDITIONS[condition["type"]]]
