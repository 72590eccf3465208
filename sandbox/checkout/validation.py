"""What bodies the API accepts: `fields` against a body.

There is no published list of error codes for payment links: codes follow the general list
(https://www.checkout.com/docs/resources/codes/error-codes) and its rule `<field>_required`,
`<field>_invalid`. Keys beside those of the rules are accepted: nothing forbids them, except where a
rule says so.
"""

from collections.abc import Iterator, Sequence
from typing import Any

from sandbox.checkout.amounts import is_amount, is_payable
from sandbox.checkout.fields import ACTION_RULES, COMMON_RULES, ESSENTIAL_RULES, OTHER_RULES, Rule

JSON = dict[str, Any]


def link_errors(body: JSON, channel: str, *, channel_required: bool) -> list[str]:
    """All error codes of a link's body, none twice; empty when it is acceptable.

    `channel` is the one processing channel that the key may name. What is missing comes first, then
    what a link cannot be without, then what most links have.
    """
    codes = [
        *_missing(body, ESSENTIAL_RULES),
        *_wrong(body, ESSENTIAL_RULES),
        *_unpayable(body, body.get("currency")),
        *errors_of(body, COMMON_RULES),
        *_misdirected(body.get("processing_channel_id"), channel, required=channel_required),
        *errors_of(body, OTHER_RULES),
        *_unpriced(body),
        *_unplanned(body),
        *_unbalanced(body),
    ]
    return list(dict.fromkeys(codes))


def action_errors(kind: str, body: JSON, currency: str) -> list[str]:
    """The same for the body of an action on a payment: `captures`, `refunds` or `voids`."""
    return list(dict.fromkeys([*errors_of(body, ACTION_RULES[kind]), *_unpayable(body, currency)]))


def errors_of(body: JSON, rules: Sequence[Rule]) -> list[str]:
    """What these rules find, in their order."""
    return [code for rule in rules for code in (*_missing(body, [rule]), *_wrong(body, [rule]))]


def _missing(body: JSON, rules: Sequence[Rule]) -> Iterator[str]:
    for rule in rules:
        if rule.required and any(value is None for value in _values(body, rule.path.split("."))):
            yield f"{rule.name}_required"


def _wrong(body: JSON, rules: Sequence[Rule]) -> Iterator[str]:
    for rule in rules:
        for value in _values(body, rule.path.split(".")):
            if value is not None and not rule.fits(value):
                yield f"{rule.name}_invalid"


def _values(node: Any, path: list[str]) -> Iterator[Any]:
    """What stands at a path, None where its parent has no such key; nothing where there is no parent."""
    if not path:
        yield node
        return
    key, each = path[0].removesuffix("[]"), path[0].endswith("[]")
    value = node.get(key) if isinstance(node, dict) else None
    if each:
        for item in value if isinstance(value, list) else []:
            yield from _values(item, path[1:])
    elif isinstance(node, dict) and (value is not None or len(path) == 1):
        yield from _values(value, path[1:])


def _unpayable(body: JSON, currency: Any) -> list[str]:
    """An amount that the currency does not have."""
    amount: Any = body.get("amount")
    known = is_amount(amount) and isinstance(currency, str)
    return ["amount_invalid"] if known and not is_payable(amount, currency) else []


def _misdirected(given: Any, channel: str, *, required: bool) -> list[str]:
    if given is None:
        return ["processing_channel_id_required"] if required else []
    return [] if given == channel else ["processing_channel_id_invalid"]


def _unpriced(body: JSON) -> list[str]:
    """A product has a `price` or, as newer sources have it, a `unit_price`."""
    products = [product for product in _values(body, ["products[]"]) if isinstance(product, dict)]
    priced = all({"price", "unit_price"} & set(product) for product in products)
    return [] if priced else ["product_price_required"]


def _unplanned(body: JSON) -> list[str]:
    """A plan belongs to a recurring payment."""
    plan, kind = body.get("payment_plan"), body.get("payment_type")
    return ["payment_plan_invalid"] if plan is not None and kind != "Recurring" else []


def _unbalanced(body: JSON) -> list[str]:
    """Allocations are of the whole amount, neither more nor less."""
    items = list(_values(body, ["amount_allocations[]"]))
    shares: list[Any] = [item.get("amount") for item in items if isinstance(item, dict)]
    known = shares and is_amount(body.get("amount")) and all(type(share) is int for share in shares)
    return ["amount_allocations_invalid"] if known and sum(shares) != body["amount"] else []
