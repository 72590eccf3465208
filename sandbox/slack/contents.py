"""What a message may say: the same rules for the Web API, for response URLs and for answers."""

import html
import json
from collections.abc import Mapping
from typing import Any

from sandbox.slack.blocks import check_message_blocks
from sandbox.slack.errors import SlackRefusal, invalid_arguments
from sandbox.slack.messages import Content

# Slack cuts a post off there and says nothing; refusing shows the mistake.
POST_CHARACTERS = 40_000
# Counted in bytes after `&`, `<` and `>` are escaped:
# https://gitlab.com/gitlab-org/gitlab/-/merge_requests/258898
UPDATE_BYTES = 4_000


def content_of(said: Mapping[str, Any]) -> Content:
    """The content in `text`, `blocks` and `metadata`; raises SlackRefusal."""
    text = said.get("text", "")
    if not isinstance(text, str):
        raise invalid_arguments("must provide a string [json-pointer:/text]")
    blocks = check_message_blocks(said["blocks"]) if said.get("blocks") is not None else None
    if not text and not blocks:
        raise SlackRefusal("no_text")
    if len(text) > POST_CHARACTERS:
        raise SlackRefusal("msg_too_long")
    return Content(text, blocks or None, _metadata(said.get("metadata")))


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
