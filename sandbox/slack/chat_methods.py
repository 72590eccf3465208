"""chat.* and reactions.add: post, change and take away messages, and react to them.

Source: https://docs.slack.dev/reference/methods/chat.postMessage and its neighbours.
"""

import re
from typing import Any

from sandbox.slack.arguments import Arguments
from sandbox.slack.contents import POST_CHARACTERS, check_update_length, content_of, warnings_about
from sandbox.slack.errors import SlackRefusal
from sandbox.slack.identity import BOT_USER, TEAM_DOMAIN
from sandbox.slack.messages import Message
from sandbox.slack.workspace import Workspace

Answer = dict[str, Any]
_REACTION = re.compile(r"[a-z0-9_+'-]+(::skin-tone-[2-6])?")


def post_message(workspace: Workspace, arguments: Arguments) -> Answer:
    """Post to a channel or, given a user's id, to that person."""
    direct = workspace.conversations.direct(arguments["channel"])
    channel = workspace.open_direct(direct.members[0]) if direct else None
    channel = channel or workspace.writable(arguments["channel"], from_outside=True)
    content = content_of(arguments, workspace.files)
    message = workspace.messages.post(
        channel.id,
        content,
        thread_ts=_thread(workspace, channel.id, arguments),
        broadcast=arguments.get("reply_broadcast", False) and "thread_ts" in arguments,
    )
    answer = {"channel": channel.id, "ts": message.ts, "message": message.as_json()}
    return answer | warnings_about(arguments)


def post_ephemeral(workspace: Workspace, arguments: Arguments) -> Answer:
    """Show a message to one member of a channel."""
    channel = workspace.writable(arguments["channel"])
    if arguments["user"] not in channel.members:
        raise SlackRefusal("user_not_in_channel")
    if len(arguments.get("text", "")) > POST_CHARACTERS:
        raise SlackRefusal("msg_too_long")
    message = workspace.messages.post(
        channel.id,
        content_of(arguments, workspace.files),
        thread_ts=_thread(workspace, channel.id, arguments),
        seen_by=arguments["user"],
    )
    return {"message_ts": message.ts}


def update(workspace: Workspace, arguments: Arguments) -> Answer:
    """Change a message of the bot's own; text without blocks takes the blocks away."""
    channel = workspace.writable(arguments["channel"], when_archived="is_inactive", from_outside=True)
    message = _own(workspace, channel.id, arguments["ts"], "cant_update_message")
    content = content_of(arguments, workspace.files)
    check_update_length(content)
    workspace.messages.edit(message, content)
    if arguments.get("reply_broadcast"):
        message.broadcast = message.is_reply
    return {"channel": channel.id, "ts": message.ts, "text": content.text, "message": message.as_json()}


def delete(workspace: Workspace, arguments: Arguments) -> Answer:
    """Take away a message of the bot's own."""
    channel = workspace.conversation(arguments["channel"])
    message = _own(workspace, channel.id, arguments["ts"], "cant_delete_message")
    workspace.messages.delete(message)
    return {"channel": channel.id, "ts": message.ts}


def get_permalink(workspace: Workspace, arguments: Arguments) -> Answer:
    """The address of a message."""
    channel = workspace.conversation(arguments["channel"])
    message = workspace.messages.find(channel.id, arguments["message_ts"])
    if message is None:
        raise SlackRefusal("message_not_found")
    address = f"https://{TEAM_DOMAIN}.slack.com/archives/{channel.id}/p{message.ts.replace('.', '')}"
    thread = f"?thread_ts={message.thread_ts}&cid={channel.id}" if message.is_reply else ""
    return {"channel": channel.id, "permalink": address + thread}


def add_reaction(workspace: Workspace, arguments: Arguments) -> Answer:
    """The bot reacts to a message: once per sign."""
    channel = workspace.writable(arguments["channel"])
    message = workspace.messages.find(channel.id, arguments["timestamp"])
    if message is None:
        raise SlackRefusal("message_not_found")
    name = arguments["name"].strip(":")
    if not _REACTION.fullmatch(name):
        raise SlackRefusal("invalid_name")
    if BOT_USER in message.reactions.setdefault(name, []):
        raise SlackRefusal("already_reacted")
    message.reactions[name].append(BOT_USER)
    return {}


def _thread(workspace: Workspace, channel: str, arguments: Arguments) -> str | None:
    """The root replied to. Slack lets a reply stand in for its root, wrongly; refused here."""
    thread_ts: str | None = arguments.get("thread_ts")
    root = workspace.messages.find(channel, thread_ts) if thread_ts else None
    if thread_ts and (root is None or root.is_reply):
        raise SlackRefusal("thread_not_found")
    return thread_ts


def _own(workspace: Workspace, channel: str, ts: str, refusal: str) -> Message:
    message = workspace.messages.find(channel, ts)
    if message is None:
        raise SlackRefusal("message_not_found")
    if message.user != BOT_USER:
        raise SlackRefusal(refusal)
    return message
