"""How things are worded somewhere, and the parts that every card there has."""

import re
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from bot.delivery.masks import in_full, masked
from bot.ports.model import Customer, Destination, Mode
from bot.texts import Texts
from bot.texts.harmless import harmless

_FOR = re.compile(r"\Afor\s+(?=\S)", re.IGNORECASE)
MONEY_PARAMS = frozenset({"amount", "least", "authorised", "paid", "kept", "refunded", "disputed"})


@dataclass(frozen=True, slots=True)
class Installation:
    """How this installation speaks: who asks customers to pay, in which time zone, reached where."""

    merchant: str
    zone: ZoneInfo
    public_url: str | None = None  # None: the world does not reach it


@dataclass(frozen=True, slots=True)
class Setting:
    """What decides how things are worded in one place; no setting of the operator's.

    `texts` has the place's language. `private`: one person reads there alone, and is shown customers in full.
    `mode`: of the account that is spoken of; TEST is said to be such. `ours`: people are given our own
    address of a link, which leads to its newest object.
    """

    texts: Texts
    zone: ZoneInfo
    private: bool
    mode: Mode
    ours: bool = False


def setting_for(destination: Destination, zone: ZoneInfo, mode: Mode) -> Setting:
    """The setting of one destination."""
    return Setting(Texts(destination.language), zone, destination.place.private, mode)


def customer_rows(setting: Setting, customer: Customer) -> tuple[tuple[str, str], ...]:
    """One row with what is known of the customer; none if nothing is."""
    return text_row(setting.texts, "customer", in_full(customer) if setting.private else masked(customer))


def text_row(texts: Texts, key: str, text: str | None) -> tuple[tuple[str, str], ...]:
    """A row of its own for a text that may be missing."""
    return ((texts(f"row.{key}"), harmless(text)),) if text else ()


def test_note(setting: Setting) -> tuple[str, ...]:
    """Said wherever an account moves no real money."""
    return (setting.texts("card.test"),) if setting.mode is Mode.TEST else ()


def unknown_amounts(texts: Texts) -> dict[str, str]:
    """What stands for an amount that nobody has told us: never the one that was asked for."""
    return dict.fromkeys(MONEY_PARAMS, texts("amount.unknown"))


def capitalised(text: str) -> str:
    """A sentence may begin with such an amount."""
    return text[:1].upper() + text[1:]


def what_for(description: str | None) -> str:
    """What a sentence says "for" in front of by itself: typed as `for coffee` it is said once."""
    return _FOR.sub("", description or "")
