"""What people do to an existing link: cancel it, extend it and so on.

An act changes rows only, in the transaction of the command or button that asks for it. What must follow at
the provider is a pending task (see `tasks`), or a link that is `creating` again (see `replacement`). It is
told in the thread once the provider has confirmed it.
"""

from collections.abc import Callable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import replace
from datetime import datetime

from bot.errors import NothingOpen, NotPossible, NotYours
from bot.links import possible, replacement
from bot.links.announcements import announce
from bot.links.expected import is_free
from bot.links.possible import Snapshot, Way
from bot.links.tasks import Task
from bot.ports.backend import BackendInfo
from bot.ports.chat import Verb
from bot.ports.clock import Clock
from bot.ports.model import Closed, Link, LinkState, Person, Reach
from bot.ports.storage import Transaction, Wake
from bot.ports.traffic import Deed, Notice, creating_key

_NO_INFOS: Mapping[str, BackendInfo] = {}
_NOTHING: Mapping[str, str] = {}
_DROPPED_BY_PAUSE = frozenset({Task.RESUME, Task.SHARE})


class Acts:
    """For the creator of a link and for administrators.

    Each method raises NothingOpen (no such link) and NotYours; from `cancellable` on each also NotPossible.
    """

    def __init__(
        self,
        admins: AbstractSet[tuple[str, str]],
        clock: Clock,
        info_of: Callable[[str], BackendInfo] = _NO_INFOS.__getitem__,
    ) -> None:
        """`admins`: pairs of chat and user. `info_of` an account; cancelling and refreshing need none."""
        self._admins, self._clock, self._info_of = admins, clock, info_of

    def is_admin(self, person: Person) -> bool:
        return (person.chat, person.user) in self._admins

    def may(self, link: Link, person: Person) -> bool:
        """Is this the creator or an administrator?"""
        return link.creator == person or self.is_admin(person)

    def label_of(self, link: Link) -> str:
        """The label of the account that a link belongs to."""
        return self._info_of(link.account_id).label

    def mine(self, tx: Transaction, link_id: str, person: Person) -> Link:
        """A link, for its creator and administrators."""
        link = tx.links.get(link_id)
        if link is None:
            raise NothingOpen(link_id)
        if not self.may(link, person):
            raise NotYours(link_id)
        return link

    def known(self, tx: Transaction, link_id: str, person: Person) -> Snapshot:
        """A link with everything that belongs to it, for somebody who may see it."""
        link = self.mine(tx, link_id, person)
        objects, payments = tx.provider_links.of(link_id), tx.payments.of(link_id)
        return Snapshot(link, payments, objects, self._info_of(link.account_id), self._clock.now())

    def found(self, tx: Transaction, subject: str, channel: str, message_id: str) -> None:
        """A button of a card was pressed, so the card is there.

        If the answer to its post was lost, its message id is stored now, and the card is brought up to date.
        """
        about = tx.links.get(subject) or tx.drafts.get(subject)
        to = tx.destinations.get(about.destination_id) if about else None
        if to is not None and to.root is None and to.place.channel == channel:
            tx.destinations.put(replace(to, root=message_id))
            tx.outbox.owe_card(subject, to.id, self._clock.now())
            tx.wake("delivery", to.place.lane)

    def cancellable(self, tx: Transaction, link_id: str, person: Person) -> Link:
        """The link, if it can be cancelled now; raises what `cancel` does, and changes nothing."""
        link = self.mine(tx, link_id, person)
        if link.state is LinkState.CLOSED:
            raise NotPossible("closed")
        if link.state is not LinkState.CREATING and not is_free(link, tx.payments.of(link_id)):
            raise NotPossible("being_paid")
        return link

    def cancel(self, tx: Transaction, link_id: str, person: Person) -> Link:
        """Close a link. If its backend cannot cancel it, it is polled until it expires there."""
        link = self.cancellable(tx, link_id, person)
        cancelled = replace(link, state=LinkState.CLOSED, closed=Closed.CANCELLED, retry_at=None)
        return self._do(tx, cancelled, Verb.CANCEL, person, told="cancelled")

    def pause(self, tx: Transaction, link_id: str, person: Person) -> Link:
        """Make a link unpayable for a while."""
        known = self._ready(tx, link_id, person, Verb.PAUSE)
        for each in known.objects:
            owed = {task: value for task, value in each.owed.items() if task not in _DROPPED_BY_PAUSE}
            tx.provider_links.put(replace(each, owed=owed))
        return self._do(tx, replace(known.link, state=LinkState.PAUSED), Verb.PAUSE, person)

    def resume(self, tx: Transaction, link_id: str, person: Person) -> Link:
        """Make it payable again, by its newest object only."""
        known = self._ready(tx, link_id, person, Verb.RESUME)
        self._owe(tx, known, Task.RESUME)
        return self._do(tx, replace(known.link, state=LinkState.OPEN), Verb.RESUME, person)

    def extend(self, tx: Transaction, link_id: str, person: Person, until: datetime) -> Link:
        """Change its expiry, in the way that its backend supports."""
        known = self._ready(tx, link_id, person, Verb.EXTEND)
        link, way = known.link, possible.way_to_extend(known.info)
        if way is Way.REPLACEMENT:
            again = Wake("link", creating_key(link.account_id, link.id))
            return self._do(tx, replacement.begun(tx, known, until), Verb.EXTEND, person, wake=again)
        if way is Way.PROVIDER:
            self._owe(tx, known, Task.EXTEND, until.isoformat())
            return self._do(tx, link, Verb.EXTEND, person)
        extended = replace(link, expires_at=until)
        params = {"until": until.isoformat()}
        return self._do(tx, extended, Verb.EXTEND, person, told="extended", params=params)

    def edit(self, tx: Transaction, link_id: str, person: Person, text: str) -> Link:
        """Change its description."""
        known = self._ready(tx, link_id, person, Verb.EDIT)
        self._owe(tx, known, Task.EDIT, text)
        return self._do(tx, known.link, Verb.EDIT, person)

    def share(self, tx: Transaction, link_id: str, person: Person) -> Link:
        """Have the provider send it to the customer."""
        known = self._ready(tx, link_id, person, Verb.SHARE)
        self._owe(tx, known, Task.SHARE)
        return self._do(tx, known.link, Verb.SHARE, person)

    def refresh(self, tx: Transaction, link_id: str, person: Person) -> Link:
        """Poll the backend now."""
        now = self._clock.now()
        link = replace(self.mine(tx, link_id, person), poll_at=now)
        tx.links.put(link)
        _done(tx, link_id, Verb.REFRESH, person, now)
        tx.wake("watch", link_id)
        return link

    def resend(self, tx: Transaction, link_id: str, person: Person) -> Link:
        """Post the text to forward to the customer again."""
        link, now = self._ready(tx, link_id, person, Verb.RESEND).link, self._clock.now()
        _done(tx, link_id, Verb.RESEND, person, now)
        notice = Notice("forward", f"forward:{now.isoformat()}")
        tx.outbox.owe_reply(link_id, link.destination_id, notice, now)
        tx.wake("delivery", tx.destinations.lane(link.destination_id))
        return link

    def post_here(self, tx: Transaction, link_id: str, person: Person) -> Link:
        """Try again to post into a channel that we were not in."""
        return self._deliver(tx, link_id, person, Reach.UNINVITED)

    def post_to_creator(self, tx: Transaction, link_id: str, person: Person) -> Link:
        """Send what waits for that channel to the creator of the link instead."""
        return self._deliver(tx, link_id, person, Reach.GONE)

    def _deliver(self, tx: Transaction, link_id: str, person: Person, reach: Reach) -> Link:
        """Send what waits for an invitation now; a place that counts as GONE is replaced on the way."""
        link = self.mine(tx, link_id, person)
        to = tx.destinations.get(link.destination_id)
        if to.reach is Reach.UNINVITED:
            tx.destinations.put(replace(to, reach=reach))
            tx.outbox.hurry(to.id, self._clock.now())
            tx.wake("delivery", to.place.lane)
        return link

    def _do(
        self,
        tx: Transaction,
        link: Link,
        verb: Verb,
        person: Person,
        *,
        told: str | None = None,
        params: Mapping[str, str] = _NOTHING,
        wake: Wake | None = None,
    ) -> Link:
        """Store the link and who changed it, and begin what follows.

        `told`: key of the notice to post now, with `params`; None if the provider must confirm the act first.
        `wake`: who goes on; by default the poll, which does pending tasks.
        """
        now = self._clock.now()
        link = replace(link, poll_at=now)
        tx.links.put(link)
        _done(tx, link.id, verb, person, now)
        wake = wake or Wake("watch", link.id)
        tx.wake(wake.kind, wake.key)
        once = told if verb is Verb.CANCEL else f"{verb}:{now.isoformat()}"
        by = {"by": person.called}
        notices = (Notice(told, str(once), by | dict(params)),) if told else ()
        announce(tx, link, notices, now)
        return link

    def _owe(self, tx: Transaction, known: Snapshot, task: Task, value: str = "") -> None:
        """Add a task for the newest object, which is the one that the customer has."""
        newest = known.usable or [each for each in known.objects if each.provider_id is not None][-1]
        tx.provider_links.put(replace(newest, owed={**newest.owed, task: value}))

    def _ready(self, tx: Transaction, link_id: str, person: Person, verb: Verb) -> Snapshot:
        """The link, if it accepts this order now; raises NotPossible."""
        known = self.known(tx, link_id, person)
        if key := possible.refusal(verb, known):
            raise NotPossible(key)
        return known


def _done(tx: Transaction, link_id: str, verb: Verb, person: Person, now: datetime) -> None:
    tx.deeds.add(Deed(link_id, verb, person, now))
    tx.note("link.managed", link=link_id, act=verb)
