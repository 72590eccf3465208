"""A range: two amounts of one currency that the payer chooses between. Whatever else has a dash is none."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.conversation.amounts import LARGEST, spell
from bot.conversation.parse import parse
from bot.money import Money
from tests.unit.outcomes import outcome
from tests.unit.test_parse_properties import CODES, CONFIRMED, WORDS


@pytest.mark.parametrize(
    "text",
    [
        *("10-50 EUR", "10\N{EN DASH}50 EUR", "10 to 50 EUR", "10 bis 50 EUR", "EUR 10-50", "10-50€"),
        *("€10-50", "€10-€50", "10€-50€", "10 EUR to 50 EUR", "EUR 10 bis EUR 50", "10.00-50,00 EUR"),
        *("10EUR-50EUR", "10-50 euros", "10-50 eur"),
    ],
)
@pytest.mark.parametrize("account", [None, "EUR", "USD"])
def test_two_amounts_and_what_parts_them_are_a_range(text: str, account: str | None) -> None:
    assert outcome(parse(text, currency=account)) == "1000 to 5000 EUR"


@pytest.mark.parametrize(
    ("text", "description"),
    [
        ("10-50 EUR donation", "donation"),
        ("donation 10-50 EUR", "donation"),
        ("donation of 10 to 50 EUR for the roof", "donation for the roof"),
        ("10-50 EUR INV-2024-10", "INV-2024-10"),
        ("10-50 EUR 2024-10", "2024-10"),
    ],
)
def test_the_words_around_a_range_are_the_description(text: str, description: str) -> None:
    understood = parse(text)
    assert (outcome(understood), understood.description) == ("1000 to 5000 EUR", description)


@pytest.mark.parametrize("account", [None, "EUR"])
@pytest.mark.parametrize(
    ("text", "description"),
    [
        *(("from 10 to 50 EUR", None), ("From 10-50 EUR donation", "donation"), ("von 10 bis 50 EUR", None)),
        ("donation from \N{EURO SIGN}10 to \N{EURO SIGN}50 from Jane", "donation from Jane"),
    ],
)
def test_from_belongs_to_its_range(text: str, description: str | None, account: str | None) -> None:
    understood = parse(text, currency=account)
    assert (outcome(understood), understood.description) == ("1000 to 5000 EUR", description)


def test_from_belongs_to_a_range_that_is_alone() -> None:
    assert outcome(parse("from 10 to 50", currency="EUR")) == "1000 to 5000 EUR"
    assert parse("49.90 EUR from Jane").description == "from Jane"


@pytest.mark.parametrize(
    "text",
    [
        "3x 10-50 EUR",
        "10-50 EUR x3",
        "3 x 10-50 EUR",
        "3 X 10-50 EUR",
        "3x 10 to 50 EUR",
        "3 times 10-50 EUR",
    ],
)
def test_a_range_that_may_be_multiplied_is_asked_about(text: str) -> None:
    asked = outcome(parse(text))
    assert asked.startswith("ask amount"), asked
    assert {"1000 EUR", "5000 EUR"} <= set(asked.removeprefix("ask amount ").split(", "))


def test_an_x_that_is_a_word_multiplies_nothing() -> None:
    assert outcome(parse("10-50 EUR x lamp")) == outcome(parse("lamp x 10-50 EUR")) == "1000 to 5000 EUR"


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("49.90 EUR INV-2024-10", "4990 EUR"),
        ("INV-2024-10 49.90 EUR", "4990 EUR"),
        ("49.90 EUR Invoice 2024-10", "4990 EUR"),
        ("Invoice 2024-10 49.90 EUR", "4990 EUR"),
        ("Invoice 2024-10 EUR 49.90", "4990 EUR"),
        ("49.90 EUR 10-12 pieces", "4990 EUR"),
        ("10-12 Main Street 49.90 EUR", "4990 EUR"),
        ("49.90 EUR 2026-12-31", "4990 EUR"),
        ("3 to 5 days 49.90 EUR", "4990 EUR"),
        ("Invoice 12 - 49.90 EUR", "4990 EUR"),
        ("12 - 49.90 EUR", "ask amount 1200 EUR, 4990 EUR"),
        ("10-12 Main Street", "required"),
    ],
)
def test_a_dash_elsewhere_makes_no_range(text: str, wanted: str) -> None:
    assert outcome(parse(text)) == wanted


@pytest.mark.parametrize("text", ["10-50", "10\N{EN DASH}50", "10 to 50", "10 bis 50"])
def test_alone_a_range_is_in_the_accounts_currency_or_its_currency_is_asked(text: str) -> None:
    assert outcome(parse(text, currency="EUR")) == "1000 to 5000 EUR"
    assert outcome(parse(text)) == "ask currency"


@pytest.mark.parametrize("text", ["2 to 4 lamps", "10-12 pieces", "5 bis 7 Tage"])
def test_without_a_currency_beside_it_nothing_but_a_range_alone_is_one(text: str) -> None:
    assert parse(text, currency="EUR").least is None


def test_what_can_be_dialled_is_no_range() -> None:
    assert outcome(parse("030-1234567", currency="EUR", region="DE")) == "required"


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("50-10 EUR", "range_order"),
        ("50 to 50 EUR", "range_order"),
        ("0-50 EUR", "amount_zero"),
        ("10-50.5555 EUR", "amount_decimals"),
        ("1.5-20 JPY", "amount_decimals"),
        ("10-50k EUR", "amount_unreadable"),
        ("10-20000000000 EUR", "amount_too_large"),
        ("-10-50 EUR", "amount_negative"),
        ("10--50 EUR", "amount_unreadable"),
        ("10-20-30 EUR", "amount_unreadable"),
    ],
)
def test_each_end_of_a_range_is_an_amount_and_the_first_is_the_smaller_one(text: str, wanted: str) -> None:
    assert outcome(parse(text)) == wanted


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("1,234-5,678 KWD", "ask amount 1234 KWD, 1234000 KWD, 5678 KWD, 5678000 KWD"),
        ("$10-50", "ask currency"),
        ("10 EUR to 50 USD", "ask amount 1000 EUR, 5000 USD"),
        ("20 EUR or 25 USD", "ask amount 2000 EUR, 2500 USD"),
        ("10-50 EUR or 100 EUR", "ask amount 1000 EUR, 10000 EUR, 5000 EUR"),
        ("Room 10-50 EUR 20 EUR", "ask amount 1000 EUR, 2000 EUR, 5000 EUR"),
        ("10-50 EUR 12 pieces", "ask amount 1000 EUR, 1200 EUR, 5000 EUR"),
        ("10-50 EUR 20-60 EUR", "ask amount 1000 EUR, 2000 EUR, 5000 EUR, 6000 EUR"),
    ],
)
def test_what_can_mean_two_things_is_asked(text: str, wanted: str) -> None:
    assert outcome(parse(text)).startswith(wanted)


@pytest.mark.parametrize(("confirmed", "wanted"), [("en", "1234000 to 5678000"), ("de", "1234 to 5678")])
def test_the_confirmed_number_format_decides_both_ends(confirmed: str, wanted: str) -> None:
    assert outcome(parse("1,234-5,678 KWD", confirmed=confirmed)) == f"{wanted} KWD"


@given(
    st.lists(st.integers(1, LARGEST), min_size=2, max_size=2, unique=True).map(sorted),
    st.sampled_from(CODES),
    CONFIRMED,
    st.sampled_from(["-", "\N{EN DASH}", " to ", " bis "]),
)
def test_a_range_that_is_spelled_plainly_is_taken(
    minors: list[int], code: str, confirmed: str | None, between: str
) -> None:
    low, high = (Money(minor, code) for minor in minors)
    understood = parse(f"{spell(low)}{between}{spell(high)} {code}", confirmed=confirmed)
    assert (understood.least, understood.amount) == (low, high)


@given(
    st.lists(
        st.one_of(WORDS, st.sampled_from(["10-50", "10-50€", "to", "bis", "50", "2024-10"])), max_size=7
    ),
    st.sampled_from([None, "EUR"]),
)
def test_whatever_is_typed_a_range_has_two_ends_in_order(words: list[str], account: str | None) -> None:
    understood: Any = parse(" ".join(words), currency=account)
    outcomes = [understood.amount is not None, understood.question is not None, "amount" in understood.errors]
    assert outcomes.count(True) == 1
    if understood.least:
        assert 0 < understood.least.minor < understood.amount.minor
        assert understood.least.currency == understood.amount.currency


@pytest.mark.parametrize(
    "text",
    [
        *("1 000-5 500 EUR", "5 500-10000 EUR", "5500-10 500 EUR lunch", "EUR 1 500-2 500", "1 500€-2 500€"),
        *("Room 10-12 300 EUR", "Invoice 12 500-1000 EUR"),
    ],
)
@pytest.mark.parametrize("confirmed", [None, "fr"])
def test_a_range_with_spaces_between_its_digits_is_never_read_in_part(
    text: str, confirmed: str | None
) -> None:
    understood = parse(text, confirmed=confirmed)
    assert understood.errors == {"amount": "amount_unreadable"}
    assert set(understood.typed["amount"].split()) | set((understood.description or "").split()) == set(
        text.split()
    )


@pytest.mark.parametrize(
    ("text", "becomes"),
    [
        ("10-12 300 guests 50 EUR", "5000 EUR"),
        ("10-50 EUR 300 uses", "1000 to 5000 EUR"),
        ("2024-10 50 EUR", "5000 EUR"),
    ],
)
def test_what_cannot_be_one_number_stays_apart(text: str, becomes: str) -> None:
    assert outcome(parse(text)) == becomes
