"""Which parameters each method takes, and how they are read from a form, a query or JSON.

A parameter that is not in the table is refused, where the real service would ignore it: what it
ignores, the caller did not get. https://core.telegram.org/bots/api#making-requests
"""

import json
from collections.abc import Callable
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from typing import Any
from urllib.parse import parse_qsl

from starlette.requests import Request

from sandbox.telegram.answers import bad_request

_BOOLEANS = {"true": True, "1": True, "yes": True, "false": False, "0": False, "no": False}
Reader = Callable[[str, str], Any]


def _integer(name: str, raw: str) -> int:
    try:
        return int(raw)
    except ValueError:
        raise bad_request(f'parameter "{name}" must be an Integer') from None


def _boolean(name: str, raw: str) -> bool:
    if raw.lower() not in _BOOLEANS:
        raise bad_request(f'parameter "{name}" must be a Boolean')
    return _BOOLEANS[raw.lower()]


def _text(_: str, raw: str) -> str:
    return raw


def _json(kind: type, word: str) -> Reader:
    def read(name: str, raw: str) -> Any:
        try:
            value = json.loads(raw)
        except ValueError:
            raise bad_request(f"can't parse {name} JSON object") from None
        if not isinstance(value, kind):
            raise bad_request(f"{word} expected as {name}")
        return value

    return read


_object, _list = _json(dict, "Object"), _json(list, "Array")
_PLACE: dict[str, Reader] = {"chat_id": _text, "message_id": _integer}
_BODY: dict[str, Reader] = {
    "text": _text,
    "parse_mode": _text,
    "link_preview_options": _object,
    "reply_markup": _object,
}
_AUDIENCE: dict[str, Reader] = {"scope": _object, "language_code": _text}

PARAMETERS: dict[str, dict[str, Reader]] = {
    "getMe": {},
    "getUpdates": {"offset": _integer, "limit": _integer, "timeout": _integer, "allowed_updates": _list},
    "setWebhook": {
        "url": _text,
        "max_connections": _integer,
        "allowed_updates": _list,
        "drop_pending_updates": _boolean,
        "secret_token": _text,
    },
    "deleteWebhook": {"drop_pending_updates": _boolean},
    "getWebhookInfo": {},
    "sendMessage": {
        **_BODY,
        "chat_id": _text,
        "message_thread_id": _integer,
        "disable_notification": _boolean,
        "protect_content": _boolean,
        "reply_parameters": _object,
    },
    "editMessageText": {**_PLACE, **_BODY, "inline_message_id": _text},
    "editMessageReplyMarkup": {**_PLACE, "inline_message_id": _text, "reply_markup": _object},
    "deleteMessage": _PLACE,
    "answerCallbackQuery": {
        "callback_query_id": _text,
        "text": _text,
        "show_alert": _boolean,
        "url": _text,
        "cache_time": _integer,
    },
    "setMyCommands": {**_AUDIENCE, "commands": _list},
    "getMyCommands": _AUDIENCE,
    "getChat": {"chat_id": _text},
    "getChatMember": {"chat_id": _text, "user_id": _integer},
    "sendChatAction": {"chat_id": _text, "message_thread_id": _integer, "action": _text},
}


def check_arguments(method: str, raw: dict[str, str]) -> dict[str, Any]:
    """The call's arguments with their types; empty ones count as absent. Raises Refused."""
    readers = PARAMETERS[method]
    unknown = sorted(set(raw) - set(readers))
    if unknown:
        raise bad_request(
            f"{method} has no parameter {', '.join(unknown)} (or this stand-in does not offer it)"
        )
    return {name: readers[name](name, value) for name, value in raw.items() if value != ""}


async def read_arguments(request: Request) -> dict[str, str]:
    """The arguments as the service sees them, all text: objects are JSON. Raises Refused."""
    body = await request.body()
    kind = request.headers.get("content-type", "").split(";")[0].strip().lower()
    arguments = dict(request.query_params)
    if not body:
        return arguments
    if kind == "application/json":
        return {**arguments, **_from_json(body)}
    if kind == "multipart/form-data":
        return {**arguments, **_from_multipart(request.headers["content-type"], body)}
    return {**arguments, **dict(parse_qsl(body.decode(), keep_blank_values=True))}


def _from_json(body: bytes) -> dict[str, str]:
    try:
        given = json.loads(body)
    except ValueError:
        raise bad_request("can't parse request JSON object") from None
    if not isinstance(given, dict):
        raise bad_request("Object expected as request body")
    present = {name: value for name, value in given.items() if value is not None}
    return {name: value if isinstance(value, str) else json.dumps(value) for name, value in present.items()}


def _from_multipart(content_type: str, body: bytes) -> dict[str, str]:
    head = f"Content-Type: {content_type}\r\n\r\n".encode()
    form = BytesParser(EmailMessage, policy=policy.HTTP).parsebytes(head + body)
    fields = {}
    for part in form.iter_parts():
        payload = part.get_payload(decode=True)
        name = part.get_param("name", header="content-disposition")
        fields[str(name)] = payload.decode() if isinstance(payload, bytes) else ""
    return fields
