"""The app that Paylink is in a Slack workspace, as Slack reads it where an app is made from a manifest.

https://docs.slack.dev/reference/app-manifest
"""

from typing import Any

from adapters.chat.slack.signature import PATH

COMMAND, SHORTCUT, GLOBAL_SHORTCUT = "/paylink", "paylink_message", "paylink_new"
# To be used at all; to post; to write to a link's creator where its channel is gone; to know guests.
NEEDED_SCOPES = ("commands", "chat:write", "im:write", "users:read")
PUBLIC_SCOPE = "chat:write.public"  # to post in public channels that it was not invited to
_SHORTCUTS = (
    {
        "name": "Payment link",
        "type": "message",
        "callback_id": SHORTCUT,
        "description": "Make a payment link of what this message says, in its thread",
    },
    {
        "name": "New payment link",
        "type": "global",
        "callback_id": GLOBAL_SHORTCUT,
        "description": "Make a payment link, sent to you alone",
    },
)


def manifest(url: str | None) -> dict[str, Any]:
    """`url`: where Slack reaches the service; None for Socket Mode."""
    requests = f"{url.rstrip('/')}{PATH}" if url else None
    command = {
        "command": COMMAND,
        "description": "Make a payment link, or manage one",
        "usage_hint": "49.90 EUR jane@example.com Invoice 12, or list, or help",
        "should_escape": False,
    }
    return {
        "display_information": {
            "name": "Paylink",
            "description": "Payment links from chat, and the truth about the money in the thread",
        },
        "features": {
            "app_home": {
                "home_tab_enabled": False,
                "messages_tab_enabled": True,
                "messages_tab_read_only_enabled": False,  # the command is typed there, too
            },
            "bot_user": {"display_name": "Paylink", "always_online": True},
            "shortcuts": list(_SHORTCUTS),
            "slash_commands": [command | ({"url": requests} if requests else {})],
        },
        "oauth_config": {"scopes": {"bot": [*NEEDED_SCOPES, PUBLIC_SCOPE]}},
        "settings": {
            "interactivity": {"is_enabled": True} | ({"request_url": requests} if requests else {}),
            "org_deploy_enabled": False,
            "socket_mode_enabled": requests is None,
            "token_rotation_enabled": False,
        },
    }
