"""Slack's Web API with its failures told apart by what to do next.

https://docs.slack.dev/apis/web-api/rate-limits and the error tables of each method's page.
"""

from collections.abc import Awaitable, Mapping
from http import HTTPStatus
from typing import TypeVar

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bot.errors import ChatGone, ChatMessageGone, ChatRefused, ChatUnavailable, PaylinkError

T = TypeVar("T")

_GONE = frozenset(
    "channel_not_found is_archived is_inactive not_in_channel user_not_found user_not_in_channel".split()
)
# Too fast, or the operator's to mend (the token): what is owed waits, no destination is given up.
_NOT_TAKEN = frozenset(
    "ratelimited invalid_auth not_authed token_revoked account_inactive team_access_not_granted".split()
)
_MESSAGE_GONE = frozenset({"message_not_found", "cant_update_message", "thread_not_found"})
_UNCLEAR = frozenset({"internal_error", "fatal_error", "service_unavailable", "request_timeout"})


def make_client(
    token: str | None, api_url: str, session: aiohttp.ClientSession, timeout: int = 10
) -> AsyncWebClient:
    """A shared session, and no retries of its own (it would post twice). Bolt adds the token itself: None."""
    return AsyncWebClient(token=token, base_url=api_url, session=session, timeout=timeout, retry_handlers=[])


async def calling(call: Awaitable[T]) -> T:
    """Await a Web API call; raises ChatUnavailable, ChatGone, ChatMessageGone or ChatRefused."""
    try:
        return await call
    except SlackApiError as error:
        raise _sorted(error) from error
    except aiohttp.ClientConnectorError as error:
        raise ChatUnavailable(type(error).__name__, sent="no") from error
    except (aiohttp.ClientError, TimeoutError, UnicodeDecodeError) as error:
        raise ChatUnavailable(type(error).__name__, sent="unknown") from error


def refused_by_status(status: int, headers: Mapping[str, str]) -> ChatUnavailable | None:
    """What an answer's status alone says: wait, or unclear; None if it says nothing of the kind."""
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        waits = headers.get("Retry-After", "")
        return ChatUnavailable("ratelimited", sent="no", retry_after=float(waits) if waits.isdecimal() else 1)
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return ChatUnavailable(str(status), sent="unknown")
    return None


def _sorted(error: SlackApiError) -> PaylinkError:
    response = error.response
    if not isinstance(response, AsyncSlackResponse):
        return ChatUnavailable("an answer that is no JSON", sent="unknown")
    if trouble := refused_by_status(response.status_code, response.headers):
        return trouble
    code = str(response.get("error", ""))
    if not code or code in _UNCLEAR:
        return ChatUnavailable(code or "an answer without sense", sent="unknown")
    if code in _NOT_TAKEN:
        return ChatUnavailable(code, sent="no")
    if code in _MESSAGE_GONE:
        return ChatMessageGone(code)
    return ChatGone(code) if code in _GONE else ChatRefused(code)
