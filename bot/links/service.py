"""Creates links at their backends, after the person was answered.

The link and each attempt are committed before the backend is called. An attempt whose answer is lost becomes
an orphan; since its reference is ours, a payment of it still finds its link.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

import structlog

from bot.errors import BackendProtocolError, BackendUnavailable, ChatError, PaylinkError, StorageUnavailable
from bot.links import replacement
from bot.links.announcements import DESK_PAUSE
from bot.links.expected import is_free
from bot.links.lost import find_lost
from bot.links.permissions import Permissions
from bot.links.possible import usable
from bot.links.request import next_attempt, request_of, webhook_address
from bot.links.retries import LONGEST_RETRY, PATIENCE, trouble_of, wait_after
from bot.links.schedule import SOONEST
from bot.ports.backend import Backend, CreatedLink, LinkRequest
from bot.ports.clock import Clock
from bot.ports.model import Closed, Link, LinkState, Standing
from bot.ports.provider_links import ProviderLink, ProviderLinkState
from bot.ports.storage import Storage, Transaction
from bot.ports.traffic import Notice, creating_key
from bot.timing import asking

log = structlog.get_logger(__name__)

_CARD_FIRST = timedelta(seconds=1)  # for the card to be posted: the desk says whether it is there


@dataclass(frozen=True, slots=True)
class _Attempt:
    """A creation that is committed and about to be requested."""

    link: Link
    provider_link: ProviderLink


class LinkService:
    """Handles the wake `link`: takes the next step of a link that is `creating`."""

    def __init__(
        self,
        storage: Storage,
        backends: Mapping[str, Backend],
        permissions: Permissions,
        clock: Clock,
        public_url: str | None = None,
    ) -> None:
        """`backends` by account id; `public_url`: where the world reaches us, if it does."""
        self._storage, self._backends, self._permissions, self._clock = storage, backends, permissions, clock
        self._public_url = public_url

    async def run(self, link_id: str) -> None:
        """Take the next step of a link. An unexpected exception closes the link as failed, and is raised."""
        try:
            await self._step(link_id)
        except StorageUnavailable:
            raise
        except Exception:  # a bug of ours: a link that may exist must not be created again and again
            await self._storage.write(lambda tx: self._give_up(tx, link_id))
            raise

    async def _step(self, link_id: str) -> None:
        begun = await self._storage.write(lambda tx: self._begin_if_sure(tx, link_id))
        if isinstance(begun, Link):
            if not await self._may_pass(begun) or await self._adopted(begun):
                return
            begun = await self._storage.write(lambda tx: self._begin(tx, link_id))
        if begun is not None:
            await self._create(begun)

    async def _create(self, attempt: _Attempt) -> None:
        link, provider_link = attempt.link, attempt.provider_link
        backend = self._backends[link.account_id]
        try:
            with asking(backend, "create"):
                created = await backend.create(self._request(link, provider_link))
        except PaylinkError as error:
            failure = error
            await self._storage.write(lambda tx: self._failed(tx, provider_link, failure))
        else:
            await self._storage.write(lambda tx: self._created(tx, provider_link, created))

    async def _may_pass(self, link: Link) -> bool:
        """Whether the creator may create links. Their chat is asked before any backend is."""
        try:
            standing = await self._permissions.standing(link.creator)
        except ChatError as error:
            log.warning("link.creator_unknown", link=link.id, reason=str(error))
            trouble = {"key": "chat", "backend": link.creator.chat.title()}
            await self._storage.write(lambda tx: self._wait_or_give_up(tx, link.id, trouble, LONGEST_RETRY))
            return False
        if standing is Standing.REFUSED:
            log.warning("link.creator_refused", link=link.id)
            trouble = {"key": "refused", "backend": ""}
            await self._storage.write(lambda tx: self._wait_or_give_up(tx, link.id, trouble, None))
        return standing is Standing.ADMITTED

    async def _adopted(self, link: Link) -> bool:
        """Use the link that an earlier attempt has created after all, its answer having been lost.

        True if the link is settled: adopted, or to be looked for again later.
        """
        backend = self._backends[link.account_id]
        known = await self._storage.read(lambda tx: tx.provider_links.of(link.id))
        attempts = [attempt for attempt in known if attempt.provider_id is None]
        try:
            found = [(lost, await find_lost(backend, lost)) for lost in attempts]
        except PaylinkError as error:
            failure = error
            await self._storage.write(lambda tx: self._retry_later(tx, link.id, failure))
            return True
        made = [(lost, created) for lost, created in found if created is not None]
        if made:
            await self._storage.write(lambda tx: self._created(tx, *made[0]))
        return bool(made)

    def _begin_if_sure(self, tx: Transaction, link_id: str) -> _Attempt | Link | None:
        """Store the first attempt; return the link if its creator's chat or its backend must be asked before.

        None: nothing is to be done now.
        """
        link = self._due(tx, link_id)
        if link is None:
            return None
        is_first = not tx.provider_links.of(link_id)
        is_sure = is_first and self._permissions.known(tx, link.creator) is Standing.ADMITTED
        return self._attempt(tx, link, ()) if is_sure else link

    def _begin(self, tx: Transaction, link_id: str) -> _Attempt | None:
        """Store a new attempt. One that is still in flight was cut off by a crash, and becomes an orphan."""
        link = self._due(tx, link_id)
        if link is None:
            return None
        earlier = tx.provider_links.of(link_id)
        if usable(earlier) and not is_free(link, tx.payments.of(link_id)):  # somebody pays it meanwhile
            self._wait_or_give_up(tx, link_id, {}, None)
            return None
        for cut_off in earlier:
            if cut_off.state is ProviderLinkState.IN_FLIGHT:
                tx.provider_links.put(replace(cut_off, state=ProviderLinkState.ORPHAN))
        return self._attempt(tx, link, earlier)

    def _attempt(self, tx: Transaction, link: Link, earlier: Sequence[ProviderLink]) -> _Attempt:
        attempt = next_attempt(link, earlier, signed=self._backends[link.account_id].info.signed)
        tx.provider_links.put(attempt)
        return _Attempt(link, attempt)

    def _due(self, tx: Transaction, link_id: str) -> Link | None:
        """The link, if an attempt to create it may begin now; if it has to wait, a wake is set."""
        link = tx.links.get(link_id)
        if link is None or link.state is not LinkState.CREATING:
            return None
        if link.retry_at is not None and link.retry_at > self._clock.now():
            tx.wake("link", creating_key(link.account_id, link_id), link.retry_at)
            return None
        return link

    def _request(self, link: Link, attempt: ProviderLink) -> LinkRequest:
        address = webhook_address(self._public_url, attempt)
        return request_of(link, attempt.reference, self._clock.now(), address)

    def _created(self, tx: Transaction, attempt: ProviderLink, created: CreatedLink) -> None:
        """Store what was created. If another attempt has made the link meanwhile, this is taken back."""
        link, objects = tx.links.get(attempt.link_id), tx.provider_links.of(attempt.link_id)
        if any(known.attempt == attempt.attempt and known.provider_id for known in objects):
            return  # another process has found it
        is_one_too_many = link is not None and link.state in {LinkState.OPEN, LinkState.PAUSED}
        attempt = replace(
            attempt,
            state=ProviderLinkState.ORPHAN if is_one_too_many else ProviderLinkState.OPEN,
            provider_id=created.provider_id,
            url=created.url,
            expires_on=created.expires_on,
        )
        tx.provider_links.put(attempt)
        tx.note("link.created", link=attempt.link_id, account=attempt.account_id, attempt=attempt.attempt)
        if link is not None and link.state is LinkState.CREATING:
            self._opened(tx, link, attempt, usable(objects))
        elif link is not None:  # it can be paid until it is taken back
            tx.links.put(replace(link, poll_at=self._clock.now()))
            tx.wake("watch", link.id)

    def _opened(
        self, tx: Transaction, link: Link, attempt: ProviderLink, earlier: ProviderLink | None
    ) -> None:
        """`earlier`: the object that an extension replaces."""
        now = self._clock.now()
        link = replace(link, state=LinkState.OPEN, trouble=None, retry_at=None, poll_at=now + SOONEST)
        tx.links.put(link)
        self._show(tx, link, card=True)
        if earlier is not None:
            told = replacement.made(tx, link, attempt, earlier)
            tx.outbox.owe_reply(link.id, link.destination_id, told, now)
        if earlier is None or self._public_url is None or replacement.is_reworded(tx, link):
            to_forward = Notice("forward", f"forward:{attempt.reference}")
            tx.outbox.owe_reply(link.id, link.destination_id, to_forward, now)

    def _failed(self, tx: Transaction, attempt: ProviderLink, error: PaylinkError) -> None:
        """Store the outcome of a failed attempt: it is retried later, or the link is closed.

        If it was held to be cut off meanwhile, whoever did so has gone on.
        """
        link, objects = tx.links.get(attempt.link_id), tx.provider_links.of(attempt.link_id)
        if link is None or attempt not in objects:
            return
        tx.warn("link.create_failed", link=link.id, error=type(error).__name__, reason=str(error))
        outcome_unknown = isinstance(error, BackendProtocolError) or (
            isinstance(error, BackendUnavailable) and error.sent == "unknown"
        )
        if outcome_unknown or tx.payments.of(link.id):  # whatever was said of it, somebody has paid it
            tx.provider_links.put(replace(attempt, state=ProviderLinkState.ORPHAN))
        else:
            tx.provider_links.remove(attempt)
        self._retry_later(tx, link.id, error)

    def _retry_later(self, tx: Transaction, link_id: str, error: PaylinkError) -> None:
        """Retry when it may help; close the link if nothing will."""
        link = tx.links.get(link_id)
        if link is not None:
            wait = wait_after(error, self._clock.now() - replacement.asked_at(tx, link))
            label = self._backends[link.account_id].info.label
            self._wait_or_give_up(tx, link_id, trouble_of(error, label), wait)

    def _give_up(self, tx: Transaction, link_id: str) -> None:
        link = tx.links.get(link_id)
        if link is not None:
            trouble = {"key": "protocol", "backend": self._backends[link.account_id].info.label}
            self._wait_or_give_up(tx, link_id, trouble, None)

    def _wait_or_give_up(
        self, tx: Transaction, link_id: str, trouble: Mapping[str, str], wait: timedelta | None
    ) -> None:
        """Retry after `wait`; close the link, saying why, if `wait` is None or PATIENCE is exceeded."""
        link, now = tx.links.get(link_id), self._clock.now()
        if link is None or link.state is not LinkState.CREATING:
            return
        told, earlier = link.trouble, usable(tx.provider_links.of(link_id))
        if wait is not None and now + wait <= replacement.asked_at(tx, link) + PATIENCE:
            link = replace(link, trouble=trouble, retry_at=now + wait)
            tx.wake("link", creating_key(link.account_id, link.id), link.retry_at)
        elif earlier is not None:
            link, failed = replacement.given_up(tx, link, earlier, now, trouble.get("codes", ""))
            tx.outbox.owe_reply(link.id, link.destination_id, failed, now)
        else:
            hangs = wait is not None and trouble["key"] != "busy"  # who asks us to slow down was reached
            gave_up = {**trouble, "key": "gave_up"} if hangs else trouble
            lost = any(known.provider_id is None for known in tx.provider_links.of(link_id))
            link = replace(
                link,
                state=LinkState.CLOSED,
                closed=Closed.FAILED,
                trouble=gave_up,
                retry_at=None,
                poll_at=now + SOONEST if lost else None,
            )
        tx.links.put(link)
        if link.state is not LinkState.CREATING or trouble != told:  # drawn too often, a desk takes no more
            self._show(tx, link, card=earlier is not None)

    def _show(self, tx: Transaction, link: Link, *, card: bool) -> None:
        """Update the creator's desk, and the card too if `card`, or if there is no desk."""
        now = self._clock.now()
        draft = tx.drafts.get(link.id)
        if draft is not None and draft.desk:
            is_first = card and tx.destinations.get(link.destination_id).root is None
            soonest = now + _CARD_FIRST if is_first else now  # sooner, once the card is there
            tx.outbox.owe_desk(link.id, link.destination_id, max(soonest, link.created_at + DESK_PAUSE))
        if card or draft is None or not draft.desk:
            tx.outbox.owe_card(link.id, link.destination_id, now)
        tx.wake("delivery", tx.destinations.lane(link.destination_id))
