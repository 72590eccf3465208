"""views.*: open, push and update modals.

Source: https://docs.slack.dev/reference/methods/views.open and its neighbours.
"""

from typing import Any

from sandbox.slack.arguments import Arguments
from sandbox.slack.blocks import check_view
from sandbox.slack.errors import SlackRefusal, invalid_arguments
from sandbox.slack.workspace import Workspace

Answer = dict[str, Any]


def open_view(workspace: Workspace, arguments: Arguments) -> Answer:
    """Exchange a trigger for a modal. A view that is refused leaves the trigger unused."""
    definition = check_view(arguments["view"])
    trigger = workspace.triggers.redeem(arguments["trigger_id"])
    return {"view": workspace.modals.open(trigger.user, trigger.channel, definition).as_json()}


def push_view(workspace: Workspace, arguments: Arguments) -> Answer:
    """Exchange a trigger from within a modal for a view on top of it."""
    definition = check_view(arguments["view"])
    trigger = workspace.triggers.redeem(arguments["trigger_id"])
    if not trigger.in_modal:
        raise SlackRefusal("not_found")
    return {"view": workspace.modals.push(trigger.user, definition).as_json()}


def update_view(workspace: Workspace, arguments: Arguments) -> Answer:
    """Change an open view, provided it still has this hash if one is given."""
    if ("view_id" in arguments) == ("external_id" in arguments):
        raise invalid_arguments("must define either `view_id` or `external_id`")
    definition = check_view(arguments["view"])
    view = workspace.modals.find(arguments.get("view_id"), arguments.get("external_id"))
    if view is None:
        raise SlackRefusal("not_found")
    if arguments.get("hash", view.hash) != view.hash:
        raise SlackRefusal("hash_conflict")
    workspace.modals.update(view, definition)
    return {"view": view.as_json()}
