"""What a person typed or picked, in the shapes of `state.values`, and what Slack's forms refuse.

Source: https://docs.slack.dev/reference/interaction-payloads/view-interactions-payload
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from sandbox.slack.blocks import Blocks, elements_of
from sandbox.slack.elements import options_of

Element = dict[str, Any]
State = dict[str, Any]
Typed = dict[tuple[str, str], State]  # (block_id, action_id) -> what was entered there

# Slack documents no wording for what its forms refuse, nor whether a comma is a decimal point.
_REQUIRED = "Please complete this required field."
_NUMBER = re.compile(r"-?\d+(\.\d+)?")
_TIME = re.compile(r"([01]\d|2[0-3]):[0-5]\d")
_WEB_ADDRESS = re.compile(r"https?://[^\s/]+\S*")
_EMAIL = re.compile(r"[^@\s]+@[^@\s.]+(\.[^@\s.]+)+")


class NoSuchOption(ValueError):
    """The value is not one of the element's options; the text lists them."""


@dataclass(frozen=True, slots=True)
class Field:
    """An element that holds a value, and where it is."""

    block: dict[str, Any]
    element: Element

    @property
    def place(self) -> tuple[str, str]:
        return self.block["block_id"], self.element["action_id"]

    @property
    def is_input(self) -> bool:
        return bool(self.block["type"] == "input")


def _option(element: Element, text: str) -> State:
    return {"selected_option": find_option(element, text) if text else None}


def _options(element: Element, text: str) -> State:
    picked = [find_option(element, part.strip()) for part in text.split(",") if part.strip()]
    return {"selected_options": picked}


def _picked(name: str) -> Callable[[Element, str], State]:
    return lambda _, text: {name: text or None}


def find_option(element: Element, text: str) -> dict[str, Any]:
    """The option of this value or label; raises NoSuchOption."""
    for option in options_of(element):
        if text in {option["value"], option["text"]["text"]}:
            return option
    offered = ", ".join(option["value"] for option in options_of(element))
    raise NoSuchOption(f"{text!r} is not an option; there are: {offered}")


_STATE: dict[str, Callable[[Element, str], State]] = {
    "plain_text_input": _picked("value"),
    "email_text_input": _picked("value"),
    "url_text_input": _picked("value"),
    "number_input": _picked("value"),
    "static_select": _option,
    "radio_buttons": _option,
    "checkboxes": _options,
    "datepicker": _picked("selected_date"),
    "timepicker": _picked("selected_time"),
    "conversations_select": _picked("selected_conversation"),
    "channels_select": _picked("selected_channel"),
    "users_select": _picked("selected_user"),
}
_INITIAL = {
    "static_select": ("selected_option", "initial_option"),
    "radio_buttons": ("selected_option", "initial_option"),
    "checkboxes": ("selected_options", "initial_options"),
    "datepicker": ("selected_date", "initial_date"),
    "timepicker": ("selected_time", "initial_time"),
    "conversations_select": ("selected_conversation", "initial_conversation"),
    "channels_select": ("selected_channel", "initial_channel"),
    "users_select": ("selected_user", "initial_user"),
}


def fields_of(blocks: Blocks) -> Iterator[Field]:
    """Every element that holds a value, in input blocks and outside them."""
    for block in blocks:
        for element in elements_of(block):
            if element["type"] in _STATE:
                yield Field(block, element)


def entered(element: Element, text: str) -> State:
    """The element's state after `text` (an option's value or label, several with commas) was entered."""
    return {"type": element["type"], **_STATE[element["type"]](element, text)}


def untouched(element: Element, channel: str | None) -> State:
    """The element's state before anybody touched it, seen from `channel`."""
    state, initial = _INITIAL.get(element["type"], ("value", "initial_value"))
    value = element.get(initial) or ([] if element["type"] == "checkboxes" else None)
    if element.get("default_to_current_conversation"):
        value = channel or value
    return {"type": element["type"], state: value}


def values_of(blocks: Blocks, typed: Typed, channel: str | None = None) -> dict[str, dict[str, State]]:
    """The `state.values` of a surface."""
    values: dict[str, dict[str, State]] = {}
    for field in fields_of(blocks):
        block_id, action_id = field.place
        state = typed.get(field.place) or untouched(field.element, channel)
        values.setdefault(block_id, {})[action_id] = state
    return values


def still_there(blocks: Blocks, typed: Typed) -> Typed:
    """What stays entered when a surface gets these blocks: where both ids and the type are the same."""
    kinds = {field.place: field.element["type"] for field in fields_of(blocks)}
    return {place: state for place, state in typed.items() if kinds.get(place) == state["type"]}


def refused_by_form(blocks: Blocks, values: dict[str, dict[str, State]]) -> dict[str, str]:
    """What Slack's own form says before it sends anything: block_id -> text."""
    errors = {}
    for field in fields_of(blocks):
        block_id, action_id = field.place
        content = next(value for name, value in values[block_id][action_id].items() if name != "type")
        error = _complaint(field, content) if field.is_input else None
        if error:
            errors[block_id] = error
    return errors


def _complaint(field: Field, content: Any) -> str | None:
    if not content:
        return None if field.block.get("optional") else _REQUIRED
    rule = _RULES.get(field.element["type"])
    return rule(field.element, content) if rule else None


def _text_rule(element: Element, text: str) -> str | None:
    least, most = element.get("min_length", 0), element.get("max_length", 3000)
    if len(text) < least:
        return f"Must be at least {least} characters."
    return f"Must be at most {most} characters." if len(text) > most else None


def _matches(pattern: re.Pattern[str], complaint: str) -> Callable[[Element, str], str | None]:
    return lambda _, text: None if pattern.fullmatch(text) else complaint


def _number_rule(element: Element, text: str) -> str | None:
    if not _NUMBER.fullmatch(text):
        return "Must be a valid number."
    if not element["is_decimal_allowed"] and "." in text:
        return "Must be a whole number."
    number = Decimal(text)
    if "min_value" in element and number < Decimal(element["min_value"]):
        return f"Must be at least {element['min_value']}."
    if "max_value" in element and number > Decimal(element["max_value"]):
        return f"Must be at most {element['max_value']}."
    return None


def _date_rule(_: Element, text: str) -> str | None:
    try:
        date.fromisoformat(text)
    except ValueError:
        return "Must be a date, as 2026-12-31."
    return None


_RULES: dict[str, Callable[[Element, str], str | None]] = {
    "plain_text_input": _text_rule,
    "email_text_input": _matches(_EMAIL, "Must be a valid email address."),
    "url_text_input": _matches(_WEB_ADDRESS, "Must be a valid URL."),
    "timepicker": _matches(_TIME, "Must be a time, as 17:30."),
    "number_input": _number_rule,
    "datepicker": _date_rule,
}
