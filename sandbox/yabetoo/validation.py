"""What a body may hold; what is wrong with it comes out as problems, all at once. Unknown fields are ignored.

A link: the fields of the guide "Create a payment link", newest text, and what must fit together.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from sandbox.yabetoo import checks as is_
from sandbox.yabetoo.catalog import Catalog
from sandbox.yabetoo.checks import Check, moment_of
from sandbox.yabetoo.items import ITEM, item_problems
from sandbox.yabetoo.money import CURRENCIES, MOST, exponent, minor_of
from sandbox.yabetoo.records import Link
from sandbox.yabetoo.refusals import Problem

JSON = dict[str, Any]

TYPES = ("amount", "product", "subscription")
SUBMIT_TYPES = ("auto", "pay", "book", "donate")
AMOUNTS = ("amount", "minAmount", "maxAmount")
FLAGS = ("collectBillingAddress", "collectShippingAddress", "allowPromotionCodes")
NEWEST = ("submitType", "submitMessage", "suggestedAmounts")
LINK: dict[str, Check] = {
    "type": is_.one_of(TYPES),
    "name": is_.text(1),
    "description": is_.text(),
    "currency": is_.text(3, 3),
    **dict.fromkeys(AMOUNTS, is_.NUMBER),
    "suggestedAmounts": is_.NUMBERS,
    "items": is_.OBJECTS,
    "slug": is_.SLUG,
    "metadata": is_.OBJECT,
    "expiresAt": is_.MOMENT,
    "maxRedemptions": is_.whole(1),
    **dict.fromkeys(FLAGS, is_.FLAG),
    "submitType": is_.one_of(SUBMIT_TYPES),
    "submitMessage": is_.MESSAGE,
    "successUrl": is_.URL,
    "cancelUrl": is_.URL,
    "brandingId": is_.text(1),
}
CLEARABLE = frozenset(
    """description amount minAmount maxAmount suggestedAmounts expiresAt maxRedemptions successUrl cancelUrl
    brandingId metadata submitType submitMessage""".split()
)
FIXED = ("type", "currency")  # of a link that there is; assumed


def problems(body: JSON, known: Mapping[str, Check], required: Sequence[str] = ()) -> list[Problem]:
    """What is wrong field by field; null counts as not given."""
    return [
        *(missing(name) for name in required if body.get(name) is None),
        *(
            Problem(name, check.rule, f"The {name} field {check.wants}")
            for name, check in known.items()
            if body.get(name) is not None and not check.fits(body[name])
        ),
    ]


def missing(name: str) -> Problem:
    return Problem(name, "required", f"The {name} field is required")


class LinkRules:
    """Says what is wrong with a link to be, or with a change of one. `offered` is the option `currencies`."""

    def __init__(self, catalog: Catalog, offered: str, now: datetime) -> None:
        self._catalog, self._offered, self._now = catalog, offered, now

    def of_new(self, body: JSON) -> list[Problem]:
        return problems(body, LINK, ("type", "name", "currency")) or list(self._whole(body))

    def of_change(self, link: Link, body: JSON) -> list[Problem]:
        """Absent is untouched, null clears; what the link would be must be in order, too."""
        found = [
            Problem(name, "notNullable", f"The {name} field cannot be cleared")
            for name in (*LINK, "isActive")
            if name in body and body[name] is None and name not in CLEARABLE
        ]
        found += problems(body, LINK | {"isActive": is_.FLAG})
        found += [
            Problem(name, "immutable", f"The {name} field cannot be changed")
            for name in FIXED
            if isinstance(body.get(name), str) and body[name].upper() != str(link.fields[name]).upper()
        ]
        return found or list(self._whole(body, link))

    def _whole(self, body: JSON, link: Link | None = None) -> Iterator[Problem]:
        """What fields are together: `body` over what the link is, amounts of which are minor units."""
        currency = link.currency if link else body["currency"].upper()
        allowed = CURRENCIES[self._offered]
        if allowed is not None and currency not in allowed:
            choices = ", ".join(sorted(allowed)).lower()
            yield Problem("currency", "enum", f"The currency field must be one of {choices}")
            return
        if not currency.isalpha():
            yield Problem("currency", "regex", "The currency field must be an ISO 4217 code")
            return
        wrong = [*self._amounts(body, currency), *self._moment(body)]
        yield from wrong
        if (link.type if link else body["type"]) == "amount":
            yield from [] if wrong else _choice(body, link, currency)
        elif not link or "items" in body:
            yield from self._items(body, currency, link)

    def _amounts(self, body: JSON, currency: str) -> Iterator[Problem]:
        given = [(name, body[name]) for name in AMOUNTS if body.get(name) is not None]
        given += [("suggestedAmounts", one) for one in body.get("suggestedAmounts") or []]
        for name, value in given:
            if minor_of(value, currency) is None:
                places = min(exponent(currency), 2)
                text = f"must be above 0, at most {MOST}, with at most {places} decimals in {currency}"
                yield Problem(name, "number", f"The {name} field {text}")

    def _moment(self, body: JSON) -> Iterator[Problem]:
        """That it must be in the future is assumed."""
        expires = moment_of(body.get("expiresAt"))
        if expires is not None and expires <= self._now:
            yield Problem("expiresAt", "after", "The expiresAt field must be a date in the future")

    def _items(self, body: JSON, currency: str, link: Link | None) -> Iterator[Problem]:
        lines: list[JSON] = body.get("items") or []
        if not lines:
            yield missing("items")
        wrong = [
            Problem(f"items.{number}.{problem.field}", problem.rule, problem.message)
            for number, line in enumerate(lines)
            for problem in problems(line, ITEM)
        ]
        recurring = (link.type if link else body["type"]) == "subscription"
        there = link.items if link else []
        yield from wrong or item_problems(lines, there, self._catalog, currency, recurring=recurring)


def _choice(body: JSON, link: Link | None, currency: str) -> Iterator[Problem]:
    """An amount, or the ends between which the payer chooses one, and these in their order."""
    old = link.fields if link else {}
    amount, least, most = (
        minor_of(body[name], currency) if name in body else old.get(name) for name in AMOUNTS
    )
    if amount is None and least is None and most is None:
        yield missing("amount")
    if least is not None and most is not None and least > most:
        yield Problem("minAmount", "max", "The minAmount field must not be above maxAmount")
    suggested = [minor_of(one, currency) or 0 for one in body.get("suggestedAmounts") or []]
    if any(one < (least or 0) or one > (most or one) for one in suggested):
        yield Problem("suggestedAmounts", "range", "The suggestedAmounts must be amounts that can be chosen")
