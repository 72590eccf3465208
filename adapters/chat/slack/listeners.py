"""Slack's requests, each translated into one transaction and an acknowledgement.

A listener validates, writes and acknowledges; opening a view is the only call it makes, and comes
before the acknowledgement. `process_before_response` spares Bolt's 10 ms poll; the price is that
nothing may be left to do after `ack()`.
"""

import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from typing import Any

from slack_bolt.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_sdk.web.async_client import AsyncWebClient

from adapters.chat.slack import managing, views
from adapters.chat.slack.cards import ACTION_PREFIX, Block, card_blocks, card_text, paragraphs
from adapters.chat.slack.manifest import COMMAND, GLOBAL_SHORTCUT, SHORTCUT
from adapters.chat.slack.modal import CALLBACK, answers_of, card_view, errors_of, form_view, notice_view
from adapters.chat.slack.payloads import (
    Body,
    manage_of,
    person_of,
    place_of_command,
    place_of_message,
    place_of_person,
    words_of,
    words_quoted,
)
from adapters.chat.slack.presses import NO_DESK, Presses, Services
from bot.conversation.orders import Order, asks_for_help, read_order
from bot.conversation.parse import without_command
from bot.errors import NothingOpen, NotYours, StaleDraft, StorageUnavailable
from bot.ports.chat import Answer, Card, Pending, Told, Tone, Wanted
from bot.ports.model import Draft, Link, Person
from bot.ports.storage import Transaction

Ack = Callable[..., Awaitable[Any]]

# What a form takes over from a message that was not written for us.
_QUOTED = ("amount", "minor", "currency", "email", "phone", "description")
_NOT_SUBMITTED: Mapping[type[Exception], str] = {
    NothingOpen: "answer.form_over",
    StorageUnavailable: "answer.broken",
}


def make_app(token: str, client: AsyncWebClient, services: Services) -> AsyncApp:
    """The Bolt application of one workspace, for requests that are verified already.

    Authorisation calls nobody: the token is in the settings.
    """

    async def authorize(enterprise_id: str | None, team_id: str | None) -> AuthorizeResult:
        return AuthorizeResult(enterprise_id=enterprise_id, team_id=team_id, bot_token=token)

    app = AsyncApp(
        name=__name__,
        client=client,
        authorize=authorize,
        request_verification_enabled=False,
        process_before_response=True,
        attaching_conversation_kwargs_enabled=False,
    )
    listeners = Listeners(services)
    app.command(COMMAND)(listeners.command)
    app.message_shortcut(SHORTCUT)(listeners.shortcut)
    app.global_shortcut(GLOBAL_SHORTCUT)(listeners.anywhere)
    app.view(CALLBACK)(listeners.submission)
    app.view(managing.CALLBACK)(listeners.wanted)
    app.action(re.compile(f"^{ACTION_PREFIX}open"))(listeners.opened)
    app.action(re.compile(f"^{ACTION_PREFIX}"))(listeners.press)
    return app


class Listeners:
    """A method per kind of request."""

    def __init__(self, services: Services) -> None:
        self._services, self._presses = services, Presses(services)
        self._orders = services.orders()

    async def command(self, ack: Ack, body: Body, client: AsyncWebClient) -> None:
        """`/paylink`: an order; or a new link, to be confirmed if it is complete, else as a form."""
        text = without_command(words_of(body.get("text", "")))
        try:
            if order := read_order(text):
                await self._order(ack, body, client, order)
            elif asks_for_help(text):
                await self._ack_text(ack, "answer.help", "answer.help_manage")
            else:
                await self._begin(ack, body, client, text)
        except StorageUnavailable:
            await self._ack_text(ack, "answer.broken")

    async def shortcut(self, ack: Ack, body: Body, client: AsyncWebClient) -> None:
        """A message's shortcut: the form, filled from the message, for a card in its thread.

        On a link's own card it is Manage: a link made of what a card says would ask for its money twice.
        """
        if (press := manage_of(body)) is not None:
            await self._presses.press(body, client, press)
            await ack()
            return
        try:
            draft = await self._services.storage.write(lambda tx: self._quote(tx, body))
            if not await views.show(client, body, self._form(draft)) and draft is not None:
                await self._services.storage.write(lambda tx: self._services.talk.redraw(tx, draft.id))
        except StorageUnavailable:
            await views.show(client, body, notice_view(self._services.texts, "answer.broken"))
        await ack()

    async def anywhere(self, ack: Ack, body: Body, client: AsyncWebClient) -> None:
        """The global shortcut: an empty form, for a card that only its creator sees."""
        try:
            draft = await self._services.storage.write(lambda tx: self._begin_alone(tx, body))
            await views.show(client, body, self._form(draft))
        except StorageUnavailable:
            await views.show(client, body, notice_view(self._services.texts, "answer.broken"))
        await ack()

    async def submission(self, ack: Ack, body: Body) -> None:
        """A submitted form: all answers at once, and the confirmation."""
        view, person = body["view"], person_of(body)
        answers = answers_of(view)
        try:
            answer = await self._services.storage.write(lambda tx: self._submit(tx, view, person, answers))
        except (NothingOpen, NotYours, StaleDraft, StorageUnavailable) as error:
            key = _NOT_SUBMITTED.get(type(error), "answer.stale")
            answer = {"response_action": "errors", "errors": {next(iter(answers)): self._services.texts(key)}}
        await ack(**answer)

    async def wanted(self, ack: Ack, body: Body) -> None:
        """The missing value of an act, submitted in its modal."""
        view, person = body["view"], person_of(body)

        def submit(tx: Transaction) -> Mapping[str, Any]:
            if self._services.barred(tx, person):
                return managing.errors_of(self._services.texts("answer.members_only"))
            return self._orders.submitted(tx, view, person)

        try:
            answer = await self._services.storage.write(submit)
        except (NothingOpen, NotYours, StorageUnavailable) as error:
            key = "answer.broken" if isinstance(error, StorageUnavailable) else "answer.no_such_link"
            answer = managing.errors_of(self._services.texts(key))
        await ack(**answer)

    async def press(self, ack: Ack, body: Body, client: AsyncWebClient) -> None:
        """A button, on a desk or on a card."""
        await self._presses.press(body, client)
        await ack()

    async def opened(self, ack: Ack) -> None:
        """A link's own button: Slack opens the address, and tells us."""
        await ack()

    async def _begin(self, ack: Ack, body: Body, client: AsyncWebClient, text: str) -> None:
        person, place = person_of(body), place_of_command(body)
        desk = {"spare_url": body["response_url"]}

        def begin(tx: Transaction) -> tuple[Draft, Card | None] | None:
            if self._services.barred(tx, person):
                return None
            draft = self._services.talk.begin(tx, person, place, text, desk)
            is_whole = self._services.talk.asking(draft) is None
            return draft, self._services.draw(tx, draft) if is_whole else None

        begun = await self._services.storage.write(begin)
        if begun is None:
            await self._ack_text(ack, "answer.members_only")
            return
        draft, card = begun
        if card is not None:
            await self._ack_card(ack, card)
        elif await views.show(client, body, self._form(draft)):
            await ack()
        else:
            chosen = replace(draft, choosing=True)
            await self._ack_card(
                ack, await self._services.storage.read(lambda tx: self._services.draw(tx, chosen))
            )

    async def _order(self, ack: Ack, body: Body, client: AsyncWebClient, order: Order) -> None:
        person = person_of(body)

        def obey(tx: Transaction) -> Answer:
            if self._services.barred(tx, person):
                return Told(self._services.texts("answer.members_only"))
            return self._services.managing.typed(tx, person, order)

        storage = self._services.storage  # where no link is named, many are read, and nothing is done
        answer = await (storage.write(obey) if order.link_id else storage.read(obey))
        text = managing.answer_text(answer)
        if not isinstance(answer, Wanted | Pending):
            await ack(response_type="ephemeral", text=text, blocks=managing.answer_blocks(answer))
            return
        view = managing.answer_view(self._services.texts, answer)
        view_id = await views.show(client, body, view)
        self._orders.follow(client, view_id, view, person)
        if view_id:
            await ack()
        elif isinstance(answer, Wanted) and answer.problem:
            await ack(response_type="ephemeral", text=text, blocks=paragraphs([answer.problem]))
        else:
            await self._ack_text(ack, "answer.broken")

    def _quote(self, tx: Transaction, body: Body) -> Draft | None:
        """A draft with what a message says for certain; None if its reader is refused."""
        person, place = person_of(body), place_of_message(body)
        if self._services.barred(tx, person):
            return None
        text, desk = words_quoted(body), {"spare_url": body["response_url"]}
        draft = self._services.talk.begin(tx, person, place, text, desk)
        fields = self._services.talk.offer_of(draft).form.fields
        passed_over = {field.key: "" for field in fields if not field.required}
        quoted = {key: draft.answers[key] for key in _QUOTED if draft.answers.get(key)}
        draft = replace(draft, answers=passed_over | quoted, problems={}, choosing=True)
        tx.drafts.put(draft)
        return draft

    def _begin_alone(self, tx: Transaction, body: Body) -> Draft | None:
        """A draft of nothing yet; None if its person is refused."""
        person = person_of(body)
        if self._services.barred(tx, person):
            return None
        return self._services.talk.begin(tx, person, place_of_person(body), "", NO_DESK)

    def _submit(
        self, tx: Transaction, view: Mapping[str, Any], person: Person, answers: Mapping[str, str]
    ) -> Mapping[str, Any]:
        """The acknowledgement of a form: what is wrong at its fields, or what comes in its place."""
        texts, desk = self._services.texts, {"view_id": view["id"]}
        outcome = self._services.talk.submit(tx, view["private_metadata"], person, answers, desk)
        if isinstance(outcome, Link):
            shown = card_view(texts, Card(outcome.id, 0, texts("desk.creating"), Tone.WAITING))
            return {"response_action": "update", "view": shown}
        errors = errors_of(texts, self._services.talk.offer_of(outcome).form, outcome)
        if errors and errors.keys() <= answers.keys():
            return {"response_action": "errors", "errors": errors}
        if self._services.talk.asking(outcome) is not None:  # an account asks for more, or an amount is typed
            return {"response_action": "update", "view": self._form(outcome, typing=True)}
        return {"response_action": "update", "view": card_view(texts, self._services.draw(tx, outcome))}

    def _form(self, draft: Draft | None, *, typing: bool = False) -> Block:
        """The form of a draft; for somebody who is refused there is none."""
        texts = self._services.texts
        if draft is None:
            return notice_view(texts, "answer.members_only")
        return form_view(texts, self._services.talk.offer_of(draft).form, draft, typing=typing)

    async def _ack_card(self, ack: Ack, card: Card) -> None:
        await ack(response_type="ephemeral", text=card_text(card), blocks=card_blocks(card))

    async def _ack_text(self, ack: Ack, *keys: str) -> None:
        lines = [self._services.texts(key) for key in keys]
        await ack(response_type="ephemeral", text="\n".join(lines), blocks=paragraphs(lines))
