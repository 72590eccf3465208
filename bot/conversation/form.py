"""What is asked: a table of fields, cut to what the chosen account needs.

Labels, prompts and hints are texts (`field.{key}.label`, `.prompt`, `.hint`): a form shows labels, a
dialogue prompts.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import tzinfo
from enum import StrEnum

from bot.ports.backend import BackendInfo

FORM_VERSION = 3


class Kind(StrEnum):
    """What an answer means; each chat has an input for each kind."""

    AMOUNT = "amount"
    CURRENCY = "currency"
    EMAIL = "email"
    PHONE = "phone"
    COUNTRY = "country"
    DATE = "date"
    TEXT = "text"
    CHOICE = "choice"


@dataclass(frozen=True, slots=True)
class Field:
    """One question. `limit`: characters; `required`: without an answer, nothing is created.

    What is not `asked` and not required has its place in a form, and in a dialogue among what can be
    changed: a dialogue is to be short. `detail`: only some backends ask for it.
    """

    key: str
    kind: Kind
    required: bool = False
    asked: bool = True
    limit: int = 255
    detail: bool = False
    options: tuple[str, ...] = ()  # of a choice other than that of the backend


@dataclass(frozen=True, slots=True)
class Locality:
    """What a text means where the account is: its currency, its country's telephone numbers, its time."""

    currency: str | None
    region: str | None
    zone: tzinfo


@dataclass(frozen=True, slots=True)
class Form:
    """The questions of one account, in order. `backends`: names and labels of all that can be chosen."""

    version: int
    backend_label: str
    locality: Locality
    currencies: frozenset[str]
    longest_expiry_s: int
    fields: tuple[Field, ...]
    backends: Mapping[str, str] = field(default_factory=dict)

    @property
    def editable(self) -> tuple[Field, ...]:
        """The fields worth showing: a choice of one is none."""
        return tuple(each for each in self.fields if each.key != "backend" or len(self.backends) > 1)

    def field(self, key: str) -> Field:
        return next(each for each in self.fields if each.key == key)


_FIELDS = (
    Field("amount", Kind.AMOUNT, required=True),
    Field("currency", Kind.CURRENCY, required=True),
    Field("email", Kind.EMAIL),
    Field("phone", Kind.PHONE, asked=False),
    Field("name", Kind.TEXT, asked=False, limit=100),
    Field("country", Kind.COUNTRY, required=True),
    Field("description", Kind.TEXT, limit=100),
    Field("address", Kind.TEXT, asked=False, detail=True),
    Field("city", Kind.TEXT, asked=False, detail=True),
    Field("state", Kind.TEXT, asked=False, detail=True),
    Field("postal_code", Kind.TEXT, asked=False, limit=12, detail=True),
    Field(
        "goods", Kind.CHOICE, asked=False, detail=True, options=("service", "digital_goods", "physical_goods")
    ),
    Field("goods_code", Kind.TEXT, asked=False, limit=8, detail=True),
    Field("invoice", Kind.TEXT, asked=False, detail=True),
    Field("reference", Kind.TEXT, asked=False, limit=50),
    Field("expires", Kind.DATE, asked=False),
    Field("backend", Kind.CHOICE, asked=False),
)
ADDRESS = frozenset({"address", "city", "state", "postal_code"})


def form_for(info: BackendInfo, locality: Locality, backends: Mapping[str, str]) -> Form:
    """The form of an account. What its backend requires and the account knows is not asked."""
    needed = info.requires - ({"country"} if locality.region else set())
    fields = tuple(
        replace(each, required=each.required or each.key in needed, asked=each.asked or each.key in info.asks)
        for each in _FIELDS
        if each.key in needed or each.key in info.takes or not (each.detail or each.key == "country")
    )
    return Form(
        FORM_VERSION, info.label, locality, info.currencies, info.longest_expiry_s, fields, dict(backends)
    )
