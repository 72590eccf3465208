"""Money is whole minor units and a code: exact, or refused."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from iso4217 import Currency

from bot.conversation.money_words import NAMES, SIGNS
from bot.money import (
    EXPONENTS,
    Money,
    TooManyDecimals,
    UnknownCurrency,
    exponent_of,
    pack,
    unpack,
)

CODES = st.sampled_from(sorted(EXPONENTS))
MINORS = st.integers(min_value=-(10**15), max_value=10**15)


# In the standard, but nobody can be charged in them: units of account, funds, and what has no minor unit.
UNITS_AND_FUNDS = {"BOV", "CHE", "CHW", "CLF", "COU", "MXV", "USN", "UYI", "UYW", "XAD"}


def test_exponents_are_those_of_the_maintenance_agency() -> None:
    published = {one.code: one.exponent for one in Currency if one.exponent is not None}
    assert published == EXPONENTS | {code: published[code] for code in UNITS_AND_FUNDS}


@pytest.mark.parametrize(
    "code",
    [
        *("XYZ", "eur", "", "EURO", "€", "XAU", "XDR", "XTS", "XXX"),
        *sorted(UNITS_AND_FUNDS),
    ],
)
def test_nobody_is_charged_in_unknown_codes_funds_metals_or_units_of_account(code: str) -> None:
    with pytest.raises(UnknownCurrency):
        exponent_of(code)
    with pytest.raises(UnknownCurrency):
        Money(1, code)


@pytest.mark.parametrize(
    ("major", "currency", "minor"),
    [
        ("49.90", "EUR", 4990),
        ("49.9", "EUR", 4990),
        ("49.900", "EUR", 4990),
        ("0.29", "USD", 29),
        ("1.1", "USD", 110),
        ("10.5", "KWD", 10500),
        ("500", "JPY", 500),
        ("500.00", "JPY", 500),
        ("1E+3", "JPY", 1000),
        ("-1.50", "EUR", -150),
        ("90071992547409.93", "EUR", 9007199254740993),
        ("0E-999999", "EUR", 0),
        ("9" * 30, "JPY", 10**30 - 1),
    ],
)
def test_major_units_become_minor_units_exactly(major: str, currency: str, minor: int) -> None:
    assert Money.of(Decimal(major), currency) == Money(minor, currency)


@pytest.mark.parametrize(
    ("major", "currency"),
    [
        ("1.005", "EUR"),
        ("10.5", "JPY"),
        ("1.2345", "KWD"),
        ("-0.001", "EUR"),
        ("10E-7", "EUR"),
        ("1E-999999", "EUR"),
    ],
)
def test_more_decimals_than_the_currency_has_are_refused_not_rounded(major: str, currency: str) -> None:
    with pytest.raises(TooManyDecimals):
        Money.of(Decimal(major), currency)


@pytest.mark.parametrize("text", ["NaN", "Infinity", "-Infinity", "sNaN"])
def test_what_is_no_number_is_no_amount(text: str) -> None:
    with pytest.raises(ValueError, match="not an amount"):
        Money.of(Decimal(text), "EUR")


@given(st.integers(min_value=10**27, max_value=10**60), st.integers(min_value=0, max_value=99))
def test_amounts_longer_than_any_are_exact_or_refused_never_rounded(units: int, cents: int) -> None:
    try:
        money = Money.of(Decimal(f"{units}.{cents:02d}"), "EUR")
    except ValueError:
        return
    assert money.minor == units * 100 + cents


@pytest.mark.parametrize("text", ["1E+999999", "1E+30"])
def test_an_amount_beyond_all_arithmetic_is_refused_not_a_crash(text: str) -> None:
    with pytest.raises(ValueError, match="not an amount"):
        Money.of(Decimal(text), "EUR")


@pytest.mark.parametrize(
    ("money", "text"),
    [
        (Money(4990, "EUR"), "49.90 EUR"),
        (Money(5, "EUR"), "0.05 EUR"),
        (Money(500, "JPY"), "500 JPY"),
        (Money(1, "KWD"), "0.001 KWD"),
    ],
)
def test_an_amount_is_written_with_all_its_decimals(money: Money, text: str) -> None:
    assert str(money) == text


@given(MINORS, CODES)
def test_nothing_is_lost_on_the_way_to_major_units_and_back(minor: int, currency: str) -> None:
    money = Money(minor, currency)
    assert Money.of(money.major, currency) == money


@given(MINORS, CODES)
def test_nothing_is_lost_on_the_way_to_a_row_and_back(minor: int, currency: str) -> None:
    assert unpack(pack(Money(minor, currency))) == Money(minor, currency)


def test_a_packed_amount_is_minor_units_and_code() -> None:
    assert pack(Money(4990, "EUR")) == "4990 EUR"


def test_every_sign_and_name_stands_for_currencies_that_can_be_charged() -> None:
    meant = {code for codes in (*SIGNS.values(), *NAMES.values()) for code in codes}
    assert meant <= EXPONENTS.keys()
