"""Orders about existing links: checked, done or asked back about, and answered at once.

Everything is decided here once, from the rows and the features of the link's backend; a chat only draws the
answer. Every method runs inside a transaction, and raises NothingOpen (no such link) and NotYours.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from bot.conversation import orders
from bot.conversation.extending import Extending
from bot.conversation.finding import Finding
from bot.conversation.form import LONGEST_DESCRIPTION
from bot.conversation.orders import Order, in_button
from bot.conversation.reading import Reading
from bot.delivery.audience import test_note
from bot.delivery.cards import headline_of
from bot.delivery.masks import masked
from bot.delivery.replies import still_payable, where_refunds
from bot.errors import NothingOpen, NotYours
from bot.links import possible
from bot.links.acts import Acts
from bot.links.possible import Snapshot
from bot.ports.chat import Act, Answer, Button, Card, Question, Sure, Told, Tone, Verb, Wanted
from bot.ports.model import Link, Person
from bot.ports.storage import Transaction
from bot.texts import Texts

_LABELS: Mapping[Verb, str] = {verb: f"button.{verb}" for verb in Verb} | {
    Verb.CANCEL: "button.withdraw",
    Verb.EDIT: "button.edit_link",
}


@dataclass(frozen=True, slots=True)
class _Asked:
    """Who asked for what, and whether they have confirmed it already."""

    person: Person
    order: Order
    sure: bool


class Managing:
    """What people do to links, and read about them."""

    def __init__(self, acts: Acts, texts: Texts, zone: ZoneInfo, *, ours: bool = False) -> None:
        """`ours`: customers are given our own address of a link."""
        self._acts, self._texts, self._zone, self._ours = acts, texts, zone, ours
        self.reading = Reading(acts, texts, zone)
        self._extending = Extending(acts, texts, zone, ours=ours)
        self._finding = Finding(acts, self.reading, texts, self._offered)
        self._handlers: Mapping[Verb, Callable[[Transaction, Snapshot, _Asked], Answer]] = {
            Verb.CANCEL: self._cancel,
            Verb.PAUSE: self._pause,
            Verb.RESUME: self._resume,
            Verb.EXTEND: self._extend,
            Verb.EDIT: self._edit,
            Verb.RESEND: self._resend,
            Verb.SHARE: self._share,
            Verb.REFRESH: self._refresh,
            Verb.HISTORY: self._history,
            Verb.WHY: self._why,
        }

    def typed(self, tx: Transaction, person: Person, order: Order) -> Answer:
        """The answer to a command. Whose link it is, is not told to others."""
        try:
            return self.order(tx, person, order)
        except (NothingOpen, NotYours):
            return Told(self._texts("answer.no_such_link"))

    def order(self, tx: Transaction, person: Person, order: Order, *, sure: bool = False) -> Answer:
        """Do it, or say why not, or what is missing. `sure`: the person has confirmed it already."""
        if order.verb is None:
            return Told(self._none_of_ours(tx, person, order))
        if order.verb is Verb.LIST:
            if one := orders.link_named(order.rest):
                return self.order(tx, person, Order(Verb.WHY, one))
            return self._finding.listing(tx, person, order.rest)
        if order.link_id is None:
            return self._finding.answer(tx, person, order.verb, order)
        known = self._acts.known(tx, order.link_id, person)
        if key := possible.refusal(order.verb, known):
            return Told(self._texts(f"refused.{key}", backend=known.info.label))
        return self._handlers[order.verb](tx, known, _Asked(person, order, sure))

    def cancel(self, tx: Transaction, person: Person, link_id: str) -> Told:
        """Close a link; raises NotPossible, too. The answer says what stays payable, and until when."""
        self._acts.cancel(tx, link_id, person)
        known = self._acts.known(tx, link_id, person)
        deeds = tx.deeds.of(link_id)
        left = possible.remains(known.link, known.objects, known.info, deeds, known.now)
        still = still_payable(self._texts, self._zone, known.info.label, left, ours=self._ours)
        text = " ".join(filter(None, (self._texts("answer.cancelled"), still)))
        return Told(text, done=still is None)

    def menu(self, tx: Transaction, person: Person, link_id: str) -> Card:
        """What can be done to a link now, as buttons."""
        known, texts = self._acts.known(tx, link_id, person), self._texts
        buttons = [self._button(verb, known) for verb in possible.possible(known)]
        return Card(
            subject=link_id,
            version=0,
            headline=headline_of(texts, known.link, known.payments),
            tone=Tone.NEUTRAL,
            rows=((texts("row.reference"), link_id),),
            notes=self.mark(tx, known.link),
            buttons=tuple(tuple(buttons[at : at + 2]) for at in range(0, len(buttons), 2)),
        )

    def mark(self, tx: Transaction, link: Link) -> tuple[str, ...]:
        """The note that is shown wherever the link is."""
        return test_note(self.reading.audience_of(tx, link))

    def asked(self, verb: Verb, link_id: str) -> str:
        """The question whose reply is the missing value of an order."""
        return self._texts(f"ask.{verb}", id=link_id)

    def _none_of_ours(self, tx: Transaction, person: Person, order: Order) -> str:
        """What can be done to a link instead, and where refunds are made."""
        if order.link_id and orders.names_several(order.rest):
            return self._texts("answer.one_at_a_time", id=order.link_id)
        verbs = ", ".join(verb for verb in Verb if verb is not Verb.LIST)
        amount = orders.amount_in(order.rest)
        key = "answer.this_amount_first" if amount else "answer.amount_first"
        refund = self._refund(tx, person, order) if orders.is_refund(order.rest) else ""
        about = self._texts("answer.verbs", id=order.link_id, verbs=verbs) if order.link_id else ""
        return " ".join(filter(None, (refund, about, self._texts(key, amount=amount))))

    def _refund(self, tx: Transaction, person: Person, order: Order) -> str:
        """Where refunds are made. Whose link it is is not told to others."""
        try:
            known = self._acts.known(tx, order.link_id or "", person)
        except (NothingOpen, NotYours):
            return self._texts("answer.refund_elsewhere")
        return where_refunds(self._texts, known.info.label, told=known.info.tells_refunds)

    def _button(self, verb: Verb, known: Snapshot) -> Button:
        texts, label = self._texts, self._texts(_LABELS[verb])
        questions = {
            Verb.CANCEL: Sure(texts("sure.withdraw"), label, texts("button.keep")),
            Verb.SHARE: Sure(self._sure_to_share(known), texts("button.send"), texts("button.not_now")),
        }
        return Button(label, act=Act.MANAGE, argument=in_button(verb), sure=questions.get(verb))

    def _offered(self, verb: Verb, known: Snapshot, words: str) -> tuple[Button, tuple[str, ...]]:
        """The button that does what was typed; where those words will not do, the usual one, and why.

        A new text stands in the last line.
        """
        problem, text = "", " ".join(words.split())
        if verb is Verb.EXTEND:
            found = self._extending.button(known, words)
            if isinstance(found, Button):
                return found, ()
            problem = found.problem
        elif verb is Verb.EDIT and text:
            problem = self._too_long(text)
            if not problem:
                argument = in_button(verb, text, sure=True)
                button = Button(self._texts("button.edit_to"), act=Act.MANAGE, argument=argument)
                return button, (self._texts("list.new_text"), text)
        return self._button(verb, known), (problem,) if problem else ()

    def _too_long(self, text: str) -> str:
        """Why a text cannot be taken: it is too long; empty if it is not."""
        lengths = {"limit": str(LONGEST_DESCRIPTION), "length": str(len(text))}
        return self._texts("problem.too_long", **lengths) if len(text) > LONGEST_DESCRIPTION else ""

    def _sure_to_share(self, known: Snapshot) -> str:
        return self._texts("sure.share", backend=known.info.label, customer=masked(known.link.customer))

    def _cancel(self, tx: Transaction, known: Snapshot, asked: _Asked) -> Answer:
        return self.cancel(tx, asked.person, known.link.id)

    def _pause(self, tx: Transaction, known: Snapshot, asked: _Asked) -> Answer:
        self._acts.pause(tx, known.link.id, asked.person)
        return Told(self._texts("answer.pausing", backend=known.info.label), done=True)

    def _resume(self, tx: Transaction, known: Snapshot, asked: _Asked) -> Answer:
        self._acts.resume(tx, known.link.id, asked.person)
        return Told(self._texts("answer.resumed", backend=known.info.label), done=True)

    def _resend(self, tx: Transaction, known: Snapshot, asked: _Asked) -> Answer:
        self._acts.resend(tx, known.link.id, asked.person)
        return Told(self._texts("answer.resent"), done=True)

    def _share(self, tx: Transaction, known: Snapshot, asked: _Asked) -> Answer:
        texts, link_id = self._texts, known.link.id
        if not asked.sure:
            yes = Button(
                texts("button.send"), act=Act.MANAGE, argument=in_button(Verb.SHARE, sure=True), primary=True
            )
            return Question(link_id, self._sure_to_share(known), yes)
        self._acts.share(tx, link_id, asked.person)
        return Told(texts("answer.sharing", backend=known.info.label), done=True)

    def _refresh(self, tx: Transaction, known: Snapshot, asked: _Asked) -> Answer:
        self._acts.refresh(tx, known.link.id, asked.person)
        return Told(self._texts("answer.refreshed", backend=known.info.label), done=True)

    def _history(self, tx: Transaction, known: Snapshot, asked: _Asked) -> Answer:
        at_the_provider = orders.at_the_provider(asked.order.rest)
        return self.reading.asking(tx, known) if at_the_provider else self.reading.history(tx, known)

    def _why(self, tx: Transaction, known: Snapshot, _: _Asked) -> Answer:
        return self.reading.why(tx, known)

    def _edit(self, tx: Transaction, known: Snapshot, asked: _Asked) -> Answer:
        text = " ".join(asked.order.rest.split())
        problem = self._too_long(text)
        if problem or not text:
            mark, initial = self.mark(tx, known.link), known.link.description or ""
            question, hint = self.asked(Verb.EDIT, known.link.id), self._texts("hint.edit")
            return Wanted(known.link.id, in_button(Verb.EDIT), question, hint, mark, initial, problem)
        self._acts.edit(tx, known.link.id, asked.person, text)
        return Told(self._texts("answer.editing", backend=known.info.label), done=True)

    def _extend(self, tx: Transaction, known: Snapshot, asked: _Asked) -> Answer:
        mark = self.mark(tx, known.link)
        return self._extending.answer(tx, known, asked.person, asked.order, sure=asked.sure, notes=mark)
