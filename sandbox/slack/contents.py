"""What a message may say: the same rules for the Web API, for response URLs and for answers."""

import html
import json
from collections.abc import Mapping
from typing import Any

from sandbox.slack.blocks import check_message_blocks
from sandbox.slack.errors import SlackRefusal, invalid_arguments
from sandbox.slack.files import Files
from sandbox.slack.messages import Content

# A post is cut off there, with a warning: https://docs.slack.dev/reference/methods/chat.postMessage
POST_CHARACTERS = 40_000
# Counted in bytes after `&`, `<` and `>` are escaped:
# https://gitlab.com/gitlab-org/gitlab/-/merge_requests/258898
UPDATE_BYTES = 4_000
_TRUNCATED = "message_truncated"


def content_of(said: Mapping[str, Any], files: Files) -> Content:
    """The content in `text` (as long as it may be), `blocks` and `metadata`; raises SlackRefusal."""
    text = said.get("text", "")
    if not isinstance(text, str):
        raise invalid_arguments("must provide a string [json-pointer:/text]")
    blocks = check_message_blocks(said["blocks"], files) if said.get("blocks") is not None else None
    if not text and not blocks:
        raise SlackRefusal("no_text")
    styled = bool(said.get("mrkdwn", True))
    return Content(text[:POST_CHARACTERS], blocks or None, _metadata(said.get("metadata")), styled)


def warnings_about(said: Mapping[str, Any]) -> dict[str, Any]:
    """What an answer says about contents that were taken, but not whole."""
    if len(said.get("text", "")) <= POST_CHARACTERS:
        return {}
    return {"warning": _TRUNCATED, "response_metadata": {"warnings": [_TRUNCATED]}}


def check_update_length(content: Content) -> None:
    """An update's text may be much shorter than a post's; raises SlackRefusal."""
    if len(html.escape(content.text, quote=False).encode()) > UPDATE_BYTES:
        raise SlackRefusal("msg_too_long")


def _metadata(metadata: Any) -> dict[str, Any] | None:
    if metadata is None:
        return None
    well_formed = (
        isinstance(metadata, dict)
        and set(metadata) == {"event_type", "event_payload"}
        and isinstance(metadata["event_type"], str)
        and isinstance(metadata["event_payload"], dict)
    )
    if not well_formed:
        raise SlackRefusal("invalid_metadata_schema")
    kept: dict[str, Any] = json.loads(json.dumps(metadata))
    return kept
