"""Amounts as people write them: every reading that is possible, and never a guess.

A numeral is read in each number format. One valid reading is taken, two are asked about. What a
person has confirmed to be their number format decides between two, and makes us ask where the only
valid reading is not the one their format gives.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from bot.money import Money, exponent_of

LARGEST = 10**12  # minor units; beyond it, somebody's finger slept on a key

# A format's grouping separator and decimal separator. Formats of the same pair are one.
FORMATS: Mapping[str, tuple[str, str]] = {"en": (",", "."), "de": (".", ",")}


@dataclass(frozen=True, slots=True)
class Readings:
    """What a numeral can mean in a currency. `taken` if that is certain, else the `question` or `problem`."""

    taken: Money | None = None
    question: tuple[Money, ...] = ()
    problem: str | None = None


def read_numeral(numeral: str, currency: str, confirmed: str | None = None) -> Readings:
    """Read `1.234,56` in a currency. `confirmed` is a key of FORMATS, or None.

    `problem` is one of amount_unreadable, amount_decimals, amount_zero, amount_too_large.
    """
    exponent = exponent_of(currency)
    in_format = {name: _well_formed(numeral, *marks) for name, marks in FORMATS.items()}
    valid = {
        name: Money.of(value, currency)
        for name, value in in_format.items()
        if value is not None and _decimals(value) <= exponent
    }
    if not valid:
        read = any(value is not None for value in in_format.values())
        return Readings(problem="amount_decimals" if read else "amount_unreadable")
    distinct = tuple(dict.fromkeys(valid.values()))
    if confirmed in valid:
        return _in_bounds(valid[confirmed])
    if len(distinct) > 1 or (confirmed is not None and in_format.get(confirmed) is not None):
        return Readings(question=distinct)
    return _in_bounds(distinct[0])


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


def _in_bounds(amount: Money) -> Readings:
    if amount.minor == 0:
        return Readings(problem="amount_zero")
    if amount.minor > LARGEST:
        return Readings(problem="amount_too_large")
    return Readings(taken=amount)


def _well_formed(numeral: str, group: str, decimal: str) -> Decimal | None:
    whole = rf"[0-9]+|[1-9][0-9]{{0,2}}(?:{re.escape(group)}[0-9]{{3}})+"
    match = re.fullmatch(rf"({whole})(?:{re.escape(decimal)}([0-9]+))?", numeral)
    if match is None:
        return None
    units, fraction = match[1].replace(group, ""), match[2]
    return Decimal(f"{units}.{fraction}" if fraction else units)


def _decimals(value: Decimal) -> int:
    exponent = value.as_tuple().exponent
    return -exponent if isinstance(exponent, int) else 0
