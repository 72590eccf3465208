"""Renders a row of the outbox as a message; the outbox itself knows neither links nor languages."""

from collections.abc import Mapping
from dataclasses import replace

from bot.conversation import engine
from bot.conversation.answers import Asked
from bot.conversation.talk import Talk
from bot.delivery import cards, replies
from bot.delivery.audience import Audience, Installation, audience_for
from bot.delivery.customer_page import address_of
from bot.delivery.draft_cards import DraftContext, draft_card, draft_prompt
from bot.delivery.outbox import Content
from bot.links.lifecycle import is_payable
from bot.links.possible import Remains, remains, superseded, usable
from bot.links.request import request_of
from bot.ports.backend import Backend, Withheld
from bot.ports.chat import Card
from bot.ports.clock import Clock
from bot.ports.model import Closed, Destination, Draft, DraftState, Link, LinkState
from bot.ports.storage import Transaction
from bot.ports.traffic import Owed, Say

_OF_LINKS = frozenset({Say.CARD, Say.REPLY})  # they tell nothing of the draft that there was before
_NO_DESK: Mapping[str, str] = {}


class Renderer:
    """Renders a row of the outbox from the state that is stored now, in its destination's language."""

    def __init__(
        self, backends: Mapping[str, Backend], talk: Talk, installation: Installation, clock: Clock
    ) -> None:
        """`backends` by account id."""
        self._backends, self._talk, self._installation, self._clock = backends, talk, installation, clock

    def __call__(self, tx: Transaction, owed: Owed, to: Destination) -> tuple[Content, Mapping[str, str]]:
        """What to send (None: there is nothing left to say), and the desk to show it on, if any."""
        if owed.say is Say.TIDY:  # not what somebody has pressed before another card took its place
            message_id = owed.params["message_id"]
            return (message_id if message_id != to.root else None), _NO_DESK
        link = tx.links.get(owed.subject)  # its lock before any other's, as everywhere
        if link is not None and owed.say in _OF_LINKS:
            return self._link(tx, owed, link, to), _NO_DESK
        draft = tx.drafts.get(owed.subject)
        desk = draft.desk if draft else _NO_DESK
        if owed.say is Say.PROMPT:
            return (self._prompt(draft, to) if draft else None), desk
        if link is not None:
            return self._link(tx, owed, link, to), desk
        if draft is None:
            return None, desk
        return self.draft(tx, draft, self._audience(draft.account_id, owed.say, to)), desk

    def draft(self, tx: Transaction, draft: Draft, audience: Audience) -> Card:
        """The card of a draft."""
        offer, asking, twin = self._talk.offer_of(draft), self._talk.asking(draft), self._talk.twin(tx, draft)
        shown = usable(tx.provider_links.of(twin.id)) if twin else None
        known = DraftContext(
            asking=asking,
            behind=bool(draft.earlier),
            twin=twin,
            twin_url=address_of(twin, shown, self._installation.public_url) if twin else None,
            withheld=self._withheld(draft),
            expires=offer.expires_at(draft.answers, self._clock.now()) if asking is None else None,
        )
        return draft_card(audience, offer.form, draft, known)

    def _link(self, tx: Transaction, owed: Owed, link: Link, to: Destination) -> Content:
        audience = self._audience(link.account_id, owed.say, to)
        info = self._backends[link.account_id].info
        objects, payments = tx.provider_links.of(link.id), tx.payments.of(link.id)
        shown = usable(objects)
        if owed.say is Say.REPLY and owed.key == "forward":
            address = address_of(link, shown, self._installation.public_url)
            if address is None or not is_payable(link, payments):
                return None
            return replies.to_forward(audience, link, address, self._installation.merchant)
        if owed.say is Say.REPLY:
            beside = self._beside(tx, owed.key, link, audience)
            return replies.reply(audience, link, owed.key, owed.params, beside)
        before = shown if link.state is LinkState.CREATING else superseded(objects)
        known = cards.Shown(
            shown,
            payments,
            info.label,
            self._left(tx, link) if link.closed is Closed.CANCELLED else None,
            before,
            one_of_many=len(self._backends) > 1,
            public_url=self._installation.public_url,
            tells_refunds=info.tells_refunds,
        )
        if owed.say is Say.DESK:
            return cards.desk_card(audience, link, known, to)
        return cards.link_card(audience, link, known)

    def _beside(self, tx: Transaction, key: str, link: Link, audience: Audience) -> str | None:
        """What must be said along with a reply: what can still be paid, or where to refund."""
        if key in replies.REFUND_OR_KEEP:
            info = self._backends[link.account_id].info
            return replies.where_refunds(audience.texts, info.label, told=info.tells_refunds)
        if key != "cancelled":
            return None
        label, left = self._backends[link.account_id].info.label, self._left(tx, link)
        return replies.still_payable(audience.texts, audience.zone, label, left, ours=audience.ours)

    def _left(self, tx: Transaction, link: Link) -> Remains | None:
        """Counted from the cancellation, also an operator's on the command line."""
        info, objects = self._backends[link.account_id].info, tx.provider_links.of(link.id)
        return remains(link, objects, info, tx.deeds.of(link.id), self._clock.now())

    def _prompt(self, draft: Draft, to: Destination) -> Content:
        asking = self._talk.asking(draft)
        if draft.state is not DraftState.OPEN or draft.choosing or asking is None:
            return None
        audience = self._audience(draft.account_id, Say.PROMPT, to)
        return draft_prompt(audience, self._talk.offer_of(draft).form, draft, asking)

    def _audience(self, account_id: str, say: Say, to: Destination) -> Audience:
        """A desk is seen by one person only, even in a channel."""
        audience = audience_for(to, self._installation.zone, self._backends[account_id].mode)
        ours, private = self._installation.public_url is not None, audience.private or say is Say.DESK
        return replace(audience, ours=ours, private=private)

    def _withheld(self, draft: Draft) -> tuple[Withheld, ...]:
        offer, now = self._talk.offer_of(draft), self._clock.now()
        outcome = engine.advance(offer.form, draft.answers, {}, Asked(now))
        if isinstance(outcome, engine.Open):
            return ()
        request = request_of(offer.link(draft, outcome, now), draft.id, now)
        return tuple(self._backends[draft.account_id].withheld(request))
