"""What stands beside an amount, glued to it or apart: neither guessed away nor lost."""

import pytest

from bot.conversation.parse import parse
from bot.money import Money
from tests.unit.test_parse_properties import readings_of


@pytest.mark.parametrize(
    ("text", "minor", "description"),
    [
        ("Invoice 12 49.90 EUR", 4990, "Invoice 12"),
        ("Facture 12 49,90€ jane@example.com", 4990, "Facture 12"),
        ("order 123456789 1.234,56 EUR", 123456, "order 123456789"),
        ("Invoice 12 - 50 EUR", 5000, "Invoice 12"),
        ("Rechnung Nr. 4711 — 1.250,50 €", 125050, "Rechnung Nr. 4711"),
        ("table 4 €500", 50000, "table 4"),
        ("Golf 7: 120 EUR", 12000, "Golf 7"),
        ("Flat 2 - £500", 50000, "Flat 2"),
        ("Bill no 12, Rs 500", 50000, "Bill no 12"),
        ("lamp 12 (100 EUR)", 10000, "lamp 12"),
    ],
)
def test_the_number_of_an_invoice_in_front_of_a_whole_amount_is_the_invoices(
    text: str, minor: int, description: str
) -> None:
    understood = parse(text, currency="INR")
    assert understood.amount is not None
    assert (understood.amount.minor, understood.description) == (minor, description)


@pytest.mark.parametrize(
    ("text", "description"),
    [
        ("400 EUR, 12 roses", "12 roses"),
        ("€400: 12 roses", "12 roses"),
        ("€400 (12 roses)", "(12 roses)"),
        ("400€ 2 roses", "2 roses"),
        ("400.00 EUR 12 roses", "12 roses"),
        ("€400,00 12 roses", None),
        ("€40 0 roses", None),
    ],
)
def test_what_counts_something_behind_a_whole_amount_is_no_part_of_it(
    text: str, description: str | None
) -> None:
    understood = parse(text)
    assert understood.amount == (Money(40000, "EUR") if description else None)
    assert understood.description == description or description is None


@pytest.mark.parametrize(
    "text",
    [
        *("12 49.90 EUR", "Room 12 50 EUR", "Room 12 349.90 EUR", "Room 12 49.90", "lamp 3x 49.90 EUR"),
        *("Room 1,5 49.90 EUR", "Room 12 3 49.90 EUR", "Room 12, 5 000 EUR"),
    ],
)
def test_where_it_may_be_a_part_of_the_amount_it_is_asked_about(text: str) -> None:
    assert parse(text).amount is None


@pytest.mark.parametrize(
    ("text", "description"),
    [
        ("49 EUR 12 lamps", "12 lamps"),
        ("Room 12 EUR 49", "Room 12"),
        ("Room 12 50 EUR lunch", "Room 12 lunch"),
        ("2 x 49.90 EUR lamps", "lamps"),
        ("lamps 49 EUR or 60 USD", "lamps"),
        ("lamps 49 EUR 60 chairs", "lamps chairs"),
        ("49€ 12 lamps", "12 lamps"),
        ("€400 4 nights", "4 nights"),
        ("SKU 12 49 EUR", "SKU 12"),
        ("49 EUR 3 fois sans frais", "3 fois sans frais"),
        ("rent December 2026 850 EUR", "rent December 2026"),
    ],
)
def test_while_the_amount_is_open_a_number_stays_with_what_it_counts(text: str, description: str) -> None:
    understood = parse(text)
    assert (understood.amount, understood.description) == (None, description)


@pytest.mark.parametrize(
    "text",
    [
        *("3 nights, 60EURO", "3 nights 60 euro(s)", "1 visit 25000 F.CFA", "5 pieces @5€"),
        *("1 bag of 25 mille", "1 set 99€9"),
    ],
)
def test_a_bare_number_is_no_amount_where_something_else_names_a_price(text: str) -> None:
    understood = parse(text, currency="XAF")
    assert (understood.errors, understood.description) == ({"amount": "amount_unreadable"}, text)


@pytest.mark.parametrize(
    "text", ["20 lunch with Bob", "20 R2D2 figure", "20 tissu 3 m", "499 TV 4K", "20 table VIP"]
)
def test_what_only_looks_a_little_like_money_leaves_a_bare_number_the_amount(text: str) -> None:
    assert parse(text, currency="XAF").amount == Money(int(text.split(maxsplit=1)[0]), "XAF")


@pytest.mark.parametrize("text", ["200€ less -20€", "-20€ off 200€", "200 EUR, -$20"])
def test_what_is_taken_off_in_money_is_asked_about(text: str) -> None:
    assert parse(text).errors == {"amount": "amount_negative"}


@pytest.mark.parametrize(
    "text",
    [
        *("49.90 EUR,lunch", "49.90 EUR:lunch", "49.90 EUR;lunch", "49.90EUR,lunch", "49.90€,lunch"),
        *("49.90 “EUR” lunch", "“49.90 EUR” lunch", "«49,90 EUR» lunch", "49.90 EUR… lunch"),
        *("49.90 EUR,jane@example.com lunch", "lunch 49.90 EUR!"),
    ],
)
def test_marks_around_a_currency_are_no_part_of_it(text: str) -> None:
    understood = parse(text, currency="USD")
    assert (understood.amount, understood.description) == (Money(4990, "EUR"), "lunch")
    assert understood.errors == {}


@pytest.mark.parametrize(
    "unit",
    [
        "EUR+VAT",
        "eur+vat",
        "EUR=net",
        "EUR(net)",
        "*EUR*",
        "_EUR_",
        "EUR&more",
        "EUR/net",
        "EUR's",
        "EUR.net",
    ],
)
def test_a_currency_that_is_glued_to_something_never_becomes_the_accounts(unit: str) -> None:
    understood = parse(f"49.90 {unit} lunch", currency="USD")
    assert understood.amount is None
    assert understood.errors == {"amount": "currency_unknown"}
    assert understood.typed == {"amount": "49.90", "currency": unit.removesuffix(")")}


@pytest.mark.parametrize("text", ["25 R&B tickets", "25 wi-fi", "25 A/C repair", "25 all-in", "25 Doe,Jane"])
def test_words_that_are_glued_to_each_other_stay_as_they_are(text: str) -> None:
    understood = parse(text, currency="USD")
    assert (understood.amount, understood.description) == (Money(2500, "USD"), text.removeprefix("25 "))


@pytest.mark.parametrize(
    "text", ["$49 .90", "USD49 .90 lunch", "49 . 90 USD", "$ 49 . 90", "49 , 90 USD", "EUR49 '90"]
)
def test_what_a_space_has_torn_off_a_numeral_is_not_left_out_of_it(text: str) -> None:
    understood = parse(text, currency="USD")
    assert (understood.amount, understood.description) in {(None, None), (None, "lunch")}


@pytest.mark.parametrize(
    ("text", "description"),
    [
        ("Concert 24.12.2026 50 EUR", "Concert 24.12.2026"),
        ("24.12.26 50 EUR", "24.12.26"),
        ("Concert 24.12. 50 EUR", "Concert 24.12."),
        ("50 EUR 24.12.", "24.12."),
        ("50€ 24.12. bis 28.12.", "24.12. bis 28.12."),
        ("50 EUR 1.1.2027", "1.1.2027"),
        ("50 EUR. Thanks", "Thanks"),
        ("50 EUR . Thanks", "Thanks"),
    ],
)
def test_a_date_beside_an_amount_is_none_and_stays_in_the_description(text: str, description: str) -> None:
    understood = parse(text)
    assert (understood.amount, understood.description) == (Money(5000, "EUR"), description)


@pytest.mark.parametrize("text", ["Tip 24.12. EUR (4 people)", "Tip EUR 24.12. for 4", "24.12. EUR 250"])
def test_what_stands_beside_a_currency_is_no_day(text: str) -> None:
    assert Money(2412, "EUR") in readings_of(parse(text))


def test_a_mark_by_itself_between_an_amount_and_its_currency_parts_nothing() -> None:
    understood = parse("lunch 49.90 , EUR")
    assert (understood.amount, understood.description) == (Money(4990, "EUR"), "lunch")


@pytest.mark.parametrize("text", ["24.12.2026", "24.12.2026 EUR", "12.34.56 50 EUR"])
def test_a_date_alone_is_no_amount_and_no_other_number_is_a_date(text: str) -> None:
    assert parse(text, currency="EUR").errors == {"amount": "amount_unreadable"}


@pytest.mark.parametrize(
    "text", ["Invoice 12", "lunch 25", "Room 12 for 3 nights", "Room 12 49.90", "for 1 234"]
)
@pytest.mark.parametrize("account", [None, "EUR"])
def test_a_number_that_may_not_be_the_amount_stays_in_the_description(text: str, account: str | None) -> None:
    understood = parse(f"{text} jane@example.com", currency=account)
    assert (understood.amount, understood.description) == (None, text)


@pytest.mark.parametrize(
    ("text", "description"),
    [
        ("Invoice 12 of 20 EUR", "Invoice 12"),
        ("lunch for 20 EUR", "lunch"),
        ("20 EUR for jane@example.com", None),
        ("20 EUR pour jane@example.com dîner", "dîner"),
        ("20 EUR für Jane Doe <jane@example.com> lunch", "lunch"),
        ('lunch for "Jane Doe" <jane@example.com> 20 EUR', "lunch"),
        ("20 EUR to +33612345678 lunch", "lunch"),
        ("request of 20 EUR from jane@example.com", "request"),
        ("Room 12 at 20 EUR", "Room 12"),
        ("repas à 20 EUR", "repas"),
        ("Mittagessen zu 20 EUR", "Mittagessen"),
    ],
)
def test_a_word_that_leads_to_what_is_taken_goes_with_it(text: str, description: str | None) -> None:
    understood = parse(text)
    assert (understood.amount, understood.description) == (Money(2000, "EUR"), description)


@pytest.mark.parametrize(
    ("text", "description"),
    [
        ("20 EUR coffee for two", "coffee for two"),
        ("20 EUR about the house", "about the house"),
        ("20 EUR minimum deposit", "minimum deposit"),
        ("phone 15 Pro Max 20 EUR", "phone 15 Pro Max"),
        ("jane@example.com for lunch 20 EUR", "for lunch"),
    ],
)
def test_a_word_that_says_more_of_what_stands_behind_it_stays(text: str, description: str) -> None:
    assert parse(text).description == description


@pytest.mark.parametrize(
    ("text", "description"),
    [
        ("about 20 EUR lunch", "lunch"),
        ("lunch for about 20 EUR", "lunch"),
        ("lunch from 20 EUR", "lunch"),
        ("up to 20 EUR", None),
        ("lunch, not less than 20 EUR", "lunch"),
        ("a maximum of 20 EUR", None),
        ("environ 20 EUR repas", "repas"),
        ("repas d'environ 20 EUR", "repas"),
        ("repas jusqu'à 20 EUR", "repas"),
        ("repas, pas plus de 20 EUR", "repas"),
        ("hasta 20 EUR comida", "comida"),
        ("20 EUR or more", None),
        ("20 EUR ou moins repas", "repas"),
        ("20 EUR max. jane@example.com", None),
        ("3 lamps at 20 EUR each", "3 lamps"),
        ("half of 20 EUR", None),
        ("taxi 20 EUR each way", "taxi each way"),
        ("2 lamps 20 EUR each, blue", "2 lamps blue"),
        ("20 EUR circa 1920 vase", "circa 1920 vase"),
        ("20 EUR or so lunch", "lunch"),
    ],
)
def test_what_leaves_an_amount_open_is_asked_about_and_goes_with_it(
    text: str, description: str | None
) -> None:
    understood = parse(text)
    assert set(readings_of(understood)) == {Money(2000, "EUR")}
    assert (understood.amount, understood.description) == (None, description)


@pytest.mark.parametrize(
    "text", ["up to $20 lunch", "between 20 and 30 EUR lunch", "about 20 million EUR lunch"]
)
def test_it_goes_with_an_amount_that_is_open_otherwise_too(text: str) -> None:
    understood = parse(text)
    assert (understood.amount, understood.description) == (None, "lunch")


@pytest.mark.parametrize(
    "text",
    [
        "2 sacs 25000",
        "2026 dues 50",
        "2 lampes 25,00",
        "2 pagnes à 7500",
        "10 sacs de ciment 45000",
        "25 villa 120",
    ],
)
def test_a_number_that_may_count_something_is_asked_about_beside_another(text: str) -> None:
    question = parse(text, currency="EUR").question
    assert question is not None
    assert {money.minor // 100 for money in question.readings} == {
        int(word.split(",")[0]) for word in text.split() if word[0].isdigit()
    }
    assert parse(text, currency="EUR").description == text


@pytest.mark.parametrize(
    "text",
    [
        "25 Invoice 4711",
        "25 facture n° 4711",
        "25 lunch for 2",
        "25 loyer 2026",
        "150 dossier 4711",
        "25 INV4711",
    ],
)
def test_a_number_in_front_is_the_amount_beside_that_of_an_invoice_a_year_and_a_smaller_one(
    text: str,
) -> None:
    assert parse(text, currency="EUR").amount == Money(int(text.split(maxsplit=1)[0]) * 100, "EUR")


@pytest.mark.parametrize(
    "text",
    [
        *("100 EUR + VAT", "100 EUR +20% VAT", "100 -10%", "100 EUR - 10 %", "-10% 100 EUR", "100 € + frais"),
        *("100 EUR plus VAT", "100 EUR excl. VAT", "100 € HT", "100 EUR VAT extra", "100 EUR less 10%"),
        *(
            "10% of 100 EUR",
            "100 EUR/month",
            "3 lamps à 100 EUR",
            "3 lamps x 100 EUR",
            "3 nights 100€/night",
        ),
        *("100 EUR per lamp x 3", "lamps 100 EUR each", "3 lampes de 100 EUR", "100 euros fifty"),
        *(
            "5h à 100 EUR",
            "2h @ 100 EUR",
            "3j à 100 €",
            "100 EUR / hr 2 hours",
            "1/2 of 100 EUR",
            "½ de 100 EUR",
        ),
        *(
            "100 EUR twice",
            "3 lamps at 100 EUR",
            "3 lampes à 100 €",
            "3 lamps 100 EUR each",
            "3 lamps @ 100 EUR",
        ),
        *(
            "about 100 EUR",
            "lunch, approx. 100 EUR",
            "environ 100 EUR",
            "ca. 100 EUR",
            "~ 100 EUR",
            "≤ 100 EUR",
        ),
        *("up to 100 EUR", "gift of at least 100 EUR", "from 100 EUR", "no more than 100 EUR", "max 100 EUR"),
        *("100 EUR, 10% off", "100 EUR 10 % Rabatt", "10% discount on 100 EUR", "10 % Rabatt auf 100 EUR"),
        *("100 EUR minus 5", "100 EUR less 5", "100 EUR plus 5", "5 minus 100 EUR"),
        *("au moins 100 EUR", "bis zu 100 EUR", "100 EUR or more", "100 EUR max.", "half of 100 EUR"),
    ],
)
def test_an_amount_that_is_not_certainly_all_and_just_what_is_asked_for_is_asked_about(text: str) -> None:
    question = parse(text, currency="EUR").question
    assert question is not None
    assert (question.key, question.readings) == ("amount_position", (Money(10000, "EUR"),))


@pytest.mark.parametrize(
    "text",
    [
        "100 EUR incl. 19 % MwSt",
        "30 % acompte 100 €",
        "100 € (50 %)",
        "Room 12 at 100 EUR",
        "Room 12 breakfast at 100 EUR",
        "lamp 4711 at 100 EUR",
        "concert 12 mar at 100 EUR",
        "a deposit of 100 EUR for 3 nights",
        "tee x large at 100 EUR",
        "100 EUR - lunch",
        "100 EUR incl. VAT",
        "4 h at 25 EUR/h = 100 EUR",
        "100 EUR Plus plan",
        "100 EUR per night",
        "100 EUR Max Mustermann",
        "lesson 100 EUR",
        "phone 15 Pro Max 100 EUR",
        "lunch from Monday 100 EUR",
        "facture du 3 novembre de 100 €",
        "Vol de 10h à 100 EUR",
        "100 EUR twice a week",
        "100 EUR M. Dupont",
        "Di 100 EUR",
    ],
)
def test_a_share_is_no_amount_and_no_sum(text: str) -> None:
    assert parse(text).amount == Money(10000, "EUR")


@pytest.mark.parametrize(
    "text",
    ["20 oder 25 EUR", "20 o 25 euros", "de 20 a 25 euros", "20 do 25 zł", "20 und 25 EUR", "20 e 25 €"],
)
def test_two_amounts_are_two_in_whatever_language(text: str) -> None:
    question = parse(text).question
    assert question is not None
    assert [money.minor for money in question.readings] == [2000, 2500]


@pytest.mark.parametrize(
    "text",
    [
        "50 livres",
        "50 Pfund",
        "50 libras",
        "50 franchi",
        "50 dolarów",
        "50 coronas",
        "50 KD",
        "50 US",
        "50 лв",
        *(
            "50 K.D.",
            "50 B.D",
            "50 RO",
            "50 E.U.R.",
            "50 E",
            "50 leu",
            "50 dinara",
            "50 quetzales",
            "50 kyat",
        ),
    ],
)
def test_what_may_be_money_in_another_language_is_asked_about(text: str) -> None:
    assert parse(text, currency="EUR").errors == {"amount": "currency_unknown"}
    assert parse(f"3 {text.split()[1]} 45 EUR").amount == Money(4500, "EUR")


@pytest.mark.parametrize("word", ["a.m.", "z.B.", "d.h.", "A.C.", "E-bikes", "Leo", "Grand Hotel"])
def test_what_only_looks_like_it_is_a_word(word: str) -> None:
    understood = parse(f"50 {word}", currency="EUR")
    assert (understood.amount, understood.description) == (Money(5000, "EUR"), word)


@pytest.mark.parametrize(
    ("text", "description"),
    [("50 EUR only", None), ("50 EUR only jane@example.com", None), ("50 EUR only drinks", "only drinks")],
)
def test_that_no_more_is_to_come_is_no_description(text: str, description: str | None) -> None:
    understood = parse(text)
    assert (understood.amount, understood.description) == (Money(5000, "EUR"), description)


def test_what_can_be_money_of_one_country_alone_is_taken() -> None:
    assert parse("50 złotych", currency="EUR").amount == Money(5000, "PLN")


def test_a_capital_with_a_dot_behind_francs_begins_a_name_and_is_no_million() -> None:
    understood = parse("5000 F M. Dupont", currency="XAF")
    assert (understood.amount, understood.description) == (Money(5000, "XAF"), "M. Dupont")
    assert parse("5 F M lunch", currency="XAF").amount is None
