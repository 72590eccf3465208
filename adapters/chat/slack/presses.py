"""Pressed buttons (Slack's `block_actions`): each is one transaction, and perhaps opens a view.

A press has no answer of its own in Slack. Why it was refused is said in a modal, which works in every
channel and is opened before the acknowledgement like any other view: lost, it costs nothing.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta

import structlog
from slack_sdk.web.async_client import AsyncWebClient

from adapters.chat.slack import views
from adapters.chat.slack.cards import Block
from adapters.chat.slack.managing import Orders, answer_view
from adapters.chat.slack.modal import customer_view, form_view, notice_view
from adapters.chat.slack.payloads import Body, Press, press_of
from bot.conversation.inquiries import Inquiries
from bot.conversation.managing import Managing
from bot.conversation.talk import Talk
from bot.errors import (
    ExpiryPassed,
    NothingOpen,
    NotPossible,
    NotYours,
    PaylinkError,
    StaleDraft,
    StorageUnavailable,
)
from bot.links.acts import Acts
from bot.ports.chat import Act, Card
from bot.ports.model import Draft, DraftState, Link, Person, Problem
from bot.ports.storage import Storage, Transaction
from bot.texts import Texts

log = structlog.get_logger(__name__)

_CARD_FIRST = timedelta(seconds=1)
# Where nobody watches: what is drawn there is lost, and no card takes its place.
NO_DESK: Mapping[str, str] = {"nobody": "watches"}
_REFUSALS: Mapping[type[Exception], str] = {
    NotYours: "answer.not_yours",
    StorageUnavailable: "answer.broken",
}  # whatever else is refused has changed meanwhile


@dataclass(frozen=True, slots=True)
class Services:
    """What listeners need."""

    storage: Storage
    talk: Talk
    acts: Acts
    texts: Texts
    draw: Callable[[Transaction, Draft], Card]  # the card of a draft, for the one person who asks
    barred: Callable[[Transaction, Person], bool]  # is this person known to be refused?
    managing: Managing
    inquiries: Inquiries

    def orders(self) -> Orders:
        """What is done to links that are there."""
        return Orders(self.managing, self.texts, self.inquiries)


class Presses:
    """Every button of ours."""

    def __init__(self, services: Services) -> None:
        self._services, self._orders = services, services.orders()
        talk, acts = services.talk, services.acts
        self._changes: Mapping[Act, Callable[[Transaction, Press], object]] = {
            Act.CREATE: lambda tx, on: talk.confirm(tx, on.subject, on.version, on.person),
            Act.CANCEL: lambda tx, on: talk.cancel(tx, on.subject, on.person),
            Act.USE: lambda tx, on: talk.use(tx, on.subject, on.version, on.person, on.argument),
            Act.HERE: lambda tx, on: self._send(tx, on, acts.post_here),
            Act.DIRECT: lambda tx, on: self._send(tx, on, acts.post_to_creator),
        }
        self._views: Mapping[Act, Callable[[Transaction, Press], Block | None]] = {
            Act.WITHDRAW: self._withdraw,
            Act.EDIT: lambda tx, on: self._form(talk.open(tx, on.subject, on.person)),
            Act.AGAIN: self._again,
            Act.REVEAL: self._customer,
            Act.MANAGE: self._orders.pressed,
        }

    async def press(self, body: Body, client: AsyncWebClient, press: Press | None = None) -> None:
        """Do what a button says, or this press; shows the view that it opens, or why it does nothing."""
        try:
            press = press or press_of(body)
            view = await self._services.storage.write(lambda tx: self._pressed(tx, press))
        except (PaylinkError, ValueError) as error:
            log.info("slack.press_refused", link=press and press.subject, reason=type(error).__name__)
            key = _REFUSALS.get(type(error), "answer.stale")
            key = f"refused.{error.key}" if isinstance(error, NotPossible) else key
            await views.push(client, body, notice_view(self._services.texts, key))
            return
        if view is not None:
            show = views.push if press.act is Act.WITHDRAW else views.show  # a desk is kept up to date
            self._orders.follow(client, await show(client, body, view), view, press.person)

    def _pressed(self, tx: Transaction, press: Press) -> Block | None:
        if self._services.barred(tx, press.person):
            return notice_view(self._services.texts, "answer.members_only")
        if press.card:
            self._services.acts.found(tx, press.subject, *press.card)
        if press.act is not Act.MANAGE:  # what is opened there shows something else
            self._sit_down(tx, press)
        try:
            if press.act in self._views:
                return self._views[press.act](tx, press)
            self._changes.get(press.act, _nothing)(tx, press)
        except ExpiryPassed:
            return self._form(_without_expiry(self._services.talk.open(tx, press.subject, press.person)))
        except (StaleDraft, NothingOpen):
            if not self._redrawn(tx, press):
                raise
        return None

    def _send(self, tx: Transaction, press: Press, post: Callable[[Transaction, str, Person], Link]) -> None:
        """Where the card goes; what came of it is shown on the desk, which this press keeps open."""
        post(tx, press.subject, press.person)
        self._services.talk.redraw(tx, press.subject, _CARD_FIRST)

    def _sit_down(self, tx: Transaction, press: Press) -> None:
        """Whoever presses a button on a desk watches it there: its response URL is newer than ours."""
        tx.links.get(press.subject)  # its lock before the draft's, as where events are applied
        draft = tx.drafts.get(press.subject)
        if press.desk and draft is not None and draft.person == press.person:
            tx.drafts.put(replace(draft, desk={**draft.desk, **press.desk}))

    def _redrawn(self, tx: Transaction, press: Press) -> bool:
        """Draw an outdated desk again. Questions are answered in the form, whatever is open."""
        draft = tx.drafts.get(press.subject)
        if draft is None or not press.desk:
            return False
        if draft.state is DraftState.OPEN and self._services.talk.asking(draft):
            tx.drafts.put(replace(draft, choosing=True))
        self._services.talk.redraw(tx, draft.id)
        return True

    def _form(self, draft: Draft) -> Block:
        return form_view(self._services.texts, self._services.talk.offer_of(draft).form, draft)

    def _withdraw(self, tx: Transaction, press: Press) -> Block | None:
        """The card tells that it is cancelled; only what that leaves payable is told by itself."""
        told = self._services.managing.cancel(tx, press.person, press.subject)
        if press.desk:
            self._services.talk.redraw(tx, press.subject)
        return None if told.done else answer_view(self._services.texts, told)

    def _again(self, tx: Transaction, press: Press) -> Block:
        """The form of a new draft with the same answers, which takes the old one's desk."""
        draft = self._services.talk.again(tx, press.subject, press.person, press.desk or NO_DESK)
        ended = tx.drafts.get(press.subject)
        if ended is not None and press.desk:
            tx.drafts.put(replace(ended, desk=NO_DESK))
        return self._form(draft)

    def _customer(self, tx: Transaction, press: Press) -> Block:
        link = self._services.acts.mine(tx, press.subject, press.person)
        return customer_view(self._services.texts, link, self._services.managing.mark(tx, link))


def _without_expiry(draft: Draft) -> Draft:
    """The last moment that was chosen is over: another is asked for."""
    answers = {**draft.answers, "expires": ""}
    return replace(draft, answers=answers, problems={"expires": Problem("expires_past")})


def _nothing(_: Transaction, press: Press) -> None:
    """A button of a dialogue, which is not held here."""
    raise NothingOpen(press.subject)
