"""Managing links: orders typed, replied or pressed, and their answers as messages and keyboards."""

from collections.abc import Sequence
from dataclasses import replace
from html import escape

from telegram import CallbackQuery, ForceReply, InlineKeyboardMarkup, MaybeInaccessibleMessage, Message
from telegram.constants import ChatType

from adapters.chat.telegram.cards import force_reply, is_note, keyboard_of, note, prompt_html, sheet_html
from adapters.chat.telegram.feedback import AfterCommit, Feedback, Then
from adapters.chat.telegram.reading import subject_of
from bot.conversation.inquiries import Inquiries
from bot.conversation.managing import Managing
from bot.conversation.orders import Order, from_button, in_button
from bot.errors import NothingOpen, StorageUnavailable
from bot.ports.chat import Act, Answer, Button, Pending, Prompt, Question, Sheet, Told, Verb, Wanted
from bot.ports.clock import Clock
from bot.ports.model import Link, LinkState, Person
from bot.ports.storage import Storage, Transaction
from bot.texts import Texts

_BACK = "back"
_TYPED = "=?"  # behind an act: its value is typed
_SHOWN = "^"  # the value of an act: the last line of the message, as a button has no room for a text


class Orders:
    """Carries out orders, and gives the feedback to send."""

    def __init__(
        self,
        managing: Managing,
        inquiries: Inquiries,
        feedback: Feedback,
        storage: Storage,
        *,
        texts: Texts,
        clock: Clock,
    ) -> None:
        self._managing, self._inquiries, self._feedback = managing, inquiries, feedback
        self._storage, self._texts, self._clock = storage, texts, clock

    def typed(self, tx: Transaction, message: Message, person: Person, order: Order) -> AfterCommit:
        """A command's answer. Where no link is named, many are read: by a transaction that only reads."""
        if order.link_id:
            return self._saying(message, person, self._managing.typed(tx, person, order))

        async def read() -> None:
            try:
                answer = await self._storage.read(lambda tx: self._managing.typed(tx, person, order))
            except StorageUnavailable:
                answer = Told(self._texts("answer.broken"))
            await self._saying(message, person, answer)()

        return read

    def _saying(self, message: Message, person: Person, answer: Answer) -> AfterCommit:
        match answer:
            case Told():
                return self._feedback.say(message, escape(answer.text, quote=False))
            case Sheet():
                return self._feedback.privately(message, person.user, *_reading(answer))
            case Pending():
                then = self._filling(answer, person)
                return self._feedback.privately(message, person.user, *_reading(answer.sheet), then=then)
            case Question():
                keyboard = keyboard_of(answer.subject, 0, ((answer.yes,),))
                return self._feedback.say(message, escape(answer.text, quote=False), keyboard)
            case Wanted():
                return self._feedback.say(message, *_asking(answer, person, self._texts))

    def cancel(self, tx: Transaction, person: Person, link_id: str) -> Told:
        """At once; raises NotPossible, NothingOpen, NotYours."""
        return self._managing.cancel(tx, person, link_id)

    def replied(self, message: Message) -> Order | None:
        """The order that a reply completes; None if it replies to something else."""
        replied = message.reply_to_message
        subject = subject_of(replied)
        if replied is None or subject is None or not message.text:
            return None
        asked = {verb: self._managing.asked(verb, subject) for verb in (Verb.EDIT, Verb.EXTEND)}
        verb = next((verb for verb, text in asked.items() if (replied.text or "").endswith(text)), None)
        return Order(verb, subject, message.text) if verb else None

    def pressed(
        self, tx: Transaction, query: CallbackQuery, link: Link, argument: str, person: Person
    ) -> AfterCommit:
        """What a button of the menu, or the one that opens it, does."""
        if not argument:
            menu = self._managing.menu(tx, person, link.id)
            return self._feedback.ask(query, "", keyboard_of(link.id, 0, (*menu.buttons, (self._back(),))))
        if argument == _BACK:
            if not self._is_card(tx, query, link):
                return self._feedback.ask(query, "", None)
            self.draw_again(tx, link)
            return self._feedback.acknowledge(query, "", alert=False)
        typed = argument.endswith(_TYPED)
        try:
            order, sure = from_button(link.id, argument.removesuffix(_TYPED))
        except ValueError as error:  # a button of another time
            raise NothingOpen(link.id) from error
        if order.rest == _SHOWN:
            order = replace(order, rest=_last_line(query, link))
        if order.verb is Verb.CANCEL and not sure and link.state is not LinkState.CLOSED:
            return self._ask_to_cancel(query, link)
        answer = self._managing.order(tx, person, order, sure=sure)
        if isinstance(answer, Wanted) and (typed or not answer.picks):
            return self._feedback.prompt(query, *_asking(answer, person, self._texts))
        if isinstance(answer, Told):
            self.draw_again(tx, link)
        return self._shown(tx, query, link, answer, person)

    def _shown(
        self, tx: Transaction, query: CallbackQuery, link: Link, answer: Answer, person: Person
    ) -> AfterCommit:
        match answer:
            case Told() if not self._is_card(tx, query, link):
                return self._feedback.conclude(query, answer.text)
            case Told():
                return self._feedback.tell(query, person.user, answer.text, alert=not answer.done)
            case Sheet():
                return self._feedback.show_privately(query, person.user, *_reading(answer))
            case Pending():
                return self._pending(tx, query, link, answer, person)
            case Question():
                return self._asked(query, link, person, answer.text, self._sure(tx, query, link, answer.yes))
            case Wanted():
                other = Button(
                    self._texts("button.other_end"), act=Act.MANAGE, argument=answer.argument + _TYPED
                )
                rows = (*((pick,) for pick in answer.picks), (other, self._back()))
                return self._asked(query, link, person, answer.problem, rows)

    def _sure(
        self, tx: Transaction, query: CallbackQuery, link: Link, yes: Button
    ) -> tuple[tuple[Button, ...], ...]:
        """Back is where a second tap lands: a keyboard keeps its last row where it is on the screen.

        What is tapped on a card stands above its last row; elsewhere it is the only one.
        """
        rows = ((self._back(),), (yes,))
        return rows if self._is_card(tx, query, link) else rows[::-1]

    def _asked(
        self, query: CallbackQuery, link: Link, person: Person, text: str, rows: Sequence[Sequence[Button]]
    ) -> AfterCommit:
        """In the place of the card's buttons; what no note can hold becomes a message with them."""
        keyboard = keyboard_of(link.id, 0, rows)
        if is_note(text):
            return self._feedback.ask(query, text, keyboard, alert=bool(text))
        return self._feedback.show_privately(query, person.user, escape(text, quote=False), keyboard)

    def _pending(
        self, tx: Transaction, query: CallbackQuery, link: Link, answer: Pending, person: Person
    ) -> AfterCommit:
        """In the place of the sheet whose button was pressed, if nobody else reads it."""
        then, message = self._filling(answer, person), query.message
        if message and message.chat.type == ChatType.PRIVATE and not self._is_card(tx, query, link):
            return self._feedback.meanwhile(query, note(answer.text), then)
        return self._feedback.show_privately(query, person.user, *_reading(answer.sheet), then=then)

    def _filling(self, answer: Pending, person: Person) -> Then:
        """Has the provider asked, and what it tells put in a message's place."""

        def begin(message: MaybeInaccessibleMessage) -> None:
            async def show(sheet: Sheet) -> None:
                await self._feedback.redraw(message, *_reading(sheet))

            self._inquiries.begin(answer.subject, person, show)

        return begin

    def _ask_to_cancel(self, query: CallbackQuery, link: Link) -> AfterCommit:
        yes = Button(
            self._texts("button.withdraw"), act=Act.MANAGE, argument=in_button(Verb.CANCEL, sure=True)
        )
        keep = Button(self._texts("button.keep"), act=Act.MANAGE, argument=_BACK)
        return self._feedback.ask(
            query, self._texts("sure.withdraw"), keyboard_of(link.id, 0, ((keep, yes),))
        )

    def _back(self) -> Button:
        return Button(self._texts("button.back"), act=Act.MANAGE, argument=_BACK)

    def _is_card(self, tx: Transaction, query: CallbackQuery, link: Link) -> bool:
        """Or a question of its own?"""
        to, message = tx.destinations.get(link.destination_id), query.message
        if message is None:
            return True
        return (str(message.chat.id), str(message.message_id)) == (to.place.channel, to.root)

    def draw_again(self, tx: Transaction, link: Link) -> None:
        """The card has its own buttons back."""
        tx.outbox.owe_card(link.id, link.destination_id, self._clock.now())
        tx.wake("delivery", tx.destinations.lane(link.destination_id))


def _reading(sheet: Sheet) -> tuple[str, InlineKeyboardMarkup | None]:
    return sheet_html(sheet), keyboard_of(sheet.subject, 0, [(_fitting(button),) for button in sheet.more])


def _fitting(button: Button) -> Button:
    """Without the text, which the sheet shows in its last line."""
    has_text = button.argument.startswith(f"{Verb.EDIT}=")
    return replace(button, argument=in_button(Verb.EDIT, _SHOWN, sure=True)) if has_text else button


def _last_line(query: CallbackQuery, link: Link) -> str:
    """The last line of a button's message; raises NothingOpen if Telegram no longer tells its text."""
    if not isinstance(query.message, Message) or not query.message.text:
        raise NothingOpen(link.id)
    return query.message.text.rpartition("\n")[2]


def _asking(wanted: Wanted, person: Person, texts: Texts) -> tuple[str, ForceReply]:
    """The message that asks for a reply. The question comes last: the reply is recognised by it."""
    text = "\n".join(filter(None, (wanted.problem, *wanted.notes, wanted.question)))
    prompt = Prompt(text, wanted.hint, person)
    return prompt_html(prompt, texts), force_reply(prompt)
