"""The Bot API with its failures told apart by what to do next.

Telegram names its errors by text only (https://core.telegram.org/bots/api#making-requests), so they are
recognised by a part of it, in small letters. Which there are: https://core.telegram.org/method/messages.sendMessage
and `fail_query_with_error` of https://github.com/tdlib/telegram-bot-api.
"""

import re
from collections.abc import Awaitable, Mapping, Sequence
from datetime import timedelta
from typing import Any, TypeVar

import httpx
from telegram import Bot, LinkPreviewOptions
from telegram.constants import ParseMode
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
)
from telegram.request import HTTPXRequest

from adapters.tls import trusted
from bot.errors import (
    LONGEST_WAIT_S,
    ChatError,
    ChatGone,
    ChatMessageGone,
    ChatMoved,
    ChatRefused,
    ChatSignedOut,
    ChatThreadGone,
    ChatUnavailable,
)

T = TypeVar("T")

# How every text of ours is sent: a preview is a robot that opens the link.
HTML: Mapping[str, Any] = {
    "parse_mode": ParseMode.HTML,
    "link_preview_options": LinkPreviewOptions(is_disabled=True),
}
_NEVER_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.ProxyError)
_SENSELESS = (ArithmeticError, AttributeError, LookupError, TypeError, ValueError)  # the SDK takes any answer
_NOT_THEIRS = re.compile(r"[\w ]+ \(4\d\d\)")  # the SDK's words, where there are none of Telegram's
_UNCHANGED = "message is not modified"
_MESSAGE_GONE = ("message to edit not found", "message can't be edited", "message_id_invalid")
_THREAD_GONE = ("topic_closed", "topic_deleted", "message thread not found")
_GONE = (
    "chat not found",
    "not enough rights",
    "have no rights to send",
    "have no write access",
    "_forbidden",  # to write, to write text, to write without being a member
    "chat_admin_required",
    "allow_payment_required",  # of whoever writes there
    "group chat was deactivated",
    "peer_id_invalid",
    "channel_invalid",
    "channel_private",
    "channel_public_group_na",
    "chat_restricted",
    "user_banned_in_channel",
    "user_deleted",
)
# The bot as a whole, and no place: it was moved to another Bot API server, or its account is frozen.
_SIGNED_OUT = ("logged out", "has already been closed")
_FROZEN = "frozen_method_invalid"

_BAD_REQUESTS: Mapping[type[ChatError], Sequence[str]] = {
    ChatMessageGone: _MESSAGE_GONE,
    ChatThreadGone: _THREAD_GONE,
    ChatGone: _GONE,
}


def make_bot(token: str, api_url: str) -> Bot:
    """One bot per process, with a patient pool; of `telegram.ext`, which is 2 MB, nothing is needed.

    Whoever makes it closes its `request`: `Bot.shutdown` closes nothing for a bot that has not signed in.
    """
    request = HTTPXRequest(9, pool_timeout=5.0, read_timeout=15.0, httpx_kwargs={"verify": trusted()})
    return Bot(token, f"{api_url.rstrip('/')}/bot", request=request, get_updates_request=request)


async def calling(call: Awaitable[T]) -> T | None:
    """Await a Bot API call; raises what a chat can fail with, except ChatUninvited.

    None: the message is what it was to become already.
    """
    try:
        return await call
    except BadRequest as error:
        if _UNCHANGED in error.message.lower():
            return None
        raise _sorted(error) from error
    except ChatMigrated as error:
        raise ChatMoved(str(error.new_chat_id)) from error
    except TelegramError as error:
        raise _sorted(error) from error
    except _SENSELESS as error:
        raise ChatUnavailable("an answer without sense", sent="unknown") from error


def _sorted(error: TelegramError) -> ChatError:
    if status := _NOT_THEIRS.match(error.message):  # a proxy or filter: that gives no place up
        return ChatUnavailable(f"{status[0]} on the way", sent="no")
    match error:
        case BadRequest() | Forbidden() | Conflict():
            return _refused(error)
        case RetryAfter():
            waits = error.retry_after
            seconds = waits.total_seconds() if isinstance(waits, timedelta) else float(waits)
            return ChatUnavailable("flood control", sent="no", retry_after=min(seconds, LONGEST_WAIT_S))
        case NetworkError():
            never_sent = isinstance(error.__cause__, _NEVER_SENT)
            return ChatUnavailable(_cause(error), sent="no" if never_sent else "unknown")
        case InvalidToken():  # the operator's to mend; also any 404
            return ChatSignedOut()
        case _:
            return ChatUnavailable("an answer without sense", sent="unknown")


def _refused(error: BadRequest | Forbidden | Conflict) -> ChatError:
    if isinstance(error, Forbidden):  # blocked, thrown out, or never written to: a person writes first
        return ChatGone(error.message)
    text = error.message.lower()
    if any(known in text for known in _SIGNED_OUT):
        return ChatSignedOut()
    if _FROZEN in text:
        return ChatUnavailable(_FROZEN, sent="no")
    for kind, texts in _BAD_REQUESTS.items():
        if any(known in text for known in texts):
            return kind(error.message)
    return ChatRefused(error.message)


def _cause(error: NetworkError) -> str:
    """Never the error's own text: it can hold the URL, and the URL holds the token."""
    return type(error.__cause__ or error).__name__
