"""What Cost+ answers, read: links and refusals, and what all answers have."""

import re
from datetime import datetime
from typing import Any

from adapters.backends._costplus_request import from_period, to_lifetime
from adapters.backends._costplus_tables import FIELDS, RECEIVED, USABLE
from adapters.backends._http import Answer
from adapters.backends._shapes import Row, address, moment, part, storable, text, whole, word
from bot.errors import BackendRejected
from bot.money import Money
from bot.ports.backend import CreatedLink, FetchedLink, LinkRequest

_PLAIN = re.compile(r"[\w./\[\]-]{1,100}", re.ASCII)


def to_link(body: Row, request: LinkRequest) -> CreatedLink:
    """The answer to a creation. It need not repeat more than its id and address: what we sent then holds."""
    lifetime = from_period(word(body.get("expiration_period"))) or to_lifetime(request)
    begun = moment(body["created"]) if body.get("created") else request.now
    return CreatedLink(text(body["id"]), address(body["payment_url"]), begun + lifetime)


def to_fetched(body: Row) -> FetchedLink:
    """A link as it stands. An unknown status, or none, is taken as usable: it changes nothing."""
    status, orders = word(body.get("status")) or "new", part(body, "orders")
    listed = [order_id for name in orders for order_id in words_in(orders, name)]
    completed = word(body.get("completed_order_id"))
    return FetchedLink(
        provider_id=text(body["id"]),
        reference=word(body.get("merchant_order_id")),
        amount=money_of(body),
        usable=USABLE.get(status, True),
        received=status == RECEIVED,
        expires_on=_expiry(body),
        payment_ids=tuple(dict.fromkeys([*listed, *([completed] if completed else [])])),
    )


def words_in(row: Row, name: str) -> tuple[str, ...]:
    """The texts of a list inside an object; empty if there is no list."""
    listed = row.get(name)
    return tuple(filter(None, map(word, listed))) if isinstance(listed, list) else ()


def explain(answer: Answer) -> BackendRejected:
    """A refusal in one of its two shapes. Its sentence is not repeated: it may quote the customer."""
    error = answer.body.get("error") if isinstance(answer.body, dict) else None
    told = [error.get("type"), _property(error)] if isinstance(error, dict) else [error]
    codes = [code for code in told if isinstance(code, str) and _PLAIN.fullmatch(code)]
    if codes and not isinstance(error, dict):
        codes.append("why_unsaid")
    field = next((FIELDS[code] for code in codes if code in FIELDS), None)
    all_codes = tuple(codes) or (f"http_{answer.status}",)
    return BackendRejected(all_codes, field=field, request_id=answer.request_id)


def _property(error: Row) -> str | None:
    """What is refused: by its name, wherever it lies, if it is one of ours."""
    path = word(error.get("property_path"))
    return next((name for name in re.split(r"\W+", path or "") if name in FIELDS), path)


def money_of(row: Row, minor: Any = None) -> Money:
    """Cost+ counts in the currency's minor units: the row's own amount, or another one in its currency."""
    units = row["amount"] if minor is None else minor
    return storable(Money(whole(units), text(row["currency"])))


def _expiry(body: Row) -> datetime | None:
    lifetime = from_period(word(body.get("expiration_period")))
    return moment(body["created"]) + lifetime if body.get("created") and lifetime else None
