"""Amounts as people write them: every reading that is possible, and never a guess.

A numeral is read in every convention that the world writes numbers in. One valid reading is taken, two
are asked about. What a person has confirmed to be their number format decides between two, and makes
us ask where the only valid reading is not the one their format gives.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache

from babel import Locale, UnknownLocaleError

from bot.conversation.digits import SPACE, mark_of
from bot.money import Money, exponent_of

LARGEST = 10**12  # minor units; more is taken for a slip of the finger
_LONGEST = 20  # digits before the point, whatever the currency
_MOST_ZEROS = 2  # behind the point of a currency without decimals
THOUSAND = "k"


@dataclass(frozen=True, slots=True)
class Convention:
    """How a number is written: what groups digits, what begins a fraction, whether groups are Indian."""

    group: str
    decimal: str
    lakhs: bool = False

    def read(self, numeral: str) -> Decimal | None:
        """The value of a numeral that is well formed in this convention, else None."""
        match = _well_formed(self).fullmatch(numeral)
        if match is None:
            return None
        units = match[1].replace(self.group, "")
        return Decimal(f"{units}.{match[2]}" if match[2] else units)


@cache
def _well_formed(convention: Convention) -> re.Pattern[str]:
    group, decimal = re.escape(convention.group), re.escape(convention.decimal)
    grouped = rf"[1-9][0-9]?(?:{group}[0-9]{{2}})+{group}[0-9]{{3}}" if convention.lakhs else "(?!)"
    by_three = rf"[1-9][0-9]{{0,2}}(?:{group}[0-9]{{3}})+"
    return re.compile(rf"([0-9]+|{by_three}|{grouped})(?:{decimal}([0-9]+))?")


CONVENTIONS = (
    Convention(",", ".", lakhs=True),
    Convention(".", ","),
    Convention(SPACE, ","),
    Convention(SPACE, "."),
    Convention("'", "."),
    Convention("'", ","),
)


class UnknownFormat(ValueError):
    """Not a locale whose way to write numbers is known."""


@cache
def convention_of(number_format: str) -> Convention:
    """The convention of a locale like `de`; raises UnknownFormat. Indian groups are read by all."""
    try:
        locale = Locale.parse(number_format)
    except (UnknownLocaleError, ValueError) as error:
        raise UnknownFormat(number_format) from error
    symbols: Mapping[str, str] = locale.number_symbols["latn"]
    return Convention(mark_of(symbols["group"]), mark_of(symbols["decimal"]))


@dataclass(frozen=True, slots=True)
class Readings:
    """What a numeral can mean in a currency. `taken` if that is certain, else the `question` or `problem`."""

    taken: Money | None = None
    question: tuple[Money, ...] = ()
    problem: str | None = None


def read_numeral(numeral: str, currency: str, confirmed: str | None = None) -> Readings:
    """Read `1.234,56` or `1.5k` in a currency. `confirmed`: a locale whose number format is this person's.

    `problem` is one of amount_unreadable, amount_decimals, amount_zero, amount_too_large.
    """
    digits, scale = (numeral[:-1], 3) if numeral.endswith(THOUSAND) else (numeral, 0)
    own = convention_of(confirmed).read(digits) if confirmed else None
    read = (own, *(convention.read(digits) for convention in CONVENTIONS))
    values = [value for value in read if value is not None]
    if any(value.adjusted() > _LONGEST for value in values):
        return Readings(problem="amount_too_large")
    valid = {value: _money(value, scale, currency) for value in values}
    known = tuple(dict.fromkeys(money for money in valid.values() if money is not None))
    if not known:
        return Readings(problem="amount_decimals" if values else "amount_unreadable")
    if own is not None and valid[own] is not None:
        return _in_bounds(valid[own])
    if len(known) > 1 or own is not None:
        return Readings(question=known)
    return _in_bounds(known[0])


def spell(amount: Money) -> str:
    """How to type an amount so that it has one reading only, whatever the number format.

    Without grouping, a dot and all decimals; where that could be grouping (`1.234` dinar), without
    trailing zeros, or else with a zero in front, which no grouped numeral begins with.
    """
    plain = str(amount.major)
    shorter = plain.rstrip("0").rstrip(".") if "." in plain else plain
    for candidate in (plain, shorter, f"0{plain}"):
        if read_numeral(candidate, amount.currency).taken == amount:
            return candidate
    return plain


def spell_out(amount: Money) -> str:
    """How to type an amount with its currency so that it has one reading only."""
    return f"{spell(amount)} {amount.currency}"


def _money(value: Decimal, scale: int, currency: str) -> Money | None:
    """The amount of a value as written, if the currency has that many decimals.

    One or two zeros are none: `1,000.00 JPY` is on many an invoice. Three can be a group.
    """
    exponent = value.as_tuple().exponent
    decimals = -exponent if isinstance(exponent, int) else 0
    are_zeros = decimals <= _MOST_ZEROS and value == value.to_integral_value()
    if decimals - scale > exponent_of(currency) and not are_zeros:
        return None
    return Money.of(value.scaleb(scale), currency)


def _in_bounds(amount: Money | None) -> Readings:
    if amount is None or amount.minor == 0:
        return Readings(problem="amount_zero")
    if amount.minor > LARGEST:
        return Readings(problem="amount_too_large")
    return Readings(taken=amount)
