"""An attempt to create a link at its backend, and the request that it sends."""

from collections.abc import Sequence
from datetime import datetime

from bot.ids import new_public_token
from bot.ports.accounts import backend_of
from bot.ports.backend import LinkRequest
from bot.ports.model import Link
from bot.ports.provider_links import ProviderLink, ProviderLinkState, new_reference


def next_attempt(link: Link, earlier: Sequence[ProviderLink], *, signed: bool) -> ProviderLink:
    """The attempt after the `earlier` ones.

    If webhooks are not `signed`, it has a token, for an address of its own.
    """
    number = earlier[-1].attempt + 1 if earlier else 1
    return ProviderLink(
        link_id=link.id,
        attempt=number,
        account_id=link.account_id,
        reference=new_reference(link.id, number),
        state=ProviderLinkState.IN_FLIGHT,
        amount=link.amount,
        webhook_token=None if signed else new_public_token(),
    )


def request_of(link: Link, reference: str, now: datetime, webhook_url: str | None = None) -> LinkRequest:
    """The request for one attempt. `webhook_url`: the address for its unsigned webhooks, if any."""
    return LinkRequest(
        link_id=link.id,
        reference=reference,
        amount=link.amount,
        description=link.description,
        own_reference=link.own_reference,
        customer=link.customer,
        expires_at=link.expires_at,
        now=now,
        details=link.details,
        webhook_url=webhook_url,
        kind=link.kind,
        least=link.least,
        uses=link.uses,
    )


def webhook_address(public_url: str | None, attempt: ProviderLink) -> str | None:
    """Where the unsigned webhooks of an attempt come to; None if they are signed, or if nobody reaches us."""
    if public_url is None or attempt.webhook_token is None:
        return None
    return f"{public_url}/webhooks/{backend_of(attempt.account_id)}/{attempt.webhook_token}"
