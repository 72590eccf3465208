"""What `POST /payment-links` and the actions on a payment accept.

Fields and limits: https://api-reference.checkout.com/#tag/Payment-Links. There is no published list
of error codes for payment links: codes follow the general list
(https://www.checkout.com/docs/resources/codes/error-codes) and its rule `<field>_required`,
`<field>_invalid`. What happens to unknown keys is not documented; here they are refused.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sandbox.checkout import checks as is_
from sandbox.checkout.amounts import CURRENCIES, is_amount, is_payable
from sandbox.checkout.checks import Check
from sandbox.checkout.countries import COUNTRIES

_ADDRESS = ("address_line1", "address_line2", "city", "state", "zip", "country")
_CHALLENGES = (
    "no_preference",
    "no_challenge_requested",
    "challenge_requested",
    "challenge_requested_mandate",
)
_LOCALES = """ar da-DK de-DE el en-GB es-ES fi-FI fil-PH fr-FR hi-IN id-ID it-IT ja-JP ko-KR ms-MY nb-NO
    nl-NL pt-PT sv-SE th-TH vi-VN zh-CN zh-HK zh-TW""".split()
_LONGEST_S = 5_184_000  # 60 days


@dataclass(frozen=True, slots=True)
class _Rule:
    """`path` names keys by dots, `[]` each item of a list; the codes begin with `name`."""

    path: str
    name: str
    fits: Check
    required: bool = False


def _phone(where: str) -> tuple[_Rule, ...]:
    return (
        _Rule(where, "phone", is_.object_of("country_code", "number")),
        _Rule(f"{where}.country_code", "country_phone_code", is_.text(7, 1)),
        _Rule(f"{where}.number", "phone_number", is_.text(25, 6)),
    )


def _address(where: str, *, required: bool) -> tuple[_Rule, ...]:
    return (
        _Rule(where, "address", is_.object_of(*_ADDRESS), required),
        _Rule(f"{where}.country", "country", is_.one_of(COUNTRIES), required=True),
        _Rule(f"{where}.address_line1", "address", is_.text(200)),
        _Rule(f"{where}.address_line2", "address", is_.text(200)),
        _Rule(f"{where}.city", "city", is_.text(50)),
        _Rule(f"{where}.state", "state", is_.text(2)),
        _Rule(f"{where}.zip", "zip", is_.text(50)),
    )


_LINK_RULES = (
    _Rule("amount", "amount", is_amount, required=True),
    _Rule("currency", "currency", is_.one_of(CURRENCIES), required=True),
    _Rule("billing", "billing", is_.object_of("address", "phone"), required=True),
    *_address("billing.address", required=True),
    *_phone("billing.phone"),
    _Rule("reference", "reference", is_.text(50)),
    _Rule("description", "description", is_.text(100)),
    _Rule("display_name", "display_name", is_.text(255)),
    _Rule("processing_channel_id", "processing_channel_id", is_.matches(r"pc_\w{26}"), required=True),
    _Rule("expires_in", "expires_in", is_.whole(1, _LONGEST_S)),
    _Rule("return_url", "return_url", is_.is_web_address),
    _Rule("customer", "customer", is_.object_of("id", "email", "name", "phone", "summary", "tax_number")),
    _Rule("customer.email", "customer_email", is_.is_email),
    _Rule("customer.name", "customer_name", is_.text(255)),
    *_phone("customer.phone"),
    _Rule("metadata", "metadata", is_.is_flat),
    _Rule("products", "products", is_.list_of(1, 1000)),
    _Rule("products[].name", "product_name", is_.text(255), required=True),
    _Rule("products[].quantity", "product_quantity", is_.whole(1), required=True),
    _Rule("products[].price", "product_price", is_.whole(0)),
    _Rule("products[].unit_price", "product_unit_price", is_.whole(0)),
    _Rule("allow_payment_methods", "allow_payment_methods", is_.list_of(1, 1000, str)),
    _Rule("disabled_payment_methods", "disabled_payment_methods", is_.list_of(1, 1000, str)),
    _Rule("payment_type", "payment_type", is_.one_of(("Regular", "Recurring"))),
    _Rule("payment_plan", "payment_plan", is_.is_object),
    _Rule("authorization_type", "authorization_type", is_.one_of(("Final", "Estimated"))),
    _Rule("billing_descriptor", "billing_descriptor", is_.object_of("name", "city", "reference")),
    _Rule("billing_descriptor.name", "billing_descriptor_name", is_.text(25, 1), required=True),
    _Rule("billing_descriptor.city", "billing_descriptor_city", is_.text(13, 1), required=True),
    _Rule("billing_descriptor.reference", "billing_descriptor_reference", is_.text(50)),
    _Rule("shipping", "shipping", is_.is_object),
    *_address("shipping.address", required=False),
    *_phone("shipping.phone"),
    _Rule("recipient", "recipient", is_.is_object),
    _Rule("recipient.dob", "recipient_dob", is_.is_day),
    _Rule("recipient.account_number", "recipient_account_number", is_.text(10, 10)),
    _Rule("recipient.first_name", "recipient_first_name", is_.text(50)),
    _Rule("recipient.last_name", "recipient_last_name", is_.text(50)),
    _Rule("recipient.zip", "recipient_zip", is_.text(10)),
    *_address("recipient.address", required=False),
    _Rule("sender", "sender", is_.is_object),
    _Rule("instruction", "instruction", is_.is_object),
    _Rule("payment_method_configuration", "payment_method_configuration", is_.is_object),
    _Rule("processing", "processing", is_.is_object),
    _Rule("3ds", "3ds", is_.is_object),
    _Rule("3ds.enabled", "3ds_enabled", is_.is_flag),
    _Rule("3ds.attempt_n3d", "3ds_attempt_n3d", is_.is_flag),
    _Rule("3ds.allow_upgrade", "3ds_allow_upgrade", is_.is_flag),
    _Rule("3ds.challenge_indicator", "3ds_challenge_indicator", is_.one_of(_CHALLENGES)),
    _Rule("risk", "risk", is_.is_object),
    _Rule("risk.enabled", "risk_enabled", is_.is_flag, required=True),
    _Rule("payment_ip", "ip_address", is_.is_ipv4),
    _Rule("locale", "locale", is_.one_of(_LOCALES)),
    _Rule("capture", "capture", is_.is_flag),
    _Rule("capture_on", "capture_on", is_.is_moment),
    _Rule("customer_retry", "customer_retry", is_.object_of("max_attempts")),
    _Rule("customer_retry.max_attempts", "customer_retry_max_attempts", is_.whole(1)),
    _Rule("amount_allocations", "amount_allocations", is_.list_of(1, 50)),
    _Rule("amount_allocations[].id", "amount_allocations_id", is_.matches(r"ent_\w{26}"), required=True),
    _Rule("amount_allocations[].amount", "amount_allocations_amount", is_amount, required=True),
    _Rule("amount_allocations[].reference", "amount_allocations_reference", is_.text(50)),
    _Rule("marketplace", "marketplace", is_.is_object),
)

_ACTION_RULES = (
    _Rule("reference", "reference", is_.text(80)),
    _Rule("metadata", "metadata", is_.is_flat),
)
_AMOUNT_RULES = (*_ACTION_RULES, _Rule("amount", "amount", is_amount))
_REFUND_RULES = (*_AMOUNT_RULES, _Rule("amount_allocations", "amount_allocations", is_.list_of(1, 50)))
_CAPTURE_RULES = (
    *_REFUND_RULES,
    _Rule("capture_type", "capture_type", is_.one_of(("NonFinal", "Final"))),
    _Rule("description", "description", is_.text(100)),
)
_RULES_OF = {"voids": _ACTION_RULES, "refunds": _REFUND_RULES, "captures": _CAPTURE_RULES}


def link_errors(body: dict[str, Any], channel: str) -> list[str]:
    """All error codes of a link's body, none twice; empty when it is acceptable.

    `channel` is the one processing channel that the key may name.
    """
    codes = list(_codes(body, _LINK_RULES))
    if not {"amount", "currency"} & _fields(codes) and not is_payable(body["amount"], body["currency"]):
        codes.append("amount_invalid")
    if body.get("processing_channel_id") not in (None, channel):
        codes.append("processing_channel_id_invalid")
    if not codes and not _adds_up(body):
        codes.append("amount_allocations_invalid")
    return list(dict.fromkeys(codes))


def action_errors(kind: str, body: dict[str, Any]) -> list[str]:
    """The same for the body of an action: `captures`, `refunds` or `voids`."""
    return list(dict.fromkeys(_codes(body, _RULES_OF[kind])))


def _codes(body: dict[str, Any], rules: Sequence[_Rule]) -> Iterator[str]:
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


def _fields(codes: list[str]) -> set[str]:
    return {code.rpartition("_")[0] for code in codes}


def _adds_up(body: dict[str, Any]) -> bool:
    shares = body.get("amount_allocations")
    return not shares or sum(share["amount"] for share in shares) == body["amount"]
