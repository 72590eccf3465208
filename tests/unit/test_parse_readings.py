"""An amount is taken only where an independent reader, checked by eye, has that one reading too."""

import re
import time
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from babel.localedata import locale_identifiers
from babel.numbers import format_decimal
from hypothesis import given
from hypothesis import strategies as st

from bot.conversation.amounts import LARGEST
from bot.conversation.parse import parse
from bot.money import EXPONENTS, Money
from tests.unit.test_parse_properties import readings_of

CODES = sorted(EXPONENTS)
LOCALES = sorted(locale_identifiers())
HARD_SPACE = "\N{NO-BREAK SPACE}"
NUMERALS = st.from_regex(rf"\A[0-9]{{1,4}}([.,'{HARD_SPACE}][0-9]{{1,4}}){{0,4}}\Z")
SPELLED = str.maketrans(
    {
        "\N{ARABIC DECIMAL SEPARATOR}": ".",
        "\N{ARABIC COMMA}": ",",
        "\N{REVERSED COMMA}": ",",
        "\N{RIGHT SINGLE QUOTATION MARK}": "'",
        "\N{NARROW NO-BREAK SPACE}": HARD_SPACE,
    }
)
AMOUNTS = st.builds(Money, st.integers(1, LARGEST), st.sampled_from(CODES))


def grouped_well(units: str, mark: str) -> bool:
    first, *rest = units.split(mark)
    by_three = len(first) <= 3 and all(len(group) == 3 for group in rest)
    by_two = len(first) <= 2 and len(rest[-1]) == 3 and all(len(group) == 2 for group in rest[:-1])
    return first[0] != "0" and (by_three or (mark == "," and by_two))


def possible(numeral: str, exponent: int) -> set[int]:
    """The minor units that the numeral can mean: its last mark is tried as each thing it can be."""
    marks = re.sub("[0-9]", "", numeral)
    found = set()
    for has_fraction in (False, True):
        if has_fraction and marks[-1:] not in {".", ","}:
            continue
        units, _, fraction = numeral.rpartition(marks[-1]) if has_fraction else (numeral, "", "")
        grouping = set(re.sub("[0-9]", "", units))
        lakhs_with_comma = has_fraction and marks[-1] == "," and grouping == {","}
        if len(grouping) > 1 or (has_fraction and marks[-1] in grouping) or lakhs_with_comma:
            continue
        if grouping and not grouped_well(units, next(iter(grouping))):
            continue
        if len(fraction) <= exponent or fraction in {"0", "00"}:
            found.add(int(re.sub("[^0-9]", "", units) + fraction[:exponent].ljust(exponent, "0")))
    return found


@given(NUMERALS, st.sampled_from(CODES), st.sampled_from(["{0} {1}", "{1} {0}", "{0}{1}", "{1}{0}"]))
def test_what_is_taken_or_asked_are_exactly_the_possible_readings(
    numeral: str, currency: str, beside: str
) -> None:
    understood = parse(beside.format(numeral, currency))
    expected = possible(numeral, EXPONENTS[currency])
    readings = {money.minor for money in readings_of(understood)}
    if understood.amount:
        assert {understood.amount.minor} == expected
    elif understood.question:
        assert readings == expected
        assert len(expected) > 1
    else:
        assert expected <= {0} or min(expected) > LARGEST


@given(NUMERALS, st.sampled_from(CODES), st.sampled_from(LOCALES))
def test_a_confirmed_format_never_adds_a_reading(numeral: str, currency: str, confirmed: str) -> None:
    understood = parse(f"{numeral} {currency}", confirmed=confirmed)
    assert {money.minor for money in readings_of(understood)} <= possible(numeral, EXPONENTS[currency])


@pytest.mark.parametrize("one", ["9 ", "1 000 ", "0 ", "06 ", "1k "])
def test_very_many_numbers_hold_nobody_up(one: str) -> None:
    began = time.process_time()
    assert parse(one * 800, currency="EUR", region="FR").amount is None
    assert time.process_time() - began < 2  # seconds: all groups of so many took a minute


@pytest.mark.slow
@given(AMOUNTS, st.sampled_from(LOCALES), st.sampled_from(["#,##0", "0"]), st.integers(0, 3))
def test_every_locales_writing_of_every_currency_comes_back(
    money: Money, name: str, units: str, cut: int
) -> None:
    """With its own format confirmed exactly; else exactly where the independent reader sees one reading."""
    decimals = max(0, EXPONENTS[money.currency] - cut)
    whole = Decimal(money.major).quantize(Decimal(1).scaleb(-decimals))
    meant = Money.of(whole, money.currency)
    pattern = units + (f".{'0' * decimals}" if decimals else "")
    written = str(format_decimal(whole, pattern, locale=name))
    text = f"{written} {money.currency}"
    confirmed = parse(text, confirmed=name)
    open_minded = parse(text)
    if meant.minor == 0:
        assert confirmed.errors == open_minded.errors == {"amount": "amount_zero"}
        return
    assert confirmed.amount == meant
    assert meant in readings_of(open_minded)
    assert open_minded.amount in {None, meant}
    alike = written.translate(SPELLED)
    assert (open_minded.amount == meant) == (len(possible(alike, EXPONENTS[money.currency])) == 1)


@pytest.mark.slow
def test_no_locale_is_left_out() -> None:
    money = Money(123456, "EUR")
    for name in LOCALES:
        written = format_decimal(money.major, "#,##0.00", locale=name)
        assert parse(f"{written} EUR", confirmed=name).amount == parse(f"{written} EUR").amount == money, name


def test_the_independent_reader_reads_by_eye() -> None:
    assert possible("1,234", 3) == {1234, 1234000}
    assert possible("1,234", 2) == {123400}
    assert possible("1.234,5", 2) == {123450}
    assert possible("1,23,456.7", 2) == {12345670}
    assert possible("1.23.456", 2) == set()
    assert possible("0.001", 2) == set()
    assert possible("1'234,50", 2) == {123450}
    assert all(possible("1" + mark + "23", 0) == set() for mark in ".,'")


NOW = datetime(2026, 6, 15, 12, tzinfo=UTC)  # a Monday
PARTS = {
    "amount": {
        "49.90 EUR": Money(4990, "EUR"),
        "€1.234,56": Money(123456, "EUR"),
        "5k JPY": Money(5000, "JPY"),
    },
    "email": {
        f"{word}@example.com{end}": f"{word}@example.com" for word in ("jane", "j.doe") for end in ("", ",")
    },
    "phone": {
        "+49 171 2345678": "+491712345678",
        "tel: 0171/2345678": "+491712345678",
        "+16172535000": "+16172535000",
        "(030) 12345678": "+493012345678",
    },
    "name": {"name: Jane Doe,": "Jane Doe", 'customer: "Doe & Co; 3d"': "Doe & Co; 3d"},
    "reference": {"ref INV-12": "INV-12", "#4711": "4711", "ref:A1": "A1"},
    "expires": {
        "until friday": datetime(2026, 6, 19, 23, 59, 59, tzinfo=UTC),
        "3d": NOW + timedelta(days=3),
        "valid until 31.12.2026 17:00,": datetime(2026, 12, 31, 17, tzinfo=UTC),
    },
    "backend": {"via checkout": "checkout", "via Checkout.com,": "checkout"},
    "description": {"Dinner": "Dinner", "two nights": "two nights", "Hotel via Roma": "Hotel via Roma"},
}
CHOICES = st.fixed_dictionaries({field: st.sampled_from(sorted(texts)) for field, texts in PARTS.items()})


@given(CHOICES, st.permutations(sorted(PARTS)), st.integers(1, len(PARTS)))
def test_details_come_back_in_whatever_order_they_are_typed(
    chosen: dict[str, str], order: list[str], count: int
) -> None:
    fields = [field for field in order if field in order[:count] or field == "amount"]
    text = " ".join(chosen[field] for field in fields)
    understood = parse(text, region="DE", now=NOW, backends={"checkout": "checkout"})
    assert understood.errors == {}
    expected = {field: PARTS[field][chosen[field]] for field in fields}
    assert {field: getattr(understood, field) for field in PARTS} == dict.fromkeys(PARTS) | expected
