"""Checkout.com's own unit rules: https://www.checkout.com/docs/resources/calculating-the-amount."""

from typing import Any

MOST = 999_999_999  # nine digits

_WHOLE_UNITS = frozenset("BIF DJF GNF ISK JPY KMF KRW PYG RWF UGX VUV VND XAF XOF XPF".split())
_THREE_DECIMALS = frozenset("BHD IQD JOD KWD LYD OMR TND".split())
_TWO_DECIMALS = frozenset(
    """AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF
    CHF CLP CNY COP CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD
    HKD HNL HTG HUF IDR ILS INR IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD
    MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON
    RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TOP TRY TTD TWD
    TZS UAH USD UYU UZS VES WST XCD XCG YER ZAR ZMW ZWG""".split()
)
CURRENCIES = _WHOLE_UNITS | _THREE_DECIMALS | _TWO_DECIMALS

# Unconfirmed: CLP has a note that was not readable in full; whole pesos only is its stricter reading.
_UNCONFIRMED = {"CLP": 100}
# What an amount must be a multiple of.
_STEPS = dict.fromkeys(_THREE_DECIMALS, 10) | _UNCONFIRMED


def is_amount(value: Any) -> bool:
    """A whole number of minor units, more than none, of at most nine digits."""
    return type(value) is int and 0 < value <= MOST


def is_payable(amount: int, currency: str) -> bool:
    """Whether the currency has such an amount (a three-decimal one must end in 0)."""
    return amount % _STEPS.get(currency, 1) == 0


def decimals(currency: str) -> int:
    if currency in _WHOLE_UNITS:
        return 0
    return 3 if currency in _THREE_DECIMALS else 2


def in_figures(amount: int, currency: str) -> str:
    """`123450, "EUR"` -> `1,234.50 EUR`, with a space that does not break."""
    places = decimals(currency)
    units, rest = divmod(amount, 10**places)
    fraction = f".{rest:0{places}d}" if places else ""
    return f"{units:,}{fraction}\N{NO-BREAK SPACE}{currency}"
