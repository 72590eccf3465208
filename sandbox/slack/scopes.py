"""Which scopes a call needs: https://docs.slack.dev/reference/scopes."""

from collections.abc import Callable

from sandbox.slack.arguments import Arguments
from sandbox.slack.errors import SlackRefusal
from sandbox.slack.workspace import Workspace

Needs = Callable[[Workspace, Arguments], list[str]]
_FAMILIES = {"public_channel": "channels", "private_channel": "groups", "im": "im", "mpim": "mpim"}


def needing(*scopes: str) -> Needs:
    """These, whatever is asked."""
    return lambda _workspace, _arguments: list(scopes)


def by_channel(act: str) -> Needs:
    """`channels:read`, `groups:read` or `im:read`: as the conversation is, if the app can know it."""

    def needed(workspace: Workspace, arguments: Arguments) -> list[str]:
        found = workspace.conversations.known(str(arguments.get("channel")))
        return [f"{found.family}:{act}"] if found else []

    return needed


def by_types(_: Workspace, arguments: Arguments) -> list[str]:
    """One for each of the types that conversations.list is asked for."""
    return [f"{family}:read" for family in list_families(arguments)]


def list_families(arguments: Arguments) -> list[str]:
    """The families of the `types` asked for; raises SlackRefusal."""
    types = [name.strip() for name in str(arguments.get("types", "public_channel")).split(",")]
    if not set(types) <= set(_FAMILIES):
        raise SlackRefusal("invalid_types")
    return [_FAMILIES[name] for name in types]
