"""conversations.history and conversations.replies: what was said where.

Source: https://docs.slack.dev/reference/methods/conversations.history and its neighbour.
"""

from decimal import Decimal, InvalidOperation
from typing import Any

from sandbox.slack.arguments import Arguments
from sandbox.slack.conversations import Conversation
from sandbox.slack.errors import SlackRefusal
from sandbox.slack.messages import Message
from sandbox.slack.paging import page
from sandbox.slack.workspace import Workspace

Answer = dict[str, Any]


def conversations_history(workspace: Workspace, arguments: Arguments) -> Answer:
    """A conversation, newest message first; replies only where they were broadcast."""
    channel = _readable(workspace, arguments)
    newest_first = workspace.messages.timeline(channel.id)[::-1]
    return _shown(workspace, [m for m in newest_first if _is_within(m, arguments)], arguments)


def conversations_replies(workspace: Workspace, arguments: Arguments) -> Answer:
    """A thread: its root, then the replies, oldest first. A reply's own `ts` finds the reply alone."""
    channel = _readable(workspace, arguments)
    message = workspace.messages.find(channel.id, arguments["ts"])
    if message is None:
        raise SlackRefusal("thread_not_found")
    replies = [] if message.is_reply else workspace.messages.thread(message)
    return _shown(workspace, [message, *(m for m in replies if _is_within(m, arguments))], arguments)


def _readable(workspace: Workspace, arguments: Arguments) -> Conversation:
    channel = workspace.conversation(arguments["channel"])
    if not channel.has_bot:
        raise SlackRefusal("not_in_channel")
    return channel


def _is_within(message: Message, arguments: Arguments) -> bool:
    oldest, latest = arguments.get("oldest", "0"), arguments.get("latest", "")
    if arguments.get("inclusive") and message.ts in {oldest, latest}:
        return True
    at = Decimal(message.ts)
    return at > _moment("oldest", oldest) and (not latest or at < _moment("latest", latest))


def _moment(name: str, ts: str) -> Decimal:
    try:
        return Decimal(ts)
    except InvalidOperation as error:
        raise SlackRefusal(f"invalid_ts_{name}") from error


def _shown(workspace: Workspace, found: list[Message], arguments: Arguments) -> Answer:
    """A page of messages; `metadata` only when it is asked for."""
    hidden = () if arguments.get("include_all_metadata") else ("metadata",)
    answer = page("messages", found, arguments, lambda message: message.ts)
    shown = [_with_thread(workspace, message) for message in answer["messages"]]
    answer["messages"] = [{name: m[name] for name in m if name not in hidden} for m in shown]
    return answer | {"has_more": bool(answer["response_metadata"]["next_cursor"])}


def _with_thread(workspace: Workspace, message: Message) -> Answer:
    """The message; a thread's root also tells how long the thread is."""
    replies = [] if message.is_reply else workspace.messages.thread(message)
    if not replies:
        return message.as_json()
    users = list(dict.fromkeys(reply.user for reply in replies))
    return message.as_json() | {
        "reply_count": len(replies),
        "reply_users": users,
        "reply_users_count": len(users),
        "latest_reply": replies[-1].ts,
    }
