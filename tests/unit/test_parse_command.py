"""`paylink parse`: the same understanding as JSON, for people and other programs."""

import json
from typing import Any

import pytest
from click.testing import CliRunner, Result

from bot.__main__ import main

KEYS = {
    *["amount", "question", "errors", "email", "phone", "name"],
    *["description", "reference", "expires", "backend"],
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


def test_letters_beyond_ascii_are_printed_as_they_are() -> None:
    assert "Café für zwei" in run("25 EUR Café für zwei").stdout


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["25", "--currency", "XYZ"], "XYZ is not an ISO 4217 code"),
        (["25", "--currency", "CLF"], "CLF is not an ISO 4217 code"),
        (["25", "--format", "xx"], "xx is no locale"),
    ],
)
def test_a_bad_option_is_refused_with_what_is_wrong(arguments: list[str], said: str) -> None:
    result = run(*arguments)
    assert result.exit_code == 2
    assert said in result.stderr
