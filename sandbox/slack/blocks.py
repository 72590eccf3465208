"""Messages and views: which blocks they may have, and what is refused about them.

Source: https://docs.slack.dev/reference/block-kit/blocks and
https://docs.slack.dev/reference/views/modal-views
"""

import json
import uuid
from typing import Any

from sandbox.slack.elements import (
    ACCESSORY,
    ACTION,
    ACTIONS,
    IDENTIFIER,
    INPUT,
    INPUTS,
    PICTURE,
    REMARK,
    one_of,
    plain,
    text,
)
from sandbox.slack.errors import SlackRefusal
from sandbox.slack.files import Files
from sandbox.slack.shapes import (
    Check,
    Problems,
    choice,
    complain,
    flag,
    items,
    objects_in,
    record,
    string,
    variant,
)

MESSAGE_BLOCKS, VIEW_BLOCKS = 50, 100
# Undocumented, measured: https://github.com/slackapi/bolt-js/issues/2509
_MESSAGE_CHARACTERS = 13_200
_VIEW_BYTES = 250_000
_INTERACTIVE = frozenset({*ACTIONS, *INPUTS})

Blocks = list[dict[str, Any]]


def _text_or_fields(value: Any, pointer: str, problems: Problems) -> None:
    if "text" not in value and "fields" not in value:
        complain(problems, f"{pointer}/type", "must define either `text` or `fields`")


def _unique_action_ids(value: Any, pointer: str, problems: Problems) -> None:
    seen: set[str] = set()
    for index, element in enumerate(value["elements"]):
        action_id = element.get("action_id")
        if action_id in seen:
            place = f"{pointer}/elements/{index}/action_id"
            complain(problems, place, f'`action_id` "{action_id}" already exists')
        if action_id:
            seen.add(action_id)


def _block(required: dict[str, Check], optional: dict[str, Check], *also: Check) -> Check:
    return record(required, optional | {"block_id": IDENTIFIER}, *also)


# `input` is documented for messages too, rich_text for all: both refused here until they are needed.
_MESSAGE = {
    "header": _block({"text": plain(150)}, {}),
    "section": _block(
        {},
        {"text": text(3000), "fields": items(text(2000), 10), "accessory": ACCESSORY, "expand": flag},
        _text_or_fields,
    ),
    "context": _block({"elements": items(REMARK, 10)}, {}),
    "actions": _block({"elements": items(ACTION, 25)}, {}, _unique_action_ids),
    "divider": _block({}, {}),
    "image": _block({"alt_text": string(2000)}, PICTURE | {"title": plain(2000)}, one_of(*PICTURE)),
}
_INPUT_BLOCK = _block(
    {"label": plain(2000), "element": INPUT},
    {"hint": plain(2000), "optional": flag, "dispatch_action": flag},
)


def _unique_block_ids(value: Any, pointer: str, problems: Problems) -> None:
    seen: set[str] = set()
    for index, block in enumerate(value if isinstance(value, list) else []):
        block_id = block.get("block_id") if isinstance(block, dict) else None
        if not isinstance(block_id, str):
            continue
        if block_id in seen:
            complain(problems, f"{pointer}/{index}/block_id", f'`block_id` "{block_id}" already exists')
        seen.add(block_id)


def _submit_for_inputs(view: Any, pointer: str, problems: Problems) -> None:
    for index, block in enumerate(view["blocks"]):
        if block["type"] == "input" and "submit" not in view:
            place = f"{pointer}/blocks/{index}/input"
            complain(problems, place, "must define `submit` to use an `input` block in modals")


def _one_focus(view: Any, pointer: str, problems: Problems) -> None:
    if sum(thing.get("focus_on_load") is True for _, thing in objects_in(view)) > 1:
        complain(problems, pointer, "only one element can have `focus_on_load`")


_MESSAGE_LIST = items(variant(_MESSAGE), MESSAGE_BLOCKS, least=0)
_VIEW_LIST = items(variant(_MESSAGE | {"input": _INPUT_BLOCK}), VIEW_BLOCKS, least=0)
_OF_VIEWS: dict[str, Check] = {
    "private_metadata": string(3000, least=0),
    "callback_id": string(255, least=0),
    "external_id": string(255, least=0),
}
_VIEWS = {
    "modal": record(
        {"title": plain(24), "blocks": _VIEW_LIST},
        _OF_VIEWS
        | {"submit": plain(24), "close": plain(24), "clear_on_close": flag, "notify_on_close": flag},
        _submit_for_inputs,
        _one_focus,
    ),
    "home": record({"blocks": _VIEW_LIST}, _OF_VIEWS, _one_focus),
}
RESPONSE_TYPE = choice("ephemeral", "in_channel")


def check_message_blocks(blocks: Any, files: Files) -> Blocks:
    """The blocks of a message with the ids Slack adds; raises SlackRefusal."""
    if not isinstance(blocks, list):
        raise SlackRefusal("invalid_blocks_format")
    problems: Problems = []
    _MESSAGE_LIST(blocks, "/blocks", problems)
    _unique_block_ids(blocks, "/blocks", problems)
    if problems := problems or _missing_files(blocks, "/blocks", files):
        raise SlackRefusal("invalid_blocks", problems)
    if sum(len(thing["text"]) for _, thing in objects_in(blocks) if isinstance(thing.get("text"), str)) > (
        _MESSAGE_CHARACTERS
    ):
        raise SlackRefusal("msg_blocks_too_long")
    return with_ids(blocks)


def check_view(view: Any, files: Files, kind: str = "modal") -> dict[str, Any]:
    """The definition of a view of this kind with the ids Slack adds; raises SlackRefusal."""
    if len(json.dumps(view, ensure_ascii=False).encode()) > _VIEW_BYTES:
        raise SlackRefusal("view_too_large")
    problems: Problems = []
    variant({kind: _VIEWS[kind]})(view, "/view", problems)
    if isinstance(view, dict):
        _unique_block_ids(view.get("blocks"), "/view/blocks", problems)
    if problems := problems or _missing_files(view, "/view", files):
        raise SlackRefusal("invalid_arguments", problems)
    definition: dict[str, Any] = view | {"blocks": with_ids(view["blocks"])}
    return definition


def _missing_files(value: Any, pointer: str, files: Files) -> Problems:
    """What shows a file that is not there, not an image, or not ready."""
    problems: Problems = []
    for place, thing in objects_in(value, pointer):
        if "slack_file" in thing and not files.can_show(thing["slack_file"]):
            complain(problems, f"{place}/slack_file", "invalid slack file")
    return problems


def with_ids(blocks: Blocks) -> Blocks:
    """A copy in which every block has a block_id and every interactive element an action_id."""
    copy: Blocks = json.loads(json.dumps(blocks))
    for block in copy:
        block.setdefault("block_id", uuid.uuid4().hex[:5])
    for _, thing in objects_in(copy):
        if thing.get("type") in _INTERACTIVE:
            thing.setdefault("action_id", uuid.uuid4().hex[:5])
    return copy


def elements_of(block: dict[str, Any]) -> Blocks:
    """The interactive elements of a block."""
    held = [*block.get("elements", []), block.get("accessory"), block.get("element")]
    return [element for element in held if element and element["type"] in _INTERACTIVE]
