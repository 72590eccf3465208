"""The request to a backend for a link."""

from datetime import datetime

from bot.ports.backend import LinkRequest
from bot.ports.model import Link


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
