"""files.*: the three steps of an upload, and what becomes of a file afterwards.

Source: https://docs.slack.dev/reference/methods/files.completeUploadExternal and its neighbours.
"""

from functools import partial
from typing import Any

from sandbox.slack.arguments import Arguments
from sandbox.slack.blocks import check_message_blocks
from sandbox.slack.conversations import Conversation
from sandbox.slack.errors import SlackRefusal, invalid_arguments
from sandbox.slack.files import File
from sandbox.slack.messages import Content
from sandbox.slack.workspace import Workspace

Answer = dict[str, Any]
_ALT_TEXT, _CHANNELS, _SNIPPET_BYTES = 1_000, 100, 1_000_000


def get_upload_url(workspace: Workspace, arguments: Arguments) -> Answer:
    """Where to send the bytes of a file, and the id it will have."""
    alt_text, size = arguments.get("alt_txt", ""), arguments["length"]
    if size < 1:
        raise SlackRefusal("missing_argument")
    if len(alt_text) > _ALT_TEXT:
        raise SlackRefusal("alt_txt_too_large")
    if "snippet_type" in arguments and size > _SNIPPET_BYTES:
        raise SlackRefusal("snippet_too_large")
    file = workspace.files.expect(arguments["filename"], size, alt_text)
    return {"upload_url": f"{workspace.world.url}/slack/upload/v1/{file.ticket}", "file_id": file.id}


def complete_upload(workspace: Workspace, arguments: Arguments) -> Answer:
    """Finish uploads; once the files are ready, a message shares them where it was asked."""
    asked = arguments["files"]
    if not isinstance(asked, list) or not all(isinstance(one, dict) and "id" in one for one in asked):
        raise invalid_arguments("must provide an array of objects with `id` [json-pointer:/files]")
    files = [_uploaded(workspace, one["id"]) for one in asked]
    channels = [_channel(workspace, name) for name in _names(arguments)]
    content = _content(workspace, arguments)
    thread_ts = _thread(workspace, channels, arguments)
    for file, one in zip(files, asked, strict=True):
        workspace.files.complete(file, one.get("title") or "")
    for channel in channels:
        workspace.background.start(partial(_share, workspace, files, channel, content, thread_ts))
    return {"files": [file.as_json(workspace.clock.now()) for file in files]}


def files_info(workspace: Workspace, arguments: Arguments) -> Answer:
    """A file: without a type as long as it is not ready."""
    file = _existing(workspace, arguments["file"])
    shown = file.as_json(workspace.clock.now())
    return {"file": shown, "comments": [], "response_metadata": {"next_cursor": ""}}


def files_delete(workspace: Workspace, arguments: Arguments) -> Answer:
    """Delete a file; messages that share it show that it is gone."""
    workspace.files.delete(_existing(workspace, arguments["file"]))
    return {}


async def _share(
    workspace: Workspace, files: list[File], channel: Conversation, content: Content, thread_ts: str | None
) -> None:
    for file in files:
        await workspace.clock.sleep_until(file.ready_at or file.created)
    there = [file for file in files if not file.is_deleted]
    if not there or channel.is_archived:
        return
    message = workspace.messages.post(channel.id, content, thread_ts=thread_ts, files=there)
    for file in there:
        kind = "private" if channel.is_private or channel.is_im else "public"
        place = {"ts": message.ts, **({"thread_ts": thread_ts} if thread_ts else {})}
        file.shares.setdefault(kind, {}).setdefault(channel.id, []).append(place)
    workspace.world.changed()


def _uploaded(workspace: Workspace, file_id: str) -> File:
    """A file whose bytes have come and whose upload is not finished yet."""
    file = workspace.files.find(file_id)
    if file is None or file.content is None or file.ready_at is not None:
        raise SlackRefusal("file_not_found")
    return file


def _existing(workspace: Workspace, file_id: str) -> File:
    file = workspace.files.find(file_id)
    if file is None or file.ready_at is None:
        raise SlackRefusal("file_not_found")
    if file.is_deleted:
        raise SlackRefusal("file_deleted")
    return file


def _names(arguments: Arguments) -> list[str]:
    one, several = arguments.get("channel_id"), arguments.get("channels", "")
    names = [one] if one else [name for name in several.split(",") if name]
    if len(names) > _CHANNELS:
        raise SlackRefusal("channels_limit_exceeded")
    return names


def _channel(workspace: Workspace, name: str) -> Conversation:
    direct = workspace.conversations.direct(name)
    return workspace.open_direct(name) if direct else workspace.writable(name)


def _content(workspace: Workspace, arguments: Arguments) -> Content:
    comment = arguments.get("initial_comment", "")
    blocks = arguments.get("blocks") if not comment else None
    return Content(comment, check_message_blocks(blocks, workspace.files) if blocks else None)


def _thread(workspace: Workspace, channels: list[Conversation], arguments: Arguments) -> str | None:
    """The root replied to, in the one channel there may be then; a wrong one has no documented error."""
    thread_ts: str | None = arguments.get("thread_ts")
    if thread_ts is None:
        return None
    if len(channels) != 1:
        raise invalid_arguments("provide one channel when using `thread_ts`")
    root = workspace.messages.find(channels[0].id, thread_ts)
    if root is None or root.is_reply:
        raise SlackRefusal("thread_not_found")
    return thread_ts
