"""Telegram's updates, each dispatched to its handler; feedback is sent after the commit.

An update is a row of the inbox: it was stored before it was acknowledged, and is applied in the transaction
that marks it done.
"""

import json

from telegram import Bot, Update

from adapters.chat.telegram.admission import follow
from adapters.chat.telegram.dialogue import Dialogue
from adapters.chat.telegram.feedback import AfterCommit, Feedback
from adapters.chat.telegram.managing import Orders
from adapters.chat.telegram.presses import Presses
from adapters.chat.telegram.reading import moved
from bot.conversation.inquiries import Inquiries
from bot.conversation.managing import Managing
from bot.conversation.talk import Talk
from bot.links.acts import Acts
from bot.ports.clock import Clock
from bot.ports.storage import Storage, Transaction
from bot.ports.traffic import Inbound
from bot.texts import Texts


class UpdateHandler:
    """The inbox's handler of Telegram's updates."""

    def __init__(
        self,
        bot: Bot,
        talk: Talk,
        managing: Managing,
        inquiries: Inquiries,
        storage: Storage,
        *,
        acts: Acts,
        texts: Texts,
        clock: Clock,
    ) -> None:
        feedback = self._feedback = Feedback(bot, texts)
        orders = Orders(managing, inquiries, feedback, storage, texts=texts, clock=clock)
        self._bot, self._talk = bot, talk
        self._dialogue = Dialogue(bot, talk, orders=orders, feedback=feedback, clock=clock)
        self._presses = Presses(talk, orders, acts, feedback, texts=texts)

    async def aclose(self) -> None:
        """Answer nobody any more."""
        await self._feedback.aclose()

    def __call__(self, tx: Transaction, row: Inbound) -> AfterCommit | None:
        update = Update.de_json(json.loads(row.fact.body), self._bot)
        if update.callback_query is not None:
            return self._presses(tx, update.callback_query)
        if update.edited_message is not None:
            return self._dialogue.edited(tx, update.edited_message)
        message = update.message
        if message is None:
            return None
        if ids := moved(message):
            old, new = ids
            follow(tx, old, new)
            self._show_again(tx, new)
            return None
        return self._dialogue(tx, message)

    def apology(self, row: Inbound) -> AfterCommit:
        """What is said, once and if it can be, of an update that could not be handled: it is kept."""

        async def say() -> None:
            update = Update.de_json(json.loads(row.fact.body), self._bot)
            after: AfterCommit | None = None
            if update.callback_query is not None:
                after = self._presses.broken(update.callback_query)
            elif update.message is not None:
                after = self._dialogue.broken(update.message)
            if after is not None:
                await after()

        return say

    def _show_again(self, tx: Transaction, channel: str) -> None:
        """Ask again in the new group what was asked in the old one, where nobody can answer any more."""
        for draft in filter(None, map(tx.drafts.get, tx.drafts.open_in("telegram", channel))):
            if tx.destinations.get(draft.destination_id).root is None:
                self._talk.redraw(tx, draft.id)
