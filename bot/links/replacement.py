"""Extends a link by creating a new object at its provider, for providers that cannot change an expiry.

The link is `creating` meanwhile. The object that the customer has stays payable until its own expiry; if no
new one can be created, the link is what it was before.
"""

from dataclasses import replace
from datetime import datetime

from bot.links.expected import is_free
from bot.links.possible import Snapshot
from bot.ports.model import Link, LinkState
from bot.ports.provider_links import ProviderLink
from bot.ports.storage import Transaction
from bot.ports.traffic import Notice


def begun(tx: Transaction, known: Snapshot, until: datetime) -> Link:
    """The link in state `creating`, with its new expiry. The old expiry is stored with its present object."""
    if known.usable is not None:
        tx.provider_links.put(replace(known.usable, expires_on=known.ends_at))
    return replace(known.link, state=LinkState.CREATING, expires_at=until, trouble=None, retry_at=None)


def asked_at(tx: Transaction, link: Link) -> datetime:
    """When the creation that is under way was requested: by the last extension, or with the link itself."""
    deeds = [deed.at for deed in tx.deeds.of(link.id) if deed.act == "extend"]
    return deeds[-1] if deeds else link.created_at


def made(tx: Transaction, link: Link, fresh: ProviderLink, earlier: ProviderLink) -> Notice:
    """The notice of an extension. `fresh`: the new object; `earlier`: the one that the customer has."""
    until = fresh.expires_on or link.expires_at
    old = earlier.expires_on or link.created_at
    params = {"until": until.isoformat(), "earlier": old.isoformat()}
    return Notice("extended_anew", f"extend:{fresh.reference}", _by(tx, link) | params)


def is_reworded(tx: Transaction, link: Link) -> bool:
    """May the text to forward say something else than when the link was made? Its address apart."""
    return any(deed.act == "edit" for deed in tx.deeds.of(link.id))


def given_up(
    tx: Transaction, link: Link, earlier: ProviderLink, now: datetime, codes: str = ""
) -> tuple[Link, Notice]:
    """The link as it was before, and the notice of the failure. `codes`: the backend's reasons."""
    until = earlier.expires_on or link.expires_at
    restored = replace(link, state=LinkState.OPEN, expires_at=until, trouble=None, retry_at=None, poll_at=now)
    once = f"extend:{asked_at(tx, link).isoformat()}:refused"
    still = {"until": until.isoformat()} if is_free(link, tx.payments.of(link.id)) else {}
    reason = {"reason": codes} if codes else {}
    return restored, Notice("extend_failed", once, _by(tx, link) | still | reason)


def _by(tx: Transaction, link: Link) -> dict[str, str]:
    people = [deed.person for deed in tx.deeds.of(link.id) if deed.act == "extend"]
    return {"by": people[-1].called if people else ""}
