"""What `POST /payment-links` and the actions on a payment accept: `fields` against a body.

There is no published list of error codes for payment links: codes follow the general list
(https://www.checkout.com/docs/resources/codes/error-codes) and its rule `<field>_required`,
`<field>_invalid`. What happens to unknown keys is not documented; here they are refused.
"""

from collections.abc import Iterator, Sequence
from typing import Any

from sandbox.checkout.amounts import is_payable
from sandbox.checkout.fields import LINK_RULES, RULES_OF, Rule


def link_errors(body: dict[str, Any], channel: str) -> list[str]:
    """All error codes of a link's body, none twice; empty when it is acceptable.

    `channel` is the one processing channel that the key may name.
    """
    codes = [*_codes(body, LINK_RULES), *_unpriced(body)]
    if not {"amount", "currency"} & _fields(codes) and not is_payable(body["amount"], body["currency"]):
        codes.append("amount_invalid")
    if body.get("processing_channel_id") not in (None, channel):
        codes.append("processing_channel_id_invalid")
    if not codes and not _adds_up(body):
        codes.append("amount_allocations_invalid")
    return list(dict.fromkeys(codes))


def action_errors(kind: str, body: dict[str, Any]) -> list[str]:
    """The same for the body of an action: `captures`, `refunds` or `voids`."""
    return list(dict.fromkeys(_codes(body, RULES_OF[kind])))


def _codes(body: dict[str, Any], rules: Sequence[Rule]) -> Iterator[str]:
    for rule in rules:
        for value in _values(body, rule.path.split(".")):
            if value is None and rule.required:
                yield f"{rule.name}_required"
            if value is not None and not rule.fits(value):
                yield f"{rule.name}_invalid"
    known = {rule.path.split(".")[0].removesuffix("[]") for rule in rules}
    yield from (f"{key}_invalid" for key in body if key not in known)


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


def _unpriced(body: dict[str, Any]) -> list[str]:
    """A product has a `price` or, as newer sources have it, a `unit_price`."""
    products = [product for product in _values(body, ["products[]"]) if isinstance(product, dict)]
    priced = all({"price", "unit_price"} & set(product) for product in products)
    return [] if priced else ["product_price_required"]


def _fields(codes: list[str]) -> set[str]:
    return {code.rpartition("_")[0] for code in codes}


def _adds_up(body: dict[str, Any]) -> bool:
    shares = body.get("amount_allocations")
    return not shares or sum(share["amount"] for share in shares) == body["amount"]
