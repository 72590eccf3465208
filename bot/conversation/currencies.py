"""Currencies as people write them: ISO codes, the commonest signs and names."""

from bot.money import chargeable_currencies

# A sign, and the currencies that use it in daily writing. Several: it is asked which one is meant.
SIGNS: dict[str, tuple[str, ...]] = {
    "€": ("EUR",),
    "£": ("GBP",),
    "$": (
        *("USD", "CAD", "AUD", "NZD", "SGD", "HKD", "TWD", "MXN", "ARS", "CLP", "COP"),
        *("BBD", "BMD", "BND", "BSD", "BZD", "FJD", "GYD", "JMD", "KYD", "LRD", "NAD", "SBD", "SRD"),
        *("TTD", "UYU", "XCD"),
    ),
    "US$": ("USD",),
    "C$": ("CAD", "NIO"),
    "CA$": ("CAD",),
    "A$": ("AUD",),
    "AU$": ("AUD",),
    "NZ$": ("NZD",),
    "S$": ("SGD",),
    "HK$": ("HKD",),
    "R$": ("BRL",),
    "¥": ("JPY", "CNY"),
    "₹": ("INR",),
    "₽": ("RUB",),
    "₺": ("TRY",),
    "₩": ("KRW", "KPW"),
    "₦": ("NGN",),
    "₱": ("PHP",),
    "₫": ("VND",),
    "₴": ("UAH",),
    "₪": ("ILS",),
    "฿": ("THB",),
    "₵": ("GHS",),
    "₡": ("CRC",),
    "₲": ("PYG",),
    "zł": ("PLN",),
    "Kč": ("CZK",),
    "kr": ("SEK", "NOK", "DKK", "ISK"),
    "FCFA": ("XAF", "XOF"),
    "CFA": ("XAF", "XOF"),
}

# Names, in small letters; a plural's s is taken off first.
NAMES: dict[str, tuple[str, ...]] = {
    "euro": ("EUR",),
    "dollar": SIGNS["$"],
    "pound": ("GBP", "EGP", "LBP", "SYP"),
    "rupee": ("INR", "PKR", "LKR", "NPR", "MUR", "SCR"),
    "yen": ("JPY",),
    "yuan": ("CNY",),
    "franc": ("CHF", "XAF", "XOF", "XPF", "CDF", "RWF", "BIF", "DJF", "GNF", "KMF"),
    "dinar": ("KWD", "BHD", "JOD", "IQD", "TND", "LYD", "DZD", "RSD"),
    "dirham": ("AED", "MAD"),
    "riyal": ("SAR", "QAR"),
    "real": ("BRL",),
    "rand": ("ZAR",),
    "naira": ("NGN",),
    "peso": ("MXN", "PHP", "ARS", "CLP", "COP", "UYU", "DOP", "CUP"),
}

# Codes that are everyday words when written small: "20 all inclusive" names no lek.
_WORDS = frozenset(
    {"ALL", "BAM", "CUP", "GEL", "LAK", "MAD", "MOP", "PEN", "TOP", "TRY", "WON", "ANG", "SOS"}
)


def currencies_of(text: str) -> tuple[str, ...]:
    """The currencies that `text` can stand for: none if it is no currency at all."""
    if text in SIGNS:
        return SIGNS[text]
    if named := NAMES.get(text.lower().removesuffix("s")):
        return named
    code = text.upper()
    if code not in chargeable_currencies() or (text != code and code in _WORDS):
        return ()
    return (code,)
