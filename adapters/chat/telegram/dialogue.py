"""What people write: commands, and the answers to what they were asked."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from html import escape

from telegram import Bot, Message

from adapters.chat.telegram.admission import redeem, refusal
from adapters.chat.telegram.cards import called, is_signed
from adapters.chat.telegram.feedback import AfterCommit, Feedback
from adapters.chat.telegram.managing import Orders
from adapters.chat.telegram.reading import (
    Command,
    answers_in,
    command_in,
    person_of,
    place_of,
    subject_of,
)
from bot.conversation.orders import Order, asks_for_help, read_order
from bot.conversation.searching import tells_of_customer
from bot.conversation.talk import Talk
from bot.conversation.wording import answer_in, explain, prompt
from bot.errors import NothingOpen, NotPossible, NotYours
from bot.ports.chat import Verb
from bot.ports.clock import Clock
from bot.ports.model import Draft, DraftState, Person, Place
from bot.ports.storage import Transaction
from bot.texts import Texts

_PERSONAL = ("email", "phone", "name")


@dataclass(frozen=True, slots=True)
class _Said:
    """A message of somebody who is welcome; `text` follows the command."""

    message: Message
    person: Person
    place: Place
    text: str


class Dialogue:
    """Translates a message into changes of a draft or link; gives the feedback to send."""

    def __init__(self, bot: Bot, talk: Talk, *, orders: Orders, feedback: Feedback, clock: Clock) -> None:
        self._bot, self._talk, self._orders = bot, talk, orders
        self._feedback, self._clock = feedback, clock
        self._commands: Mapping[str, Callable[[Transaction, _Said], AfterCommit | None]] = {
            "paylink": self._begin,
            "cancel": self._cancel,
            "links": self._list,
            "start": self._help,
            "help": self._help,
        }

    def __call__(self, tx: Transaction, message: Message) -> AfterCommit | None:
        if message.text is None and message.effective_attachment is None:
            return None  # news about the chat: somebody joined, a title changed
        command, place = self._ours(message), place_of(message)
        if message.from_user is None or message.sender_chat is not None:  # a channel, or a group as its owner
            return self._feedback.answer(message, "answer.nobody") if command else None
        person = person_of(message.from_user)
        if command and command.name == "start" and command.text:
            key = redeem(tx, command.text, person, message.chat, self._clock)
            return self._feedback.answer(message, key)
        typed_alone = None if message.text or command is None else "answer.text_alone"
        refused = refusal(tx, person, place) or typed_alone
        if refused is not None:
            return self._feedback.answer(message, refused) if command or place.private else None
        if command is None:
            return self._answered(tx, _Said(message, person, place, message.text or ""))
        return self._commanded(tx, command.name, _Said(message, person, place, command.text))

    def _commanded(self, tx: Transaction, name: str, said: _Said) -> AfterCommit | None:
        """A draft tidies up for itself; what is answered at once is tidied away like that."""
        answer = self._commands.get(name, self._help)(tx, said)
        if answer is None or said.place.private or not tells_of_customer(said.text):
            return answer
        return self._feedback.instead(said.message, answer)

    def edited(self, tx: Transaction, message: Message) -> AfterCommit | None:
        """Whoever changes a command expects something of it. What Telegram changes has no date."""
        person = message.from_user
        if not message.edit_date or person is None or not self._ours(message):
            return None
        welcome = refusal(tx, person_of(person), place_of(message)) is None
        return self._feedback.answer(message, "answer.edited") if welcome else None

    def broken(self, message: Message) -> AfterCommit | None:
        """What is said of a message that could not be handled, if its author waits for an answer."""
        author = message.reply_to_message.from_user if message.reply_to_message else None
        to_us = author is not None and author.username and author.username.lower() == self._username
        if place_of(message).private or to_us or self._ours(message):
            return self._feedback.answer(message, "answer.broken")
        return None

    def _ours(self, message: Message) -> Command | None:
        """The command, if it is meant for us: groups have other bots, with commands of their own."""
        command, private = command_in(message.text or message.caption), place_of(message).private
        if command is None or private:
            return command
        known = command.name in self._commands
        return command if known and command.bot in {"", self._username or command.bot} else None

    @property
    def _username(self) -> str | None:
        """Small letters; None until we have signed in."""
        try:
            return self._bot.username.lower()
        except RuntimeError:
            return None

    def _help(self, _: Transaction, said: _Said) -> AfterCommit:
        return self._feedback.answer(said.message, "answer.help", "answer.help_manage")

    def _begin(self, tx: Transaction, said: _Said) -> AfterCommit | None:
        if asks_for_help(said.text):
            return self._help(tx, said)
        if order := read_order(said.text, subject_of(said.message.reply_to_message)):
            return self._order(tx, said, order)
        draft = self._talk.begin(tx, said.person, said.place, said.text)
        personal = any(draft.answers.get(field) or field in draft.problems for field in _PERSONAL)
        if personal and not said.place.private:
            self._tidy(tx, draft, said.message)
        return None

    def _list(self, tx: Transaction, said: _Said) -> AfterCommit | None:
        return self._order(tx, said, read_order(f"list {said.text}") or Order(Verb.LIST, None, said.text))

    def _order(self, tx: Transaction, said: _Said, order: Order) -> AfterCommit | None:
        if order.verb is Verb.CANCEL and not order.sought:  # also what is no link yet, or is open here
            return self._cancel(tx, replace(said, text=order.link_id or order.rest))
        return self._orders.typed(tx, said.message, said.person, order)

    def _cancel(self, tx: Transaction, said: _Said) -> AfterCommit | None:
        """What is named, else what is replied to, else the draft that is open here."""
        order = read_order(f"cancel {said.text}", subject_of(said.message.reply_to_message))
        if order is None or order.verb is not Verb.CANCEL:
            return self._feedback.answer(said.message, "answer.no_such_link")
        if order.link_id:
            return self._cancel_one(tx, said, order.link_id)
        if order.sought:
            return self._orders.typed(tx, said.message, said.person, order)
        draft = tx.drafts.active(said.person, said.place)
        if draft is None:
            return self._feedback.answer(said.message, "answer.nothing_open")
        self._bring_down(tx, self._talk.cancel(tx, draft.id, said.person), said.message)
        return None

    def _cancel_one(self, tx: Transaction, said: _Said, subject: str) -> AfterCommit | None:
        """A draft and the link that it becomes share an id. Said here only if its card is elsewhere."""
        draft = tx.drafts.get(subject)
        try:
            if draft is not None and draft.state is DraftState.OPEN:
                self._talk.cancel(tx, subject, said.person)
                return None
            told = self._orders.cancel(tx, said.person, subject)
        except NotPossible as error:
            return self._feedback.answer(said.message, f"refused.{error.key}")
        except (NothingOpen, NotYours):
            return self._feedback.answer(said.message, "answer.no_such_link")
        link = tx.links.get(subject)
        if link and tx.destinations.get(link.destination_id).place.channel == said.place.channel:
            return None  # its thread says the same here
        return self._feedback.say(said.message, escape(told.text, quote=False))

    def _answered(self, tx: Transaction, said: _Said) -> AfterCommit | None:
        """The answer to the open question; it is tidied away where we may, data and all."""
        if order := self._orders.replied(said.message):
            return self._orders.typed(tx, said.message, said.person, order)
        draft = tx.drafts.active(said.person, said.place)
        if not said.place.private and not (draft and self._answers(tx, draft, said.message)):
            return None  # people talk to each other there
        if draft is None:
            is_text = said.text or said.message.contact
            return self._feedback.answer(
                said.message, "answer.nothing_open" if is_text else "answer.text_alone"
            )
        if said.place.private:  # elsewhere the question is a message of its own
            self._bring_down(tx, draft, said.message)
        unfit = self._unfit(draft, said.message)
        if unfit:
            return self._feedback.answer(said.message, unfit)
        self._take(tx, said, draft)
        return None

    def _unfit(self, draft: Draft, message: Message) -> str | None:
        """Why it cannot be the answer, as a text's key; None: it may be."""
        if place_of(message).private and _is_of_another(message.reply_to_message, draft):
            return "answer.another_link"
        if message.contact is not None:
            return None
        if draft.choosing or self._talk.asking(draft) is None:
            return "answer.use_buttons"
        return None if message.text else "answer.text_only"

    def _take(self, tx: Transaction, said: _Said, before: Draft) -> None:
        if said.message.contact is not None:
            draft = self._talk.answer(tx, before.id, said.person, answers_in(said.message.contact))
        else:
            draft = self._talk.reply(tx, before, self._answer_in(tx, before, said.text))
        if self._talk.asking(draft) is None:  # only buttons are left
            self._bring_down(tx, draft, said.message)
        elif said.place.private and self._looks_alike(tx, before, draft):
            self._bring_down(tx, draft, said.message, anew=True)
        self._tidy(tx, draft, said.message)

    def _answer_in(self, tx: Transaction, draft: Draft, text: str) -> str:
        form, asked = self._talk.offer_of(draft).form, self._talk.asking(draft)
        texts = _texts_of(tx, draft)
        return answer_in(texts, form.field(asked), draft.answers, text) if asked else text

    def _looks_alike(self, tx: Transaction, before: Draft, after: Draft) -> bool:
        """Does the form show and ask the same? An answer that it cannot read is not shown."""
        texts, asked = _texts_of(tx, before), self._talk.asking(before)
        shown = [{**draft.answers, asked: ""} for draft in (before, after)]
        return shown[0] == shown[1] and self._asked(before, texts) == self._asked(after, texts)

    def _bring_down(self, tx: Transaction, draft: Draft, message: Message, *, anew: bool = False) -> None:
        """Who types looks at the chat's end: a form that has anything else below it is posted anew there.

        `anew`: in any case, since an answer that goes and changes nothing would seem not to have come.
        Telegram counts the messages of many chats, or topics, as one: somebody else's may lie between, too.
        """
        to = tx.destinations.get(draft.destination_id)
        if to.root is None:
            return
        tidied, between = tx.outbox.tidied(draft.id), range(int(to.root) + 1, message.message_id)
        if anew or any(str(each) not in tidied for each in between):
            tx.outbox.owe_tidy(draft.id, to.id, to.root, self._clock.now())
            tx.destinations.put(replace(to, root=None))
            self._talk.redraw(tx, draft.id)

    def _tidy(self, tx: Transaction, draft: Draft, message: Message) -> None:
        """In groups only an administrator may delete what others wrote: if we are none, it stays."""
        message_id = str(message.message_id)
        tx.outbox.owe_tidy(draft.id, draft.destination_id, message_id, self._clock.now())

    def _answers(self, tx: Transaction, draft: Draft, message: Message) -> bool:
        """Does it reply to the draft's card, or to its question?

        A question that is out, and whose id we do not know (yet, or any more), is known by its words.
        """
        to, replied = tx.destinations.get(draft.destination_id), message.reply_to_message
        if replied is None:
            return False
        if str(replied.message_id) == to.prompt or subject_of(replied) == draft.id:
            return True
        asked = self._asked(draft, Texts(to.language))
        return to.prompt is None and asked is not None and replied.text == asked

    def _asked(self, draft: Draft, texts: Texts) -> str | None:
        """The words of the open question as a message of its own."""
        asking, form = self._talk.asking(draft), self._talk.offer_of(draft).form
        if asking is None:
            return None
        problem, field = draft.problems.get(asking), form.field(asking)
        text = explain(texts, form, field, problem) if problem else prompt(texts, form, field)
        return f"{called(draft.person)}{texts('colon')} {text}"


def _is_of_another(replied: Message | None, draft: Draft) -> bool:
    """Is it another link's card, or news with a sign? Of other lines we cannot tell whose they are."""
    subject, author = subject_of(replied), replied.from_user if replied else None
    if subject is not None or replied is None:
        return subject not in {None, draft.id}
    return author is not None and author.is_bot and is_signed(replied.text or "")


def _texts_of(tx: Transaction, draft: Draft) -> Texts:
    """The words of where a draft's card is."""
    return Texts(tx.destinations.get(draft.destination_id).language)
