"""auth.test, users.* and conversations.*: who is who and who is where."""

from typing import Any

from sandbox.slack.arguments import Arguments
from sandbox.slack.errors import SlackRefusal
from sandbox.slack.identity import BOT_ID, BOT_USER, TEAM_DOMAIN, TEAM_ID, TEAM_NAME
from sandbox.slack.people import user_object
from sandbox.slack.workspace import Workspace

Answer = dict[str, Any]
_PAGE, _LARGEST_PAGE = 100, 1_000


def auth_test(workspace: Workspace, _: Arguments) -> Answer:
    return {
        "url": f"https://{TEAM_DOMAIN}.slack.com/",
        "team": TEAM_NAME,
        "user": workspace.person(BOT_USER).name,
        "team_id": TEAM_ID,
        "user_id": BOT_USER,
        "bot_id": BOT_ID,
        "is_enterprise_install": False,
    }


def users_info(workspace: Workspace, arguments: Arguments) -> Answer:
    """A user; `locale` only when asked for."""
    person = workspace.person(arguments["user"])
    return {"user": user_object(person, include_locale=arguments.get("include_locale", False))}


def conversations_info(workspace: Workspace, arguments: Arguments) -> Answer:
    channel = workspace.conversation(arguments["channel"])
    counted = arguments.get("include_num_members", False)
    locale = {"locale": "en-US"} if arguments.get("include_locale") else {}
    return {"channel": channel.as_json(include_num_members=counted) | locale}


def conversations_open(workspace: Workspace, arguments: Arguments) -> Answer:
    """Open the direct message with one person, by the person's id or by its own."""
    if "channel" in arguments:
        known = workspace.conversation(arguments["channel"])
        if not known.is_im:
            raise SlackRefusal("method_not_supported_for_channel_type")
        user = known.members[0]
    elif "users" in arguments:
        user = _one_user(arguments["users"])
    else:
        raise SlackRefusal("users_list_not_supplied")
    direct = workspace.conversations.direct(user)
    was_open = direct is not None and direct.is_open
    channel = workspace.open_direct(user)
    shown = channel.as_json() if arguments.get("return_im") else {"id": channel.id}
    return {"channel": shown} | ({"no_op": True, "already_open": True} if was_open else {})


def _one_user(users: str) -> str:
    """Group messages are not part of this workspace."""
    one, *others = users.split(",")
    if others:
        raise SlackRefusal("too_many_users")
    return one


def conversations_members(workspace: Workspace, arguments: Arguments) -> Answer:
    """The members' ids, a page at a time."""
    members = workspace.conversation(arguments["channel"]).members
    limit, cursor = arguments.get("limit", _PAGE), arguments.get("cursor", "")
    if not 1 <= limit <= _LARGEST_PAGE:
        raise SlackRefusal("invalid_limit")
    if cursor and cursor not in members:
        raise SlackRefusal("invalid_cursor")
    start = members.index(cursor) if cursor else 0
    following = members[start + limit] if start + limit < len(members) else ""
    return {
        "members": members[start : start + limit],
        "response_metadata": {"next_cursor": following},
    }
