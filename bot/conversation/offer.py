"""What one account offers, and the link that a confirmed draft becomes."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.conversation.engine import Ready
from bot.conversation.form import Form
from bot.ids import new_public_token
from bot.ports.model import Customer, Draft, Link, LinkState


@dataclass(frozen=True, slots=True)
class Offer:
    """What a new link gets unless the person says otherwise."""

    account_id: str
    form: Form
    country: str | None
    expiry: timedelta
    language: str

    def link(self, draft: Draft, confirmed: Ready, now: datetime) -> Link:
        """The link, still to be created at its backend. It carries the draft's id: one intent, one link."""
        answers = confirmed.answers
        return Link(
            id=draft.id,
            account_id=draft.account_id,
            public_token=new_public_token(),
            state=LinkState.CREATING,
            closed=None,
            amount=confirmed.amount,
            uses=1,
            description=answers.get("description") or None,
            customer=Customer(
                name=answers.get("name") or None,
                email=answers.get("email") or None,
                country=answers.get("country") or self.country,
            ),
            creator=draft.person,
            destination_id=draft.destination_id,
            created_at=now,
            expires_at=now + self.expiry,
        )
