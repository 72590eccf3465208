"""Channels and direct messages, and who is in them."""

from dataclasses import dataclass, field
from typing import Any

from sandbox.slack.identity import BOT_USER, TEAM_ID
from sandbox.slack.people import PEOPLE

_CREATED = 1_700_000_000


@dataclass
class Conversation:
    """A channel (`C0...`), or a direct message of one person with the bot (`D0...`)."""

    id: str
    name: str
    members: list[str] = field(default_factory=list)
    is_im: bool = False
    is_open: bool = True  # a direct message is known to the app only once it is open
    is_archived: bool = False
    is_private: bool = False
    is_shared: bool = False  # with another workspace

    @property
    def has_bot(self) -> bool:
        return BOT_USER in self.members

    @property
    def family(self) -> str:
        """What scopes call its kind: the `channels` of `channels:read`."""
        if self.is_im:
            return "im"
        return "groups" if self.is_private else "channels"

    @property
    def payload_name(self) -> str:
        """What requests to the service call it."""
        if self.is_im:
            return "directmessage"
        return "privategroup" if self.is_private else self.name

    @property
    def is_known(self) -> bool:
        """Whether the app can know it: a direct message once it is open, a private channel from inside."""
        return self.is_open and (self.has_bot or not self.is_private)

    def as_json(self, *, include_num_members: bool = False) -> dict[str, Any]:
        """The object of https://docs.slack.dev/reference/objects/conversation-object."""
        common = {
            "id": self.id,
            "created": _CREATED,
            "is_archived": self.is_archived,
            "is_im": self.is_im,
            "is_org_shared": False,
            "context_team_id": TEAM_ID,
        }
        if self.is_im:
            return common | {"user": self.members[0], "is_user_deleted": False, "is_open": self.is_open}
        counted = {"num_members": len(self.members)} if include_num_members else {}
        return (
            common
            | counted
            | {
                "name": self.name,
                "name_normalized": self.name,
                "is_channel": not self.is_private,
                "is_group": self.is_private,
                "is_mpim": False,
                "is_private": self.is_private,
                "is_general": False,
                "is_shared": self.is_shared,
                "is_ext_shared": self.is_shared,
                "is_member": self.has_bot,
                "creator": "U0BOB",
            }
        )

    def as_seen(self) -> dict[str, Any]:
        """A channel as the controls show it."""
        return {
            "id": self.id,
            "name": self.name,
            "is_private": self.is_private,
            "is_shared": self.is_shared,
            "is_archived": self.is_archived,
            "has_bot": self.has_bot,
            "members": list(self.members),
        }


class Conversations:
    """All conversations: four channels, and one direct message per person.

    The bot is in `C0SALES` and in `C0SHARED`, where another workspace is too; not in `C0QUIET`, which
    is public, and `C0PRIVATE`, which is not.
    """

    def __init__(self) -> None:
        people = [person.id for person in PEOPLE.values() if not (person.is_bot or person.deleted)]
        own = [user for user in people if not PEOPLE[user].is_outsider]
        full = [user for user in own if not PEOPLE[user].is_restricted]
        outside = [user for user in people if user not in own]
        channels = [
            Conversation("C0SALES", "sales", [*own, BOT_USER]),
            Conversation("C0QUIET", "quiet", [*full]),
            Conversation("C0PRIVATE", "private", [*full], is_private=True),
            Conversation("C0SHARED", "shared", [*full, *outside, BOT_USER], is_shared=True),
        ]
        self._direct = {
            user: Conversation(f"D{user[1:]}", user, [user, BOT_USER], is_im=True, is_open=False)
            for user in people
        }
        self._by_id = {one.id: one for one in [*channels, *self._direct.values()]}

    def get(self, conversation_id: str) -> Conversation | None:
        """The conversation, also a direct message that is not open yet."""
        return self._by_id.get(conversation_id)

    def all_known(self) -> list[Conversation]:
        """Every conversation that the app can know."""
        return [one for one in self._by_id.values() if one.is_known]

    def channels(self) -> list[Conversation]:
        """Every channel, also those the app cannot know."""
        return [one for one in self._by_id.values() if not one.is_im]

    def known(self, conversation_id: str) -> Conversation | None:
        """The conversation, if the app can know it."""
        found = self.get(conversation_id)
        return found if found and found.is_known else None

    def direct(self, user: str) -> Conversation | None:
        """The direct message of this person with the bot; None for a bot or a stranger."""
        return self._direct.get(user)
