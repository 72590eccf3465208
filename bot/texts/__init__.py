"""Wording per language: a table of texts each, and how amounts and moments are written."""

from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache
from importlib import import_module
from zoneinfo import ZoneInfo

from babel.dates import format_datetime
from babel.numbers import format_decimal

from bot.money import Money, exponent_of, unpack
from bot.texts.harmless import harmless

_NAMED = ("first", "second")  # amounts of a code
LANGUAGES = ("en", "fr")


def words_of(language: str) -> Mapping[str, str]:
    """The table of one of LANGUAGES; the others are not loaded."""
    table: Mapping[str, str] = import_module(f"{__name__}.{language}").WORDS
    return table


@lru_cache
def _number(amount: Money, language: str) -> str:
    """Cached: a link shows its amount many times."""
    exponent = exponent_of(amount.currency)
    pattern = "#,##0" + ("." + "0" * exponent if exponent else "")
    return str(format_decimal(amount.major, pattern, locale=language))


@lru_cache
def _moment(minute: datetime, zone: ZoneInfo, language: str) -> str:
    """Cached: links that are created at the same time expire at the same time."""
    local = format_datetime(minute, "EEE d MMM y, HH:mm", tzinfo=zone, locale=language)
    return f"{local} {minute.astimezone(zone).tzname()}"


class Texts:
    """The texts of one language; English for an unknown one."""

    def __init__(self, language: str) -> None:
        self.language = language if language in LANGUAGES else "en"
        self._words = words_of(self.language)

    def __call__(self, key: str, /, **values: str) -> str:
        """The text of a key with its parameters filled in, made harmless; KeyError: there is none."""
        return self._words[key].format_map({name: harmless(value) for name, value in values.items()})

    def codes(self, codes: str) -> str:
        """A backend's error codes, separated by commas: in words where we have them, else as they came.

        What several of them say is said once; one that names a field by its path, as the field itself would.
        One of ours may be followed by amounts as `pack` writes them: `price_differs:450 EUR:4990 EUR`.
        """
        return ", ".join(dict.fromkeys(self._code(code) for code in codes.split(", ")))

    def _code(self, code: str) -> str:
        name, *amounts = code.split(":")
        words = self._words.get(f"code.{name}") or self._words.get(f"code.{name.rpartition('.')[2]}", "")
        if not words or words.count("{") != len(amounts):
            return code
        return words.format_map(dict(zip(_NAMED, (self.money(unpack(one)) for one in amounts), strict=False)))

    def money(self, amount: Money) -> str:
        """`1,234.50 EUR`: ISO's decimals, this language's separators, the code and never a bare symbol."""
        return f"{self.number(amount)} {amount.currency}"

    def number(self, amount: Money) -> str:
        """The same without the currency."""
        return _number(amount, self.language)

    def moment(self, moment: datetime, zone: ZoneInfo) -> str:
        """`Sat 28 Nov 2026, 10:15 CET`: always with its time zone."""
        return _moment(moment.replace(second=0, microsecond=0), zone, self.language)
