"""Currencies as people write them: ISO codes, the commonest signs and names."""

import re
import unicodedata
from functools import cache, lru_cache

from babel import Locale

from bot.conversation.digits import without_accents
from bot.money import EXPONENTS

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
    "AR$": ("ARS",),
    "J$": ("JMD",),
    "MX$": ("MXN",),
    "Mex$": ("MXN",),
    "N$": ("NAD",),
    "NT$": ("TWD",),
    "RD$": ("DOP",),
    "S$": ("SGD",),
    "SG$": ("SGD",),
    "TT$": ("TTD",),
    "U$S": ("USD", "UYU"),
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
    "đ": ("VND",),
    "₴": ("UAH",),
    "₪": ("ILS",),
    "฿": ("THB",),
    "₵": ("GHS",),
    "₡": ("CRC",),
    "₲": ("PYG",),
    "R": ("ZAR",),
    "S/": ("PEN",),
    "Bs": ("BOB", "VES"),
    "Br": ("ETB", "BYN"),
    "TL": ("TRY",),
    "грн": ("UAH",),
    "руб": ("RUB", "BYN"),  # noqa: RUF001 - Cyrillic, as it is written
    "Kč": ("CZK",),
    "kr": ("SEK", "NOK", "DKK", "ISK"),
    "FCFA": ("XAF", "XOF"),
    "CFA": ("XAF", "XOF"),
    "Rs": ("INR", "PKR", "LKR", "NPR", "MUR", "SCR"),
    "₨": ("INR", "PKR", "LKR", "NPR", "MUR", "SCR"),
    "रु": ("INR", "NPR"),
    "₮": ("MNT",),
    "₸": ("KZT",),
    "₼": ("AZN",),
    "₾": ("GEL",),
    "₭": ("LAK",),
    "៛": ("KHR",),
    "৳": ("BDT",),
    "Ft": ("HUF",),
    "lei": ("RON", "MDL"),
    "zł": ("PLN",),
    "RM": ("MYR",),
    "Rp": ("IDR",),
    "Fr": ("CHF", "XAF", "XOF", "XPF", "CDF"),
    "SFr": ("CHF",),
    "DH": ("MAD", "AED"),
    "KSh": ("KES",),
    "元": ("CNY", "TWD", "HKD"),
    "円": ("JPY",),
    "원": ("KRW",),
    "د.إ": ("AED",),
    "د.ب": ("BHD",),
    "د.ك": ("KWD",),
    "ر.س": ("SAR",),
    "ر.ع": ("OMR",),
    "ر.ق": ("QAR",),
    "ج.م": ("EGP",),
}

# Names, in small letters; a plural's s is taken off first.
NAMES: dict[str, tuple[str, ...]] = {
    "euro": ("EUR",),
    "dollar": SIGNS["$"],
    "buck": SIGNS["$"],
    "pound": ("GBP", "EGP", "LBP", "SYP"),
    "quid": ("GBP",),
    "rupee": SIGNS["₨"],
    "roupie": SIGNS["₨"],
    "रुपये": SIGNS["रु"],
    "रुपए": SIGNS["रु"],
    "रुपया": SIGNS["रु"],
    "dólar": SIGNS["$"],
    "dólare": SIGNS["$"],
    "доллар": SIGNS["$"],
    "доллара": SIGNS["$"],
    "долларов": SIGNS["$"],
    "دولار": SIGNS["$"],
    "евро": ("EUR",),
    "يورو": ("EUR",),
    "yen": ("JPY",),
    "yuan": ("CNY",),
    "renminbi": ("CNY",),
    "rmb": ("CNY",),
    "franken": ("CHF",),
    "franc": ("CHF", "XAF", "XOF", "XPF", "CDF", "RWF", "BIF", "DJF", "GNF", "KMF"),
    "dinar": ("KWD", "BHD", "JOD", "IQD", "TND", "LYD", "DZD", "RSD"),
    "دينار": ("KWD", "BHD", "JOD", "IQD", "TND", "LYD", "DZD"),
    "dirham": ("AED", "MAD"),
    "dh": ("MAD", "AED"),
    "درهم": ("AED", "MAD"),
    "ريال": ("SAR", "QAR", "OMR", "YER", "IRR"),
    "جنيه": ("EGP", "GBP", "SDG"),
    "riyal": ("SAR", "QAR"),
    "rial": ("OMR", "QAR", "SAR", "YER", "IRR"),
    "reai": ("BRL",),
    "couronne": ("SEK", "NOK", "DKK", "ISK", "CZK"),
    "crown": ("CZK", "SEK", "NOK", "DKK", "ISK"),
    "koruna": ("CZK",),
    "krona": ("SEK", "ISK"),
    "krone": ("NOK", "DKK"),
    "kroner": ("NOK", "DKK"),
    "kronor": ("SEK",),
    "zloty": ("PLN",),
    **dict.fromkeys(("złoty", "złote", "złotych"), ("PLN",)),
    "forint": ("HUF",),
    "ruble": ("RUB", "BYN"),
    "rouble": ("RUB", "BYN"),
    "рубль": ("RUB", "BYN"),
    "рубля": ("RUB", "BYN"),
    "рубли": ("RUB", "BYN"),
    "рублей": ("RUB", "BYN"),
    "hryvnia": ("UAH",),
    "tenge": ("KZT",),
    "lari": ("GEL",),
    "birr": ("ETB",),
    "shekel": ("ILS",),
    "lira": ("TRY", "LBP", "SYP"),
    "baht": ("THB",),
    "บาท": ("THB",),
    "won": ("KRW", "KPW"),
    "dong": ("VND",),
    "ringgit": ("MYR",),
    "rupiah": ("IDR",),
    "shilling": ("KES", "TZS", "UGX", "SOS"),
    "cedi": ("GHS",),
    "cédi": ("GHS",),
    "kwacha": ("ZMW", "MWK"),
    "taka": ("BDT",),
    "টাকা": ("BDT",),
    "rand": ("ZAR",),
    "naira": ("NGN",),
    "peso": ("MXN", "PHP", "ARS", "CLP", "COP", "UYU", "DOP", "CUP"),
}

_OTHERWISE_CALLED = {"dollar americain": ("USD",), "pound sterling": ("GBP",)}
_OF_COUNTRIES = {"US": "USD", "CA": "CAD"}  # `$ US`
_SHORTEST_PLURAL = 3  # letters: "us" is none

# Codes that are everyday words when written small: "20 all inclusive" names no lek.
_WORDS = frozenset("ALL ANG BAM CUP GEL LAK MAD MOP PEN SOS TOP TRY WON".split())
# Written small, these can be either.
_EITHER = frozenset("AMD BOB CAD COP DOP ILS MUR PHP RON".split())
# Like codes in capitals, and on every invoice beside an amount.
TAXES = frozenset("cgst gst hst igst iva mwst pst sgst steuer tax taxe taxes tva ust vat".split())
_NO_CODES = TAXES | frozenset("ttc upi sms".split())
COINS = frozenset("bitcoin bitcoins btc doge eth ether sats satoshi satoshis usdc usdt xbt xmr xrp".split())
# Money in other languages, and in some everyday words. `złotych` can be nothing else, these can.
_ABROAD = re.compile(
    r"livres|pfund|libras|sterlin[ae]|funt(?:a|y|ów)|dolar\w*|dollar[oi]|franchi|francos|koron[ay]?|kronen|"
    r"coroas|coron[ae]s?|lira\w+|lire|rupi(?:a|as|e|en|i)|rubl[io]|rublos|rubel|reales|soles|leva|đồng|лв|圆"
)
_ABROAD_IN_SHORT = frozenset("BD JD KD LE SR TSh US USh".split())  # of dinars, of riyals, of dollars
# `5 kEUR`, `5 TEuro`, `5 EURk`: thousands or millions. Written small, `mars` is a month.
_SCALED = re.compile(r"[kK](eur|usd|gbp|chf|inr)|[kKmMT]([A-Z]{3}|[Ee]uros?)|([A-Z]{3})[kKmM]")
_SIGNS_IN_SMALL = frozenset(sign.lower() for sign in SIGNS if len(sign) > 1)
_NO_WORDS = frozenset({"CFA", "FCFA", "KSh", "Rs"})
# Written small, others are everyday letters (`16 ft`): only as in the table, or with capitals.
_SIGNS_OTHERWISE = {
    written: codes
    for sign, codes in SIGNS.items()
    if sign.isalpha()
    for written in (sign.upper(), sign.title(), *([sign.lower()] if sign in _NO_WORDS else []))
} | dict.fromkeys(("frs", "Frs", "FRS"), SIGNS["Fr"])


def currencies_of(text: str) -> tuple[str, ...]:
    """The currencies that `text` can stand for: none if it is no currency at all."""
    sign = text.removesuffix(".").removesuffix("/-")
    if signed := SIGNS.get(sign) or _SIGNS_OTHERWISE.get(sign):
        return signed
    if named := NAMES.get(text.lower().removesuffix("s")):
        return named
    match text.split():
        case [first, second]:
            return currencies_called(first, second)
        case [_, _, *_]:
            return ()
    code = text.upper()
    if code not in EXPONENTS or (text != code and code in _WORDS | _EITHER):
        return ()
    return (code,)


@lru_cache(1024)
def currencies_called(first: str, second: str) -> tuple[str, ...]:
    """`Canadian dollars`, `francs suisses`: the currency that CLDR calls so, in English or French."""
    if (code := _OF_COUNTRIES.get(second)) and code in (several := currencies_of(first)) and len(several) > 1:
        return (code,)
    return _in_two_words().get(_plain(f"{first} {second}"), ())


@cache
def _in_two_words() -> dict[str, tuple[str, ...]]:
    called = [(Locale(language).currencies, code) for language in ("en", "fr") for code in EXPONENTS]
    names = {_plain(names[code]): (code,) for names, code in called if code in names}
    return {name: codes for name, codes in (names | _OTHERWISE_CALLED).items() if name.count(" ") == 1}


def _plain(name: str) -> str:
    """In small letters without accents, dots and the s of plurals."""
    words = without_accents(name.casefold().replace(".", "")).split()
    return " ".join(word.removesuffix("s") if len(word) >= _SHORTEST_PLURAL else word for word in words)


def has_currency_sign(text: str) -> bool:
    """Any sign for money at all, also one that is not in the table."""
    return any(unicodedata.category(character) == "Sc" for character in text)


def is_no_code(text: str) -> bool:
    """`VAT`, `TTC`: capitals that name no money."""
    return text.lower() in _NO_CODES


def may_be_money(text: str) -> bool:
    """Could it name a currency beside a number: `50 livres`, `50 Pfund`?"""
    return text in _ABROAD_IN_SHORT or _ABROAD.fullmatch(text.casefold()) is not None


def resembles_currency(text: str) -> bool:
    """Is it written like a currency, and as none that we know: `KR`, `CAD$`, `USD/EUR`, `kEUR`, `btc`?"""
    small = text.lower()
    if text == "FC" or small in COINS or small in _SIGNS_IN_SMALL or text.upper() in _EITHER:
        return True
    if has_currency_sign(text):
        return True
    scaled = _SCALED.fullmatch(text)
    parts = [
        *re.split(r"[\W_]+", text),
        text.removesuffix("s"),
        scaled[scaled.lastindex or 0] if scaled else "",
    ]
    return any(currencies_of(part) for part in parts if part != text and len(part) > 1)
