"""What a payer types into the hosted page's form, held against its link."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from sandbox.yabetoo.money import in_figures, minor_of
from sandbox.yabetoo.records import Link
from sandbox.yabetoo.telephones import NumberRefused, read_number

_EMAIL = re.compile(r"[^@\s]+@[^@\s.]+(\.[^@\s.]+)+")
_AMOUNT = re.compile(r"\d{1,8}(\.\d{1,2})?")
ADDRESSES = {"collectBillingAddress": "Billing address", "collectShippingAddress": "Shipping address"}


class FormRefused(ValueError):
    """The form cannot be tried; the text tells the payer why."""


@dataclass(frozen=True, slots=True)
class Payer:
    """Who pays, from which telephone, how much (minor units)."""

    email: str
    msisdn: str
    amount: int


def read_payer(link: Link, fields: Mapping[str, str]) -> Payer:
    """Raises FormRefused."""
    email = fields.get("email", "").strip()
    if not _EMAIL.fullmatch(email):
        raise FormRefused("Write an e-mail address, like jane@example.com.")
    for name, label in ADDRESSES.items():
        if link.fields.get(name) and not fields.get(name, "").strip():
            raise FormRefused(f"{label} is missing.")
    amount = _amount(link, fields)
    if not amount:
        raise FormRefused("There is nothing to pay. Choose at least one item.")
    try:
        return Payer(email, read_number(fields.get("msisdn", "")), amount)
    except NumberRefused as refused:
        raise FormRefused(str(refused)) from refused


def _amount(link: Link, fields: Mapping[str, str]) -> int:
    if link.is_variable:
        return _chosen(link, fields.get("amount", ""))
    if link.type == "amount":
        return link.total or 0
    return sum(
        item.unit_amount * _quantity(fields.get(f"quantity_{number}", ""), *item.range)
        if item.can_change
        else item.unit_amount * item.quantity
        for number, item in enumerate(link.items)
    )


def _chosen(link: Link, typed: str) -> int:
    plain = re.sub(r"\s", "", typed).replace(",", ".")
    amount = minor_of(float(plain), link.currency) if _AMOUNT.fullmatch(plain) else None
    if amount is None:
        raise FormRefused(f"Write the amount in {link.currency}, in figures only.")
    least, most = link.fields.get("minAmount"), link.fields.get("maxAmount")
    if least is not None and amount < least:
        raise FormRefused(f"The amount must be at least {in_figures(least, link.currency)}.")
    if most is not None and amount > most:
        raise FormRefused(f"The amount must be at most {in_figures(most, link.currency)}.")
    return amount


def _quantity(typed: str, least: int, most: int) -> int:
    if not (typed.isascii() and typed.isdecimal() and least <= int(typed) <= most):
        raise FormRefused(f"Quantities are whole numbers from {least} to {most}.")
    return int(typed)
