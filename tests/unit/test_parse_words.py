"""Words around the amount: a currency that is not understood never turns into the account's own."""

import pytest

from bot.conversation.currencies import currencies_of
from bot.conversation.parse import parse
from bot.money import Money


@pytest.mark.parametrize("text", ["25 XYZ", "XYZ 25", "25 USDT", "BTC 0.5", "0.5 BTC"])
def test_a_word_written_like_a_code_beside_the_amount_is_asked_about(text: str) -> None:
    assert parse(text, currency="EUR").errors["amount"] == "currency_unknown"


@pytest.mark.parametrize(
    "text", ["25 kEUR", "25 keur", "kUSD 25", "25 TEuro", "25 mEUR", "25 EURk", "25 KUSD"]
)
def test_thousands_of_a_currency_in_one_word_are_not_taken_for_so_few(text: str) -> None:
    assert parse(text, currency="EUR").errors["amount"] == "currency_unknown"


@pytest.mark.parametrize("word", ["mars", "Kwon", "mall", "team"])
def test_a_word_that_only_ends_like_a_currency_is_a_word(word: str) -> None:
    assert parse(f"25 {word}", currency="EUR").amount == Money(2500, "EUR")


@pytest.mark.parametrize(
    "text",
    [
        *["25 invoice USD", "25 for Jane in USD", "25 US dollars", "25 swiss francs", "25 Canadian dollars"],
        *["25 for two, USD please", "25 XYZ USD", "25 \N{EM DASH} USD", "25 Australian $"],
    ],
)
def test_a_currency_elsewhere_forbids_taking_the_accounts(text: str) -> None:
    understood = parse(text, currency="EUR")
    assert understood.amount is None or understood.amount.currency != "EUR"


@pytest.mark.parametrize(
    ("called", "code"),
    [
        *(
            ("dollars américains", "USD"),
            ("dollars canadiens", "CAD"),
            ("$ US", "USD"),
            ("dollars CA", "CAD"),
        ),
        *(("francs suisses", "CHF"), ("francs congolais", "CDF"), ("dinars tunisiens", "TND")),
        *(("livres sterling", "GBP"), ("pounds sterling", "GBP"), ("livres egyptiennes", "EGP")),
        *(
            ("couronnes suédoises", "SEK"),
            ("Canadian dollars", "CAD"),
            ("U.S. dollars", "USD"),
            ("cédis", "GHS"),
        ),
    ],
)
def test_a_currency_in_two_words_is_that_one_and_leaves_neither_behind(called: str, code: str) -> None:
    understood = parse(f"25 {called} lunch", currency="EUR")
    assert understood.amount is not None
    assert (understood.amount.currency, understood.description) == (code, "lunch")
    assert currencies_of(called) == (code,)


@pytest.mark.parametrize(
    "text", ["25 dollars ca va", "25 dollars us", "50 couronnes", "25 dollars in two words"]
)
def test_a_currency_of_several_countries_is_asked_about(text: str) -> None:
    question = parse(text, currency="EUR").question
    assert question is not None
    assert question.key == "currency_ambiguous"


@pytest.mark.parametrize(
    "text",
    [
        *["25 Kr", "25 KR", "25 hk$", "25 Zł", "25 kroner", "25 lira", "25 danish kroner", "25 zloty"],
        *["25 GBPs", "25 CAD$", "25 us-dollar", "25 USD/EUR", "25 usdt", "0.5 btc", "0.1 bitcoin"],
    ],
)
def test_a_currency_in_other_spelling_never_becomes_the_accounts(text: str) -> None:
    taken = parse(text, currency="EUR").amount
    assert taken is None or taken.currency != "EUR"


@pytest.mark.parametrize(
    "text",
    [
        *["50 ct", "50 cts", "50 ¢", "50 p", "50 eurocents", "50 Pfennig", "50 grosz", "25 billion", "25 bn"],
        *["25 mln", "25 mn", "25 tausend", "25 Tsd", "25 Mrd", "25 lac", "25 cr"],
        *["50 ribu", "50 juta", "25 milyon", "25 hazar", "25 tusen", "5 grand"],
    ],
)
def test_a_word_that_changes_the_amounts_size_is_never_overlooked(text: str) -> None:
    assert parse(text, currency="EUR").amount is None


def test_a_minus_before_a_space_is_still_a_minus() -> None:
    understood = parse("- 5 EUR Invoice 12")
    assert (understood.errors, understood.description) == ({"amount": "amount_negative"}, "Invoice 12")


@pytest.mark.parametrize("text", ["50€ repas, ils paient", "repas 50€, ils paient", "50 repas, ils paient"])
def test_a_french_pronoun_is_no_shekel(text: str) -> None:
    assert parse(text, currency="EUR").amount == Money(5000, "EUR")
    assert parse("50 ils", currency="EUR").errors == {"amount": "currency_unknown"}


@pytest.mark.parametrize("text", ["20 all inclusive", "25 try this", "25 top seats", "25 mad hatter"])
def test_everyday_words_that_are_codes_when_written_large_are_words(text: str) -> None:
    understood = parse(text, currency="EUR")
    assert understood.amount is not None
    assert understood.amount.currency == "EUR"


@pytest.mark.parametrize(
    ("text", "email", "description"),
    [
        ("49.90 EUR jane@example.com Invoice 12", "jane@example.com", "Invoice 12"),
        ("Invoice 12a 49.90 EUR jane@example.com", "jane@example.com", "Invoice 12a"),
        ("jane@example.com 49.90 EUR", "jane@example.com", None),
        ("49.90 EUR <jane@EXAMPLE.com>,", "jane@example.com", None),
        ("49.90 EUR jane25@example.com", "jane25@example.com", None),
        ("49.90 EUR  Two   nights,  sea view", None, "Two nights, sea view"),
        ("49.90 EUR 😀 <b>*_`~ & co", None, "😀 <b>*_`~ & co"),
    ],
)
def test_what_is_neither_amount_nor_address_is_the_description(
    text: str, email: str | None, description: str | None
) -> None:
    understood = parse(text)
    assert understood.amount is not None
    assert (understood.amount.minor, understood.email, understood.description) == (4990, email, description)


def test_a_broken_address_is_an_error_beside_the_amount() -> None:
    understood = parse("49.90 EUR jane@nowhere")
    assert understood.errors == {"email": "email_invalid"}
    assert understood.amount is not None
    assert understood.description is None


def test_a_numeral_whose_currency_is_open_is_kept_as_typed() -> None:
    understood = parse("$25 lunch", currency="EUR")
    assert (understood.amount_text, understood.currency) == ("25", None)


def test_an_amount_that_is_open_keeps_its_currency() -> None:
    understood = parse("1,234 KWD")
    assert (understood.amount_text, understood.currency) == ("1,234", "KWD")


@pytest.mark.parametrize("text", ["0.5BTC", "0.5btc lunch", "lunch 100USDT", "jane@example.com 100usdt,"])
def test_a_coin_that_is_glued_to_its_number_is_asked_about_like_one_apart(text: str) -> None:
    understood = parse(text, currency="EUR")
    assert understood.errors == {"amount": "currency_unknown"}
    assert understood.typed["currency"].lower() in {"btc", "usdt"}
    assert understood.description in {None, "lunch"}


@pytest.mark.parametrize(
    ("text", "minor"),
    [
        *(("5000 F", 5000), ("5000F", 5000), ("5000f lunch", 5000), ("5.000F", 5000), ("25kF", 25000)),
        *(("5000 fr", 5000), ("5000fr lunch", 5000), ("5000 fr CFA", 5000)),
        *(("5000 F CFA", 5000), ("5000F CFA", 5000), ("5000 frs", 5000), ("5000 Frs CFA", 5000)),
        *(
            ("5000fcfa", 5000),
            ("5000 fcfa", 5000),
            ("FCFA5000", 5000),
            ("fcfa 5000", 5000),
            ("5000cfa", 5000),
        ),
    ],
)
def test_francs_are_read_as_they_are_written_where_they_are_spent(text: str, minor: int) -> None:
    assert parse(text, currency="XAF").amount == Money(minor, "XAF")
    abroad = parse(text, currency="EUR")
    assert (abroad.amount, abroad.question and abroad.question.field) == (None, "currency")


@pytest.mark.parametrize("behind", ["F", " F", "F CFA", " F CFA", "fcfa lunch"])
def test_francs_behind_a_group_of_digits_are_never_read_in_part(behind: str) -> None:
    assert parse(f"25 000{behind}", currency="XAF").amount == Money(25000, "XAF")
    asked = parse(f"25 100{behind}", currency="XAF")
    assert (asked.amount, asked.question and asked.question.readings) == (
        None,
        (Money(25100, "XAF"), Money(100, "XAF")),
    )


@pytest.mark.parametrize("text", ["10 000kf lunch", "10 000kg", "10 000xyz"])
def test_a_numeral_that_may_go_on_in_the_next_word_is_not_read_in_part(text: str) -> None:
    understood = parse(text, currency="XAF")
    assert understood.errors == {"amount": "amount_unreadable"}
    assert understood.typed["amount"] == " ".join(text.split()[:2])
    assert understood.description in {None, "lunch"}


@pytest.mark.parametrize(
    "text",
    ["Seat 12F 50 EUR", "50 EUR Apt 3F", "Salle F 50 EUR", "50 EUR FC Bern", "EUR 20 500GB", "Vol F12 5 EUR"],
)
def test_beside_another_currency_a_letter_is_no_franc(text: str) -> None:
    understood = parse(text, currency="XAF")
    assert understood.amount is not None
    assert understood.amount.currency == "EUR"


@pytest.mark.parametrize(
    ("text", "account"),
    [
        *(("500 rs", "INR"), ("500rs", "INR"), ("rs500", "INR"), ("rs. 500", "INR"), ("RS500", "INR")),
        *(("500 रुपये", "INR"), ("500 ksh", "KES"), ("ksh500", "KES"), ("500 dhs", "AED"), ("500 درهم", "AED")),
        *(("500 دولار", "USD"), ("500 долларов", "USD"), ("500 dólares", "USD"), ("500 евро", "EUR")),
        *(("500 Franken", "CHF"), ("500 টাকা", "BDT"), ("500 บาท", "THB"), ("500euro", "EUR")),
        *(
            ("500 zl", "PLN"),
            ("500zl.", "PLN"),
            ("500 zlotych", "PLN"),
            ("500 korun", "CZK"),
            ("500 Kc", "CZK"),
        ),
        *(
            ("500 nis", "ILS"),
            ("500 שקל", "ILS"),
            ("500 гривень", "UAH"),
            ("500 ریال", "IRR"),
            ("500 skr", "SEK"),
        ),
        *(
            ("500 ευρώ", "EUR"),
            ("500 euroa", "EUR"),
            ("500 eura", "EUR"),
            ("500 avro", "EUR"),
            ("500 روپے", "PKR"),
        ),
        *(
            ("500欧元", "EUR"),
            ("500 ユーロ", "EUR"),
            ("500美元", "USD"),
            ("人民币500", "CNY"),
            ("500块", "CNY"),
        ),
        *(
            (
                "500 \uff25\uff35\uff32",
                "EUR",
            ),
            ("500:- kr", "SEK"),
            ("500 Rs /-", "INR"),
            ("Rs 500/- only", "INR"),
        ),
    ],
)
def test_a_currency_in_its_own_words_is_that_and_never_the_accounts(text: str, account: str) -> None:
    assert parse(text, currency=account).amount == Money(50000, account)
    abroad = parse(text, currency="JPY")
    assert abroad.amount is None or abroad.amount.currency == account
    assert abroad.description is None


@pytest.mark.parametrize("text", ["\u20b92.5 L", "Rs 2 L", "INR 2.5 l", "2.5 L"])
def test_lakhs_are_never_overlooked(text: str) -> None:
    assert parse(text, currency="INR").errors == {"amount": "amount_unreadable"}


@pytest.mark.parametrize(
    ("text", "description"),
    [("2 L milk 500 INR", "2 L milk"), ("500 INR L", "L")],
)
def test_litres_and_sizes_are_no_lakhs(text: str, description: str) -> None:
    understood = parse(text)
    assert (understood.amount, understood.description) == (Money(50000, "INR"), description)


def test_so_many_at_an_amount_is_asked_about() -> None:
    assert parse("3 @ 49.90 EUR").amount is None
    assert parse("lunch @ 49.90 EUR").amount == Money(4990, "EUR")
