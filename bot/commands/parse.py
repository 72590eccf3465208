"""`paylink parse`: what a one-line command would be understood as. Calls nobody."""

import json
import sys
from typing import Any

import click

from bot.conversation.amounts import UnknownFormat, convention_of
from bot.conversation.parse import Understood, parse
from bot.money import Money, UnknownCurrency, exponent_of


def _currency(_: click.Context, __: click.Parameter, value: str | None) -> str | None:
    if value is None:
        return None
    try:
        exponent_of(value.upper())
    except UnknownCurrency:
        raise click.BadParameter(f"{value} is not an ISO 4217 code, try EUR") from None
    return value.upper()


def _format(_: click.Context, __: click.Parameter, value: str | None) -> str | None:
    if value is None:
        return None
    try:
        convention_of(value)
    except UnknownFormat:
        raise click.BadParameter(f"{value} is no locale that I know, try de or en_IN") from None
    return value


@click.command(context_settings={"ignore_unknown_options": True})  # `-5 EUR` is a text, not an option
@click.argument("text")
@click.option("--format", "confirmed", callback=_format, help="The person's number format, like de or en_IN.")
@click.option("--region", help="The account's country, for telephone numbers.")
@click.option("--currency", callback=_currency, help="The account's currency.")
def command(text: str, confirmed: str | None, region: str | None, currency: str | None) -> None:  # noqa: ARG001
    """Print as JSON what TEXT would be understood as; `-` reads a text per line, and answers each."""
    lines = (line.rstrip("\n") for line in sys.stdin) if text == "-" else [text]
    for line in lines:
        understood = as_json(parse(line, currency=currency, confirmed=confirmed))
        click.echo(json.dumps(understood, ensure_ascii=False))


def as_json(understood: Understood) -> dict[str, Any]:
    """Exactly one of `amount`, `question` and `errors.amount`; what was not found is null."""
    question = understood.question
    return {
        "amount": _money(understood.amount) if understood.amount else None,
        "question": {"field": question.field, "readings": [_money(money) for money in question.readings]}
        if question
        else None,
        "errors": understood.errors,
        "email": understood.email,
        "phone": None,
        "name": None,
        "description": understood.description,
        "reference": None,
        "expires": None,
        "backend": None,
    }


def _money(amount: Money) -> dict[str, Any]:
    return {"minor": amount.minor, "currency": amount.currency}
