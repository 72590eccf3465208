"""What a payer types into a hosted page's card form, held against a provider's test cards."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sandbox.hosted import text_of

_EXPIRY = re.compile(r"\s*(0?[1-9]|1[0-2])\s*/?\s*(?:20)?(\d{2})\s*")


class CardRefused(ValueError):
    """The form names no test card that can be tried; the text tells the payer why."""


@dataclass(frozen=True, slots=True)
class Card:
    """A card that may be tried: digits only, a month and a whole year."""

    number: str
    month: int
    year: int


def card_fields() -> str:
    """The fields of a form that `read_card` takes, as HTML."""
    return text_of(Path(__file__).parent / "card_fields.html")


def read_card(fields: Mapping[str, str], accepted: Collection[str], now: datetime) -> Card:
    """The card of a form with `card_number`, `expiry` and `cvv`; raises CardRefused."""
    number = re.sub(r"[\s-]", "", fields.get("card_number", ""))
    if number not in accepted:
        raise CardRefused("This is not one of the test cards. Choose one from the list below.")
    expiry = _EXPIRY.fullmatch(fields.get("expiry", ""))
    if expiry is None:
        raise CardRefused("Write the expiry date as month and year, like 12/30.")
    card = Card(number, int(expiry[1]), 2000 + int(expiry[2]))
    if (card.year, card.month) < (now.year, now.month):
        raise CardRefused("This expiry date has passed. Use one in the future.")
    cvv = fields.get("cvv", "").strip()
    if not re.fullmatch("[0-9]{3}", cvv):
        raise CardRefused("The security code of this card has 3 digits.")
    return card


def grouped(number: str) -> str:
    """`5123456789012346` -> `5123 4567 8901 2346`, as it stands on a card."""
    return " ".join(re.findall(r"\d{1,4}", number))
