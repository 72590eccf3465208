"""What may hang below a message: inline keyboards, reply keyboards, and requests for a reply.

https://core.telegram.org/bots/api#inlinekeyboardmarkup. Fields that the Bot API does not describe are
refused; the real service ignores them, and a misspelt field is a button that does nothing. So are two
actions of one button, of which the service takes the first it looks for.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sandbox.telegram.answers import bad_request
from sandbox.telegram.links import checked_url
from sandbox.telegram.units import units

_MAX_DATA_BYTES = 64
_MAX_COPIED = 256  # UTF-16 units
_MAX_PLACEHOLDER = 64  # UTF-16 units
_STYLES = {"danger", "success", "primary", "default"}
_LOOKS = {"text", "style", "icon_custom_emoji_id"}
CHOSEN_CHAT = {"query", "allow_user_chats", "allow_bot_chats", "allow_group_chats", "allow_channel_chats"}
KEYBOARDS: dict[str, set[str]] = {
    "inline_keyboard": set(),
    "keyboard": {
        "is_persistent",
        "resize_keyboard",
        "one_time_keyboard",
        "input_field_placeholder",
        "selective",
    },
    "remove_keyboard": {"selective"},
    "force_reply": {"input_field_placeholder", "selective"},
}
# What a person's press would tell the bot, and what is said where there is more than one person.
_REQUESTS = {
    "request_contact": "phone number can be requested in private chats only",
    "request_location": "location can be requested in private chats only",
    "request_poll": "poll can be requested in private chats only",
    "request_users": "users can be requested in private chats only",
    "request_chat": "chats can be requested in private chats only",
    "request_managed_bot": "managed bots can be requested in private chats only",
    "web_app": "web App buttons can be used in private chats only",
}
REPLY_FIELDS = _LOOKS | set(_REQUESTS)
_NOT_OFFERED = {"login_url", "callback_game", "pay"}


@dataclass(frozen=True, slots=True)
class Markup:
    """A message's `reply_markup`: the inline keyboard is part of the message and echoed, the rest is not."""

    inline: dict[str, Any] | None = None
    interface: dict[str, Any] | None = None


def read_markup(value: dict[str, Any] | None) -> Markup:
    """Check a `reply_markup`; raises Refused. An empty inline keyboard is none."""
    if not value:
        return Markup()
    kind = next((name for name in KEYBOARDS if name in value), None)
    if kind is None or set(value) - {kind} - KEYBOARDS[kind]:
        raise bad_request(f"can't parse reply keyboard markup: unknown fields {', '.join(sorted(value))}")
    if kind == "inline_keyboard":
        rows = [[_inline_button(button) for button in row] for row in _rows(value, kind)]
        return Markup(inline={"inline_keyboard": rows} if any(rows) else None)
    if kind == "keyboard":
        for button in (button for row in _rows(value, kind) for button in row):
            _reply_button(button)
    elif value[kind] is not True:
        raise bad_request(f"can't parse reply keyboard markup: {kind} must be true")
    _check_options({name: option for name, option in value.items() if name != kind})
    return Markup(interface=value)


def check_place(markup: Markup, chat_kind: str) -> None:
    """Refuse buttons that are for private chats only, elsewhere."""
    if chat_kind == "private":
        return
    for row in (markup.interface or {}).get("keyboard", []):
        for button in row:
            for name, refusal in _REQUESTS.items():
                if isinstance(button, dict) and button.get(name):
                    raise bad_request(refusal)
    if any("web_app" in button for row in (markup.inline or {}).get("inline_keyboard", []) for button in row):
        raise bad_request("BUTTON_TYPE_INVALID")


def _check_options(options: dict[str, Any]) -> None:
    """What a reply keyboard or a request for a reply may say beside itself; raises Refused."""
    placeholder = options.pop("input_field_placeholder", "")
    for name, option in options.items():
        if not isinstance(option, bool):
            raise bad_request(f'can\'t parse reply keyboard markup: field "{name}" must be of type Boolean')
    if not isinstance(placeholder, str) or units(placeholder) > _MAX_PLACEHOLDER:
        raise bad_request("REPLY_MARKUP_PLACEHOLDER_INVALID")


def _rows(value: dict[str, Any], kind: str) -> list[list[Any]]:
    rows = value[kind]
    if not isinstance(rows, list) or not all(isinstance(row, list) for row in rows):
        raise bad_request(f'field "{kind}" must be an Array of Arrays')
    return rows


def _reply_button(button: Any) -> None:
    if not isinstance(button, str | dict) or not (button if isinstance(button, str) else button.get("text")):
        raise bad_request('can\'t parse keyboard button: field "text" must be a non-empty String')
    unknown = set(button) - REPLY_FIELDS if isinstance(button, dict) else set()
    if unknown:
        raise bad_request(f"can't parse keyboard button: there is no field {', '.join(sorted(unknown))}")


def _inline_button(button: Any) -> dict[str, Any]:
    _require(isinstance(button, dict), "InlineKeyboardButton must be an Object")
    _require(isinstance(button.get("text"), str), 'Can\'t find field "text"')
    unknown = set(button) - INLINE_FIELDS
    _require(not set(button) & _NOT_OFFERED, "games, payments and logins are not offered by this stand-in")
    _require(not unknown, f"unknown fields {', '.join(sorted(unknown))}")
    actions = [name for name in _ACTIONS if name in button]
    _require(bool(actions), "Text buttons are unallowed in the inline keyboard")
    _require(len(actions) == 1, f"exactly one action is expected, found {', '.join(actions)}")
    _require(button.get("style", "primary") in _STYLES, "Invalid button style specified")
    if not button["text"].strip():
        raise bad_request("BUTTON_TEXT_INVALID")
    return {**button, actions[0]: _ACTIONS[actions[0]](button[actions[0]])}


def _url(value: Any) -> str:
    _require(isinstance(value, str), 'Field "url" must be of type String')
    try:
        return checked_url(value)
    except ValueError as error:
        raise bad_request(f"inline keyboard button URL '{value}' is invalid: {error}") from error


def _callback_data(value: Any) -> str:
    _require(isinstance(value, str), 'Field "callback_data" must be of type String')
    if not 1 <= len(value.encode()) <= _MAX_DATA_BYTES:
        raise bad_request("BUTTON_DATA_INVALID")
    return str(value)


def _copy_text(value: Any) -> dict[str, str]:
    text = value.get("text") if isinstance(value, dict) and set(value) == {"text"} else None
    _require(isinstance(text, str), 'Field "copy_text" must be a CopyTextButton')
    if not 1 <= units(str(text)) <= _MAX_COPIED:
        raise bad_request("BUTTON_COPY_TEXT_INVALID")
    return {"text": str(text)}


def _query(value: Any) -> str:
    _require(isinstance(value, str), "an inline query must be of type String")
    return str(value)


def _chosen_chat(value: Any) -> dict[str, Any]:
    fits = isinstance(value, dict) and not set(value) - CHOSEN_CHAT
    _require(fits, 'Field "switch_inline_query_chosen_chat" must be a SwitchInlineQueryChosenChat')
    if not any(value.get(name) for name in CHOSEN_CHAT - {"query"}):
        raise bad_request("BUTTON_TYPE_INVALID")
    return dict(value)


def _web_app(value: Any) -> dict[str, str]:
    url = value.get("url") if isinstance(value, dict) else None
    _require(isinstance(url, str), 'Field "web_app" must be a WebAppInfo')
    if not str(url).startswith("https://"):
        raise bad_request(
            f"inline keyboard button Web App URL '{url}' is invalid: Only HTTPS links are allowed"
        )
    return {"url": str(url)}


_ACTIONS: dict[str, Callable[[Any], Any]] = {
    "url": _url,
    "web_app": _web_app,
    "callback_data": _callback_data,
    "copy_text": _copy_text,
    "switch_inline_query": _query,
    "switch_inline_query_current_chat": _query,
    "switch_inline_query_chosen_chat": _chosen_chat,
}
INLINE_FIELDS = _LOOKS | set(_ACTIONS) | _NOT_OFFERED


def _require(condition: bool, problem: str) -> None:  # noqa: FBT001 - reads as a sentence
    if not condition:
        raise bad_request(f"can't parse inline keyboard button: {problem}")
