"""What a customer finds at our address of a link: a redirect while it can be paid, else its state.

Addresses are forwarded, so the page says only what was asked for, by whom, and the link's reference.
"""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import partial

from bot.delivery.audience import Installation
from bot.delivery.terms import in_full, terms_of
from bot.errors import StorageUnavailable
from bot.ids import is_public_token
from bot.links.expected import is_free
from bot.links.lifecycle import Headline, headline
from bot.links.payments import Stage, is_gone, stage
from bot.links.possible import usable
from bot.ports.model import EventKind, Link, LinkState, Mode, Payment
from bot.ports.provider_links import ProviderLink
from bot.ports.storage import Storage, Transaction
from bot.texts import Texts


class Situation(StrEnum):
    """The state of a link as far as a customer is concerned."""

    PREPARED = "prepared"
    CONFIRMING = "confirming"
    PAID = "paid"
    SAVED = "saved"
    RECEIVED = "received"  # money has come, and is not simply what was asked for
    REFUNDED = "refunded"
    USED = "used"
    PAUSED = "paused"
    HALTED = "halted"  # something for the merchant to look at
    CANCELLED = "cancelled"
    EXPIRED = "expired"
    FAILED = "failed"
    UNKNOWN = "unknown"  # there is no such address
    BUSY = "busy"  # nobody can look it up now


@dataclass(frozen=True, slots=True)
class Onward:
    """A redirect to where the link can be paid."""

    url: str


@dataclass(frozen=True, slots=True)
class Page:
    """A page without markup."""

    situation: Situation
    language: str
    merchant: str
    title: str
    lines: tuple[str, ...]
    rows: tuple[tuple[str, str], ...] = ()  # label, value
    notes: tuple[str, ...] = ()


SITUATIONS: Mapping[Headline, Situation] = {
    Headline.CREATING: Situation.PREPARED,
    Headline.OPEN: Situation.PREPARED,
    Headline.PENDING: Situation.CONFIRMING,
    Headline.AUTHORISED: Situation.CONFIRMING,
    Headline.PAID_PART: Situation.CONFIRMING,
    Headline.PAID: Situation.PAID,
    Headline.DISPUTE_WON: Situation.PAID,
    Headline.SAVED: Situation.SAVED,
    Headline.PAID_DIFFERENT: Situation.RECEIVED,
    Headline.PAID_UNCONFIRMED: Situation.RECEIVED,
    Headline.PAID_TWICE: Situation.RECEIVED,
    Headline.PAID_AFTER_CANCEL: Situation.RECEIVED,
    Headline.PAID_AFTER_CLOSE: Situation.RECEIVED,
    Headline.PART_REFUNDED: Situation.RECEIVED,
    Headline.REFUNDED: Situation.REFUNDED,
    Headline.USES: Situation.USED,
    Headline.TIMES: Situation.USED,
    Headline.SUBSCRIBED: Situation.USED,
    Headline.SOME_DIFFERENT: Situation.USED,
    Headline.SOME_UNCONFIRMED: Situation.USED,
    Headline.TOO_OFTEN: Situation.USED,
    Headline.PAUSED: Situation.PAUSED,
    Headline.CAPTURE_FAILED: Situation.HALTED,
    Headline.VOIDED: Situation.HALTED,
    Headline.RETURNED: Situation.HALTED,
    Headline.DISPUTED: Situation.HALTED,
    Headline.DISPUTE_LOST: Situation.HALTED,
    Headline.CANCELLED: Situation.CANCELLED,
    Headline.CANCELLED_USED: Situation.CANCELLED,
    Headline.EXPIRED: Situation.EXPIRED,
    Headline.EXPIRED_USED: Situation.EXPIRED,
    Headline.FAILED: Situation.FAILED,
}
_PATIENCE_S = 5.0  # with a database that does not answer: a customer looks at an empty page meanwhile
_MONEY = frozenset({EventKind.AUTHORISED, EventKind.CAPTURED})
_UNPAID = frozenset({Situation.CANCELLED, Situation.EXPIRED})  # as far as we know
_LEADS_ON = frozenset({LinkState.OPEN, LinkState.CREATING})  # an extension leaves payable what there was


def address_of(link: Link, known: ProviderLink | None, public_url: str | None) -> str | None:
    """The address that people are given for a link: ours if we have a public URL, else the provider's.

    None while there is none.
    """
    if known is None or known.url is None:
        return None
    return f"{public_url}/p/{link.public_token}" if public_url else known.url


def page_of(
    texts: Texts,
    merchant: str,
    link: Link,
    payments: Sequence[Payment],
    objects: Sequence[ProviderLink],
    *,
    mode: Mode,
) -> Onward | Page:
    """What a customer gets for a link. `objects`: its provider links, by attempt."""
    shown, leads_on = usable(objects), link.state in _LEADS_ON and is_free(link, payments)
    if leads_on and shown is not None and shown.url is not None:
        return Onward(shown.url)
    situation = _situation(link, payments)
    if leads_on and situation is not Situation.CONFIRMING:
        situation = Situation.PREPARED  # there are uses left, and nowhere yet to pay them
    begun = situation in _UNPAID and any(stage(payment) is Stage.PENDING for payment in payments)
    next_to_do = "begun" if begun else str(situation)
    return Page(
        situation,
        texts.language,
        merchant,
        *_words(texts, merchant, situation, texts("page.ask", merchant=merchant), then=next_to_do),
        rows=((texts("row.amount"), in_full(texts, terms_of(link))), (texts("row.reference"), link.id)),
        notes=(texts("card.test"),) if mode is Mode.TEST else (),
    )


def _situation(link: Link, payments: Sequence[Payment]) -> Situation:
    """From the payments that were not refunded or reversed, if any of them is paid; else from all."""
    stays = [payment for payment in payments if not is_gone(payment)]
    is_paid = any(not _MONEY.isdisjoint(payment.heard) for payment in stays)
    return SITUATIONS[headline(link, stays if is_paid else payments)]


def page_without_link(texts: Texts, merchant: str, situation: Situation) -> Page:
    """A page that belongs to no link: UNKNOWN or BUSY."""
    return Page(situation, texts.language, merchant, *_words(texts, merchant, situation))


def _words(
    texts: Texts, merchant: str, situation: Situation, *more: str, then: str | None = None
) -> tuple[str, tuple[str, ...]]:
    return texts(f"page.{situation}"), (texts(f"page.{then or situation}_next", merchant=merchant), *more)


class CustomerPages:
    """Looks up addresses of ours; only reads."""

    def __init__(
        self,
        storage: Storage,
        installation: Installation,
        language: str,
        patience_s: float = _PATIENCE_S,
    ) -> None:
        self._storage, self._installation = storage, installation
        self._texts, self._patience_s = Texts(language), patience_s

    async def at(self, token: str) -> Onward | Page:
        """An unknown token is answered like a malformed one."""
        if not is_public_token(token):
            return page_without_link(self._texts, self._installation.merchant, Situation.UNKNOWN)
        try:
            async with asyncio.timeout(self._patience_s):
                return await self._storage.read(partial(self._look, token))
        except (StorageUnavailable, TimeoutError):
            return page_without_link(self._texts, self._installation.merchant, Situation.BUSY)

    def _look(self, token: str, tx: Transaction) -> Onward | Page:
        texts, merchant = self._texts, self._installation.merchant
        link = tx.links.by_token(token)
        if link is None:
            return page_without_link(texts, merchant, Situation.UNKNOWN)
        payments, objects = tx.payments.of(link.id), tx.provider_links.of(link.id)
        modes = {account.id: account.mode for account in tx.accounts.all()}
        return page_of(texts, merchant, link, payments, objects, mode=modes[link.account_id])
