"""Block elements and composition objects: what each must look like, as tables of limits.

Source: https://docs.slack.dev/reference/block-kit (block elements, composition objects).
"""

import re
from typing import Any

from sandbox.slack.shapes import (
    Check,
    Problems,
    choice,
    complain,
    every,
    flag,
    items,
    matching,
    record,
    string,
    variant,
    web_address,
    whole,
)

IDENTIFIER = string(255)
_DATE = matching(re.compile(r"\d{4}-\d{2}-\d{2}"), "a valid date")
_TIME = matching(re.compile(r"([01]\d|2[0-3]):[0-5]\d"), "a valid time")
_EMAIL = matching(
    re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+"), "a valid email format"
)
_FILE_ID = re.compile(r"F[A-Z0-9]{8,}")
_NUMBER = matching(re.compile(r"-?\d+(\.\d+)?"), "a valid number")


def plain(most: int) -> Check:
    """A plain_text object."""
    return variant({"plain_text": record({"text": string(most)}, {"emoji": flag})})


def text(most: int) -> Check:
    """A text object of either type."""
    return variant(
        {
            "plain_text": record({"text": string(most)}, {"emoji": flag}),
            "mrkdwn": record({"text": string(most)}, {"verbatim": flag}),
        }
    )


CONFIRM = record(
    {"title": plain(100), "text": text(300), "confirm": plain(30), "deny": plain(30)},
    {"style": choice("primary", "danger")},
)
_OPTION = record({"text": plain(75), "value": string(150)}, {"description": plain(75)})
_CHECKBOX = record({"text": text(75), "value": string(150)}, {"description": text(75)})
_MENU_ITEM = record(
    {"text": plain(75), "value": string(150)}, {"description": plain(75), "url": web_address(3000)}
)
_OPTION_GROUP = record({"label": plain(75), "options": items(_OPTION, 100)}, {})
_DISPATCH = record({}, {"trigger_actions_on": items(choice("on_enter_pressed", "on_character_entered"), 2)})

_ACTION = {"action_id": IDENTIFIER}
_CONFIRMED = _ACTION | {"confirm": CONFIRM}
_PICKED = _CONFIRMED | {"placeholder": plain(150), "focus_on_load": flag}
_WRITTEN = _ACTION | {"placeholder": plain(150), "focus_on_load": flag, "dispatch_action_config": _DISPATCH}


def options_of(element: dict[str, Any]) -> list[dict[str, Any]]:
    """All options of a select, a menu or checkboxes, groups opened."""
    groups = element.get("option_groups", [])
    return [*element.get("options", []), *(option for group in groups for option in group["options"])]


def _file_id(value: Any, pointer: str, problems: Problems) -> None:
    if not isinstance(value, str) or not _FILE_ID.fullmatch(value):
        complain(problems, pointer, "input must match regex pattern: ^[F][A-Z0-9]{8,}$")


def one_of(*names: str) -> Check:
    """Exactly one of these fields."""

    def check(value: Any, pointer: str, problems: Problems) -> None:
        if sum(name in value for name in names) != 1:
            complain(problems, pointer, f"must define either {' or '.join(f'`{name}`' for name in names)}")

    return check


def _initial_among_options(value: Any, pointer: str, problems: Problems) -> None:
    initial = value.get("initial_options", [value["initial_option"]] if "initial_option" in value else [])
    if any(option not in options_of(value) for option in initial):
        complain(problems, pointer, "initial option must exactly match one of the options")


def _distinct_values(value: Any, pointer: str, problems: Problems) -> None:
    values = [option["value"] for option in options_of(value)]
    if len(set(values)) < len(values):
        complain(problems, pointer, "option values must be unique")


BUTTON = record(
    {"text": plain(75)},
    _CONFIRMED
    | {
        "url": web_address(3000),
        "value": string(2000),
        "style": choice("primary", "danger"),
        "accessibility_label": string(75),
    },
)
OVERFLOW = record({"options": items(_MENU_ITEM, 5)}, _CONFIRMED, _distinct_values)
STATIC_SELECT = record(
    {},
    _PICKED
    | {"options": items(_OPTION, 100), "option_groups": items(_OPTION_GROUP, 100), "initial_option": _OPTION},
    every(one_of("options", "option_groups"), _distinct_values, _initial_among_options),
)
CHECKBOXES = record(
    {"options": items(_CHECKBOX, 10)},
    _CONFIRMED | {"initial_options": items(_CHECKBOX, 10), "focus_on_load": flag},
    every(_distinct_values, _initial_among_options),
)
RADIO_BUTTONS = record(
    {"options": items(_CHECKBOX, 10)},
    _CONFIRMED | {"initial_option": _CHECKBOX, "focus_on_load": flag},
    every(_distinct_values, _initial_among_options),
)
DATEPICKER = record({}, _PICKED | {"initial_date": _DATE})
TIMEPICKER = record({}, _PICKED | {"initial_time": _TIME, "timezone": string(100)})
USERS_SELECT = record({}, _PICKED | {"initial_user": string(255)})
CHANNELS_SELECT = record({}, _PICKED | {"initial_channel": string(255)})
CHANNELS_INPUT = record({}, _PICKED | {"initial_channel": string(255), "response_url_enabled": flag})
_CONVERSATION_FILTER = record(
    {},
    {
        "include": items(choice("im", "mpim", "private", "public"), 4),
        "exclude_external_shared_channels": flag,
        "exclude_bot_users": flag,
    },
)
CONVERSATIONS_SELECT = record(
    {},
    _PICKED
    | {
        "initial_conversation": string(255),
        "default_to_current_conversation": flag,
        "filter": _CONVERSATION_FILTER,
    },
)
CONVERSATIONS_INPUT = record(
    {},
    _PICKED
    | {
        "initial_conversation": string(255),
        "default_to_current_conversation": flag,
        "response_url_enabled": flag,
        "filter": _CONVERSATION_FILTER,
    },
)
PLAIN_TEXT_INPUT = record(
    {},
    _WRITTEN
    | {
        "initial_value": string(3000, least=0),
        "multiline": flag,
        "min_length": whole(0, 3000),
        "max_length": whole(1, 3000),
    },
)
# https://github.com/slackapi/node-slack-sdk/issues/1580: what an address is, is HTML's word here.
EMAIL_INPUT = record({}, _WRITTEN | {"initial_value": every(string(3000), _EMAIL)})
NUMBER_INPUT = record(
    {"is_decimal_allowed": flag},
    _WRITTEN | {"initial_value": _NUMBER, "min_value": _NUMBER, "max_value": _NUMBER},
)
URL_INPUT = record({}, _WRITTEN | {"initial_value": web_address(3000)})

SLACK_FILE = record({}, {"id": _file_id, "url": web_address(3000)}, one_of("id", "url"))
PICTURE: dict[str, Check] = {"image_url": web_address(3000), "slack_file": SLACK_FILE}
IMAGE = record({"alt_text": string(2000)}, PICTURE, one_of(*PICTURE))

ACTIONS = {
    "button": BUTTON,
    "overflow": OVERFLOW,
    "static_select": STATIC_SELECT,
    "datepicker": DATEPICKER,
    "timepicker": TIMEPICKER,
    "checkboxes": CHECKBOXES,
    "radio_buttons": RADIO_BUTTONS,
    "conversations_select": CONVERSATIONS_SELECT,
    "channels_select": CHANNELS_SELECT,
    "users_select": USERS_SELECT,
}
INPUTS = {
    "plain_text_input": PLAIN_TEXT_INPUT,
    "email_text_input": EMAIL_INPUT,
    "url_text_input": URL_INPUT,
    "number_input": NUMBER_INPUT,
    "static_select": STATIC_SELECT,
    "datepicker": DATEPICKER,
    "timepicker": TIMEPICKER,
    "conversations_select": CONVERSATIONS_INPUT,
    "channels_select": CHANNELS_INPUT,
    "users_select": USERS_SELECT,
    "checkboxes": CHECKBOXES,
    "radio_buttons": RADIO_BUTTONS,
}

ACCESSORY = variant({**ACTIONS, "image": IMAGE})
ACTION = variant(ACTIONS)
REMARK = variant(
    {
        "image": IMAGE,
        "plain_text": record({"text": string(3000)}, {"emoji": flag}),
        "mrkdwn": record({"text": string(3000)}, {"verbatim": flag}),
    }
)
INPUT = variant(INPUTS)
