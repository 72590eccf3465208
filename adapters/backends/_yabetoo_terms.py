"""What a link is over, in words: kept in its metadata, and read again out of what YabetooPay answers."""

from collections.abc import Mapping
from typing import Any

from adapters.backends._asking import count_in
from adapters.backends._shapes import Row, an_object, from_major, part, text
from bot.money import Money, unpack
from bot.ports.backend import LinkRequest


def asked(request: LinkRequest) -> str:
    """`49.90 EUR`, `10.00 EUR to 49.90 EUR`, or `2 x price_9`; and how often, if not once."""
    if price_id := request.details.get("price"):
        over = f"{quantity_in(request.details)} x {price_id}"
    else:
        over = _written(request.least, request.amount)
    return over + _often(request.uses)


def answered(row: Row) -> str:
    """The same, of a link as it is."""
    if items := row.get("items"):
        lines = map(an_object, items)
        over = ", ".join(f"{line.get('quantity') or 1} x {line.get('priceId')}" for line in lines)
    else:
        over = _written(*_ends(row))
    return over + _often(row.get("maxRedemptions"))


def amount_of(row: Row) -> Money:
    """The amount, the most that the payer can choose, or what we noted that its items come to."""
    return unpack(text(part(row, "metadata").get("amount"))) if row.get("items") else _ends(row)[1]


def quantity_in(details: Mapping[str, str]) -> int:
    """How many of a price; raises BackendRejected."""
    return count_in(details, "quantity") or 1


def to_money(value: Any, currency: Any) -> Money:
    """Major units; the currency in capitals or small letters."""
    return from_major(value, text(currency).upper())


def _written(least: Money | None, most: Money) -> str:
    return f"{most}" if least is None else f"{least} to {most}"


def _often(uses: int | None) -> str:
    return "" if uses == 1 else f", {uses or 'any number of'} times"


def _ends(row: Row) -> tuple[Money | None, Money]:
    """Where the payer does not choose there is no least."""
    currency = row["currency"]
    if row["amount"] is not None:
        return None, to_money(row["amount"], currency)
    return to_money(row["minAmount"], currency), to_money(row["maxAmount"], currency)
