"""What is asked: a table of fields, cut to what the chosen account needs.

Labels, prompts and hints are texts (`field.{key}.label`, `.prompt`, `.hint`): a form shows labels, a
dialogue prompts.
"""

from dataclasses import dataclass
from enum import StrEnum

from bot.ports.backend import BackendInfo

FORM_VERSION = 1


class Kind(StrEnum):
    """What an answer means; each chat has an input for each kind."""

    AMOUNT = "amount"
    CURRENCY = "currency"
    EMAIL = "email"
    COUNTRY = "country"
    TEXT = "text"


@dataclass(frozen=True, slots=True)
class Field:
    """One question. `limit`: characters; `required` without an answer, nothing is created."""

    key: str
    kind: Kind
    required: bool = False
    limit: int = 255


@dataclass(frozen=True, slots=True)
class Form:
    """The questions of one account, in order. `currency` is taken where none is written."""

    version: int
    backend_label: str
    currency: str | None
    currencies: frozenset[str]
    fields: tuple[Field, ...]

    def field(self, key: str) -> Field:
        return next(field for field in self.fields if field.key == key)


_FIELDS = (
    Field("amount", Kind.AMOUNT, required=True),
    Field("currency", Kind.CURRENCY, required=True),
    Field("email", Kind.EMAIL),
    Field("name", Kind.TEXT, limit=100),
    Field("country", Kind.COUNTRY, required=True),
    Field("description", Kind.TEXT, limit=100),
)
_ONLY_IF_REQUIRED = frozenset({"country"})


def form_for(info: BackendInfo, *, currency: str | None, country: str | None) -> Form:
    """The form of an account whose defaults are `currency` and `country` (None: the person is asked)."""
    needed = info.requires - ({"country"} if country else set())
    fields = tuple(field for field in _FIELDS if field.key not in _ONLY_IF_REQUIRED or field.key in needed)
    return Form(FORM_VERSION, info.label, currency, info.currencies, fields)
