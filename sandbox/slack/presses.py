"""Presses on interactive elements: which element is meant, and the `action` the service gets."""

from collections.abc import Callable
from typing import Any

from sandbox.slack.blocks import Blocks, elements_of
from sandbox.slack.inputs import Element, NoSuchOption, State, entered, find_option

_ECHOED = (
    "style",
    "confirm",
    "placeholder",
    "initial_option",
    "initial_options",
    "initial_date",
    "initial_time",
    "initial_user",
    "initial_channel",
    "initial_conversation",
)


class PressRefused(ValueError):
    """No such element, or not one that can be pressed; the text says what there is."""


def find_pressable(
    blocks: Blocks, action_id: str, block_id: str | None, value: str | None
) -> tuple[dict[str, Any], Element]:
    """The block and the element; `block_id` or a button's value tells those with one action_id apart."""
    found = [(block, element) for block in blocks for element in elements_of(block)]
    meant = [
        (block, element)
        for block, element in found
        if element["action_id"] == action_id and block_id in {None, block["block_id"]}
    ]
    if len(meant) > 1 and value is not None:
        meant = [(block, element) for block, element in meant if element.get("value") == value]
    if len(meant) != 1:
        there = ", ".join(element["action_id"] for _, element in found)
        raise PressRefused(f"{len(meant)} elements match {action_id!r}; there are: {there}")
    block, element = meant[0]
    if block["type"] == "input" and not block.get("dispatch_action"):
        raise PressRefused(f"{action_id!r} is an input that dispatches no action; submit it")
    return block, element


def state_after(element: Element, value: str | None) -> State | None:
    """What the element holds once pressed; None for buttons and menus, which hold nothing."""
    if element["type"] in {"button", "overflow"}:
        return None
    if value is None:
        raise PressRefused(f"{element['action_id']!r} needs a value")
    return _picking(entered, element, value)


def action_of(block: dict[str, Any], element: Element, value: str | None, action_ts: str) -> dict[str, Any]:
    """One entry of `actions` (https://docs.slack.dev/reference/interaction-payloads/block_actions-payload)."""
    return {
        "type": element["type"],
        "action_id": element["action_id"],
        "block_id": block["block_id"],
        "action_ts": action_ts,
        **{name: element[name] for name in _ECHOED if name in element},
        **_outcome(element, value),
    }


def _outcome(element: Element, value: str | None) -> dict[str, Any]:
    if element["type"] == "button":
        return {name: element[name] for name in ("text", "value", "url") if name in element}
    if element["type"] == "overflow":
        return {"selected_option": _picking(find_option, element, value or "")}
    return state_after(element, value) or {}


def _picking(pick: Callable[[Element, str], State], element: Element, value: str) -> State:
    try:
        return pick(element, value)
    except NoSuchOption as error:
        raise PressRefused(str(error)) from error
