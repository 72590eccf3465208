"""Slack: its client, and its endpoint or socket."""

import contextlib

from slack_bolt.adapter.starlette.async_handler import AsyncSlackRequestHandler

from adapters.chat.slack.chat import SlackChat
from adapters.chat.slack.client import make_client, make_session
from adapters.chat.slack.listeners import make_app
from adapters.chat.slack.presses import Services
from adapters.chat.slack.signature import PATH, SignatureVerifier
from adapters.web.app import guarded
from bot.bootstrap.chats import ChatParts
from bot.bootstrap.core import Core
from bot.delivery.audience import Audience
from bot.links.permissions import LASTS
from bot.ports.chat import Card
from bot.ports.clock import SystemClock
from bot.ports.model import Draft, Person, Standing
from bot.ports.storage import Transaction
from bot.roles import Role
from bot.settings import SlackSettings

_ANSWER_S = 2  # of the three seconds that Slack gives a listener, what opening a form may take


async def make_parts(core: Core, settings: SlackSettings, stack: contextlib.AsyncExitStack) -> ChatParts:
    session = await stack.enter_async_context(make_session())
    answering = await stack.enter_async_context(make_session(_ANSWER_S, beside=session))
    client = make_client(settings.bot_token, settings.api_url, session)
    chat = SlackChat(client, session, core.texts, settings.admitted)
    app = make_app(settings.bot_token, make_client(None, settings.api_url, answering), _services(core))
    if settings.app_token:
        from adapters.chat.slack.socket_mode import SocketMode  # noqa: PLC0415 - 21 modules that HTTP does not need

        socket = SocketMode(app, settings.app_token, client)
        return ChatParts(chat, jobs=[(Role.WEB, socket.run)], further={"slack_socket": socket.answers})
    signature = SignatureVerifier(settings.signing_secrets, SystemClock())
    return ChatParts(chat, {PATH: guarded(signature.verify, AsyncSlackRequestHandler(app).handle)})


def _services(core: Core) -> Services:
    def draw(tx: Transaction, draft: Draft) -> Card:
        mode = core.backends[draft.account_id].mode
        return core.renderer.draft(
            tx, draft, Audience(core.texts, core.settings.time_zone, private=True, mode=mode)
        )

    def barred(tx: Transaction, person: Person) -> bool:
        return tx.people.standing(person, core.clock.now() - LASTS) is Standing.REFUSED

    return Services(
        storage=core.storage,
        talk=core.talk,
        acts=core.acts,
        texts=core.texts,
        draw=draw,
        barred=barred,
        managing=core.managing,
        inquiries=core.inquiries,
    )
