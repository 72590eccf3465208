"""What the bodies of EximPe's API are refused for: texts by dotted path, empty when all is well.

`Reference ID must be unique` is documented; the other texts follow the framework's own, as EximPe's
routes do. What happens to unknown keys is not documented: here they are refused, unless lenient.
"""

from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from typing import Any

from sandbox.eximpe.amounts import MOST, decimal_text, paise_of
from sandbox.eximpe.fields import EXTEND_RULES, REFUND_RULES, Rule, is_email, is_phone, link_rules
from sandbox.options import Options

Refusals = dict[str, str]
_MISSING = object()


def link_refusals(body: dict[str, Any], version: str, options: Options) -> Refusals:
    lenient = options["limits"] == "lenient"
    refused = _refusals(body, link_rules(version, lenient=lenient), lenient=lenient)
    product = body.get("product")
    goods = isinstance(product, dict) and product.get("type_of_goods") == "physical_goods"
    if goods and version == "1.0.0" and not lenient and "hs_code" not in body["product"]:
        refused["product.hs_code"] = "This field is required for physical goods."
    if body.get("amount") is not None and (text := amount_refusal(body["amount"], options["amount"])):
        refused["amount"] = text
    return refused


def extend_refusals(body: dict[str, Any]) -> Refusals:
    return _refusals(body, EXTEND_RULES, lenient=False)


def refund_refusals(body: dict[str, Any], options: Options) -> Refusals:
    refused = _refusals(body, REFUND_RULES, lenient=False)
    amount = body.get("refund_amount")
    if amount is not None and (text := amount_refusal(amount, options["amount"])):
        refused["refund_amount"] = text
    return refused


def share_refusals(body: dict[str, Any]) -> Refusals:
    """At least one address or number, as EximPe's client wants."""
    checks = {"email": is_email, "phone": is_phone}
    refused = {name: "Unknown field." for name in body if name not in checks}
    for name, fits in checks.items():
        given = body.get(name, [])
        if not isinstance(given, list) or not all(fits(one) for one in given):
            refused[name] = f"Expected a list of valid {name} values."
    if not body.get("email") and not body.get("phone"):
        refused.setdefault("non_field_errors", "At least one email or phone is required.")
    return refused


def amount_refusal(value: Any, form: str) -> str | None:
    """Why this is no amount: `form` is `string` or `number`."""
    paise = paise_of(value) if isinstance(value, str) == (form == "string") else None
    if paise is None:
        return f"A valid {form} with at most 2 decimal places is required."
    if paise == 0:
        return "Ensure this value is greater than 0."
    return f"Ensure this value is less than or equal to {decimal_text(MOST)}." if paise > MOST else None


def nested(refused: Mapping[str, str], form: str) -> dict[str, Any]:
    """`details` in the form that the option of this name chooses."""
    if form == "dotted":
        return dict(refused)
    details: dict[str, Any] = {}
    for path, text in refused.items():
        *parents, key = path.split(".")
        node = details
        for parent in parents:
            node = node.setdefault(parent, {})
        node[key] = [text] if form == "lists" else text
    return details


def _refusals(body: dict[str, Any], rules: Sequence[Rule], *, lenient: bool) -> Refusals:
    refused: Refusals = {}
    for rule in rules:
        parent, _, key = rule.path.rpartition(".")
        node = _at(body, parent)
        if isinstance(node, dict) and (text := _refusal(node.get(key, _MISSING), rule)):
            refused[rule.path] = text
    if not lenient:
        unknown = _unknown(body, {rule.path for rule in rules})
        refused |= dict.fromkeys(unknown, "Unknown field.")
    return refused


def _refusal(value: Any, rule: Rule) -> str | None:
    if value is _MISSING:
        return "This field is required." if rule.required else None
    if value is None:
        return "This field may not be null."
    if value == "":
        return "This field may not be blank."
    return None if rule.fits(value) else rule.says


def _at(body: Any, path: str) -> Any:
    """What stands at a path (none: the body itself), None where nothing does."""
    node = body
    for key in path.split(".") if path else ():
        node = node.get(key) if isinstance(node, dict) else None
    return node


def _unknown(node: dict[str, Any], known: AbstractSet[str], prefix: str = "") -> Iterator[str]:
    for key, value in node.items():
        path = prefix + key
        if path not in known:
            yield path
        elif isinstance(value, dict) and any(one.startswith(f"{path}.") for one in known):
            yield from _unknown(value, known, f"{path}.")
