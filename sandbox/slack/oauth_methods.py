"""oauth.v2.access, auth.revoke and apps.uninstall: how a token comes and goes.

Source: https://docs.slack.dev/reference/methods/oauth.v2.access and its neighbours.
"""

from typing import Any

from sandbox.slack.arguments import Arguments
from sandbox.slack.errors import SlackRefusal
from sandbox.slack.identity import APP_ID, BOT_USER, CLIENT_ID, CLIENT_SECRET, TEAM_ID, TEAM_NAME
from sandbox.slack.workspace import Workspace

Answer = dict[str, Any]


def access(workspace: Workspace, arguments: Arguments) -> Answer:
    """Exchange a code for the bot's token."""
    _check_client(arguments)
    if arguments.get("grant_type", "authorization_code") != "authorization_code":
        raise SlackRefusal("invalid_grant_type")
    consent = workspace.consents.redeem(arguments.get("code", ""), arguments.get("redirect_uri", ""))
    token = workspace.installation.install(consent.scopes)
    return {
        "access_token": token,
        "token_type": "bot",
        "scope": ",".join(workspace.installation.scopes),
        "bot_user_id": BOT_USER,
        "app_id": APP_ID,
        "team": {"id": TEAM_ID, "name": TEAM_NAME},
        "enterprise": None,
        "authed_user": {"id": consent.user},
        "is_enterprise_install": False,
    }


def revoke(workspace: Workspace, arguments: Arguments) -> Answer:
    """End the token that calls; with `test`, only say that it could be done."""
    if arguments.get("test"):
        return {"revoked": False}
    workspace.revoke_token()
    return {"revoked": True}


def uninstall(workspace: Workspace, arguments: Arguments) -> Answer:
    """Take the app out of the workspace."""
    _check_client(arguments)
    workspace.uninstall()
    return {}


def _check_client(arguments: Arguments) -> None:
    if arguments.get("client_id") != CLIENT_ID:
        raise SlackRefusal("invalid_client_id")
    if arguments.get("client_secret") != CLIENT_SECRET:
        raise SlackRefusal("bad_client_secret")
