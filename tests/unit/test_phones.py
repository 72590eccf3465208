"""Telephone numbers: taken where they are marked or certain, and never mistaken for an amount."""

import phonenumbers
import pytest
from hypothesis import given
from hypothesis import strategies as st
from phonenumbers import PhoneNumberFormat

from bot.conversation.parse import parse
from bot.conversation.phones import resembles_phone
from bot.money import Money

BERLIN, MOBILE, BOSTON = "+493012345678", "+491712345678", "+16172535000"
NUMBERS = {
    region: number
    for region in sorted(phonenumbers.SUPPORTED_REGIONS)
    if (number := phonenumbers.example_number(region)) is not None
}
FORMATS = [PhoneNumberFormat.E164, PhoneNumberFormat.INTERNATIONAL, PhoneNumberFormat.RFC3966]


def e164(number: phonenumbers.PhoneNumber) -> str:
    return str(phonenumbers.format_number(number, PhoneNumberFormat.E164))


@pytest.mark.parametrize(
    "text",
    [
        *["+491712345678", "+49 171 2345678", "+49-171-2345678", "+49 (171) 234-5678", "+49.171.2345678"],
        *["+49 (0)171 2345678", "(+49) 171 2345678", "0049 171 2345678", "tel:+491712345678"],
        *["tel +49 171 2345678", "Phone: +49 171 2345678", "mobile 0049 171 2345678", "tel. +49 171 2345678"],
        *["+49 171 - 234 56 78", "+49\u00a0171\u00a02345678", "+49\u2011171\u20112345678", "+४९ १७१ २३४५६७८"],
        *["+49 171 2345678,", "tel: +49 171 2345678;", "+49 171 2345678.", "\uff0b49 171 2345678"],
    ],
)
@pytest.mark.parametrize("beside", ["{phone} 25 EUR", "25 EUR {phone}", "EUR 25 {phone}", "25 {phone}"])
def test_a_number_with_its_country_is_read_in_every_writing(text: str, beside: str) -> None:
    understood = parse(beside.format(phone=text), currency="EUR")
    assert understood.phone == MOBILE
    assert understood.amount == Money(2500, "EUR")
    assert (understood.description, understood.errors) == (None, {})


@pytest.mark.parametrize(
    ("text", "region", "phone"),
    [
        ("0171 2345678", "DE", MOBILE),
        ("01712345678", "DE", MOBILE),
        ("0171/2345678", "DE", MOBILE),
        ("(030) 12345678", "DE", BERLIN),
        ("030-12345678", "DE", BERLIN),
        ("(617) 253-5000", "US", BOSTON),
        ("617-253-5000", "US", BOSTON),
        ("tel 617 253 5000", "US", BOSTON),
        ("tel 6172535000", "US", BOSTON),
        ("tel: 0171 2345678", "DE", MOBILE),
    ],
)
def test_a_national_number_is_read_in_the_accounts_country(text: str, region: str, phone: str) -> None:
    understood = parse(f"25 EUR {text} lunch", region=region)
    assert (understood.phone, understood.amount, understood.description) == (
        phone,
        Money(2500, "EUR"),
        "lunch",
    )


@pytest.mark.parametrize("text", ["0171 2345678", "01712345678", "(030) 12345678", "617-253-5000"])
def test_without_the_country_a_national_number_is_neither_phone_nor_amount(text: str) -> None:
    understood = parse(text, currency="EUR")
    assert (understood.phone, understood.amount) == (None, None)


@pytest.mark.parametrize(
    ("text", "region"),
    [("6172535000", "US"), ("617253500", None), ("1712345678", "DE"), ("01712345678", None)],
)
def test_bare_digits_that_may_be_dialled_are_asked_about(text: str, region: str | None) -> None:
    understood = parse(f"{text} lunch", currency="EUR", region=region)
    assert understood.phone is None
    assert understood.question is not None
    assert understood.question.key == "amount_position"
    assert parse(f"{text} EUR lunch", region=region).amount == Money(int(text) * 100, "EUR")


@pytest.mark.parametrize("text", ["Invoice 0301234567", "Rechnung 0301234567", "no. 0301234567"])
def test_a_number_that_counts_something_calls_nobody(text: str) -> None:
    understood = parse(f"25 EUR {text}", region="DE")
    assert (understood.phone, understood.description) == (None, text)


@pytest.mark.parametrize(
    ("text", "typed"),
    [
        ("+49 12", "+49 12"),
        ("+999 123 456", "+999 123 456"),
        ("tel 123", "123"),
        ("tel: 0171 2345678", "0171 2345678"),
        ("phone: none yet", "none yet"),
        ("tel: +1 617 253", "+1 617 253"),
        ("+33 6 12 34 56 78 90", "+33 6 12 34 56 78 90"),
    ],
)
def test_a_marked_number_that_is_none_is_an_error_with_what_was_typed(text: str, typed: str) -> None:
    understood = parse(f"25 EUR {text}, lunch")
    assert understood.errors == {"phone": "phone_invalid"}
    assert understood.typed == {"phone": typed}
    assert (understood.amount, understood.description) == (Money(2500, "EUR"), "lunch")


def test_what_counts_something_behind_a_number_is_no_part_of_it() -> None:
    understood = parse("25 EUR +33 6 12 34 56 78 12 lamps")
    assert (understood.phone, understood.description) == ("+33612345678", "12 lamps")


def test_a_group_of_a_number_may_begin_with_zeros() -> None:
    assert parse("25 EUR +86 138 0013 8000").phone == "+8613800138000"


@pytest.mark.parametrize(
    "text", ["+1 guest", "phone repair", "tel aviv", "phone 12 pro", "+20% more", "tel:"]
)
def test_a_plus_or_a_label_without_a_number_is_a_word(text: str) -> None:
    understood = parse(f"25 EUR {text}")
    assert (understood.phone, understood.errors, understood.description) == (None, {}, text)


@pytest.mark.parametrize(
    "text",
    [
        "+49 171 2345678 +49 171 2345679",
        "+49 171 2345678, tel +49 171 2345679",
        "+49 171 2345678 +49 12",
        "+49 171 2345678 2",  # that 2 may be its last digit
    ],
)
def test_of_two_numbers_none_is_guessed(text: str) -> None:
    understood = parse(f"25 EUR {text} lunch")
    assert understood.phone is None
    assert understood.errors == {"phone": "phone_several"}
    assert all(
        part in understood.typed["phone"] for part in text.replace(",", "").replace("tel ", "").split()
    )


def test_the_same_number_twice_is_one() -> None:
    assert parse("25 EUR +49 171 2345678 tel 0171/2345678", region="DE").phone == MOBILE


@pytest.mark.parametrize(
    ("text", "phone", "minor"),
    [
        ("+49 30 12345678 25 EUR", BERLIN, 2500),
        ("+49 30 12345678 EUR 25", BERLIN, 2500),
        ("+49 30 12345678 49.90 EUR", BERLIN, 4990),
        ("+49 30 12345678 EUR 25 for two", BERLIN, 2500),
        ("0171 2345678 25 EUR", MOBILE, 2500),
        ("25 EUR 0171 2345678", MOBILE, 2500),
    ],
)
def test_an_amount_right_beside_a_number_is_told_apart(text: str, phone: str, minor: int) -> None:
    understood = parse(text, region="DE")
    assert (understood.phone, understood.amount) == (phone, Money(minor, "EUR"))


def test_a_spaced_amount_behind_a_number_is_not_cut() -> None:
    text = "+49 171 2345678 1 234,56 EUR"
    assert parse(text, confirmed="fr").amount == Money(123456, "EUR")
    assert parse(text).amount is None


@pytest.mark.parametrize("text", ["+5 EUR", "+5000 EUR", "EUR +5", "+25.00 EUR"])
def test_an_amount_with_a_plus_is_refused_as_an_amount(text: str) -> None:
    understood = parse(text)
    assert understood.errors == {"amount": "amount_unreadable"}


@pytest.mark.parametrize("number_format", FORMATS)
@pytest.mark.parametrize("beside", ["{} 25.00 EUR", "25.00 EUR {}", "EUR 25 {} lunch"])
def test_every_countrys_number_comes_back_from_every_international_format(
    number_format: int, beside: str
) -> None:
    wrong = []
    for region, number in NUMBERS.items():
        understood = parse(beside.format(phonenumbers.format_number(number, number_format)))
        if (understood.phone, understood.amount) != (e164(number), Money(2500, "EUR")):
            wrong.append(region)
    assert wrong == []


@pytest.mark.parametrize("number_format", FORMATS)
def test_a_currency_between_a_number_and_an_amount_belongs_to_one_or_is_asked_about(
    number_format: int,
) -> None:
    for number in NUMBERS.values():
        understood = parse(f"{phonenumbers.format_number(number, number_format)} EUR 25")
        if understood.phone:
            assert (understood.phone, understood.amount) == (e164(number), Money(2500, "EUR"))
        else:
            assert understood.errors == {"phone": "phone_several"}
            assert understood.amount is None


@pytest.mark.parametrize("beside", ["25 EUR tel: {}", "phone {} 25 EUR"])
def test_every_countrys_number_comes_back_from_its_national_format_behind_a_label(beside: str) -> None:
    wrong = []
    for region, number in NUMBERS.items():
        written = phonenumbers.format_number(number, PhoneNumberFormat.NATIONAL)
        understood = parse(beside.format(written), region=region)
        if (understood.phone, understood.amount) != (e164(number), Money(2500, "EUR")):
            wrong.append(f"{region} {written}")
    assert wrong == []


def test_a_national_number_alone_is_that_number_or_none_and_never_an_amount() -> None:
    for region, number in NUMBERS.items():
        written = phonenumbers.format_number(number, PhoneNumberFormat.NATIONAL)
        understood = parse(written, region=region, currency="EUR")
        assert understood.phone in {None, e164(number)}, written
        assert understood.amount is None or sum(map(str.isdigit, written)) < 7, written


@given(st.text("+0123456789 ()-./,", max_size=40), st.sampled_from([None, "DE", "US", "IT"]))
def test_whatever_is_dialled_is_a_valid_number_or_none(text: str, region: str | None) -> None:
    phone = parse(text, region=region, currency="EUR").phone
    assert phone is None or phonenumbers.is_valid_number(phonenumbers.parse(phone))


@pytest.mark.parametrize(
    ("digits", "region", "dialled"),
    [
        ("0301234", None, True),
        ("030123", None, False),
        ("123456789", None, True),
        ("12345678", None, False),
        ("1712345678", "DE", True),
        ("123456789", "DE", False),
        ("0301234", "DE", True),
        ("+49301234", None, False),  # not bare
    ],
)
def test_bare_digits_may_be_a_number_to_dial(digits: str, region: str | None, *, dialled: bool) -> None:
    assert resembles_phone(digits, region) is dialled
