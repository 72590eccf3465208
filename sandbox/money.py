"""Amounts as most services have them: whole numbers of the smallest unit of an ISO 4217 currency."""

_EXPONENTS = dict.fromkeys("BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX VND VUV XAF XOF XPF".split(), 0)
_EXPONENTS |= dict.fromkeys("BHD IQD JOD KWD LYD OMR TND".split(), 3)
_EXPONENTS |= dict.fromkeys(
    """AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF
    CNY COP CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL HTG HUF
    IDR ILS INR IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR
    MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD
    SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD UYU UZS VES WST XCD XCG YER
    ZAR ZMW ZWG""".split(),
    2,
)
CURRENCIES = frozenset(_EXPONENTS)


def in_figures(amount: int, currency: str) -> str:
    """`123450, "EUR"` -> `1,234.50 EUR`, with a space that does not break."""
    places = _EXPONENTS[currency]
    units, rest = divmod(amount, 10**places)
    fraction = f".{rest:0{places}d}" if places else ""
    return f"{units:,}{fraction}\N{NO-BREAK SPACE}{currency}"
