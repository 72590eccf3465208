"""`paylink parse`: what a one-line command would be understood as. Calls nobody."""

import json
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, tzinfo
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import click

from bot.conversation.amounts import UnknownFormat, convention_of
from bot.conversation.parse import Understood, parse
from bot.countries import is_country
from bot.money import Money, UnknownCurrency, exponent_of
from bot.settings_backends import DECLARED


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


def _region(_: click.Context, __: click.Parameter, value: str | None) -> str | None:
    if value is not None and not is_country(value.upper()):
        raise click.BadParameter(f"{value} is no country that I know, try DE")
    return value and value.upper()


def _zone(_: click.Context, __: click.Parameter, value: str) -> tzinfo:
    try:
        return ZoneInfo(value)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise click.BadParameter(f"{value} is no time zone that I know, try Europe/Berlin") from None


@click.command(context_settings={"ignore_unknown_options": True})  # `-5 EUR` is a text, not an option
@click.argument("text")
@click.option("--format", "confirmed", callback=_format, help="The person's number format, like de or en_IN.")
@click.option("--region", callback=_region, help="The account's country, for telephone numbers.")
@click.option("--currency", callback=_currency, help="The account's currency.")
@click.option(
    "--time-zone", "zone", callback=_zone, default="UTC", show_default=True, help="Whose days dates are."
)
def command(text: str, confirmed: str | None, region: str | None, currency: str | None, zone: tzinfo) -> None:
    """Print as JSON what TEXT would be understood as; `-` reads a text per line, and answers each.

    Exactly one of amount, question and errors.amount is told; none of them for what only saves a means of
    payment (kind setup). A range is amount, its most, with least. `via` takes every backend there is, whether
    it is set up or not; what accounts are called is in the settings, which are not read.
    """
    labels = {name: declared.label for name, declared in DECLARED.items()}
    understand = partial(
        parse, currency=currency, confirmed=confirmed, region=region, zone=zone, backends=labels
    )
    for line in _lines_of_input() if text == "-" else [_readable(text)]:
        understood = as_json(understand(line, now=datetime.now(UTC)))
        click.echo(json.dumps(understood, ensure_ascii=False))


def _lines_of_input() -> Iterator[str]:
    return (line.decode(errors="replace").rstrip("\r\n") for line in sys.stdin.buffer)


def _readable(argument: str) -> str:
    """JSON is UTF-8: what is none in an argument stands as U+FFFD, as in what is read."""
    return argument.encode(errors="surrogateescape").decode(errors="replace")


def as_json(understood: Understood) -> dict[str, Any]:
    """Exactly one of `amount`, `question` and `errors.amount`; what was not found is null.

    A link that only saves a means of payment (`kind` setup) has none of the three. `least` is the lower
    end of a range, `uses` a number or "unlimited".
    """
    question = understood.question
    return {
        "amount": _money(understood.amount) if understood.amount else None,
        "question": {"field": question.field, "readings": [_money(money) for money in question.readings]}
        if question
        else None,
        "errors": understood.errors,
        "typed": understood.typed,
        "email": understood.email,
        "phone": understood.phone,
        "name": understood.name,
        "description": understood.description,
        "reference": understood.reference,
        "expires": understood.expires.isoformat() if understood.expires else None,
        "backend": understood.backend,
        "least": _money(understood.least) if understood.least else None,
        "kind": understood.kind,
        "uses": int(uses) if (uses := understood.uses or "").isdecimal() else understood.uses,
        **{
            key: getattr(understood, key)
            for key in ("price", "quantity", "suggested", "trial_days", "coupon")
        },
    }


def _money(amount: Money) -> dict[str, Any]:
    return {"minor": amount.minor, "currency": amount.currency}
