"""What a link is over, in words: kept in its metadata, and read again out of what YabetooPay answers."""

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from adapters.backends._shapes import an_object, in_figures, part, text
from bot.errors import BackendRejected
from bot.money import Money, unpack
from bot.ports.backend import LinkRequest

Row = Mapping[str, Any]
_MAJOR = re.compile(r"[0-9]+(\.[0-9]+)?")


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
    told = details.get("quantity") or "1"
    if not (told.isascii() and told.isdecimal() and int(told)):
        raise BackendRejected(("quantity_invalid",), field="quantity")
    return int(told)


def to_money(value: Any, currency: Any) -> Money:
    """Major units, as a number or a string; the currency in capitals or small letters."""
    if isinstance(value, str) and _MAJOR.fullmatch(value):
        value = Decimal(value)
    if isinstance(value, bool) or not isinstance(value, int | Decimal) or value < 0:
        raise TypeError(f"not an amount: {type(value).__name__}")
    return in_figures(Money.of(Decimal(value), text(currency).upper()))


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
