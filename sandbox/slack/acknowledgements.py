"""What the service's answer to a command or to a submitted view makes Slack do.

Source: https://docs.slack.dev/interactivity/implementing-slash-commands ("Responding to commands") and
https://docs.slack.dev/surfaces/modals ("Updating views", "Displaying errors in views").
"""

from collections.abc import Callable
from typing import Any

from sandbox.slack.blocks import check_view
from sandbox.slack.deliveries import Acknowledgement
from sandbox.slack.errors import SlackRefusal, invalid_arguments
from sandbox.slack.identity import COMMAND, SLACKBOT
from sandbox.slack.messages import Content
from sandbox.slack.response_urls import ResponseUrls, Way
from sandbox.slack.views import View
from sandbox.slack.workspace import Workspace

Errors = dict[str, str]


def after_command(answer: Acknowledgement, workspace: Workspace, urls: ResponseUrls, way: Way) -> str | None:
    """Show the answer in its body, or Slackbot's word on what went wrong, which is returned too."""
    trouble = answer.trouble
    if trouble is None and answer.body.strip():
        try:
            urls.say(way, _said(answer))
        except SlackRefusal as refusal:
            trouble = f"invalid_command_response: {describe(refusal)}"
    if trouble:
        code = trouble.partition(":")[0]
        text = f'{COMMAND} failed with the error "{code}"'
        workspace.messages.post(way.channel, Content(text), user=SLACKBOT, seen_by=way.user)
    return trouble


def _said(answer: Acknowledgement) -> dict[str, Any]:
    return answer.as_object() if answer.is_json else {"text": answer.body.decode(errors="replace")}


def after_submission(answer: Acknowledgement, workspace: Workspace, view: View) -> tuple[Errors, str | None]:
    """Close or change the view as the answer says: errors per block, and what went wrong."""
    if answer.trouble or not workspace.views.is_open(view):
        return {}, answer.trouble
    try:
        body = answer.as_object()
        name = body.get("response_action", "close" if not body else None)
        action = _ACTIONS.get(name) if isinstance(name, str) else None
        if action is None or (name == "close") != (not body):
            raise invalid_arguments("must be a valid enum value [json-pointer:/response_action]")
        return action(body, workspace, view), None
    except SlackRefusal as refusal:
        return {}, f"invalid_response: {describe(refusal)}"


def _close(_: dict[str, Any], workspace: Workspace, view: View) -> Errors:
    workspace.views.close(view)
    return {}


def _clear(body: dict[str, Any], workspace: Workspace, view: View) -> Errors:
    _only(body)
    workspace.views.clear(view.user)
    return {}


def _update(body: dict[str, Any], workspace: Workspace, view: View) -> Errors:
    _only(body, "view")
    workspace.views.update(view, check_view(body["view"], workspace.files))
    return {}


def _push(body: dict[str, Any], workspace: Workspace, view: View) -> Errors:
    _only(body, "view")
    workspace.views.push(view.user, check_view(body["view"], workspace.files))
    return {}


def _errors(body: dict[str, Any], _: Workspace, view: View) -> Errors:
    _only(body, "errors")
    errors = body["errors"]
    if not isinstance(errors, dict) or not errors:
        raise invalid_arguments("must provide an object [json-pointer:/errors]")
    inputs = {block["block_id"] for block in view.blocks if block["type"] == "input"}
    wrong = [name for name, text in errors.items() if name not in inputs or not _is_text(text)]
    if wrong:
        raise invalid_arguments(
            *(f"no such input block, or no text [json-pointer:/errors/{name}]" for name in wrong)
        )
    return errors


_ACTIONS: dict[str, Callable[[dict[str, Any], Workspace, View], Errors]] = {
    "close": _close,
    "clear": _clear,
    "update": _update,
    "push": _push,
    "errors": _errors,
}


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and bool(value)


def _only(body: dict[str, Any], *names: str) -> None:
    if set(body) != {"response_action", *names}:
        raise invalid_arguments(f"must have exactly these fields: {', '.join(['response_action', *names])}")


def describe(refusal: SlackRefusal) -> str:
    """A refusal in one line."""
    return "; ".join([refusal.code, *refusal.messages])
