"""What people do to a link that is there: in the transaction of the press or command that asks for it."""

from collections.abc import Set as AbstractSet
from dataclasses import replace

from bot.errors import LinkClosed, NothingOpen, NotYours
from bot.links import ledger, lifecycle
from bot.ports.clock import Clock
from bot.ports.model import Closed, Link, LinkState, Person, Reach
from bot.ports.storage import Transaction
from bot.ports.traffic import Deed, Notice


class Acts:
    """Cancelling and looking again: for the creator of a link and for administrators."""

    def __init__(self, admins: AbstractSet[tuple[str, str]], clock: Clock) -> None:
        """`admins`: (chat, user) each."""
        self._admins, self._clock = admins, clock

    def may(self, link: Link, person: Person) -> bool:
        """Is this the creator or an administrator?"""
        return link.creator == person or (person.chat, person.user) in self._admins

    def cancel(self, tx: Transaction, link_id: str, person: Person) -> Link:
        """Close an open link. Where its backend cannot take it back, it is watched until it expires there.

        Raises NothingOpen (no such link), NotYours, LinkClosed.
        """
        link = self._mine(tx, link_id, person)
        payable = lifecycle.is_payable(link, tx.payments.of(link_id))
        if not (payable or link.state is LinkState.CREATING):
            raise LinkClosed(link_id)
        now = self._clock.now()
        link = replace(
            link,
            state=LinkState.CLOSED,
            closed=Closed.CANCELLED,
            retry_at=None,
            poll_at=now,
            version=link.version + 1,
        )
        tx.links.put(link)
        tx.deeds.add(Deed(link_id, "cancel", person, now))
        tx.wake("watch", link_id)
        ledger.tell(tx, link, (Notice("cancelled", "cancelled", {"by": person.name or person.user}),), now)
        return link

    def post_here(self, tx: Transaction, link_id: str, person: Person) -> Link:
        """What waits for us to be let in is tried now; raises NothingOpen, NotYours."""
        return self._deliver(tx, link_id, person, Reach.UNINVITED)

    def post_to_creator(self, tx: Transaction, link_id: str, person: Person) -> Link:
        """What waits goes to whoever made the link instead; raises NothingOpen, NotYours."""
        return self._deliver(tx, link_id, person, Reach.GONE)

    def _deliver(self, tx: Transaction, link_id: str, person: Person, reach: Reach) -> Link:
        link = self._mine(tx, link_id, person)
        to = tx.destinations.get(link.destination_id)
        if to.reach is Reach.UNINVITED:
            tx.destinations.put(replace(to, reach=reach))
            tx.outbox.hurry(to.id, self._clock.now())
            tx.wake("delivery", to.place.lane)
        return link

    def refresh(self, tx: Transaction, link_id: str, person: Person) -> Link:
        """Ask the backend now; raises NothingOpen, NotYours."""
        now = self._clock.now()
        link = replace(self._mine(tx, link_id, person), poll_at=now)
        tx.links.put(link)
        tx.deeds.add(Deed(link_id, "refresh", person, now))
        tx.wake("watch", link_id)
        return link

    def _mine(self, tx: Transaction, link_id: str, person: Person) -> Link:
        link = tx.links.get(link_id)
        if link is None:
            raise NothingOpen(link_id)
        if not self.may(link, person):
            raise NotYours(link_id)
        return link
