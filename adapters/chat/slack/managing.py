"""Managing links: orders typed or pressed, and their answers as ephemeral messages or modals."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from slack_sdk.web.async_client import AsyncWebClient

from adapters.chat.slack import views
from adapters.chat.slack.cards import Block, card_blocks, escaped, paragraphs, plain, sheet_blocks
from adapters.chat.slack.modal import window
from adapters.chat.slack.payloads import Press
from bot.conversation.inquiries import Inquiries
from bot.conversation.managing import Managing
from bot.conversation.orders import Order, from_button
from bot.ports.chat import Answer, Card, Pending, Question, Sheet, Told, Tone, Wanted
from bot.ports.model import Person
from bot.ports.storage import Transaction
from bot.texts import Texts

CALLBACK = "paylink_manage"
_ASKING = "paylink_asking"  # of a view that is filled in once a provider has answered
_VALUE, _INPUT = "value", "value"  # the block of what is wanted, and its input
_TITLE, _LABEL, _INITIAL, _LINE = 24, 2000, 3000, 600


class Orders:
    """Carries out orders, and gives what the person is to see."""

    def __init__(self, managing: Managing, texts: Texts, inquiries: Inquiries) -> None:
        self._managing, self._texts, self._inquiries = managing, texts, inquiries

    def pressed(self, tx: Transaction, press: Press) -> Block:
        """The modal that a button opens: what can be done, or what was done.

        Slack has asked for confirmation.
        """
        if not press.argument:
            return window(self._texts, card_blocks(self._managing.menu(tx, press.person, press.subject)))
        order, _ = from_button(press.subject, press.argument)
        return answer_view(self._texts, self._managing.order(tx, press.person, order, sure=True))

    def submitted(self, tx: Transaction, view: Mapping[str, Any], person: Person) -> Mapping[str, Any]:
        """The acknowledgement of a submitted value: what is wrong with it, or what was done."""
        subject, argument, since = view["private_metadata"].split(":", 2)
        order, _ = from_button(subject, argument)
        value = view["state"]["values"][_VALUE][_INPUT].get("value") or ""
        shown = datetime.fromisoformat(since) if since else None
        answer = self._managing.order(tx, person, Order(order.verb, subject, value, shown), sure=True)
        if isinstance(answer, Wanted):
            return errors_of(answer.problem or answer.question)
        return {"response_action": "update", "view": answer_view(self._texts, answer)}

    def follow(self, client: AsyncWebClient, view_id: str | None, view: Block, person: Person) -> None:
        """Fill in a view that waits for a provider, once it has answered; leave all others alone."""
        if view_id is None or view.get("callback_id") != _ASKING:
            return

        async def show(sheet: Sheet) -> None:
            await views.update(client, view_id, answer_view(self._texts, sheet))

        self._inquiries.begin(view["private_metadata"], person, show)


def errors_of(problem: str) -> Mapping[str, Any]:
    """What is wrong with what was wanted, at its input."""
    return {"response_action": "errors", "errors": {_VALUE: problem}}


def answer_view(texts: Texts, answer: Answer) -> Block:
    """An answer as a modal."""
    if isinstance(answer, Pending):
        asking = {"callback_id": _ASKING, "private_metadata": answer.subject}
        return window(texts, sheet_blocks(answer.sheet)) | asking
    if not isinstance(answer, Wanted):
        return window(texts, answer_blocks(answer))
    element: Block = {"type": "plain_text_input", "action_id": _INPUT}
    if answer.initial:
        element["initial_value"] = answer.initial[:_INITIAL]
    return {
        "type": "modal",
        "callback_id": CALLBACK,
        "private_metadata": f"{answer.subject}:{answer.argument}:{answer.since or ''}",
        "title": plain(texts("form.title"), _TITLE),
        "submit": plain(texts("form.go_on"), _TITLE),
        "close": plain(texts("form.close"), _TITLE),
        "blocks": [
            *paragraphs([text for text in (answer.problem, *answer.notes) if text]),
            {
                "type": "input",
                "block_id": _VALUE,
                "label": plain(texts(f"want.{answer.argument}"), _LABEL),
                "hint": plain(answer.hint, _LABEL),
                "element": element,
            },
        ],
    }


def answer_blocks(answer: Told | Sheet | Question) -> list[Block]:
    """An answer as a message."""
    match answer:
        case Told():
            return paragraphs([answer.text])
        case Sheet():
            return sheet_blocks(answer)
        case Question():
            ask = Card(answer.subject, 0, "", Tone.NEUTRAL, buttons=((answer.yes,),))
            return [*paragraphs([answer.text]), *card_blocks(ask)[1:]]


def answer_text(answer: Answer) -> str:
    """The same for notifications, in one line."""
    match answer:
        case Told() | Question() | Pending():
            text = answer.text
        case Sheet():
            text = answer.headline
        case Wanted():
            text = answer.problem or answer.question
    return escaped(text, _LINE)
