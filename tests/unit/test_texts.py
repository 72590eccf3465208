"""How amounts and moments are written."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from adapters.backends._eximpe_tables import FIELDS
from adapters.chat.telegram.cards import note
from bot.money import Money
from bot.texts import Texts
from bot.texts.en import EN

NOON = datetime(2026, 11, 28, 9, 15, tzinfo=UTC)


@pytest.mark.parametrize(
    ("zone", "wanted"),
    [
        ("UTC", "Sat 28 Nov 2026, 09:15 UTC"),
        ("Europe/Berlin", "Sat 28 Nov 2026, 10:15 CET"),
        ("Asia/Kolkata", "Sat 28 Nov 2026, 14:45 IST"),
    ],
)
def test_a_moment_is_always_written_with_its_time_zone(zone: str, wanted: str) -> None:
    assert Texts("en").moment(NOON, ZoneInfo(zone)) == wanted


@pytest.mark.parametrize(
    ("amount", "wanted"),
    [
        (Money(123450, "EUR"), "1,234.50 EUR"),
        (Money(1234, "KWD"), "1.234 KWD"),
        (Money(10000, "JPY"), "10,000 JPY"),
    ],
)
def test_an_amount_is_written_with_isos_decimals_and_its_code(amount: Money, wanted: str) -> None:
    assert Texts("en").money(amount) == wanted


@pytest.mark.parametrize("key", [key for key in EN if key.startswith(("sure.", "refused.", "wrong."))])
def test_what_a_press_is_answered_with_is_told_to_its_end_in_telegram(key: str) -> None:
    """Only 200 characters are shown; a question ends with until when money can come."""
    moment = "Wed 30 Sep 2026, 08:54 +1245"
    values = {"until": moment, "earlier": moment, "customer": "j…@a-rather-long-name.example.com"}
    told = Texts("en")(key, backend="Checkout.com", **values)
    assert note(told) == told


def test_a_backends_codes_are_worded_where_we_have_words_and_else_shown_as_they_came() -> None:
    worded = "in this currency the amount's last digit must be 0"
    assert Texts("en").codes("zip_invalid, amount_last_digit_not_0") == f"zip_invalid, {worded}"
    assert Texts("en").codes("") == ""


@pytest.mark.parametrize("path", FIELDS)
def test_a_field_that_eximpe_refuses_is_named_in_words(path: str) -> None:
    said = Texts("en").codes(path)
    assert said.endswith(" is missing or not accepted")
    assert not {*"._"} & set(said)


def test_refused_fields_are_told_together_and_one_that_nobody_is_asked_for_as_it_came() -> None:
    state, name = (
        f"{what} is missing or not accepted" for what in ("the customer's state", "what it is for")
    )
    told = Texts("en").codes("buyer.address.state, product.name, invoice.date")
    assert told == f"{state}, {name}, invoice.date"


def test_a_code_of_ours_says_its_amounts_and_one_without_them_is_shown_as_it_came() -> None:
    told = Texts("en").codes("price_differs:123450 EUR:4990 EUR, price_differs, strange:1 EUR")
    worded = "the price comes to 1,234.50 EUR, and 49.90 EUR was confirmed"
    assert told == f"{worded}, price_differs, strange:1 EUR"
