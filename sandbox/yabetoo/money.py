"""Amounts: the API has major units (25000 is 25 000 XAF), the stand-in keeps minor units of ISO 4217."""

from decimal import Decimal
from typing import Any

MOST = Decimal("99999999.99")  # documented for prices, assumed for links
_FINEST = 2  # decimals at most, as prices have them
_NO_DECIMALS = frozenset(
    "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF".split(),
)
_THREE_DECIMALS = frozenset("BHD IQD JOD KWD LYD OMR TND".split())
CURRENCIES: dict[str, frozenset[str] | None] = {  # by the option of this name; None: any
    "prices": frozenset({"XAF", "EUR"}),
    "page": frozenset({"XAF", "EUR", "XOF", "USD"}),
    "any": None,
}


def exponent(currency: str) -> int:
    """Decimals of a currency; its case does not matter."""
    code = currency.upper()
    if code in _NO_DECIMALS:
        return 0
    return 3 if code in _THREE_DECIMALS else 2


def minor_of(value: Any, currency: str) -> int | None:
    """49.9, "EUR" -> 4990; None for what cannot be an amount of that currency (XAF: no decimals, assumed)."""
    if type(value) not in {int, float}:
        return None
    amount = Decimal(str(value))
    if not amount.is_finite() or not 0 < amount <= MOST:
        return None
    places = exponent(currency)
    fits = amount == round(amount, min(places, _FINEST))
    return int(amount.scaleb(places)) if fits else None


def major(minor: int, currency: str) -> int | float:
    """4990, "EUR" -> 49.9; 25000, "XAF" -> 25000. Ten digits survive a float."""
    amount = Decimal(minor).scaleb(-exponent(currency))
    return int(amount) if amount == int(amount) else float(amount)


def decimal_text(minor: int, currency: str) -> str:
    """25000, "XAF" -> `25000.00`, as prices have it."""
    return f"{Decimal(minor).scaleb(-exponent(currency)):.2f}"


def in_figures(minor: int, currency: str) -> str:
    """123450, "EUR" -> `1 234.50 EUR`, with spaces that do not break."""
    places = exponent(currency)
    figures = f"{Decimal(minor).scaleb(-places):,.{places}f} {currency.upper()}"
    return figures.replace(",", " ").replace(" ", "\N{NO-BREAK SPACE}")
