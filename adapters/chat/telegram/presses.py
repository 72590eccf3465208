"""Pressed buttons (Telegram's callback queries).

Everybody in a group can press them, so who did is checked at every press.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from telegram import CallbackQuery

from adapters.chat.telegram.admission import refusal
from adapters.chat.telegram.cards import read_button_data
from adapters.chat.telegram.feedback import AfterCommit, Feedback
from adapters.chat.telegram.managing import Orders
from adapters.chat.telegram.reading import chat_of, person_of
from bot.conversation.orders import in_button
from bot.conversation.talk import Talk
from bot.errors import ExpiryPassed, NothingOpen, NotYours, StaleDraft
from bot.links.acts import Acts
from bot.ports.chat import Act, Verb
from bot.ports.model import Person
from bot.ports.storage import Transaction
from bot.texts import Texts
from bot.texts.harmless import harmless

_REFUSALS: Mapping[type[Exception], str] = {
    NotYours: "answer.not_yours",
    ExpiryPassed: "answer.expiry_passed",
    StaleDraft: "answer.stale",
    NothingOpen: "answer.nothing_open",
}


@dataclass(frozen=True, slots=True)
class _Press:
    """A pressed button: of which draft or link and which version of it, by whom, and what it carries."""

    query: CallbackQuery
    subject: str
    version: int
    argument: str
    person: Person


class Presses:
    """Translates a press into changes of a draft or link; gives the feedback to send."""

    def __init__(self, talk: Talk, orders: Orders, acts: Acts, feedback: Feedback, *, texts: Texts) -> None:
        self._acts, self._feedback, self._texts, self._orders = acts, feedback, texts, orders
        self._on_draft = _on_draft(talk)
        self._on_link: Mapping[Act, Callable[[Transaction, _Press], AfterCommit]] = {
            Act.WITHDRAW: lambda tx, on: self._manage(tx, replace(on, argument=in_button(Verb.CANCEL))),
            Act.REVEAL: self._reveal,
            Act.MANAGE: self._manage,
        }

    def __call__(self, tx: Transaction, query: CallbackQuery) -> AfterCommit:
        person = person_of(query.from_user)
        refused = refusal(tx, person, chat_of(query.message.chat)) if query.message else None
        if refused is not None:
            return self._tell(query, refused)
        try:
            subject, version, act, argument = read_button_data(query.data or "")
        except ValueError:  # a button of another time
            return self._tell(query, "answer.nothing_open")
        try:
            return self._do(tx, act, _Press(query, subject, version, argument, person))
        except tuple(_REFUSALS) as error:
            return self._tell(query, _REFUSALS[type(error)])

    def broken(self, query: CallbackQuery) -> AfterCommit:
        """What ends a press that could not be handled."""
        return self._tell(query, "answer.broken")

    def _do(self, tx: Transaction, act: Act, press: _Press) -> AfterCommit:
        message = press.query.message
        if message is not None and act is not Act.MANAGE:  # whose buttons are not on cards alone
            self._acts.found(tx, press.subject, str(message.chat.id), str(message.message_id))
        if act in self._on_link:
            return self._on_link[act](tx, press)
        if act not in self._on_draft:
            raise NothingOpen(press.subject)
        self._on_draft[act](tx, press)
        return self._feedback.acknowledge(press.query, "", alert=False)

    def _reveal(self, tx: Transaction, press: _Press) -> AfterCommit:
        """Only the person who pressed sees an alert."""
        customer = self._acts.mine(tx, press.subject, press.person).customer
        known = "\n".join(filter(None, (customer.email, customer.phone, customer.name)))
        return self._feedback.tell(press.query, press.person.user, harmless(known), alert=True)

    def _manage(self, tx: Transaction, press: _Press) -> AfterCommit:
        link = self._acts.mine(tx, press.subject, press.person)
        return self._orders.pressed(tx, press.query, link, press.argument, press.person)

    def _tell(self, query: CallbackQuery, key: str) -> AfterCommit:
        place = query.message.chat.id if query.message else ""
        words = self._texts(key, person=str(query.from_user.id), place=str(place))
        return self._feedback.acknowledge(query, words, alert=True)


def _on_draft(talk: Talk) -> Mapping[Act, Callable[[Transaction, _Press], object]]:
    return {
        Act.CREATE: lambda tx, on: talk.confirm(tx, on.subject, on.version, on.person),
        Act.CANCEL: lambda tx, on: talk.cancel(tx, on.subject, on.person),
        Act.EDIT: lambda tx, on: talk.choose(tx, on.subject, on.version, on.person, on.argument or None),
        Act.BACK: lambda tx, on: talk.back(tx, on.subject, on.version, on.person),
        Act.KEEP: lambda tx, on: talk.keep(tx, on.subject, on.version, on.person),
        Act.SKIP: lambda tx, on: talk.press(tx, on.subject, on.version, on.person, {on.argument: ""}),
        Act.PICK: lambda tx, on: talk.press(tx, on.subject, on.version, on.person, _picked(on.argument)),
        Act.USE: lambda tx, on: talk.use(tx, on.subject, on.version, on.person, on.argument),
        Act.AGAIN: lambda tx, on: talk.again(tx, on.subject, on.person),
    }


def _picked(argument: str) -> Mapping[str, str]:
    field, _, value = argument.partition("=")
    return {field: value}
