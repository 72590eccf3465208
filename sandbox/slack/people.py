"""The people of the workspace, and one of another workspace who is in a shared channel."""

from dataclasses import dataclass
from typing import Any

from sandbox.slack.identity import APP_ID, BOT_ID, BOT_USER, OTHER_TEAM_ID, TEAM_ID


@dataclass(frozen=True, slots=True)
class Person:
    """A user; time zones without summer time, so that an offset is a constant (seconds east)."""

    id: str
    name: str
    real_name: str
    locale: str
    tz: str
    tz_label: str
    tz_offset: int
    is_admin: bool = False
    is_restricted: bool = False  # any guest
    is_ultra_restricted: bool = False  # a guest of one channel only
    is_bot: bool = False
    deleted: bool = False
    team_id: str = TEAM_ID

    @property
    def is_outsider(self) -> bool:
        return self.team_id != TEAM_ID

    @property
    def role(self) -> str:
        """What the controls call it: one of the words of `ROLES`."""
        held = (self.is_bot, self.is_outsider, self.is_restricted, self.is_admin)
        return next((role for role, holds in zip(ROLES, held, strict=False) if holds), ROLES[-1])

    @property
    def email(self) -> str:
        return f"{self.name}@example.com"


ROLES = ("app", "outsider", "guest", "administrator", "member")
_UTC = ("Etc/UTC", "Coordinated Universal Time", 0)
_PHOENIX = ("America/Phoenix", "Mountain Standard Time", -25_200)
_BRAZZAVILLE = ("Africa/Brazzaville", "West Africa Time", 3_600)
_REYKJAVIK = ("Atlantic/Reykjavik", "Greenwich Mean Time", 0)

PEOPLE: dict[str, Person] = {
    person.id: person
    for person in (
        Person("U0ALICE", "alice", "Alice Sales", "en-US", *_PHOENIX),
        Person("U0BOB", "bob", "Bob Admin", "fr-FR", *_BRAZZAVILLE, is_admin=True),
        Person("U0GUEST", "guest", "Gina Guest", "en-GB", *_REYKJAVIK, is_restricted=True),
        Person(
            "U0SINGLE",
            "single",
            "Sina Single-Channel",
            "en-GB",
            *_REYKJAVIK,
            is_restricted=True,
            is_ultra_restricted=True,
        ),
        Person("U0GONE", "gone", "Greg Gone", "en-US", *_PHOENIX, deleted=True),
        Person("U0OUTSIDER", "olga", "Olga Outsider", "en-GB", *_REYKJAVIK, team_id=OTHER_TEAM_ID),
        Person(BOT_USER, "paylink", "Paylink", "en-US", *_UTC, is_bot=True),
    )
}


def user_object(person: Person, *, include_locale: bool, include_email: bool) -> dict[str, Any]:
    """The `user` of users.info (https://docs.slack.dev/reference/objects/user-object).

    Of a deleted one it tells less: no roles, no time zone, no locale. The e-mail address has a scope of its
    own, and is never told of somebody of another workspace.
    """
    user: dict[str, Any] = {
        "id": person.id,
        "team_id": person.team_id,
        "name": person.name,
        "deleted": person.deleted,
        "profile": _profile(person, include_email=include_email),
        "is_bot": person.is_bot,
        "is_app_user": False,
        "updated": 1_700_000_000,
    }
    if person.deleted:
        return user
    locale = {"locale": person.locale} if include_locale else {}
    return (
        user
        | locale
        | {
            "real_name": person.real_name,
            "tz": person.tz,
            "tz_label": person.tz_label,
            "tz_offset": person.tz_offset,
            "is_admin": person.is_admin,
            "is_owner": False,
            "is_primary_owner": False,
            "is_restricted": person.is_restricted,
            "is_ultra_restricted": person.is_ultra_restricted,
        }
    )


def _profile(person: Person, *, include_email: bool) -> dict[str, Any]:
    profile: dict[str, Any] = {
        "real_name": person.real_name,
        "real_name_normalized": person.real_name,
        "display_name": person.name,
        "display_name_normalized": person.name,
        "team": person.team_id,
    }
    if person.is_bot:
        return profile | {"bot_id": BOT_ID, "api_app_id": APP_ID}
    shown = include_email and not person.is_outsider
    return profile | ({"email": person.email} if shown else {})
