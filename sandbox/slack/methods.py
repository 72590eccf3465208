"""Every method of the Web API that there is here: what it takes and needs, and how often it may be called.

Source: the page of each method below https://docs.slack.dev/reference/methods ("Facts", "Arguments").
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from sandbox.slack import (
    chat_methods,
    directory_methods,
    file_methods,
    history_methods,
    oauth_methods,
    view_methods,
)
from sandbox.slack.arguments import Arguments, Reader, flag, nested, text, whole
from sandbox.slack.limits import POSTING, TIER_1, TIER_2, TIER_3, TIER_4, Rate
from sandbox.slack.scopes import Needs, by_channel, by_types, needing
from sandbox.slack.workspace import Workspace

BOT, APP, NOBODY = "bot", "app", "nobody"  # whose token a method asks for
_NOTHING = needing()


@dataclass(frozen=True, slots=True)
class Method:
    """What a method does, what it takes (`required` of it, always), needs, and how fast it may be called."""

    run: Callable[[Workspace, Arguments], dict[str, Any]]
    required: tuple[str, ...]
    takes: Mapping[str, Reader]
    rate: Rate | None
    needs: Needs = _NOTHING
    token: str = BOT


def _texts(*names: str) -> dict[str, Reader]:
    return dict.fromkeys(names, text)


def _flags(*names: str) -> dict[str, Reader]:
    return dict.fromkeys(names, flag)


_SAID = _texts("text", "parse") | _flags("link_names") | {"blocks": nested("invalid_blocks_format")}
_METADATA = {"metadata": nested("invalid_metadata_format")}
_VIEW = {"view": nested("invalid_arguments")}
_TRIGGERED = _VIEW | _texts("trigger_id")
_PAGED: dict[str, Reader] = {"cursor": text, "limit": whole}
_PERIOD = _texts("oldest", "latest") | _flags("inclusive", "include_all_metadata")
_CLIENT = _texts("client_id", "client_secret")
_WRITES, _HISTORY = needing("chat:write"), by_channel("history")

METHODS: dict[str, Method] = {
    "auth.test": Method(directory_methods.auth_test, (), {}, None),
    "auth.revoke": Method(oauth_methods.revoke, (), _flags("test"), TIER_3),
    "apps.uninstall": Method(oauth_methods.uninstall, ("client_id", "client_secret"), _CLIENT, TIER_1),
    "oauth.v2.access": Method(
        oauth_methods.access,
        (),
        _CLIENT | _texts("code", "redirect_uri", "grant_type"),
        None,
        token=NOBODY,
    ),
    "blocks.validate": Method(
        view_methods.validate_blocks,
        (),
        dict.fromkeys(("blocks", "message", "view"), nested("invalid_arguments")),
        None,
    ),
    "chat.postMessage": Method(
        chat_methods.post_message,
        ("channel",),
        _SAID
        | _METADATA
        | _texts("channel", "thread_ts")
        | _flags("reply_broadcast", "unfurl_links", "unfurl_media", "mrkdwn"),
        POSTING,
        _WRITES,
    ),
    "chat.postEphemeral": Method(
        chat_methods.post_ephemeral,
        ("channel", "user"),
        _SAID | _texts("channel", "user", "thread_ts"),
        POSTING,
        _WRITES,
    ),
    "chat.update": Method(
        chat_methods.update,
        ("channel", "ts"),
        _SAID | _METADATA | _texts("channel", "ts") | _flags("reply_broadcast"),
        TIER_3,
        _WRITES,
    ),
    "chat.delete": Method(chat_methods.delete, ("channel", "ts"), _texts("channel", "ts"), TIER_3, _WRITES),
    "chat.getPermalink": Method(
        chat_methods.get_permalink, ("channel", "message_ts"), _texts("channel", "message_ts"), None
    ),
    "reactions.add": Method(
        chat_methods.add_reaction,
        ("channel", "name", "timestamp"),
        _texts("channel", "name", "timestamp"),
        TIER_3,
        needing("reactions:write"),
    ),
    "views.open": Method(view_methods.open_view, ("trigger_id", "view"), _TRIGGERED, TIER_4),
    "views.push": Method(view_methods.push_view, ("trigger_id", "view"), _TRIGGERED, TIER_4),
    "views.update": Method(
        view_methods.update_view, ("view",), _VIEW | _texts("view_id", "external_id", "hash"), TIER_4
    ),
    "views.publish": Method(
        view_methods.publish_view, ("user_id", "view"), _VIEW | _texts("user_id", "hash"), TIER_4
    ),
    "users.info": Method(
        directory_methods.users_info,
        ("user",),
        _texts("user") | _flags("include_locale"),
        TIER_4,
        needing("users:read"),
    ),
    "users.lookupByEmail": Method(
        directory_methods.users_lookup_by_email,
        ("email",),
        _texts("email"),
        TIER_3,
        needing("users:read.email"),
    ),
    "conversations.info": Method(
        directory_methods.conversations_info,
        ("channel",),
        _texts("channel") | _flags("include_locale", "include_num_members"),
        TIER_3,
        by_channel("read"),
    ),
    "conversations.list": Method(
        directory_methods.conversations_list,
        (),
        _PAGED | _texts("types") | _flags("exclude_archived"),
        TIER_2,
        by_types,
    ),
    "conversations.members": Method(
        directory_methods.conversations_members,
        ("channel",),
        _PAGED | _texts("channel"),
        TIER_4,
        by_channel("read"),
    ),
    "conversations.open": Method(
        directory_methods.conversations_open,
        (),
        _texts("users", "channel") | _flags("return_im"),
        TIER_3,
        needing("im:write"),
    ),
    "conversations.join": Method(
        directory_methods.conversations_join,
        ("channel",),
        _texts("channel"),
        TIER_3,
        needing("channels:join"),
    ),
    "conversations.history": Method(
        history_methods.conversations_history,
        ("channel",),
        _PAGED | _PERIOD | _texts("channel"),
        TIER_3,
        _HISTORY,
    ),
    "conversations.replies": Method(
        history_methods.conversations_replies,
        ("channel", "ts"),
        _PAGED | _PERIOD | _texts("channel", "ts"),
        TIER_3,
        _HISTORY,
    ),
    "files.getUploadURLExternal": Method(
        file_methods.get_upload_url,
        ("filename", "length"),
        _texts("filename", "alt_txt", "snippet_type") | {"length": whole},
        TIER_4,
        needing("files:write"),
    ),
    "files.completeUploadExternal": Method(
        file_methods.complete_upload,
        ("files",),
        _texts("channel_id", "channels", "initial_comment", "thread_ts")
        | {"files": nested("invalid_arguments"), "blocks": nested("invalid_blocks")},
        TIER_4,
        needing("files:write"),
    ),
    "files.info": Method(
        file_methods.files_info,
        ("file",),
        _PAGED | _texts("file") | {"count": whole, "page": whole},
        TIER_4,
        needing("files:read"),
    ),
    "files.delete": Method(
        file_methods.files_delete, ("file",), _texts("file"), TIER_3, needing("files:write")
    ),
}
