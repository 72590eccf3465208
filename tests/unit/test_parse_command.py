"""`paylink parse`: the same understanding as JSON, for people and other programs."""

import json
from typing import Any

import pytest
from click.testing import CliRunner, Result

from bot.__main__ import main

KEYS = {
    *["amount", "question", "errors", "email", "phone", "name"],
    *["description", "reference", "expires", "backend", "typed"],
    *["least", "kind", "uses", "price", "quantity", "suggested", "trial_days", "coupon"],
}


def run(*arguments: str, typed: str | None = None) -> Result:
    return CliRunner().invoke(main, ["parse", *arguments], input=typed)


def answer(*arguments: str) -> dict[str, Any]:
    result = run(*arguments)
    assert result.exit_code == 0, result.output
    understood: dict[str, Any] = json.loads(result.stdout)
    return understood


def test_a_whole_command_is_shown_with_every_key() -> None:
    understood = answer("49.90 EUR jane@example.com Invoice 12")
    assert set(understood) >= KEYS
    assert understood["amount"] == {"minor": 4990, "currency": "EUR"}
    assert (understood["question"], understood["errors"]) == (None, {})
    assert (understood["email"], understood["description"]) == ("jane@example.com", "Invoice 12")


@pytest.mark.parametrize("name", ["/paylink", " /Paylink@our_bot", "/paylink\n"])
def test_a_line_with_the_commands_own_name_is_the_same_line(name: str) -> None:
    assert answer(f"{name} 49.90 EUR jane@example.com Invoice 12") == answer(
        "49.90 EUR jane@example.com Invoice 12"
    )
    assert answer("49.90 EUR /paylink training")["description"] == "/paylink training"
    assert answer("/paylinks 49.90 EUR")["description"] == "/paylinks"


def test_a_range_is_its_most_and_its_least() -> None:
    understood = answer("10-50 EUR 20 uses lunch")
    assert understood["amount"] == {"minor": 5000, "currency": "EUR"}
    assert understood["least"] == {"minor": 1000, "currency": "EUR"}
    assert (understood["uses"], understood["kind"]) == (20, None)


def test_what_is_wished_for_is_shown() -> None:
    understood = answer("49 EUR unlimited uses kind: subscription price: price_9 trial: 14")
    assert (understood["uses"], understood["kind"]) == ("unlimited", "subscription")
    assert (understood["price"], understood["trial_days"], understood["coupon"]) == ("price_9", "14", None)


def test_saving_a_means_of_payment_is_the_one_thing_without_an_amount() -> None:
    understood = answer("kind: setup jane@example.com", "--currency", "EUR")
    assert (understood["amount"], understood["question"], understood["errors"]) == (None, None, {})
    assert understood["kind"] == "setup"


def test_a_question_names_its_field_and_readings() -> None:
    understood = answer("1,234 KWD")
    readings = [{"minor": 1234000, "currency": "KWD"}, {"minor": 1234, "currency": "KWD"}]
    assert understood["question"] == {"field": "amount", "readings": readings}
    assert (understood["amount"], understood["errors"]) == (None, {})


def test_an_error_is_a_key() -> None:
    understood = answer("10.5 JPY")
    assert understood["errors"] == {"amount": "amount_decimals"}
    assert (understood["amount"], understood["question"]) == (None, None)


def test_the_confirmed_format_decides() -> None:
    assert answer("1,234 KWD", "--format", "de")["amount"] == {"minor": 1234, "currency": "KWD"}


@pytest.mark.parametrize("code", ["EUR", "eur"])
def test_the_accounts_currency_is_taken_where_none_is_written(code: str) -> None:
    assert answer("25", "--currency", code)["amount"] == {"minor": 2500, "currency": "EUR"}


def test_a_dash_reads_a_text_per_line_and_answers_each() -> None:
    result = run("-", typed="25 EUR\n\n1,234 KWD\n")
    lines = [json.loads(line) for line in result.stdout.splitlines()]
    assert [line["amount"] for line in lines] == [{"minor": 2500, "currency": "EUR"}, None, None]
    assert [line["errors"] for line in lines] == [{}, {"amount": "required"}, {}]


def test_what_is_no_utf8_is_answered_all_the_same_in_json_that_is() -> None:
    given = "25 EUR Café\n49.90 EUR tea\n".encode("latin-1")
    result = CliRunner().invoke(main, ["parse", "-"], input=given)
    told = [json.loads(line) for line in result.stdout_bytes.splitlines()]
    assert [(line["amount"]["minor"], line["description"]) for line in told] == [
        (2500, "Caf\ufffd"),
        (4990, "tea"),
    ]
    as_argument = run("25 EUR Caf\udce9").stdout_bytes  # how Python spells a byte that is no UTF-8
    assert json.loads(as_argument)["description"] == "Caf\ufffd"


def test_letters_beyond_ascii_are_printed_as_they_are() -> None:
    assert "Café für zwei" in run("25 EUR Café für zwei").stdout


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["25", "--currency", "XYZ"], "XYZ is not an ISO 4217 code"),
        (["25", "--currency", "CLF"], "CLF is not an ISO 4217 code"),
        (["25", "--format", "xx"], "xx is no locale"),
        (["25", "--region", "XX"], "XX is no country"),
        (["25", "--time-zone", "Mars/Base"], "Mars/Base is no time zone"),
        (["25", "--time-zone", "../etc"], "../etc is no time zone"),
        (["25", "--time-zone", "Europe"], "Europe is no time zone"),
    ],
)
def test_a_bad_option_is_refused_with_what_is_wrong(arguments: list[str], said: str) -> None:
    result = run(*arguments)
    assert result.exit_code == 2
    assert said in result.stderr


def test_every_detail_is_shown() -> None:
    text = '49.90 EUR "Jane Doe" <jane@example.com> tel 0171 2345678 ref: 7 until 1.1.2099 via checkout Tea'
    understood = answer(text, "--region", "de", "--time-zone", "Europe/Berlin")
    assert understood["errors"] == understood["typed"] == {}
    assert understood["expires"] == "2099-01-01T23:59:59+01:00"
    assert (understood["phone"], understood["name"]) == ("+491712345678", "Jane Doe")
    assert (understood["reference"], understood["backend"]) == ("7", "checkout")
    assert (understood["email"], understood["description"]) == ("jane@example.com", "Tea")


@pytest.mark.parametrize(
    ("said", "backend"), [("Cost+", "costplus"), ("yabetoopay", "yabetoo"), ("Checkout.com", "checkout")]
)
def test_a_backend_is_known_by_its_label_as_in_a_chat(said: str, backend: str) -> None:
    understood = answer(f"49.90 EUR via {said}")
    assert (understood["backend"], understood["description"]) == (backend, None)


def test_an_expiry_is_shown_in_utc_where_no_time_zone_is_named() -> None:
    assert answer("25 EUR until 31.12.2099")["expires"] == "2099-12-31T23:59:59+00:00"


def test_what_is_wrong_with_a_detail_is_shown_with_what_was_typed() -> None:
    understood = answer("25 EUR until 03/04/2099 tel 123")
    assert understood["errors"] == {"expires": "expires_ambiguous", "phone": "phone_invalid"}
    assert understood["typed"] == {"expires": "03/04/2099", "phone": "123"}
    assert understood["amount"] == {"minor": 2500, "currency": "EUR"}
