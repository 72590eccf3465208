"""Slack's Web API with its failures told apart by what to do next.

https://docs.slack.dev/apis/web-api/rate-limits and the error tables of each method's page.
"""

from collections.abc import Awaitable, Mapping
from http import HTTPStatus
from typing import Any, TypeVar

import aiohttp
from aiohttp import ClientSession
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bot.errors import (
    LONGEST_WAIT_S,
    ChatGone,
    ChatMessageGone,
    ChatRefused,
    ChatThreadGone,
    ChatUnavailable,
    ChatUninvited,
    PaylinkError,
)
from bot.ports.model import Destination

T = TypeVar("T")

_LONGEST_S = 10.0
_GONE = frozenset(
    """
    is_archived is_inactive user_not_found user_disabled user_not_visible user_not_in_channel cannot_dm_bot
    restricted_action restricted_action_read_only_channel restricted_action_thread_only_channel
    restricted_action_non_threadable_channel
    """.split()
)
# We are not in it; of a private channel from which we are missing Slack says that there is none.
_SHUT = frozenset({"not_in_channel", "channel_not_found"})
# Too fast, a workspace that is being moved, or somebody's to mend (the token, what administrators have shut):
# what is owed waits, no destination is given up.
_NOT_TAKEN = frozenset(
    """
    ratelimited rate_limited message_limit_exceeded team_added_to_org org_login_required
    external_channel_migrating accesslimited ekm_access_denied two_factor_setup_required
    invalid_auth not_authed token_revoked token_expired account_inactive missing_scope
    not_allowed_token_type no_permission team_access_not_granted access_denied enterprise_is_restricted
    messages_tab_disabled app_access_restricted
    """.split()
)
# A card's own, too. What cannot be replied to is one of Slack's own messages: a channel's new name, for one.
_THREAD_GONE = frozenset({"thread_not_found", "restricted_action_thread_locked", "cannot_reply_to_message"})
_MESSAGE_GONE = frozenset({"message_not_found", "cant_update_message", "edit_window_closed", *_THREAD_GONE})
_NEVER_SENT = (aiohttp.ClientConnectorError, aiohttp.ClientHttpProxyError)
_UNCLEAR = frozenset(
    {"internal_error", "fatal_error", "service_unavailable", "request_timeout", "update_failed"}
)


def make_session(longest_s: float = _LONGEST_S, beside: ClientSession | None = None) -> ClientSession:
    """The HTTP session for calls, whose time-out it sets: the SDK leaves that to the session.

    `beside`: another session, whose connections it shares.
    """
    limit = aiohttp.ClientTimeout(total=longest_s)
    if beside is None:
        return ClientSession(timeout=limit)
    return ClientSession(timeout=limit, connector=beside.connector, connector_owner=False)


def make_client(token: str | None, api_url: str, session: ClientSession) -> AsyncWebClient:
    """A shared session, and no retries of its own (it would post twice). Bolt adds the token itself: None."""
    return AsyncWebClient(token=token, base_url=api_url, session=session, retry_handlers=[])


async def calling(call: Awaitable[T], to: Destination | None = None) -> T:
    """Await a Web API call, which is about `to`; raises ChatError."""
    try:
        return await call
    except SlackApiError as error:
        raise _sorted(error, to) from error
    except _NEVER_SENT as error:
        raise ChatUnavailable(type(error).__name__, sent="no") from error
    except (aiohttp.ClientError, TimeoutError, UnicodeDecodeError) as error:
        raise ChatUnavailable(type(error).__name__, sent="unknown") from error
    except AttributeError as error:  # the SDK takes every JSON for an object
        raise _senseless() from error


def found(answer: AsyncSlackResponse, kind: type[T], *path: str) -> T:
    """A value in an answer; raises ChatUnavailable if it has another shape."""
    there: Any = answer.data
    for name in path:
        there = there.get(name) if isinstance(there, dict) else None
    if not isinstance(there, kind):
        raise _senseless()
    return there


def _senseless() -> ChatUnavailable:
    return ChatUnavailable("an answer without sense", sent="unknown")


def refused_by_status(status: int, headers: Mapping[str, str]) -> ChatUnavailable | None:
    """The error of a status by itself: rate-limited (429), perhaps sent (5xx); None for any other."""
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        waits = headers.get("Retry-After", "")
        seconds = min(float(waits), LONGEST_WAIT_S) if waits.isdecimal() else 1.0
        return ChatUnavailable("ratelimited", sent="no", retry_after=seconds)
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return ChatUnavailable(str(status), sent="unknown")
    return None


def _sorted(error: SlackApiError, to: Destination | None) -> PaylinkError:
    response: Any = error.response  # aiohttp's own, where the body is no JSON
    is_json = isinstance(response, AsyncSlackResponse)
    status, data = (response.status_code, response.data) if is_json else (response.status, None)
    if trouble := refused_by_status(status, response.headers):
        return trouble
    code = data.get("error") if isinstance(data, dict) else None
    if not isinstance(code, str) or not code:  # not Slack's words: a refusal is a proxy's or a filter's
        on_the_way = status >= HTTPStatus.BAD_REQUEST
        return ChatUnavailable(f"{status} on the way", sent="no") if on_the_way else _senseless()
    if code in _UNCLEAR:
        return ChatUnavailable(code, sent="unknown")
    if code in _NOT_TAKEN:
        return ChatUnavailable(code, sent="no")
    return _refusal(code, to)


def _refusal(code: str, to: Destination | None) -> PaylinkError:
    """A permanent refusal. A channel that had our card before has removed us."""
    if code in _SHUT and to is not None and to.root is None and not to.place.private:
        return ChatUninvited(code)
    if code in _GONE or code in _SHUT:
        return ChatGone(code)
    if code in _THREAD_GONE and to is not None and to.place.thread is not None:
        return ChatThreadGone(code)
    return ChatMessageGone(code) if code in _MESSAGE_GONE else ChatRefused(code)
