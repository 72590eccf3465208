"""What a confirmed draft has become."""

from bot.ports.model import DraftState, Link
from bot.ports.storage import Transaction


def link_of(tx: Transaction, draft_id: str) -> Link | None:
    """The link of a draft's id; waits for whoever is confirming the draft just now."""
    link, draft = tx.links.get(draft_id), tx.drafts.get(draft_id)
    return tx.links.get(draft_id) if draft and draft.state is DraftState.CONFIRMED else link
