"""Currencies as people write them: ISO codes, the commonest signs and names."""

import re
import unicodedata
from functools import cache, lru_cache

from babel import Locale

from bot.conversation.digits import without_accents
from bot.conversation.money_words import ABROAD, ABROAD_IN_SHORT, COINS, NAMES, SIGNS
from bot.money import EXPONENTS

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
# `5 kEUR`, `5 TEuro`, `5 EURk`: thousands or millions. Written small, `mars` is a month.
_SCALED = re.compile(r"[kK](eur|usd|gbp|chf|inr)|[kKmMT]([A-Z]{3}|[Ee]uros?)|([A-Z]{3})[kKmM]")
_SIGNS_IN_SMALL = frozenset(sign.lower() for sign in SIGNS if len(sign) > 1)
_NO_WORDS = frozenset({"CFA", "FCFA", "KSh", "NIS", "Rs"})
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
    """Could it name a currency beside a number: `50 livres`, `50 Pfund`, `50 K.D.`?"""
    letters = text.replace(".", "")
    dotted = "." in text and letters.isupper() and letters.isalpha()
    known = text in ABROAD_IN_SHORT or ABROAD.fullmatch(text.casefold()) is not None
    return known or (dotted and (letters in ABROAD_IN_SHORT or bool(currencies_of(letters))))


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
