"""The state of the Slack stand-in, and what both the API and the controls need to know of it."""

from typing import Any

from sandbox.slack.background import Background
from sandbox.slack.consents import Consents
from sandbox.slack.conversations import Conversation, Conversations
from sandbox.slack.errors import SlackRefusal
from sandbox.slack.events import Events
from sandbox.slack.files import Files
from sandbox.slack.identity import BOT_USER, TEAM_NAME
from sandbox.slack.installation import Installation
from sandbox.slack.messages import Messages
from sandbox.slack.people import PEOPLE, Person
from sandbox.slack.triggers import Triggers
from sandbox.slack.views import Views
from sandbox.standin import World


class Workspace:
    """One team with one app: conversations, messages, files, views, trigger ids."""

    def __init__(
        self, world: World, installation: Installation, events: Events, background: Background
    ) -> None:
        self.world, self.clock = world, world.clock
        self.installation, self.events, self.background = installation, events, background
        self.conversations = Conversations()
        self.messages = Messages(world.clock)
        self.files = Files(world.clock, f"{world.url}/slack")
        self.views = Views(world.clock)
        self.triggers = Triggers(world.clock)
        self.consents = Consents(world.clock)

    def overview(self) -> dict[str, Any]:
        """Who and what there is, as the controls show it; who was deactivated is left out."""
        people = [person for person in PEOPLE.values() if not person.deleted]
        return {
            "team": TEAM_NAME,
            "people": [
                {"id": one.id, "name": one.name, "real_name": one.real_name, "role": one.role}
                for one in people
            ],
            "channels": [channel.as_seen() for channel in self.conversations.channels()],
        }

    def person(self, user: str) -> Person:
        """The user; raises SlackRefusal."""
        if user not in PEOPLE:
            raise SlackRefusal("user_not_found")
        return PEOPLE[user]

    def conversation(self, channel: str) -> Conversation:
        """The conversation of this id; raises SlackRefusal."""
        found = self.conversations.known(channel)
        if found is None:
            raise SlackRefusal("channel_not_found")
        return found

    def writable(
        self, channel: str, when_archived: str = "is_archived", *, from_outside: bool = False
    ) -> Conversation:
        """The conversation, if the bot may write there; raises SlackRefusal.

        `from_outside`: a member or, with the scope for it, in any public channel.
        """
        conversation = self.conversation(channel)
        if conversation.is_archived:
            raise SlackRefusal(when_archived)
        public = from_outside and self.installation.has("chat:write.public") and not conversation.is_private
        if not (conversation.has_bot or public):
            raise SlackRefusal("not_in_channel")
        return conversation

    def open_direct(self, user: str) -> Conversation:
        """The direct message with this person, open from now on; raises SlackRefusal."""
        conversation = self.conversations.direct(user)
        if conversation is None:
            gone = user in PEOPLE and PEOPLE[user].deleted
            raise SlackRefusal("user_disabled" if gone else "user_not_found")
        conversation.is_open = True
        return conversation

    def revoke_token(self) -> None:
        """As auth.revoke: the bot leaves its channels, the app stays installed."""
        self.installation.revoke()
        self._leave_channels()
        self.events.send({"type": "tokens_revoked", "tokens": {"oauth": [], "bot": [BOT_USER]}})

    def uninstall(self) -> None:
        """The app goes; it is told of both things that end."""
        self.installation.uninstall()
        self._leave_channels()
        self.events.send({"type": "tokens_revoked", "tokens": {"oauth": [], "bot": [BOT_USER]}})
        self.events.send({"type": "app_uninstalled"})

    def _leave_channels(self) -> None:
        for channel in self.conversations.channels():
            channel.members = [member for member in channel.members if member != BOT_USER]
