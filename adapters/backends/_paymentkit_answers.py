"""A link as PaymentKit answers it."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from adapters.backends._http import reading
from adapters.backends._paymentkit_events import to_money
from adapters.backends._paymentkit_label import Label, read_label
from adapters.backends._paymentkit_tables import OUR_REFERENCE, PAGE_FIELDS
from adapters.backends._paymentkit_told import Sold, prices_in
from adapters.backends._shapes import Row, address, moment, part, text, word
from bot.errors import BackendProtocolError, BackendRejected
from bot.money import Money, pack
from bot.ports.backend import CreatedLink, FetchedLink
from bot.ports.expectation import LinkKind


def to_link(body: Row, label: Label, request_id: str | None) -> CreatedLink:
    """The answer to a creation; raises BackendRejected if it is over another sum than `label` says."""
    with reading("link", request_id):
        created = CreatedLink(text(body["id"]), address(body["url"]), None)
        total = _total(body, label)
    if label.amount is None or total != label.amount:
        figures = [pack(amount) for amount in (total, label.amount) if amount]
        field = "price" if label.named else "amount"
        raise BackendRejected((":".join(["price_differs", *figures]),), field=field)
    return created


def to_fetched(
    body: Row, *, received: bool, payment_ids: tuple[str, ...], request_id: str | None
) -> FetchedLink:
    """A link as it stands. What was paid is not in it: that is in the events."""
    with reading("link", request_id):
        return FetchedLink(
            provider_id=text(body["id"]),
            reference=reference_of(body),
            amount=_total(body, read_label(word(body.get("name")))),
            usable=body["is_active"] is not False,
            received=received,
            expires_on=None,
            payment_ids=payment_ids,
            taken_back=body["is_active"] is False,
        )


def to_sold(body: Row, shared_prices: Collection[str]) -> Sold:
    """What an event's link can be recognised by."""
    named = read_label(word(body.get("name"))).named
    not_its_own = {*shared_prices, *([named.price_id] if named else [])}
    own = [price for price in prices_in(body) if price not in not_its_own]
    return Sold(word(body.get("id")), reference_of(body), own)


def to_found(body: Row, reference: str) -> CreatedLink | None:
    """A link of a list, if it is open, ours, and over the sum that its label says was asked for."""
    if reference_of(body) != reference or body.get("is_active") is not True:
        return None
    try:
        return to_link(body, read_label(word(body.get("name"))), None)
    except (BackendProtocolError, BackendRejected):
        return None


def reference_of(body: Row) -> str | None:
    """Ours, in the metadata where they are shown, else in the label."""
    told = word(part(body, "metadata").get(OUR_REFERENCE))
    return told or read_label(word(body.get("name"))).reference


def addresses(body: Any) -> list[str]:
    """The URLs of the webhook endpoints in a page of their list."""
    lists = [body.get(name) for name in PAGE_FIELDS] if isinstance(body, dict) else []
    rows = [row for rows in lists if isinstance(rows, list) for row in rows if isinstance(row, dict)]
    return [row["url"] for row in rows if isinstance(row.get("url"), str)]


def _total(body: Row, label: Label) -> Money:
    """What a link comes to. One that sells nothing comes to 0, and need not tell its currency."""
    if body.get("mode") == LinkKind.SETUP and not body.get("total_amount_atom") and label.amount:
        return Money(0, label.amount.currency)
    return to_money(body["total_amount_atom"], body["currency"])


def made_at(body: Row) -> datetime | None:
    """When a link was made; None if that cannot be read."""
    try:
        return moment(body.get("created_at"))
    except (TypeError, ValueError):
        return None
