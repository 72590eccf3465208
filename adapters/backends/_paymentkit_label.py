"""A link's label, which only the merchant sees: a link as it is fetched need not have its metadata."""

import re
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from bot.money import Money

_LONGEST = 255
_LABEL = re.compile(r"(PL[0-9A-Z]{12}(?:-[0-9]+)?)(?: ([0-9.]+) ([A-Z]{3}))?(?: = ([0-9]+) x (\S+))?(?: |$)")


@dataclass(frozen=True, slots=True)
class Item:
    """So many of a price. `named`: by whoever asked for the link, so that other links may sell it, too."""

    price_id: str
    quantity: int = 1
    named: bool = False


@dataclass(frozen=True, slots=True)
class Label:
    """What stands in front of the description: what was asked for, and of which price that was named."""

    reference: str | None = None
    amount: Money | None = None
    named: Item | None = None

    def text(self, description: str | None) -> str:
        """`PL… 49.90 EUR Table, oak`, or `PL… 49.00 EUR = 2 x price_9 Table, oak`."""
        named = f"= {self.named.quantity} x {self.named.price_id}" if self.named else None
        parts = (self.reference, str(self.amount) if self.amount else None, named, description)
        return " ".join(filter(None, parts))[:_LONGEST]


def read_label(name: str | None) -> Label:
    """What can be read out of a link's name; nothing if it is not one of ours."""
    found = _LABEL.match(name or "")
    if found is None:
        return Label()
    reference, major, currency, quantity, price_id = found.groups()
    named = Item(price_id, int(quantity), named=True) if price_id else None
    try:
        amount = Money.of(Decimal(major), currency) if major else None
    except (InvalidOperation, ValueError):
        amount = None
    return Label(reference, amount, named)
