"""What one account offers, and the link that a confirmed draft becomes."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.conversation.engine import Ready
from bot.conversation.expecting import kind_of, least_of, uses_of
from bot.conversation.form import Form
from bot.ports.model import Customer, Draft, Link, LinkState


@dataclass(frozen=True, slots=True)
class Offer:
    """The defaults of a new link."""

    account_id: str
    form: Form
    expiry: timedelta
    language: str

    def link(self, draft: Draft, confirmed: Ready, now: datetime, public_token: str = "") -> Link:
        """The link, still to be created at its backend. It carries the draft's id: one intent, one link.

        `public_token`: of its address; none for one that is only looked at.
        """
        answers = confirmed.answers
        return Link(
            id=draft.id,
            account_id=draft.account_id,
            public_token=public_token,
            state=LinkState.CREATING,
            closed=None,
            amount=confirmed.amount,
            uses=uses_of(answers),
            description=answers.get("description") or None,
            customer=self.customer(answers),
            creator=draft.person,
            destination_id=draft.destination_id,
            created_at=now,
            expires_at=self.expires_at(answers, now),
            own_reference=answers.get("reference") or None,
            details=self.details(answers),
            kind=kind_of(answers),
            least=least_of(answers),
        )

    def details(self, answers: Mapping[str, str]) -> dict[str, str]:
        """The answers that only this backend asks for, by field."""
        fields = [each.key for each in self.form.fields if each.detail]
        return {key: answers[key] for key in fields if answers.get(key)}

    def customer(self, answers: Mapping[str, str]) -> Customer:
        """The customer, billed in the account's country unless another was answered."""
        return Customer(
            name=answers.get("name") or None,
            email=answers.get("email") or None,
            phone=answers.get("phone") or None,
            country=answers.get("country") or self.form.locality.region,
        )

    def expires_at(self, answers: Mapping[str, str], now: datetime) -> datetime:
        """The chosen expiry, or the default."""
        chosen = answers.get("expires")
        return datetime.fromisoformat(chosen) if chosen else now + self.expiry
