"""The one-line command, as people type it: taken where it is certain, asked or refused where it is not."""

import pytest

from bot.conversation.parse import parse
from bot.money import Money
from tests.unit.outcomes import outcome

TABLE = [  # text; nothing confirmed, en confirmed, de confirmed
    ("49.90 EUR", "4990 EUR", "4990 EUR", "4990 EUR"),
    ("49,90 EUR", "4990 EUR", "4990 EUR", "4990 EUR"),
    ("1.234,56 EUR", "123456 EUR", "123456 EUR", "123456 EUR"),
    ("1,234 EUR", "123400 EUR", "123400 EUR", "ask amount 123400 EUR"),
    ("1.234 EUR", "123400 EUR", "ask amount 123400 EUR", "123400 EUR"),
    ("1,234 KWD", "ask amount 1234 KWD, 1234000 KWD", "1234000 KWD", "1234 KWD"),
    ("1.234 KWD", "ask amount 1234 KWD, 1234000 KWD", "1234 KWD", "1234000 KWD"),
    ("10,000 JPY", "10000 JPY", "10000 JPY", "ask amount 10000 JPY"),
    ("10.5 JPY", "amount_decimals", "amount_decimals", "amount_decimals"),
    ("1.2345 USD", "amount_decimals", "amount_decimals", "amount_decimals"),
    ("20 EUR or 25 USD", *["ask amount 2000 EUR, 2500 USD"] * 3),
]
FORMATS = (None, "en", "de")


@pytest.mark.parametrize("account", [None, "EUR", "KWD", "JPY"])
@pytest.mark.parametrize(
    ("text", "confirmed", "wanted"),
    [(row[0], name, wanted) for row in TABLE for name, wanted in zip(FORMATS, row[1:], strict=True)],
)
def test_the_table_of_readings_holds_whatever_the_account(
    text: str, confirmed: str | None, wanted: str, account: str | None
) -> None:
    assert outcome(parse(text, currency=account, confirmed=confirmed)) == wanted


@pytest.mark.parametrize("confirmed", FORMATS)
@pytest.mark.parametrize(
    ("text", "account", "wanted"),
    [
        ("$25", "USD", "2500 USD"),
        ("$25", "CAD", "2500 CAD"),
        ("25", "EUR", "2500 EUR"),
        ("25", "JPY", "25 JPY"),
        ("25", None, "ask currency"),
        ("€25", None, "2500 EUR"),
        ("€25", "USD", "2500 EUR"),
    ],
)
def test_a_sign_or_nothing_takes_the_accounts_currency_where_it_fits(
    text: str, account: str | None, wanted: str, confirmed: str | None
) -> None:
    assert outcome(parse(text, currency=account, confirmed=confirmed)) == wanted


@pytest.mark.parametrize("account", [None, "EUR"])
def test_a_bare_dollar_asks_which_dollar(account: str | None) -> None:
    question = parse("$25", currency=account).question
    assert question is not None
    assert question.field == "currency"
    assert {Money(2500, "USD"), Money(2500, "CAD"), Money(2500, "AUD")} <= set(question.readings)


@pytest.mark.parametrize(
    "text",
    [
        *["49.90 EUR", "EUR 49.90", "49.90EUR", "EUR49.90", "49.90 eur", "49.90 Eur", "€49.90", "49.90€"],
        *["€ 49.90", "49.90 €", "49,9 euros", "(49.90 EUR)", "49.90 EUR.", "49.90, EUR", "49.90 €  EUR"],
    ],
)
def test_a_currency_may_stand_before_or_after_glued_or_apart(text: str) -> None:
    assert outcome(parse(text, currency="USD")) == "4990 EUR"


@pytest.mark.parametrize(
    ("text", "minor"),
    [
        *[("1\u00a0234,56 EUR", 123456), ("1\u202f234,56 EUR", 123456), ("1\u2009234 EUR", 123400)],
        *[("1'234.50 CHF", 123450), ("1\u2019234.50 CHF", 123450), ("5k EUR", 500000), ("2.5k USD", 250000)],
        *[
            ("٢٥ EUR", 2500),
            ("۲۵ EUR", 2500),
            ("٤٩\N{ARABIC DECIMAL SEPARATOR}٩٠ EUR", 4990),
            ("\uff12\uff15 EUR", 2500),
        ],
        *[("1,00,000 INR", 10000000), ("₹1,00,000", 10000000), ("12,34,567.00 INR", 123456700)],
        *[
            ("EUR 5,-", 500),
            ("5:- EUR", 500),
            ("\N{LEFT SINGLE QUOTATION MARK}5 EUR\N{RIGHT SINGLE QUOTATION MARK}", 500),
        ],
        *[("5.- CHF", 500), ("५० INR", 5000), ("CHF 1'234.50 chairs", 123450)],
    ],
)
def test_amounts_are_read_as_people_everywhere_write_them(text: str, minor: int) -> None:
    amount = parse(text, currency="JPY").amount
    assert amount is not None
    assert amount.minor == minor


@pytest.mark.parametrize("text", ["1 234,56 EUR", "EUR 1 234,56"])
def test_digits_grouped_by_a_plain_space_ask_unless_that_is_the_persons_format(text: str) -> None:
    question = parse(text).question
    assert question is not None
    assert question.readings == (Money(123456, "EUR"), Money(23456, "EUR"))
    assert parse(text, confirmed="fr").amount == Money(123456, "EUR")


@pytest.mark.parametrize(
    ("text", "minor", "description"),
    [
        *(("1 234 567 EUR", 123456700, None), ("€ 1 234 567,50 lunch", 123456750, "lunch")),
        *(("Invoice 25 000 EUR", 2500000, "Invoice"), ("EUR 5 000 lamps", 500000, "lamps")),
    ],
)
def test_digits_grouped_by_a_plain_space_with_one_reading_are_taken(
    text: str, minor: int, description: str | None
) -> None:
    understood = parse(text)
    assert (understood.amount, understood.description) == (Money(minor, "EUR"), description)
    assert parse(text, confirmed="en").amount is None


@pytest.mark.parametrize(
    ("text", "readings"),
    [
        ("Invoice 12 345 000 EUR", (12345000, 345000)),
        ("Invoice 1 234 567 EUR", (1234567, 567)),
        ("612 345 678", (612345678, 678)),
    ],
)
def test_what_stands_in_front_may_have_the_first_digits(text: str, readings: tuple[int, ...]) -> None:
    question = parse(text, currency="EUR").question
    assert question is not None
    assert question.readings == tuple(Money(100 * major, "EUR") for major in readings)


@pytest.mark.parametrize("text", ["Invoice 5 600 EUR", "Invoice EUR 5 600", "EUR 5 600 lamps"])
def test_an_amount_in_groups_leaves_none_of_them_in_the_description(text: str) -> None:
    understood = parse(text, confirmed="fr")
    described = "lamps" if "lamps" in text else "Invoice"
    assert (understood.amount, understood.description) == (Money(560000, "EUR"), described)


@pytest.mark.parametrize("text", ["EUR10 000USD", "10 000$ EUR", "EUR10 234USD", "1 234 567 890 123 EUR"])
@pytest.mark.parametrize("confirmed", [None, "fr"])
def test_digits_grouped_by_a_space_have_one_currency_and_a_size(text: str, confirmed: str | None) -> None:
    understood = parse(text, confirmed=confirmed)
    assert understood.amount is None
    assert (understood.question is None) is ("amount" in understood.errors)


@pytest.mark.parametrize(
    "text",
    [
        *["1_000 EUR", "5 k EUR", "5m EUR", "3 lakh INR", "1 2 EUR"],
        *["5 million EUR", "EUR 5 million", "5 million", "2 hundred EUR", "50 cents", "50 cents EUR"],
        *["50 EUR cents", "€49€90", "4€90¢", "25.5.2024 EUR", "25 in USD"],
    ],
)
@pytest.mark.parametrize("account", [None, "EUR"])
def test_what_is_not_understood_yet_is_refused_never_read_in_part(text: str, account: str | None) -> None:
    assert outcome(parse(text, currency=account)) == "amount_unreadable"


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("-5 EUR", "amount_negative"),
        ("\N{MINUS SIGN}5 EUR", "amount_negative"),
        ("EUR -5", "amount_negative"),
        ("-€5", "amount_negative"),
        ("€-5", "amount_negative"),
        ("0 EUR", "amount_zero"),
        ("0,00 EUR", "amount_zero"),
        ("10000000000.01 EUR", "amount_too_large"),
        ("9" * 300 + " EUR", "amount_too_large"),
        ("", "required"),
        ("jane@example.com", "required"),
        ("lunch with Jane", "required"),
    ],
)
def test_an_amount_that_cannot_be_meant_is_refused_with_its_reason(text: str, wanted: str) -> None:
    assert outcome(parse(text, currency="EUR")) == wanted


@pytest.mark.parametrize(
    "text",
    [
        *["1٢5 EUR", "1e3 EUR", "+5 EUR", ".50 EUR", ",50 EUR", "½ EUR", "1½ EUR", "1·234 EUR"],
        *["3x25 EUR", "20/25 EUR", "5mio EUR", "25¢", "25p", "five EUR"],
        *["100% EUR", "#25 EUR", "EUR25USD", "元500", "\N{EN DASH}5 EUR", "25EURx3"],
    ],
)
@pytest.mark.parametrize("account", [None, "EUR"])
def test_what_merely_resembles_an_amount_is_never_taken(text: str, account: str | None) -> None:
    assert parse(text, currency=account).amount is None


@pytest.mark.parametrize(
    ("text", "readings"),
    [
        ("20 or 25 EUR", "2000 EUR, 2500 EUR"),
        *((f"20 {joiner} 25 EUR", "2000 EUR, 2500 EUR") for joiner in ("ou", "et", "à")),
        ("20 - 25 EUR", "2000 EUR, 2500 EUR"),
        ("2 x 25 EUR", "2500 EUR, 5000 EUR"),
        *(
            (text, "2500 EUR, 5000 EUR")
            for text in ("2x 25 EUR", "2X 25 EUR", "2\N{MULTIPLICATION SIGN} 25 EUR")
        ),
        *(
            (text, "2500 EUR, 5000 EUR")
            for text in ("25 EUR x2", "25 EUR 2x", "x2 25 EUR", "2x EUR 25", "2x, 25€")
        ),
        *(
            (text, "2500 EUR, 5000 EUR")
            for text in (
                "2 times 25 EUR",
                "2 fois 25 EUR",
                "25 EUR times 2",
                "25 EUR Times 2 lamps",
                "2 mal 25 EUR",
                "25 EUR mal 2",
            )
        ),
        ("25 EUR \N{MULTIPLICATION SIGN}2 lamps", "2500 EUR, 5000 EUR"),
        ("2x 234 567 EUR", "23456700 EUR, 56700 EUR"),
        ("25 EUR, later 5 EUR", "2500 EUR, 500 EUR"),
        ("25 EUR or 30 USD for Jane", "2500 EUR, 3000 USD"),
        ("lunch 12 for 25", "1200 EUR, 2500 EUR"),
        ("EUR 25 USD 30", "2500 EUR, 3000 USD"),
        ("49,90€ 10,50 USD", "1050 USD, 4990 EUR"),
        ("49,90€ 10,5 JPY", "4990 EUR"),
        *(
            (text, "202600 EUR, 4990 EUR")
            for text in ("EUR 2026 membership 49.90", "49,90 fee of 2026 EUR", "€2026 membership, 49.90")
        ),
    ],
)
def test_two_candidates_are_asked_about_with_both_readings(text: str, readings: str) -> None:
    assert outcome(parse(text, currency="EUR")) == f"ask amount {readings}"


@pytest.mark.parametrize(
    "text", ["2 times 25", "25 times 2", "2 \N{MULTIPLICATION SIGN} 25", "25 x 2", "2 mal 25", "2 fois 25"]
)
def test_what_may_multiply_is_asked_about_without_a_currency(text: str) -> None:
    readings = outcome(parse(text, currency="EUR")).removeprefix("ask amount ").split(", ")
    assert sorted(readings) == ["200 EUR", "2500 EUR", "5000 EUR"]


@pytest.mark.parametrize(
    "description", ["up to 3 times", "New York Times 3 copies", "times 3", "can be used 3 times", "two times"]
)
def test_times_that_stand_beside_no_amount_multiply_nothing(description: str) -> None:
    understood = parse(f"25 EUR for {description}", currency="EUR")
    assert (outcome(understood), understood.description) == ("2500 EUR", f"for {description}")


@pytest.mark.parametrize(
    "text",
    ["EUR 2026 membership of 3 people", "EUR 2026.00 rent, 49.90 deposit included", "EUR 2126 for 5.5"],
)
def test_what_is_certain_to_be_the_amount_has_no_rival(text: str) -> None:
    assert outcome(parse(text, currency="EUR")) in {"202600 EUR", "212600 EUR"}


def test_both_amounts_are_offered_where_the_account_has_no_currency() -> None:
    assert outcome(parse("EUR 25 USD 30")) == "ask amount 2500 EUR, 3000 USD"


def test_a_bare_numeral_that_does_not_stand_first_is_only_asked_about() -> None:
    assert outcome(parse("Invoice 12", currency="EUR")) == "ask amount 1200 EUR"


def test_a_numeral_beside_a_currency_wins_over_one_that_stands_first() -> None:
    understood = parse("3 people 25 EUR", currency="USD")
    assert (outcome(understood), understood.description) == ("2500 EUR", "3 people")


@pytest.mark.parametrize("text", ["25 EUR USD", "EUR 25 USD", "$25 EUR", "CA$25 USD", "€25 $"])
def test_two_currencies_for_one_numeral_are_a_conflict(text: str) -> None:
    assert outcome(parse(text, currency="EUR")) == "currency_conflict"


def test_a_sign_that_fits_the_code_beside_it_is_no_conflict() -> None:
    assert outcome(parse("$25 CAD", currency="USD")) == "2500 CAD"
