"""views.*: open, push, update and publish views; blocks.validate.

Source: https://docs.slack.dev/reference/methods/views.open and its neighbours.
"""

import re
from typing import Any

from sandbox.slack.arguments import Arguments
from sandbox.slack.blocks import check_message_blocks, check_view
from sandbox.slack.errors import SlackRefusal, invalid_arguments
from sandbox.slack.people import PEOPLE
from sandbox.slack.workspace import Workspace

Answer = dict[str, Any]
_PROBLEM = re.compile(r"(?P<message>.*) \[json-pointer:(?P<pointer>.*)\]", re.DOTALL)


def open_view(workspace: Workspace, arguments: Arguments) -> Answer:
    """Exchange a trigger for a modal. A view that is refused leaves the trigger unused."""
    definition = check_view(arguments["view"], workspace.files)
    trigger = workspace.triggers.redeem(arguments["trigger_id"])
    return {"view": workspace.views.open(trigger.user, trigger.channel, definition).as_json()}


def push_view(workspace: Workspace, arguments: Arguments) -> Answer:
    """Exchange a trigger from within a modal for a view on top of it."""
    definition = check_view(arguments["view"], workspace.files)
    trigger = workspace.triggers.redeem(arguments["trigger_id"])
    if not trigger.in_modal:
        raise SlackRefusal("not_found")
    return {"view": workspace.views.push(trigger.user, definition).as_json()}


def update_view(workspace: Workspace, arguments: Arguments) -> Answer:
    """Change an open view, provided it still has this hash if one is given."""
    if ("view_id" in arguments) == ("external_id" in arguments):
        raise invalid_arguments("must define either `view_id` or `external_id`")
    view = workspace.views.find(arguments.get("view_id"), arguments.get("external_id"))
    kind = "home" if view and view.is_home else "modal"
    definition = check_view(arguments["view"], workspace.files, kind)
    if view is None:
        raise SlackRefusal("not_found")
    if arguments.get("hash", view.hash) != view.hash:
        raise SlackRefusal("hash_conflict")
    workspace.views.update(view, definition)
    return {"view": view.as_json()}


def publish_view(workspace: Workspace, arguments: Arguments) -> Answer:
    """Give a person a home tab, provided the present one still has this hash if one is given."""
    definition = check_view(arguments["view"], workspace.files, "home")
    user = arguments["user_id"]
    if user not in PEOPLE or PEOPLE[user].is_bot or PEOPLE[user].deleted:
        raise invalid_arguments("invalid `user_id` [json-pointer:/user_id]")
    return {"view": workspace.views.publish(user, definition, arguments.get("hash")).as_json()}


def validate_blocks(workspace: Workspace, arguments: Arguments) -> Answer:
    """Look at blocks, at a message or at a view without doing anything with them."""
    if len(given := {"blocks", "message", "view"} & set(arguments)) != 1:
        raise invalid_arguments("provide exactly one of `blocks`, `message` or `view`")
    (name,) = given
    value = arguments[name]
    try:
        if name == "view":
            kind = value.get("type") if isinstance(value, dict) else None
            check_view(value, workspace.files, "home" if kind == "home" else "modal")
        else:
            blocks = value.get("blocks", []) if name == "message" and isinstance(value, dict) else value
            check_message_blocks(blocks, workspace.files)
    except SlackRefusal as refusal:
        raise SlackRefusal(f"invalid_{name}", errors=_explained(refusal)) from refusal
    return {}


def _explained(refusal: SlackRefusal) -> list[dict[str, str]]:
    found = [_PROBLEM.fullmatch(text) for text in refusal.messages]
    errors = [{"code": "failed_constraint", **match.groupdict()} for match in found if match]
    return errors or [{"code": refusal.code, "message": refusal.code, "pointer": ""}]
