"""Who reads a message; and the parts that every card has in common."""

import re
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from bot.delivery.masks import in_full, masked
from bot.ports.model import Customer, Destination, Mode
from bot.texts import Texts
from bot.texts.harmless import harmless

_FOR = re.compile(r"\Afor\s+(?=\S)", re.IGNORECASE)
MONEY_PARAMS = frozenset({"amount", "least", "authorised", "paid", "kept", "refunded", "disputed", "total"})


@dataclass(frozen=True, slots=True)
class Installation:
    """What is the same in every message: the merchant's name, the time zone, our public address."""

    merchant: str
    zone: ZoneInfo
    public_url: str | None = None  # None: not reachable from outside


@dataclass(frozen=True, slots=True)
class Audience:
    """Who reads a message, and so how it is worded.

    `texts` are in the place's language. `private`: only one person reads it, and sees customers in full.
    `mode`: the account's; TEST is always said. `ours`: people are given our own address of a link, which
    leads to its newest object.
    """

    texts: Texts
    zone: ZoneInfo
    private: bool
    mode: Mode
    ours: bool = False


def audience_for(destination: Destination, zone: ZoneInfo, mode: Mode) -> Audience:
    """Who reads at a destination."""
    return Audience(Texts(destination.language), zone, destination.place.private, mode)


def customer_rows(audience: Audience, customer: Customer) -> tuple[tuple[str, str], ...]:
    """One row with what is known of the customer; none if nothing is."""
    return text_row(audience.texts, "customer", in_full(customer) if audience.private else masked(customer))


def text_row(texts: Texts, key: str, text: str | None) -> tuple[tuple[str, str], ...]:
    """A row of its own for a text that may be missing."""
    return ((texts(f"row.{key}"), harmless(text)),) if text else ()


def test_note(audience: Audience) -> tuple[str, ...]:
    """Said wherever an account moves no real money."""
    return (audience.texts("card.test"),) if audience.mode is Mode.TEST else ()


def unknown_amounts(texts: Texts) -> dict[str, str]:
    """What stands for an amount that nobody has told us: never the one that was asked for."""
    return dict.fromkeys(MONEY_PARAMS, texts("amount.unknown"))


def capitalised(text: str) -> str:
    """With a capital first letter: a sentence may begin with an unknown amount."""
    return text[:1].upper() + text[1:]


def what_for(description: str | None) -> str:
    """What a sentence says "for" in front of by itself: typed as `for coffee` it is said once."""
    return _FOR.sub("", description or "")
