"""What is wrong with a message or a view for Slack: three opinions, in words; an empty list is a good one.

The JSON schema knows every type and key, slack_sdk's models and the table below know the lengths, and
the rest of Slack's documentation is written out here. https://docs.slack.dev/reference/block-kit/blocks
"""

import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from jsonschema_rs import Draft7Validator
from slack_sdk.errors import SlackClientError
from slack_sdk.models.blocks import Block
from slack_sdk.models.views import View

from tests.specs import mrkdwn

Json = Mapping[str, Any]

_SCHEMA = Path(__file__).with_name("block_kit.schema.json")
# What Slack takes at most, by type of object and property; a property of `[]` is each of the list's texts.
_MOST: Mapping[str, Mapping[str, int]] = {
    "header": {"text": 150},
    "section": {"text": 3000, "fields": 10, "fields[]": 2000},
    "context": {"elements": 10, "elements[]": 3000},
    "actions": {"elements": 25},
    "input": {"label": 2000, "hint": 2000},
    "image": {"image_url": 3000, "alt_text": 2000, "title": 2000},
    "markdown": {"text": 12_000},
    "button": {"text": 75, "value": 2000, "url": 3000, "accessibility_label": 75},
    "static_select": {"options": 100, "option_groups": 100, "placeholder": 150},
    "multi_static_select": {"options": 100, "option_groups": 100, "placeholder": 150},
    "overflow": {"options": 5},
    "radio_buttons": {"options": 10},
    "checkboxes": {"options": 10},
    "plain_text_input": {"placeholder": 150, "initial_value": 3000},
    "email_text_input": {"placeholder": 150},
    "number_input": {"placeholder": 150},
    "url_text_input": {"placeholder": 150},
    "datepicker": {"placeholder": 150},
    "option": {"text": 75, "value": 150, "description": 75, "url": 3000},
    "option_group": {"label": 75, "options": 100},
    "confirm": {"title": 100, "text": 300, "confirm": 30, "deny": 30},
    "modal": {"title": 24, "submit": 24, "close": 24, "blocks": 100, "private_metadata": 3000},
    "home": {"blocks": 100, "private_metadata": 3000},
}
_IDS = {"block_id": 255, "action_id": 255, "callback_id": 255, "external_id": 255}
_MAY_BE_EMPTY = frozenset({"private_metadata", "initial_value"})
# Types without a `type`, by the keys that only they have.
_UNTYPED = {
    "option": {"text", "value"},
    "option_group": {"label", "options"},
    "confirm": {"title", "confirm"},
}
_SURFACES: Mapping[str, frozenset[str]] = {
    "alert": frozenset({"modal"}),
    "data_table": frozenset({"message", "home"}),
    "video": frozenset({"message", "home", "modal"}),
    **dict.fromkeys(["markdown", "table", "file", "context_actions"], frozenset({"message"})),
    **dict.fromkeys(["plan", "task_card", "card", "carousel", "container"], frozenset({"message"})),
}
_BLOCKS_OF_MESSAGE, _TEXT_OF_MESSAGE, _ALL_TEXT, _BYTES_OF_VIEW = 50, 40_000, 12_000, 250_000


def faults_of_message(text: str, blocks: Sequence[Any] | None) -> list[str]:
    """A message: its text for notifications, and its blocks (None: it has none)."""
    faults = [] if text.strip() else ["no text for notifications"]
    faults += _too_long("message.text", len(text), _TEXT_OF_MESSAGE)
    faults += mrkdwn.read(text).faults
    if blocks is None:
        return faults
    faults += _too_long("message.blocks", len(blocks), _BLOCKS_OF_MESSAGE)
    return faults + _of_schema("Message", blocks) + _of_models(blocks) + _of_parts(blocks, "message")


def faults_of_view(view: Json) -> list[str]:
    """A modal or a home tab."""
    kind, blocks = str(view.get("type")), view.get("blocks", [])
    faults = _of_schema({"home": "Home"}.get(kind, "Modal"), view) + _of_model(view)
    faults += _lengths(view) + _of_parts(blocks, kind)
    faults += _too_long("view", len(json.dumps(view, ensure_ascii=False).encode()), _BYTES_OF_VIEW)
    if "submit" not in view and any(node.get("type") == "input" for node in _nodes(blocks)):
        faults.append("inputs and nothing to submit them with")
    return faults


def texts_in(part: Any) -> Iterator[Json]:
    """Every text object, in order."""
    return filter(_is_text, _nodes(part))


def _is_text(node: Json) -> bool:
    return node.get("type") in {"plain_text", "mrkdwn"}


def _of_schema(name: str, part: Any) -> list[str]:
    return [
        f"schema: {'/'.join(map(str, error.instance_path))}: {error.message[:200]}"
        for error in _validator(name).iter_errors(part)
    ]


@cache
def _validator(name: str) -> Draft7Validator:
    schema = json.loads(_SCHEMA.read_text())
    return Draft7Validator({**schema, "$ref": f"#/definitions/{name}"})


def _of_models(blocks: Sequence[Any]) -> list[str]:
    """slack_sdk answers None for a type that it does not know, and only then."""
    return [fault for block in blocks for fault in _of_block(json.dumps(block))]


@lru_cache(maxsize=4096)  # cards say the same in a message and in a view, and again in the next
def _of_block(block: str) -> tuple[str, ...]:
    try:
        return tuple(
            "slack_sdk: unknown"
            for one in Block.parse_all([json.loads(block)])
            if not (one and one.to_dict())
        )
    except (SlackClientError, TypeError, AttributeError) as error:
        return (f"slack_sdk: {error}",)


def _of_model(view: Json) -> list[str]:
    """Its blocks apart, each by itself."""
    blocks = view.get("blocks", [])
    try:
        View(**{**view, "blocks": blocks and [{"type": "divider"}]}).to_dict()
    except (SlackClientError, TypeError, AttributeError) as error:
        return [f"slack_sdk: {error}", *_of_models(blocks)]
    return _of_models(blocks)


def _of_parts(parts: Sequence[Any], surface: str) -> list[str]:
    blocks = [block for block in parts if isinstance(block, Mapping)]  # what is none, the schema refuses
    faults = _twice("block_id", blocks)
    for block in blocks:
        kind = block.get("type", "")
        if surface not in _SURFACES.get(kind, {surface}):
            faults.append(f"{kind} is not for a {surface}")
        if kind == "section" and not {"text", "fields"} & block.keys():
            faults.append("section: neither text nor fields")
    inside = [_inside(json.dumps(block)) for block in blocks]
    faults += [fault for found, _ in inside for fault in found]
    return faults + _too_long(f"all text of a {surface}", sum(text for _, text in inside), _ALL_TEXT)


@lru_cache(maxsize=4096)
def _inside(block: str) -> tuple[tuple[str, ...], int]:
    """What is wrong in a block wherever it is shown, and how long its texts are together."""
    nodes = list(_nodes(json.loads(block)))
    faults = _twice("action_id", nodes)
    for node in nodes:
        faults += _lengths(node) + _of_select(node) + _of_text(node) + _of_address(node)
        if not str(node.get("url", "https://")).startswith(("https://", "http://")):
            faults.append(f"no address: {node['url']}")
    texts = [node["text"] for node in nodes if _is_text(node) and isinstance(node.get("text"), str)]
    return tuple(faults), sum(map(len, texts))


def _nodes(part: Any) -> Iterator[Json]:
    if isinstance(part, Mapping):
        yield part
        part = list(part.values())
    if isinstance(part, list):
        for inner in part:
            if not isinstance(inner, str):
                yield from _nodes(inner)


def _twice(name: str, nodes: Sequence[Json]) -> list[str]:
    counts = Counter(str(node[name]) for node in nodes if name in node)
    return [f"{name} twice: {value}" for value, count in counts.items() if count > 1]


def _lengths(node: Json) -> list[str]:
    kind = str(node.get("type") or next((name for name, keys in _UNTYPED.items() if keys <= node.keys()), ""))
    faults = []
    for name, most in {**_MOST.get(kind, {}), **_IDS}.items():
        value = node.get(name.removesuffix("[]"))
        if value is None:
            continue
        for each in value if name.endswith("[]") else [value]:
            size = _size(each)
            faults += _too_long(f"{kind}.{name}", size, most)
            if size == 0 and name not in _MAY_BE_EMPTY and (kind, name) != ("modal", "blocks"):
                faults.append(f"{kind}.{name} is empty")
    return faults


def _size(value: Any) -> int:
    text = value.get("text", value) if isinstance(value, Mapping) else value
    return len(text) if isinstance(text, str | list) else 1


def _of_select(node: Json) -> list[str]:
    """One of two ways to list the options, and what is chosen at first is among them."""
    if node.get("type") != "static_select":
        return []
    if len({"options", "option_groups"} & node.keys()) != 1:
        return ["static_select: options or option_groups"]
    groups = node.get("option_groups", [{"options": node.get("options", [])}])
    options = [option for group in groups for option in group.get("options", [])]
    faults = _twice("value", options)
    if "initial_option" in node and node["initial_option"] not in options:
        faults.append("initial_option is no option")
    return faults


def _of_text(node: Json) -> list[str]:
    if not _is_text(node) or not isinstance(node.get("text"), str):
        return []
    faults = [] if node["text"].strip() else ["a text without words"]
    return faults + list(mrkdwn.read(node["text"]).faults if node["type"] == "mrkdwn" else ())


def _of_address(node: Json) -> list[str]:
    """https://github.com/slackapi/node-slack-sdk/issues/1580"""
    shown = str(node.get("initial_value", "a@b.co")) if node.get("type") == "email_text_input" else "a@b.co"
    is_one = shown.isascii() and re.fullmatch(r"[^@\s,]+@[^@\s,]+\.[^@\s,]+", shown)
    return [] if is_one else ["email_text_input: initial_value is no address"]


def _too_long(what: str, size: int, most: int) -> list[str]:
    return [f"{what}: {size} is more than {most}"] if size > most else []
