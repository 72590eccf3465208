"""Learns a person's number format when they choose one of two readings."""

from collections.abc import Mapping

from bot.conversation.amounts import convention_of
from bot.conversation.digits import SPACE
from bot.money import Money, TooManyDecimals
from bot.ports.model import Draft
from bot.ports.storage import Transaction

# A locale for each convention that two readings can come from.
_LOCALES = ("en", "de", "fr", "de_CH")


def format_shown_by(numeral: str, chosen: Money) -> str | None:
    """The number format in which `numeral` means `chosen`; None if it is none of them, or all."""
    fitting = [locale for locale in _LOCALES if _reads_as(locale, numeral, chosen)]
    return fitting[0] if 0 < len(fitting) < len(_LOCALES) else None


def learn_format(tx: Transaction, before: Draft, answers: Mapping[str, str]) -> None:
    """The answer to "this can mean two amounts" shows how this person writes numbers."""
    problem = before.problems.get("amount")
    if problem is None or problem.key != "amount_ambiguous" or "minor" not in answers:
        return
    chosen = Money(int(answers["minor"]), answers["currency"])
    shown = format_shown_by(problem.typed, chosen) if chosen in problem.readings else None
    if shown is not None:
        tx.people.put_number_format(before.person, shown)


def _reads_as(locale: str, numeral: str, chosen: Money) -> bool:
    value = convention_of(locale).read(numeral.replace(" ", SPACE))
    if value is None:
        return False
    try:
        return Money.of(value, chosen.currency) == chosen
    except TooManyDecimals:
        return False
