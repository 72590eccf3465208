"""Money: an integer of minor units and an ISO 4217 code. No float anywhere.

Exponents are ISO 4217's (package `iso4217`, which carries the maintenance agency's table), not
CLDR's, which are for display. What a backend makes of them (its own units) is the adapter's.
"""

from dataclasses import dataclass
from decimal import Decimal
from functools import cache

# Units of account and fund codes of ISO 4217 (list one): in the standard, but nobody can be charged in them.
_FUNDS = frozenset({"BOV", "CHE", "CHW", "CLF", "COU", "MXV", "USN", "UYI", "UYW", "XAD"})

_LONGEST = 30  # digits before the point that anything calling itself an amount can have


class UnknownCurrency(ValueError):
    """Not an ISO 4217 code that a customer can be charged in."""


class TooManyDecimals(ValueError):
    """More decimals than the currency has."""


@dataclass(frozen=True, slots=True)
class Money:
    """An exact amount: `minor` units (cents, yen, fils) of `currency`."""

    minor: int
    currency: str

    def __post_init__(self) -> None:
        exponent_of(self.currency)

    @property
    def major(self) -> Decimal:
        """The amount as people write it, with all of the currency's decimals: 4990 EUR is 49.90."""
        sign, digits, _ = Decimal(self.minor).as_tuple()
        return Decimal((sign, digits, -exponent_of(self.currency)))

    @classmethod
    def of(cls, major: Decimal, currency: str) -> "Money":
        """From major units; raises UnknownCurrency, TooManyDecimals, ValueError for what is no number.

        Whole numbers all the way: a Decimal's own arithmetic would round what is longer than its context.
        """
        sign, digits, exponent = major.as_tuple()
        if not isinstance(exponent, int) or major.adjusted() >= _LONGEST:
            raise ValueError(f"not an amount: {major}")
        number = int("".join(map(str, digits))) * (-1 if sign else 1)
        shift = exponent + exponent_of(currency)
        if shift >= 0:
            return cls(number * 10**shift, currency)
        minor, rest = divmod(number, 10 ** min(-shift, len(digits)))  # more zeros make no difference
        if rest:
            raise TooManyDecimals(f"{major} has more decimals than {currency} allows")
        return cls(minor, currency)

    def __str__(self) -> str:
        return f"{self.major} {self.currency}"


def pack(amount: Money) -> str:
    """An amount as a string to keep in a row: `4990 EUR` is 49.90 EUR."""
    return f"{amount.minor} {amount.currency}"


def unpack(text: str) -> Money:
    """The amount that `pack` kept."""
    minor, currency = text.split()
    return Money(int(minor), currency)


@cache
def chargeable_currencies() -> dict[str, int]:
    """Every code that a customer can be charged in, and its number of decimals."""
    from iso4217 import Currency  # noqa: PLC0415 - parses its table of XML, and not everybody has an amount

    return {
        currency.code: currency.exponent
        for currency in Currency
        if currency.exponent is not None and currency.code not in _FUNDS
    }


def exponent_of(currency: str) -> int:
    """ISO 4217's number of decimals of a currency; raises UnknownCurrency."""
    try:
        return chargeable_currencies()[currency]
    except KeyError:
        raise UnknownCurrency(currency) from None
