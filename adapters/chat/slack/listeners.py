"""Slack's requests, each translated into one transaction and an acknowledgement.

A listener validates, writes and acknowledges; opening a view is the only call it makes, and comes
before the acknowledgement. `process_before_response` spares Bolt's 10 ms poll; the price is that
nothing may be left to do after `ack()`.
"""

import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from typing import Any

import structlog
from slack_bolt.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_sdk.web.async_client import AsyncWebClient

from adapters.chat.slack.cards import ACTION_PREFIX, card_blocks, card_text, paragraphs, read_button_value
from adapters.chat.slack.client import calling
from adapters.chat.slack.modal import CALLBACK, answers_of, card_view, errors_of, form_view
from bot.conversation.talk import Talk
from bot.delivery.cards import Setting
from bot.errors import ChatError, NothingOpen, NotYours, StaleDraft, StorageUnavailable
from bot.links.acts import Acts
from bot.ports.chat import Act, Card, Tone
from bot.ports.model import Draft, Link, Person, Place
from bot.ports.storage import Storage, Transaction

log = structlog.get_logger(__name__)

Ack = Callable[..., Awaitable[Any]]
Body = Mapping[str, Any]
Draw = Callable[[Transaction, Draft, Setting], Card]


def make_app(signing_secret: str, token: str, client: AsyncWebClient, listeners: "Listeners") -> AsyncApp:
    """The Bolt application of one workspace. Authorising asks nobody: the token is the settings'."""

    async def authorize(enterprise_id: str | None, team_id: str | None) -> AuthorizeResult:
        return AuthorizeResult(enterprise_id=enterprise_id, team_id=team_id, bot_token=token)

    app = AsyncApp(
        signing_secret=signing_secret,
        client=client,
        authorize=authorize,
        process_before_response=True,
        attaching_conversation_kwargs_enabled=False,
    )
    app.command("/paylink")(listeners.command)
    app.view(CALLBACK)(listeners.submission)
    app.action(re.compile(f"^{ACTION_PREFIX}open"))(listeners.opened)
    app.action(re.compile(f"^{ACTION_PREFIX}"))(listeners.press)
    return app


class Listeners:
    """What is done with each kind of request."""

    def __init__(self, storage: Storage, talk: Talk, acts: Acts, setting: Setting, draw: Draw) -> None:
        """`setting`: how things are worded for the one person who asks; `draw`: the card of a draft."""
        self._storage, self._talk, self._acts = storage, talk, acts
        self._setting, self._draw = setting, draw
        self._presses: Mapping[Act, Callable[[Transaction, str, int, Person], object]] = {
            Act.CREATE: talk.confirm,
            Act.CANCEL: lambda tx, subject, _, person: talk.cancel(tx, subject, person),
        }

    async def command(self, ack: Ack, body: Body, client: AsyncWebClient) -> None:
        """`/paylink`, with or without text: what is complete is shown to be confirmed, the rest is a form."""
        text = body.get("text", "").strip()
        if text.lower() == "help":
            await self._ack_text(ack, "answer.help")
            return
        person = _person(body)
        place = Place("slack", body["channel_id"], body["team_id"])
        desk = {"response_url": body["response_url"]}
        try:
            draft = await self._storage.write(lambda tx: self._talk.begin(tx, person, place, text, desk))
        except StorageUnavailable:
            await self._ack_text(ack, "answer.broken")
            return
        if self._talk.asking(draft) is None:
            await self._ack_card(ack, draft)
        elif await self._opened_form(client.views_open, body["trigger_id"], draft):
            await ack()
        else:
            await self._ack_card(ack, replace(draft, choosing=True))

    async def submission(self, ack: Ack, body: Body) -> None:
        """The form: every answer at once, confirmed by submitting it."""
        view, person = body["view"], _person(body)
        answers = answers_of(view)
        desk = {"view_id": view["id"]}
        try:
            outcome = await self._storage.write(
                lambda tx: self._talk.submit(tx, view["private_metadata"], person, answers, desk)
            )
        except (NothingOpen, NotYours, StorageUnavailable) as error:
            key = "answer.broken" if isinstance(error, StorageUnavailable) else "answer.stale"
            await ack(response_action="errors", errors={next(iter(answers)): self._setting.texts(key)})
            return
        if isinstance(outcome, Link):
            creating = Card(outcome.id, 0, self._setting.texts("desk.creating"), Tone.WAITING)
            await ack(response_action="update", view=card_view(self._setting.texts, creating))
        else:
            errors = errors_of(self._setting.texts, self._talk.offer_of(outcome).form, outcome)
            await ack(response_action="errors", errors=errors)

    async def press(self, ack: Ack, body: Body, client: AsyncWebClient) -> None:
        """A button on a desk: create, cancel, change, try again. An outdated one is drawn anew."""
        action, person = body["actions"][0], _person(body)
        subject, version, _ = read_button_value(action["value"])
        act = Act(action["action_id"].removeprefix(ACTION_PREFIX).split("_")[0])
        try:
            if act in self._presses:
                work = self._presses[act]
                await self._storage.write(lambda tx: work(tx, subject, version, person))
            else:
                await self._form_for(act, body, client, subject, person)
        except (StaleDraft, NothingOpen):
            await self._storage.write(lambda tx: self._talk.redraw(tx, subject))
        except (NotYours, StorageUnavailable) as error:
            log.warning("slack.press_refused", reason=type(error).__name__)
        await ack()

    async def opened(self, ack: Ack) -> None:
        """A link's own button: Slack opens the address and tells us."""
        await ack()

    async def _form_for(
        self, act: Act, body: Body, client: AsyncWebClient, subject: str, person: Person
    ) -> None:
        """The form of this draft (change), or of a new one with the same answers (try again)."""
        in_modal = body["container"]["type"] == "view"
        desk: Mapping[str, str] = {} if in_modal else {"response_url": body["response_url"]}

        def draft_of(tx: Transaction) -> Draft:
            if act is Act.AGAIN:
                return self._talk.again(tx, subject, person, desk or {"view_id": body["view"]["id"]})
            return self._talk.open(tx, subject, person)

        draft = await self._storage.write(draft_of)
        opening = client.views_push if in_modal else client.views_open
        await self._opened_form(opening, body["trigger_id"], draft)

    async def _opened_form(
        self, opening: Callable[..., Awaitable[Any]], trigger_id: str, draft: Draft
    ) -> bool:
        view = form_view(self._setting.texts, self._talk.offer_of(draft).form, draft)
        try:
            await calling(opening(trigger_id=trigger_id, view=view))
        except ChatError as error:
            log.warning("slack.form_not_opened", draft=draft.id, reason=str(error))
            return False
        return True

    async def _ack_card(self, ack: Ack, draft: Draft) -> None:
        card = await self._storage.read(lambda tx: self._draw(tx, draft, self._setting))
        await ack(response_type="ephemeral", text=card_text(card), blocks=card_blocks(card))

    async def _ack_text(self, ack: Ack, key: str) -> None:
        text = self._setting.texts(key)
        await ack(response_type="ephemeral", text=text, blocks=paragraphs([text]))


def _person(body: Body) -> Person:
    """Who did it: commands and interactions spell it differently."""
    if "user" in body:
        return Person("slack", body["user"]["id"], body["user"]["team_id"])
    return Person("slack", body["user_id"], body["team_id"])
