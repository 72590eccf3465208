"""Which parameters each method takes: every one that the Bot API describes, with its type.

Those that mean nothing here (message effects, paid broadcasts, thumbnails) are read and checked, and
change nothing. What the Bot API does not describe is ignored, as the real service ignores it, but not
in silence: the reading `ignored` tells which. https://core.telegram.org/bots/api#available-methods
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from sandbox.telegram.answers import bad_request
from sandbox.telegram.forms import Form

_BOOLEANS = {"true": True, "1": True, "yes": True, "false": False, "0": False, "no": False}
Reader = Callable[[str, str], Any]


def integer(name: str, raw: str) -> int:
    try:
        return int(raw)
    except ValueError:
        raise bad_request(f'parameter "{name}" must be an Integer') from None


def boolean(name: str, raw: str) -> bool:
    if raw.lower() not in _BOOLEANS:
        raise bad_request(f'parameter "{name}" must be a Boolean')
    return _BOOLEANS[raw.lower()]


def text(_: str, raw: str) -> str:
    return raw


def chat(_: str, raw: str) -> str:
    """A chat's number or its public name."""
    return raw


def file(_: str, raw: str) -> str:
    """A file's id or its address, unless the file itself is there."""
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


an_object, array = _json(dict, "Object"), _json(list, "Array")

_TYPES: dict[Reader, str] = {
    chat: "chat_id from_chat_id",
    integer: """cache_time direct_messages_topic_id limit max_connections message_id message_thread_id offset
        timeout user_id video_start_timestamp""",
    boolean: """allow_paid_broadcast disable_content_type_detection disable_notification drop_pending_updates
        has_spoiler is_big is_personal protect_content return_bots show_alert show_caption_above_media""",
    text: """action business_connection_id callback_query_id caption description file_id inline_message_id
        inline_query_id ip_address language_code message_effect_id next_offset parse_mode secret_token
        short_description text url""",
    file: "certificate document photo thumbnail",
    an_object: """button link_preview_options media reply_markup reply_parameters rich_message scope
        suggested_post_parameters""",
    array: "allowed_updates caption_entities commands entities message_ids reaction results",
}
_READERS = {name: reader for reader, names in _TYPES.items() for name in names.split()}

_TO = "business_connection_id chat_id! message_thread_id direct_messages_topic_id"
_SENT = """disable_notification protect_content allow_paid_broadcast message_effect_id
    suggested_post_parameters reply_parameters reply_markup"""
_EDITED = "business_connection_id chat_id message_id inline_message_id reply_markup"
_CAPTION = "caption parse_mode caption_entities"
_AUDIENCE = "scope language_code"

# The required ones have an exclamation mark.
_METHODS = {
    "getMe": "",
    "logOut": "",
    "close": "",
    "getUpdates": "offset limit timeout allowed_updates",
    "setWebhook": """url! certificate ip_address max_connections allowed_updates drop_pending_updates
        secret_token""",
    "deleteWebhook": "drop_pending_updates",
    "getWebhookInfo": "",
    "sendMessage": f"{_TO} text! parse_mode entities link_preview_options {_SENT}",
    "sendPhoto": f"{_TO} photo! {_CAPTION} show_caption_above_media has_spoiler {_SENT}",
    "sendDocument": f"{_TO} document! thumbnail {_CAPTION} disable_content_type_detection {_SENT}",
    "copyMessage": f"""chat_id! message_thread_id direct_messages_topic_id from_chat_id! message_id!
        video_start_timestamp {_CAPTION} show_caption_above_media {_SENT}""",
    "editMessageText": f"{_EDITED} text parse_mode entities link_preview_options rich_message",
    "editMessageCaption": f"{_EDITED} {_CAPTION} show_caption_above_media",
    "editMessageMedia": f"{_EDITED} media!",
    "editMessageReplyMarkup": _EDITED,
    "deleteMessage": "chat_id! message_id!",
    "deleteMessages": "chat_id! message_ids!",
    "sendChatAction": "business_connection_id chat_id! message_thread_id action!",
    "setMessageReaction": "chat_id! message_id! reaction is_big",
    "pinChatMessage": "business_connection_id chat_id! message_id! disable_notification",
    "unpinChatMessage": "business_connection_id chat_id! message_id",
    "answerCallbackQuery": "callback_query_id! text show_alert url cache_time",
    "answerInlineQuery": "inline_query_id! results! cache_time is_personal next_offset button",
    "getChat": "chat_id!",
    "getChatMember": "chat_id! user_id!",
    "getChatMemberCount": "chat_id!",
    "getChatAdministrators": "chat_id! return_bots",
    "leaveChat": "chat_id!",
    "getFile": "file_id!",
    "setMyCommands": f"commands! {_AUDIENCE}",
    "getMyCommands": _AUDIENCE,
    "deleteMyCommands": _AUDIENCE,
    "setMyDescription": "description language_code",
    "getMyDescription": "language_code",
    "setMyShortDescription": "short_description language_code",
    "getMyShortDescription": "language_code",
}


@dataclass(frozen=True, slots=True)
class Parameter:
    """How a parameter is read, and whether a call needs it."""

    read: Reader
    required: bool


PARAMETERS: Mapping[str, Mapping[str, Parameter]] = {
    method: {
        name.rstrip("!"): Parameter(_READERS[name.rstrip("!")], name.endswith("!")) for name in names.split()
    }
    for method, names in _METHODS.items()
}

# What the service says of a required one that is missing; of others, that it is required.
_MISSING = {
    "chat_id": "chat_id is empty",
    "text": "message text is empty",
    "message_id": "message identifier is not specified",
    "message_ids": "message identifiers are not specified",
    "photo": "there is no photo in the request",
    "document": "there is no document in the request",
    "action": "wrong parameter action in request",
    "user_id": "invalid user_id specified",
    "file_id": "file_id not specified",
}
_MAY_BE_EMPTY = {"url"}  # an empty one takes the webhook away


def check_arguments(method: str, form: Form) -> tuple[dict[str, Any], list[str]]:
    """A call's arguments with their types, and the names of those ignored; raises Refused.

    Empty ones count as absent. A file is an `Upload`, else its id or address; `attach://name` stands for
    the file of that name.
    """
    parameters = PARAMETERS[method]
    texts = _modern(parameters, form.texts)
    given = {
        name: parameter.read(name, texts[name])
        for name, parameter in parameters.items()
        if texts.get(name, "") != ""
    }
    given |= {name: upload for name, upload in form.files.items() if name in parameters}
    for name in set(_TYPES[file].split()) & given.keys():
        given[name] = _attached(given[name], form)
    if "media" in given:
        given["media"] = {**given["media"], "media": _attached(given["media"].get("media"), form)}
    for name, parameter in parameters.items():
        if parameter.required and given.get(name) is None and name not in _MAY_BE_EMPTY:
            raise bad_request(_MISSING.get(name, f'parameter "{name}" is required'))
    return given, sorted(set(texts) - set(parameters))


def _attached(given: Any, form: Form) -> Any:
    if not isinstance(given, str) or not given.startswith("attach://"):
        return given
    return form.files.get(given.removeprefix("attach://"))


def _modern(parameters: Mapping[str, Parameter], texts: dict[str, str]) -> dict[str, str]:
    """With the names of today for two of yesterday, which the service still takes."""
    texts = dict(texts)
    if "reply_parameters" in parameters and (replied := texts.pop("reply_to_message_id", "")):
        allowed = boolean("", texts.pop("allow_sending_without_reply", "") or "false")
        old = {"message_id": integer("reply_to_message_id", replied), "allow_sending_without_reply": allowed}
        texts.setdefault("reply_parameters", json.dumps(old))
    if "link_preview_options" in parameters and (disabled := texts.pop("disable_web_page_preview", "")):
        old_preview = {"is_disabled": boolean("disable_web_page_preview", disabled)}
        texts.setdefault("link_preview_options", json.dumps(old_preview))
    return texts
