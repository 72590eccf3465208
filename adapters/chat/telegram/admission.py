"""Who may use the bot. People and groups are admitted separately: by the settings, or by an invitation.

An invitation is a secret in a link; only its hash is stored. It admits the first who uses it, once: whoever
is refused later needs a new one. Its first letter says whether it is for a person or for a group, and is part
of the hash.
"""

import secrets
from hashlib import sha256

from telegram import Chat

from adapters.chat.telegram.reading import chat_of
from bot.ports.clock import Clock
from bot.ports.model import Person, Place, Standing
from bot.ports.storage import Transaction
from bot.ports.traffic import Deed

_FOR_PERSON, _FOR_GROUP = "p", "g"
_SECRET_BYTES = 24  # 32 characters of the 64 that a link may carry
_SUBJECT = 16  # letters of its hash by which an invitation is the subject of a deed


def new_token(*, for_group: bool) -> str:
    """The secret of an invitation, in the alphabet of https://core.telegram.org/bots/features#deep-linking."""
    return (_FOR_GROUP if for_group else _FOR_PERSON) + secrets.token_urlsafe(_SECRET_BYTES)


def hash_of(token: str) -> str:
    """The hash of it that is stored."""
    return sha256(token.encode(errors="replace")).hexdigest()


def refusal(tx: Transaction, person: Person, place: Place) -> str | None:
    """Why this person may not use the bot in this place, as a text's key; None: they may."""
    if tx.people.standing(person) is not Standing.ADMITTED:
        return "answer.not_admitted"
    if not place.private and tx.people.standing(_group(place.channel)) is not Standing.ADMITTED:
        return "answer.group_not_admitted"
    return None


def redeem(tx: Transaction, token: str, person: Person, chat: Chat, clock: Clock) -> str:
    """Use an invitation in private for oneself, in a group for the group; gives the key of what to answer.

    Only who is admitted may bring a group along.
    """
    private, now = chat_of(chat).private, clock.now()
    if not private and tx.people.standing(person) is not Standing.ADMITTED:
        return "answer.not_admitted"
    guest = person if private else _group(str(chat.id), chat.title or "")
    if tx.people.standing(guest) is Standing.ADMITTED:
        return "answer.invite_used"
    fits = token.startswith(_FOR_PERSON if private else _FOR_GROUP)
    token_hash = hash_of(token)
    subject = token_hash[:_SUBJECT]
    if not fits or not tx.invites.redeem(token_hash, guest, now) or tx.deeds.of(subject):
        return "answer.invite_bad"
    tx.deeds.add(Deed(subject, "join", person, now))
    tx.people.put(guest, Standing.ADMITTED)
    return "answer.invite_used"


def follow(tx: Transaction, old: str, new: str) -> None:
    """A group has become a supergroup: what is owed there, and its admission, move along."""
    tx.destinations.rename("telegram", old, new)
    standing = tx.people.standing(_group(old))
    if standing is not None and tx.people.standing(_group(new)) is None:
        tx.people.put(_group(new), standing)
    tx.wake("delivery", Place("telegram", new).lane)


def _group(channel: str, title: str = "") -> Person:
    return Person("telegram", channel, name=title)
