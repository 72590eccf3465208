"""Owes a draft's card, prompt or desk to the person who is being asked."""

from dataclasses import replace
from datetime import datetime

from bot.links.announcements import DESK_PAUSE
from bot.ports.model import Draft, DraftState
from bot.ports.storage import Transaction


def owe_draft(tx: Transaction, draft: Draft, asking: str | None, now: datetime) -> None:
    """Owe the card of a draft where the conversation is. An open desk is drawn by its listener.

    Where others write, too, the open question is also posted as a message to reply to; the former one is
    deleted.
    """
    if draft.desk:
        if draft.state is not DraftState.OPEN:
            owe_desk(tx, draft, now + DESK_PAUSE)
        return
    to = tx.destinations.get(draft.destination_id)
    tx.outbox.owe_card(draft.id, to.id, now)
    if to.prompt is not None:
        tx.outbox.owe_tidy(draft.id, to.id, to.prompt, now)
        tx.destinations.put(replace(to, prompt=None))
    is_open = draft.state is DraftState.OPEN and not draft.choosing
    if is_open and asking is not None and not to.place.private:
        tx.outbox.owe_prompt(draft.id, to.id, now)
    tx.wake("delivery", to.place.lane)


def owe_desk(tx: Transaction, draft: Draft, not_before: datetime) -> None:
    """Draw the desk of a draft again."""
    tx.outbox.owe_desk(draft.id, draft.destination_id, not_before)
    tx.wake("delivery", tx.destinations.lane(draft.destination_id), not_before)
