"""What a command says beside the amount: who, which reference, through whom; and what stays description."""

import pytest

from bot.conversation.parse import Understood, parse
from bot.money import Money

OFFERED = {"checkout": "Checkout.com", "costplus": "Cost+", "yabetoo": "YabetooPay"}


def understand(text: str) -> Understood:
    understood = parse(f"49.90 EUR {text}", backends=OFFERED, region="DE")
    assert understood.amount == Money(4990, "EUR")
    return understood


@pytest.mark.parametrize(
    ("text", "name", "description"),
    [
        ("name: Jane Doe", "Jane Doe", None),
        ("customer: Jane Doe, Invoice 12a", "Jane Doe", "Invoice 12a"),
        ("Name:Jane Doe; two nights", "Jane Doe", "two nights"),
        ("client: jane doe", "jane doe", None),
        ("name: Müller & Söhne GmbH ref: 7 lunch", "Müller & Söhne GmbH", "lunch"),
        ("name: Jane Doe jane@example.com lunch", "Jane Doe", "lunch"),
        ("name: Jane Doe +49 171 2345678 lunch", "Jane Doe", "lunch"),
        ("name: Jane Doe tel 0171 2345678 lunch", "Jane Doe", "lunch"),
        ("name: Jane Doe note: lunch", "Jane Doe", "note: lunch"),
        ('name: "Jane until Friday, Ltd. 3" lunch', "Jane until Friday, Ltd. 3", "lunch"),
        ('"Jane Doe" <jane@example.com> lunch', "Jane Doe", "lunch"),
        (
            "\N{LEFT DOUBLE QUOTATION MARK}Jane Doe\N{RIGHT DOUBLE QUOTATION MARK} <jane@example.com>",
            "Jane Doe",
            None,
        ),
        ("lunch Jane Doe <jane@example.com>", "Jane Doe", "lunch"),
        ("for Invoice Jane Doe <jane@example.com>", "Jane Doe", "for Invoice"),
        ("Ludwig van Beethoven <jane@example.com>", "Ludwig van Beethoven", None),
        ("name: Jane Doe <jane@example.com>", "Jane Doe", None),
        ("Room 5 Jane Doe <jane@example.com>", "Jane Doe", "Room 5"),
        ("Hotel, Jane Doe <jane@example.com>", "Jane Doe", "Hotel"),
        ("TTC Jane Doe <jane@example.com>", "Jane Doe", "TTC"),
        ("incl. VAT <jane@example.com>", None, "incl. VAT"),
        ("Jane <jane@example.com>", "Jane", None),
        ("Grand Hotel Anna Maria Jane Doe <jane@example.com>", "Anna Maria Jane Doe", "Grand Hotel"),
        ("Jane Doe <jane@example.com> name: Joe", "Jane Doe", "name: Joe"),
    ],
)
def test_a_name_is_taken_where_it_is_marked(text: str, name: str, description: str | None) -> None:
    understood = understand(text)
    assert (understood.name, understood.description, understood.errors) == (name, description, {})


def test_a_labelled_name_ends_before_the_amount() -> None:
    understood = parse("name: Jane Doe 49.90 EUR lunch")
    assert (understood.name, understood.amount, understood.description) == (
        "Jane Doe",
        Money(4990, "EUR"),
        "lunch",
    )


@pytest.mark.parametrize(
    "text",
    ["for Jane Doe", "name", "name:", "name: 12", '"Jane Doe" lunch', "lunch with Jane <jane", "Name Jane"],
)
def test_no_name_is_guessed(text: str) -> None:
    understood = understand(text)
    assert (understood.name, understood.description) == (None, text)


@pytest.mark.parametrize(
    ("text", "email", "description"),
    [
        ("jane@example.com lunch", "jane@example.com", "lunch"),
        ("<jane@EXAMPLE.com>, lunch", "jane@example.com", "lunch"),
        ("email: jane@example.com lunch", "jane@example.com", "lunch"),
        ("e-mail:jane@example.com", "jane@example.com", None),
        ("mailto:jane@example.com.", "jane@example.com", None),
        ("jane@example.com jane@example.com", "jane@example.com", None),
        ("lunch @ Joe's with @bob", None, "lunch @ Joe's with @bob"),
    ],
)
def test_an_address_is_taken_with_its_label(text: str, email: str | None, description: str | None) -> None:
    understood = understand(text)
    assert (understood.email, understood.description, understood.errors) == (email, description, {})


@pytest.mark.parametrize("label", ["email", "e-mail:", "Courriel :"])
def test_a_line_may_begin_with_the_label_of_an_address(label: str) -> None:
    understood = parse(f"{label} jane@example.com 25 EUR lunch")
    assert (understood.email, understood.description) == ("jane@example.com", "lunch")


@pytest.mark.parametrize("text", ["ph 0171 2345678", "mob: 0171 2345678", "Ph: +49 171 2345678"])
def test_a_telephone_number_is_taken_with_its_short_label(text: str) -> None:
    understood = parse(f"25 EUR {text} lunch", region="DE")
    assert (understood.phone, understood.description) == ("+491712345678", "lunch")


@pytest.mark.parametrize("text", ["ph 7.4 buffer", "mob 5 EUR", "ph"])
def test_a_short_label_without_a_number_is_a_word(text: str) -> None:
    assert parse(f"25 USD {text}", region="DE").phone is None
    assert parse(f"25 USD {text}", region="DE").errors.get("phone") is None


def test_an_address_that_is_typed_twice_is_one_also_in_capitals() -> None:
    understood = understand("Jane@Example.com lunch jane@example.com, JANE@EXAMPLE.COM")
    assert (understood.email, understood.errors) == ("Jane@example.com", {})
    assert understood.description == "lunch"


@pytest.mark.parametrize(
    ("text", "reference", "description"),
    [
        ("ref INV-12", "INV-12", None),
        ("ref: INV-12 lunch", "INV-12", "lunch"),
        ("ref:INV-12, lunch", "INV-12", "lunch"),
        ("Ref. INV-12", "INV-12", None),
        ("reference INV-12", "INV-12", None),
        ("#INV-12 lunch", "INV-12", "lunch"),
        ("#4711", "4711", None),
        ("ref #4711", "4711", None),
        ("ref: ABC", "ABC", None),
        ("ref: A1 room #4", "A1", "room #4"),
        ("ref: INV 12", "INV 12", None),
        ("ref: no 12, lunch", "no 12", "lunch"),
        ('ref: "INV 12" lunch', "INV 12", "lunch"),
        ("ref: INV, 12", "INV", "12"),
        ("ref: INV 12.50", "INV", "12.50"),
        ("ref: lunch 2 lamps", "lunch", "2 lamps"),
        ("Order # 4711", "4711", "Order"),
        ("Room # 12a", None, "Room # 12a"),
        ("ref 7 ref: 7", "7", None),
        ("Invoice 12a", None, "Invoice 12a"),
        ("for reference only", None, "for reference only"),
        ("#lunch", None, "#lunch"),
        ("ref", None, "ref"),
        ("ref:", None, "ref:"),
        ("ref: # lunch", None, "ref: # lunch"),
        ("#", None, "#"),
        (f"ref: {'x' * 50}", "x" * 50, None),
    ],
)
def test_a_reference_is_one_word_behind_its_label(
    text: str, reference: str | None, description: str | None
) -> None:
    understood = understand(text)
    assert (understood.reference, understood.description, understood.errors) == (reference, description, {})


@pytest.mark.parametrize("text", ["# 25 EUR lunch", "# 25€ lunch", "# €25 lunch"])
def test_a_number_apart_from_its_sign_is_no_reference_if_it_is_the_amount(text: str) -> None:
    understood = parse(text)
    assert (understood.amount, understood.reference) == (Money(2500, "EUR"), None)
    assert understood.description == "# lunch"


def test_a_number_behind_a_reference_is_none_of_it_if_it_may_be_the_amount() -> None:
    understood = parse("lunch ref: INV 25")
    assert (understood.reference, understood.description) == ("INV", "lunch 25")


@pytest.mark.parametrize(
    ("text", "backend", "description"),
    [
        ("via checkout", "checkout", None),
        ("via Checkout.com lunch", "checkout", "lunch"),
        ("via CHECKOUT, lunch", "checkout", "lunch"),
        ("Via Cost+", "costplus", None),
        ("via yabetoopay", "yabetoo", None),
        ("Hotel via Roma 5a", None, "Hotel via Roma 5a"),
        ("Hotel via Roma", None, "Hotel via Roma"),
        ("via chekout lunch", None, "via chekout lunch"),
        ("rent via checks", None, "rent via checks"),
        ("Flight via Paris", None, "Flight via Paris"),
        ("fee for the transfer via PayPal in May", None, "fee for the transfer via PayPal in May"),
        ("via", None, "via"),
    ],
)
def test_a_backend_is_taken_behind_via(text: str, backend: str | None, description: str | None) -> None:
    understood = understand(text)
    assert (understood.backend, understood.description, understood.errors) == (backend, description, {})


def test_names_alone_are_on_offer_without_their_labels() -> None:
    assert parse("25 EUR via Checkout.com", backends={"checkout": "checkout"}).backend == "checkout"
    assert parse("25 EUR via checkout").description == "via checkout"
    assert parse("25 EUR via eximpe", backends={"checkout": "checkout"}).errors == {
        "backend": "backend_unknown"
    }
    assert parse("25 EUR via paypal", backends={"x": "PayPal"}).backend == "x"


@pytest.mark.parametrize(
    ("text", "field", "error", "typed"),
    [
        ("jane@nowhere", "email", "email_invalid", "jane@nowhere"),
        ("jane@", "email", "email_invalid", "jane@"),
        ("a@example.com b@example.com", "email", "email_several", "a@example.com, b@example.com"),
        ("via chekout", "backend", "backend_unknown", "chekout"),
        ("lunch via paypal", "backend", "backend_unknown", "paypal"),
        ("via Stripe. jane@example.com", "backend", "backend_unknown", "Stripe"),
        ("lunch via Paystack.com", "backend", "backend_unknown", "Paystack.com"),
        ("lunch via Chekout.com jane@example.com", "backend", "backend_unknown", "Chekout.com"),
        ("via checkout via cost+", "backend", "backend_several", "checkout, cost+"),
        ("ref A1 ref A2", "reference", "reference_several", "A1, A2"),
        ("#1 #2", "reference", "reference_several", "1, 2"),
        ("ref: INV 1, ref: INV 2", "reference", "reference_several", "INV 1, INV 2"),
        (f"ref: {'x' * 51}", "reference", "reference_too_long", "x" * 51),
        ("name: Jane, name: Joe", "name", "name_several", "Jane, Joe"),
    ],
)
def test_what_is_wrong_with_a_detail_is_said_with_what_was_typed(
    text: str, field: str, error: str, typed: str
) -> None:
    understood = understand(text)
    assert (understood.errors, understood.typed) == ({field: error}, {field: typed})
    assert getattr(understood, field) is None


@pytest.mark.parametrize(
    ("text", "typed"), [("-5 EUR", "-5 EUR"), ("10.5 JPY", "10.5"), ("lunch 5 million EUR", "5 million EUR")]
)
def test_an_amount_that_is_refused_keeps_what_was_typed(text: str, typed: str) -> None:
    assert parse(text).typed == {"amount": typed}


@pytest.mark.parametrize(
    "beside", ["lunch", "jane@example.com", "+49 171 2345678", "name: Jane", "#12", "via checkout", "jane@"]
)
def test_it_is_known_whether_more_than_an_amount_was_said(beside: str) -> None:
    assert understand(beside).says_more
    assert not understand("").says_more
    assert not parse("10.5 JPY").says_more


def test_a_whole_command_is_understood_whole() -> None:
    understood = understand(
        '"Jane Doe" <jane@example.com> tel 0171 2345678 ref: INV-12 via Checkout.com Two nights, sea view'
    )
    assert understood == Understood(
        Money(4990, "EUR"),
        amount_text="49.90",
        currency="EUR",
        email="jane@example.com",
        description="Two nights, sea view",
        phone="+491712345678",
        name="Jane Doe",
        reference="INV-12",
        backend="checkout",
    )


def test_french_labels_are_labels() -> None:
    text = "49,90 EUR nom: Awa Diop, tél: 06 612 34 56 courriel awa@example.com réf FAC-12 Chaises"
    understood = parse(text, region="CG")
    assert (understood.name, understood.phone) == ("Awa Diop", "+242066123456")
    assert (understood.email, understood.reference) == ("awa@example.com", "FAC-12")
    assert understood.description == "Chaises"


@pytest.mark.parametrize("word", ["Facture", "commande", "numéro"])
def test_a_number_of_something_calls_nobody_in_french_either(word: str) -> None:
    understood = parse(f"49,90 EUR {word} 066123456", region="CG")
    assert (understood.phone, understood.description) == (None, f"{word} 066123456")


def test_a_colon_may_stand_apart_as_it_does_in_french() -> None:
    text = "Nom : Jean Okemba, réf : A12, tél : +242 06 612 34 56, 5000 XAF robe : rouge"
    understood = parse(text)
    assert (understood.name, understood.reference, understood.phone) == (
        "Jean Okemba",
        "A12",
        "+242066123456",
    )
    assert understood.description == "robe : rouge"
    assert parse("Menu : 50 EUR").description == "Menu"
