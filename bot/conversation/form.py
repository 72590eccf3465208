"""What is asked: a table of fields, cut to what the chosen account needs.

Labels, prompts and hints are texts (`field.{key}.label`, `.prompt`, `.hint`): a form shows labels, a
dialogue prompts.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import tzinfo
from enum import StrEnum
from functools import partial

from bot.ports.backend import BackendInfo
from bot.ports.expectation import LinkKind
from bot.ports.model import Mode

LONGEST_DESCRIPTION, LONGEST_REFERENCE = 100, 50  # characters
MOST = 1_000_000  # of whatever is counted


class Kind(StrEnum):
    """What an answer means; each chat has an input for each kind."""

    AMOUNT = "amount"
    AMOUNTS = "amounts"  # of the link's currency, separated by semicolons
    COUNT = "count"
    CURRENCY = "currency"
    EMAIL = "email"
    PHONE = "phone"
    COUNTRY = "country"
    DATE = "date"
    TEXT = "text"
    CHOICE = "choice"


@dataclass(frozen=True, slots=True)
class Field:
    """One question. `required`: nothing is created without an answer.

    `limit`: characters; `most`: of a count (None: also unlimited). A field that is neither `asked` nor
    required is shown in a form, and in a dialogue only among what can be changed, which keeps dialogues
    short. `detail`: only some backends ask for it.
    """

    key: str
    kind: Kind
    required: bool = False
    asked: bool = True
    limit: int = 255
    most: int | None = MOST
    detail: bool = False
    options: tuple[str, ...] = ()  # of a choice other than that of the backend


@dataclass(frozen=True, slots=True)
class Locality:
    """Where the account is: its currency, its country for telephone numbers, its time zone."""

    currency: str | None
    region: str | None
    zone: tzinfo


@dataclass(frozen=True, slots=True)
class Form:
    """The questions of one account, in order.

    `info`: its features; `infos`: those of all accounts to choose from, by name.
    """

    info: BackendInfo
    locality: Locality
    fields: tuple[Field, ...]
    infos: Mapping[str, BackendInfo]
    mode: Mode = Mode.LIVE

    @property
    def backends(self) -> Mapping[str, str]:
        """The labels of all accounts to choose from, by name."""
        return {name: info.label for name, info in self.infos.items()}

    @property
    def editable(self) -> tuple[Field, ...]:
        """The fields worth showing: a choice of one is none."""
        return tuple(each for each in self.fields if each.key != "backend" or len(self.infos) > 1)

    def field(self, key: str) -> Field:
        return next(each for each in self.fields if each.key == key)

    def may_be_empty(self, each: Field) -> bool:
        """May a form be submitted without it? Even without the amount, where a link may have none."""
        without_money = each.kind is Kind.AMOUNT and any(LinkKind.SETUP in one.options for one in self.fields)
        return without_money or not each.required

    def has(self, key: str) -> bool:
        return any(each.key == key for each in self.fields)


_FIELDS = (
    Field("amount", Kind.AMOUNT, required=True),
    Field("currency", Kind.CURRENCY, required=True),
    Field("email", Kind.EMAIL),
    Field("phone", Kind.PHONE, asked=False),
    Field("name", Kind.TEXT, asked=False, limit=100),
    Field("country", Kind.COUNTRY, required=True),
    Field("description", Kind.TEXT, limit=LONGEST_DESCRIPTION),
    Field("address", Kind.TEXT, asked=False, detail=True),
    Field("city", Kind.TEXT, asked=False, detail=True),
    Field("state", Kind.TEXT, asked=False, detail=True),
    Field("postal_code", Kind.TEXT, asked=False, limit=12, detail=True),
    Field(
        "goods", Kind.CHOICE, asked=False, detail=True, options=("service", "digital_goods", "physical_goods")
    ),
    Field("goods_code", Kind.TEXT, asked=False, limit=8, detail=True),
    Field("invoice", Kind.TEXT, asked=False, detail=True),
    Field("kind", Kind.CHOICE, asked=False, options=tuple(LinkKind)),
    Field("uses", Kind.COUNT, asked=False),
    Field("price", Kind.TEXT, asked=False, detail=True),
    Field("quantity", Kind.COUNT, asked=False, detail=True),
    Field("suggested", Kind.AMOUNTS, asked=False, detail=True),
    Field("trial_days", Kind.COUNT, asked=False, most=730, detail=True),
    Field("coupon", Kind.TEXT, asked=False, detail=True),
    Field("reference", Kind.TEXT, asked=False, limit=LONGEST_REFERENCE),
    Field("expires", Kind.DATE, asked=False),
    Field("backend", Kind.CHOICE, asked=False),
)
ADDRESS = frozenset({"address", "city", "state", "postal_code"})


def form_for(
    info: BackendInfo, locality: Locality, infos: Mapping[str, BackendInfo], mode: Mode = Mode.LIVE
) -> Form:
    """The form of an account. What its backend requires and the account knows is not asked.

    If it takes only one currency, that is the account's. `infos`: the features of all accounts, by name.
    """
    needed = info.requires - ({"country"} if locality.region else set())
    if locality.currency is None and len(info.currencies) == 1:
        locality = replace(locality, currency=min(info.currencies))
    fields = tuple(
        replace(each, required=each.required or each.key in needed, asked=each.asked or each.key in info.asks)
        for each in map(partial(_cut, info), _FIELDS)
        if each.key in needed or _has(info, each)
    )
    return Form(info, locality, fields, infos, mode)


def _has(info: BackendInfo, each: Field) -> bool:
    """Does the form ask this although its backend does not require it?"""
    if each.key == "kind":
        return len(each.options) > 1
    if each.key == "uses":
        return info.most_uses != 1
    return each.key in info.takes or not (each.detail or each.key == "country")


def _cut(info: BackendInfo, each: Field) -> Field:
    """The field, limited to what this backend supports."""
    if each.key == "kind":
        return replace(each, options=tuple(kind for kind in LinkKind if kind in info.kinds))
    return replace(each, most=info.most_uses) if each.key == "uses" else each
