"""The state of the Slack stand-in, and what both the API and the controls need to know of it."""

from sandbox.clock import Clock
from sandbox.slack.conversations import Conversation, Conversations
from sandbox.slack.errors import SlackRefusal
from sandbox.slack.messages import Messages
from sandbox.slack.modals import Modals, Triggers
from sandbox.slack.people import PEOPLE, Person


class Workspace:
    """One team: conversations, messages, modals, trigger ids."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.conversations = Conversations()
        self.messages = Messages(clock)
        self.modals = Modals(clock)
        self.triggers = Triggers(clock)

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

    def writable(self, channel: str, when_archived: str = "is_archived") -> Conversation:
        """The conversation, if the bot may write there; raises SlackRefusal."""
        conversation = self.conversation(channel)
        if conversation.is_archived:
            raise SlackRefusal(when_archived)
        if not conversation.has_bot:
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
