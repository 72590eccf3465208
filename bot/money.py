"""Money: an integer of minor units and an ISO 4217 code. No float anywhere.

Exponents are ISO 4217's, not CLDR's, which are for display. What a backend makes of them (its own units) is
the adapter's.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

# ISO 4217, list one, without units of account and fund codes: every code that a customer can be charged in,
# and its number of decimals. A test compares it with the maintenance agency's table, in package `iso4217`,
# whose XML would take each process 2 MB and 20 ms to read.
EXPONENTS: Mapping[str, int] = {
    **dict.fromkeys("BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX VND VUV XAF XOF XPF".split(), 0),
    **dict.fromkeys("BHD IQD JOD KWD LYD OMR TND".split(), 3),
    **dict.fromkeys(
        (
            "AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF "
            "CNY COP CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL "
            "HTG HUF IDR ILS INR IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT "
            "MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB "
            "SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TOP TRY TTD TWD TZS UAH "
            "USD UYU UZS VED VES WST XCD XCG YER ZAR ZMW ZWG"
        ).split(),
        2,
    ),
}

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


def exponent_of(currency: str) -> int:
    """ISO 4217's number of decimals of a currency; raises UnknownCurrency."""
    try:
        return EXPONENTS[currency]
    except KeyError:
        raise UnknownCurrency(currency) from None
