"""Words around the amount: a currency that is not understood never turns into the account's own."""

import pytest

from bot.conversation.parse import parse


@pytest.mark.parametrize("text", ["25 XYZ", "XYZ 25", "25 USDT", "BTC 0.5", "0.5 BTC"])
def test_a_word_written_like_a_code_beside_the_amount_is_asked_about(text: str) -> None:
    assert parse(text, currency="EUR").errors["amount"] == "currency_unknown"


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
    ],
)
def test_a_word_that_changes_the_amounts_size_is_never_overlooked(text: str) -> None:
    assert parse(text, currency="EUR").amount is None


def test_a_minus_before_a_space_is_still_a_minus() -> None:
    assert parse("- 5 EUR").amount is None


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
