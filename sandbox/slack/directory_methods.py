"""auth.test, users.* and conversations.*: who is who and who is where."""

from typing import Any

from sandbox.slack.arguments import Arguments
from sandbox.slack.errors import SlackRefusal
from sandbox.slack.identity import BOT_ID, BOT_USER, TEAM_DOMAIN, TEAM_ID, TEAM_NAME
from sandbox.slack.paging import page
from sandbox.slack.people import PEOPLE, Person, user_object
from sandbox.slack.scopes import list_families
from sandbox.slack.workspace import Workspace

Answer = dict[str, Any]


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
    return {"user": _shown(workspace, person, include_locale=arguments.get("include_locale", False))}


def users_lookup_by_email(workspace: Workspace, arguments: Arguments) -> Answer:
    """The member of this address; nobody who was deactivated, no bot, nobody of another workspace."""
    email = arguments["email"].lower()
    for person in PEOPLE.values():
        if person.email == email and not (person.deleted or person.is_bot or person.is_outsider):
            return {"user": _shown(workspace, person, include_locale=False)}
    raise SlackRefusal("users_not_found")


def _shown(workspace: Workspace, person: Person, *, include_locale: bool) -> Answer:
    include_email = workspace.installation.has("users:read.email")
    return user_object(person, include_locale=include_locale, include_email=include_email)


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
    return page("members", workspace.conversation(arguments["channel"]).members, arguments, str)


def conversations_list(workspace: Workspace, arguments: Arguments) -> Answer:
    """The conversations of the types asked for, a page at a time."""
    families = list_families(arguments)
    found = [
        channel.as_json(include_num_members=True)
        for channel in workspace.conversations.all_known()
        if channel.family in families and not (arguments.get("exclude_archived") and channel.is_archived)
    ]
    return page("channels", found, arguments, lambda channel: str(channel["id"]))


def conversations_join(workspace: Workspace, arguments: Arguments) -> Answer:
    """The bot enters a public channel by itself."""
    channel = workspace.conversation(arguments["channel"])
    if channel.family != "channels":
        raise SlackRefusal("method_not_supported_for_channel_type")
    if channel.is_archived:
        raise SlackRefusal("is_archived")
    if channel.has_bot:
        return {
            "channel": channel.as_json(),
            "warning": "already_in_channel",
            "response_metadata": {"warnings": ["already_in_channel"]},
        }
    channel.members.append(BOT_USER)
    return {"channel": channel.as_json()}
