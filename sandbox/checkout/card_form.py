"""The form's card: read, or refused with what is wrong at each field."""

import re
from collections.abc import Mapping
from datetime import datetime

from sandbox.checkout.cards import TEST_CARDS

_CVV_DIGITS = {"AMEX": 4}
_LONGEST_REFERENCE = {"AMEX": 30}


class FormRefused(ValueError):
    """The form cannot be tried; `errors` tells the payer why, by the fields' names."""

    def __init__(self, errors: dict[str, str]) -> None:
        super().__init__(*errors.values())
        self.errors = errors


def read_card(fields: Mapping[str, str], now: datetime, reference: str | None) -> tuple[str, int, int]:
    """Number, month and year of the form's test card; raises FormRefused with all that is wrong."""
    number = re.sub(r"[\s-]", "", fields.get("card_number", ""))
    month, year = _expiry(fields.get("expiry", ""))
    found = {
        "card_number": _number_error(number, reference),
        "expiry": _expiry_error(month, year, now),
        "cvv": _cvv_error(fields.get("cvv", "").strip(), number),
    }
    if errors := {name: error for name, error in found.items() if error}:
        raise FormRefused(errors)
    return number, month, year


def _number_error(number: str, reference: str | None) -> str | None:
    if not number:
        return "Enter the number of a test card."
    if number not in TEST_CARDS:
        return "This is not one of the test cards. Choose one from the list below."
    scheme = TEST_CARDS[number][0]
    if len(reference or "") > _LONGEST_REFERENCE.get(scheme, 50):
        return "This kind of card cannot be used for this payment. Use another one."
    return None


def _expiry(text: str) -> tuple[int, int]:
    found = re.fullmatch(r"\s*([0-9]{1,2})\s*/?\s*(?:20)?([0-9]{2})\s*", text)
    return (int(found[1]), 2000 + int(found[2])) if found else (0, 0)


def _expiry_error(month: int, year: int, now: datetime) -> str | None:
    if not 1 <= month <= 12:  # noqa: PLR2004 - months
        return "Write the expiry date as month and year, like 12/30."
    if (year, month) < (now.year, now.month):
        return "This expiry date has passed. Use one in the future."
    return None


def _cvv_error(cvv: str, number: str) -> str | None:
    scheme = TEST_CARDS[number][0] if number in TEST_CARDS else ""
    needed = _CVV_DIGITS.get(scheme, 3)
    if re.fullmatch(rf"[0-9]{{{needed}}}", cvv):
        return None
    return f"The security code of this card has {needed} digits." if number else "Enter the security code."
