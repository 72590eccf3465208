"""What is pasted, or typed on a telephone: nothing of it is left over in what the customer reads."""

import pytest

from bot.conversation.parse import parse
from bot.money import Money
from tests.fakes import START

EUROS = Money(5000, "EUR")


@pytest.mark.parametrize(
    ("text", "description"),
    [
        ("lunch - 50 EUR - jane@example.com - ref 12", "lunch"),
        ("lunch | 50 EUR | jane@example.com", "lunch"),
        ("• lunch: 50 EUR, jane@example.com", "lunch"),
        ("50 EUR — lunch", "lunch"),
        ("lunch – 50 EUR – table 4", "lunch – table 4"),  # noqa: RUF001 - as typed
        ("lunch - a long one 50 EUR", "lunch - a long one"),
        ("50 EUR / month", "/ month"),
        ("50 EUR lunch -10%", "lunch -10%"),
    ],
)
def test_a_mark_that_parted_what_was_taken_goes_with_it(text: str, description: str) -> None:
    understood = parse(text)
    assert (understood.amount, understood.description) == (EUROS, description)


@pytest.mark.parametrize(
    ("text", "name", "email", "description"),
    [
        ("name: <jane@example.com> 50 EUR", None, "jane@example.com", None),
        ("Client : jane@example.com, 50 EUR", None, "jane@example.com", None),
        ("To: Jane Doe <jane@example.com> 50 EUR", "Jane Doe", "jane@example.com", None),
        ("Amount: 50 EUR, email: jane@example.com, description: lunch", None, "jane@example.com", "lunch"),
        ("Montant : 50 € — Client : Mme Ngoma — Objet : Facture 12", "Mme Ngoma", None, "Facture 12"),
        ("name=Jane Doe email=jane@example.com amount=50 EUR", "Jane Doe", "jane@example.com", None),
    ],
)
def test_a_label_goes_with_what_it_says(
    text: str, name: str | None, email: str | None, description: str | None
) -> None:
    understood = parse(text)
    assert (understood.amount, understood.name) == (EUROS, name)
    assert (understood.email, understood.description) == (email, description)


@pytest.mark.parametrize(
    ("text", "description"),
    [
        ("amount: 50", None),
        ("Montant : 50,00", None),
        ("total=50", None),
        ("5 guests, total: 50", "5 guests"),
        ("5 Gäste, Summe: 50", "5 Gäste"),
        ("5 convives, prix : 50", "5 convives"),
        ("5 invitados, importe: 50", "5 invitados"),
        ("guests: 5, amount: 50, until noon", "until noon guests: 5"),
    ],
)
def test_a_bare_number_that_is_labelled_as_the_amount_is_the_amount(
    text: str, description: str | None
) -> None:
    understood = parse(text, currency="EUR")
    assert (understood.amount, understood.description) == (EUROS, description)


@pytest.mark.parametrize(
    ("text", "description"),
    [
        ("Amount: 50.00\nCurrency: EUR", None),
        ("Devise : EUR\nMontant : 50,00\nObjet : Facture 12", "Facture 12"),
        ("amount=50 currency=EUR", None),
        ("50 currency: EUR lunch", "lunch"),
        ("2 mugs, total: 50, currency: euros", "2 mugs"),
    ],
)
def test_a_labelled_currency_is_that_of_the_amount(text: str, description: str | None) -> None:
    understood = parse(text, currency="USD")
    assert (understood.amount, understood.description) == (EUROS, description)


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("Amount: 50 USD, currency: EUR", "currency_conflict"),
        ("Amount: 50\nCurrency: BTC", "currency_unknown"),
    ],
)
def test_a_labelled_currency_that_cannot_be_meant_is_refused(text: str, error: str) -> None:
    assert parse(text, currency="EUR").errors == {"amount": error}


@pytest.mark.parametrize("text", ["amount: 50, total: 60", "total: 20 oder 50", "amount: 2 x 50"])
def test_two_numbers_behind_such_labels_are_asked_about(text: str) -> None:
    assert parse(text, currency="EUR").amount is None


@pytest.mark.parametrize(
    "text",
    [
        "\u206850 €\u2069 \u202ajane@example.com\u202c \u202a+33 6 12 34 56 78\u202c lunch",
        "\ufeff50\u2060€ jane@exam\u200bple.com +33 6 12\u200e 34 56 78 lu\u00adnch",
    ],
)
def test_what_nobody_sees_is_not_read(text: str) -> None:
    understood = parse(text)
    assert (understood.amount, understood.email) == (EUROS, "jane@example.com")
    assert (understood.phone, understood.description) == ("+33612345678", "lunch")


@pytest.mark.parametrize("text", ["family 👨\u200d👩\u200d👧 50 EUR", "50 EUR नमस्\u200cते"])
def test_what_joins_signs_stays(text: str) -> None:
    assert set("\u200c\u200d") & set(parse(text).description or "")


@pytest.mark.parametrize(
    "text",
    [
        "50 € 2h de ménage",
        "50 € 3j de formation",
        "50€ 2h of cleaning",
        "50 € 2h d'entretien",
        "50€ 2h ménage",
    ],
)
def test_some_hours_of_something_are_what_is_paid_for(text: str) -> None:
    understood = parse(text, now=START)
    assert (understood.amount, understood.expires) == (EUROS, None)
    assert understood.description == text.split(maxsplit=2 if text[2] == " " else 1)[-1]


def test_a_telephone_number_may_be_that_of_whatsapp() -> None:
    understood = parse("50 EUR WhatsApp: +237677123456")
    assert (understood.phone, understood.description) == ("+237677123456", None)


@pytest.mark.parametrize(
    ("text", "phone", "description"),
    [
        ("7500 9876543210 Ravi", "+919876543210", "Ravi"),
        ("Ravi 9876543210 ₹7500", "+919876543210", "Ravi"),
        ("₹7500 order 9876543210", None, "order 9876543210"),
    ],
)
def test_a_mobile_without_its_0_is_one_where_nobody_writes_it(
    text: str, phone: str | None, description: str
) -> None:
    understood = parse(text, currency="INR", region="IN")
    assert (understood.amount, understood.phone) == (Money(750000, "INR"), phone)
    assert understood.description == description


@pytest.mark.parametrize("text", ["9876543210", "9876543210 saree", "₹9876543210", "9876543210 INR 5 sarees"])
def test_what_may_be_the_only_amount_is_no_mobile(text: str) -> None:
    assert parse(text, currency="INR", region="IN").phone is None


@pytest.mark.parametrize(
    "text", ["50 EUR (lunch jane@example.com)", "50 EUR lunch (jane@example.com", "(50 EUR) lunch"]
)
def test_no_half_of_a_pair_of_brackets_is_left(text: str) -> None:
    assert parse(text).description == "lunch"


@pytest.mark.parametrize("text", ["50 EUR lunch (for two)", "50 EUR [lunch]"])
def test_whole_pairs_of_brackets_stay(text: str) -> None:
    assert parse(text).description == text.removeprefix("50 EUR ")
