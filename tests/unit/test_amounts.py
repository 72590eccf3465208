"""A numeral has every reading that people give it, and none is guessed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.conversation.amounts import LARGEST, read_numeral, spell
from bot.money import EXPONENTS, Money
from tests.unit.records import FORMATS, written

CODES = st.sampled_from(sorted(EXPONENTS))
MINORS = st.integers(min_value=1, max_value=LARGEST)
CONFIRMED = st.sampled_from([None, *FORMATS])


@pytest.mark.parametrize(
    ("numeral", "currency", "minor"),
    [
        ("49.90", "EUR", 4990),
        ("49,90", "EUR", 4990),
        ("49.9", "EUR", 4990),
        ("49", "EUR", 4900),
        ("1,234.56", "EUR", 123456),
        ("1.234,56", "EUR", 123456),
        ("1.234.567", "EUR", 123456700),
        ("1,234,567", "JPY", 1234567),
        ("1234567", "JPY", 1234567),
        ("0.001", "KWD", 1),
        ("0,005", "KWD", 5),
        ("1234.567", "KWD", 1234567),
        ("1,234.567", "KWD", 1234567),
        ("1.234,5", "KWD", 1234500),
        ("1,23,456", "INR", 12345600),
        ("12,34,567.89", "INR", 123456789),
        ("1'234.50", "CHF", 123450),
        ("1\N{NARROW NO-BREAK SPACE}234,50", "EUR", 123450),
        ("10.00", "JPY", 10),
        ("10,0", "XAF", 10),
        ("1,000.00", "JPY", 1000),
        ("1.000,00", "JPY", 1000),
        ("10.000", "JPY", 10000),
        ("5k", "EUR", 500000),
        ("2.5k", "USD", 250000),
    ],
)
def test_one_reading_is_taken(numeral: str, currency: str, minor: int) -> None:
    assert read_numeral(numeral, currency).taken == Money(minor, currency)


@pytest.mark.parametrize("numeral", ["1,234", "1.234", "12,345", "999.999"])
def test_two_readings_are_asked_about(numeral: str) -> None:
    digits = int(numeral.replace(",", "").replace(".", ""))
    asked = read_numeral(numeral, "KWD").question
    assert sorted(money.minor for money in asked) == [digits, digits * 1000]


@pytest.mark.parametrize(
    ("numeral", "currency", "problem"),
    [
        ("10.5", "JPY", "amount_decimals"),
        ("10.50", "JPY", "amount_decimals"),
        ("10.0000", "JPY", "amount_decimals"),
        ("1.2345", "USD", "amount_decimals"),
        ("1.23456", "KWD", "amount_decimals"),
        ("0.001", "EUR", "amount_decimals"),
        ("1,23,4567", "INR", "amount_unreadable"),
        ("1.234.56", "EUR", "amount_unreadable"),
        ("1,234,56", "EUR", "amount_unreadable"),
        ("1234,567.00", "EUR", "amount_unreadable"),
        ("1..2", "EUR", "amount_unreadable"),
        ("0", "EUR", "amount_zero"),
        ("0.00", "EUR", "amount_zero"),
        ("0.00", "JPY", "amount_zero"),
        ("0,000", "KWD", "amount_zero"),
        (str(LARGEST + 1), "JPY", "amount_too_large"),
        ("9" * 60, "EUR", "amount_too_large"),
    ],
)
def test_what_has_no_good_reading_is_refused_with_its_reason(
    numeral: str, currency: str, problem: str
) -> None:
    read = read_numeral(numeral, currency)
    assert (read.problem, read.taken, read.question) == (problem, None, ())


def test_the_largest_amount_is_still_taken() -> None:
    assert read_numeral(str(LARGEST), "JPY").taken == Money(LARGEST, "JPY")


@given(MINORS, CODES, st.sampled_from(list(FORMATS)))
def test_written_in_a_format_an_amount_is_read_back_or_among_those_asked(
    minor: int, currency: str, name: str
) -> None:
    money = Money(minor, currency)
    read = read_numeral(written(money, name), currency)
    assert read.taken == money or money in read.question


@given(MINORS, CODES, st.sampled_from(list(FORMATS)))
def test_written_in_the_confirmed_format_an_amount_is_taken(minor: int, currency: str, name: str) -> None:
    money = Money(minor, currency)
    assert read_numeral(written(money, name), currency, name).taken == money


@given(MINORS, CODES, st.sampled_from([("en", "de"), ("de", "en")]))
def test_written_in_another_format_than_the_confirmed_it_is_taken_as_meant_or_asked(
    minor: int, currency: str, names: tuple[str, str]
) -> None:
    """Except where the numeral is a well-formed other amount in the confirmed format: `1,234` dinar."""
    money, (used, confirmed) = Money(minor, currency), names
    numeral = written(money, used)
    read = read_numeral(numeral, currency, confirmed)
    if read.taken is not None and read.taken != money:
        assert written(read.taken, confirmed).rstrip("0").rstrip(",.") == numeral
    else:
        assert read.taken == money or money in read.question


@given(MINORS, CODES, CONFIRMED)
def test_a_spelling_is_always_read_as_exactly_that_amount(
    minor: int, currency: str, confirmed: str | None
) -> None:
    money = Money(minor, currency)
    assert read_numeral(spell(money), currency, confirmed).taken == money


@given(st.text(alphabet="0123456789.,", max_size=40), CODES, CONFIRMED)
def test_every_numeral_has_exactly_one_outcome(numeral: str, currency: str, confirmed: str | None) -> None:
    read = read_numeral(numeral, currency, confirmed)
    assert [read.taken is not None, bool(read.question), read.problem is not None].count(True) == 1


@given(st.text(alphabet="0123456789.,", max_size=20), CODES)
def test_a_confirmed_format_never_takes_what_was_no_reading_before(numeral: str, currency: str) -> None:
    open_minded = read_numeral(numeral, currency)
    readings = {*open_minded.question, *((open_minded.taken,) if open_minded.taken else ())}
    for confirmed in FORMATS:
        taken = read_numeral(numeral, currency, confirmed).taken
        assert taken is None or taken in readings
