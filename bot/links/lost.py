"""Finds the link that an attempt has created although its answer was lost."""

import structlog

from bot.ports.backend import Backend, CreatedLink, Finds
from bot.ports.provider_links import ProviderLink
from bot.timing import asking

log = structlog.get_logger(__name__)


async def find_lost(backend: Backend, lost: ProviderLink) -> CreatedLink | None:
    """The link that a lost attempt has created, if it has the amount asked for, and can be or was paid.

    None otherwise, or if the backend cannot search. Raises what every call of a backend does.
    """
    if not isinstance(backend, Finds):
        return None
    with asking(backend, "find"):
        found = await backend.find(lost.reference)
    if found is None:
        return None
    with asking(backend, "fetch"):
        there = await backend.fetch(found.provider_id)
    if there.amount == lost.amount and (there.usable or there.received):
        return found
    log.warning("link.made_otherwise", link=lost.link_id, reference=lost.reference)
    return None
