"""Reads what a message is about, and has it worded: the outbox knows neither links nor languages."""

from collections.abc import Mapping
from zoneinfo import ZoneInfo

from bot.conversation.talk import Talk
from bot.delivery import cards
from bot.delivery.outbox import Content
from bot.links.service import usable
from bot.ports.backend import Backend
from bot.ports.model import Destination, Draft
from bot.ports.storage import Transaction
from bot.ports.traffic import Owed, Say

_NO_DESK: Mapping[str, str] = {}


class Narrator:
    """Words one row of the outbox from the state that is stored now."""

    def __init__(self, backends: Mapping[str, Backend], talk: Talk, zone: ZoneInfo) -> None:
        """`backends` by account id."""
        self._backends, self._talk, self._zone = backends, talk, zone

    def __call__(self, tx: Transaction, owed: Owed, to: Destination) -> tuple[Content, Mapping[str, str]]:
        """What to say, and the desk to say it on; None if nothing is left to be said."""
        if owed.say is Say.TIDY:
            return owed.params["message_id"], _NO_DESK
        draft = tx.drafts.get(owed.subject)
        desk = draft.desk if draft else _NO_DESK
        link = tx.links.get(owed.subject)
        if link is None:
            return (self._draft(draft, to) if draft else None), desk
        backend = self._backends[link.account_id]
        setting = cards.setting_for(to, self._zone, backend.mode)
        label = backend.info.label
        if owed.say is Say.REPLY:
            return cards.reply(setting, link, owed.key, owed.params), desk
        shown = usable(tx.provider_links.of(link.id))
        if owed.say is Say.DESK:
            return cards.desk_card(setting, link, shown, label), desk
        return cards.link_card(setting, link, shown, tx.payments.of(link.id), label), desk

    def _draft(self, draft: Draft, to: Destination) -> Content:
        mode = self._backends[draft.account_id].mode
        setting = cards.setting_for(to, self._zone, mode)
        return cards.draft_card(setting, self._talk.offer.form, draft, self._talk.asking(draft))
