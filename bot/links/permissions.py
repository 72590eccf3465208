"""Who may create links: the stored answer, or else the chat's."""

from collections.abc import Mapping
from datetime import timedelta

from bot.errors import ChatGone
from bot.ports.chat import Chat
from bot.ports.clock import Clock
from bot.ports.model import Person, Standing
from bot.ports.storage import Storage, Transaction

LASTS = timedelta(hours=24)  # how long a chat's answer is valid


class Permissions:
    """A chat's answers about people, cached in the database for a day."""

    def __init__(self, storage: Storage, chats: Mapping[str, Chat], clock: Clock) -> None:
        """`chats` by name."""
        self._storage, self._chats, self._clock = storage, chats, clock

    def known(self, tx: Transaction, person: Person) -> Standing | None:
        """The stored answer; None if there is none, or it is too old."""
        return tx.people.standing(person, self._clock.now() - LASTS)

    async def standing(self, person: Person) -> Standing:
        """Whether this person may create links; raises ChatError if the chat cannot be asked."""
        known = await self._storage.read(lambda tx: self.known(tx, person))
        if known is not None:
            return known
        if person.chat not in self._chats:
            raise ChatGone(f"{person.chat} is no longer in the settings")
        told = await self._chats[person.chat].standing(person)
        if told is None:
            return await self._storage.read(lambda tx: tx.people.standing(person)) or Standing.REFUSED
        await self._storage.write(lambda tx: tx.people.put(person, told))
        return told
