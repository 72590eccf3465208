"""Who there is: the bot, three people, and the token that is the only one accepted."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Person:
    """A user of Telegram, the bot included."""

    id: int
    first_name: str
    username: str
    language_code: str = ""
    is_bot: bool = False

    def as_json(self) -> dict[str, Any]:
        """The `User` object: https://core.telegram.org/bots/api#user."""
        user = {
            "id": self.id,
            "is_bot": self.is_bot,
            "first_name": self.first_name,
            "username": self.username,
        }
        return {**user, "language_code": self.language_code} if self.language_code else user


BOT = Person(7000000001, "Paylink", "paylink_sandbox_bot", is_bot=True)
ALICE = Person(1001, "Alice", "alice_sandbox", "en")
STRANGER = Person(1002, "Stranger", "stranger_sandbox", "en")
NEWCOMER = Person(1003, "Newcomer", "newcomer_sandbox", "en")  # has never written to the bot
PEOPLE = {person.id: person for person in (ALICE, STRANGER, NEWCOMER)}

TOKEN = f"{BOT.id}:AAsandbox-only-not-a-real-token-000"

_ABILITIES = (
    "can_connect_to_business",
    "has_main_web_app",
    "has_topics_enabled",
    "allows_users_to_create_topics",
    "can_manage_bots",
)


@dataclass(slots=True)
class Settings:
    """What the bot's owner has set at BotFather; the feedback of inline mode is off there, too, at first."""

    inline: bool = True
    inline_feedback: bool = False
    privacy: bool = True


def bot_as_json(settings: Settings) -> dict[str, Any]:
    """The bot as getMe describes it."""
    return {
        **BOT.as_json(),
        "can_join_groups": True,
        "can_read_all_group_messages": not settings.privacy,
        "supports_inline_queries": settings.inline,
        **dict.fromkeys(_ABILITIES, False),
    }
