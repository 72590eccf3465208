"""Which fields a payment link and the actions on a payment have, and what each may hold.

Fields and limits: https://api-reference.checkout.com/#tag/Payment-Links, of 2023 where the present
schema was not readable. Where that allows keys beside its own, so do the rules here. The names that
codes begin with are unverified, all but one: `processing_channel_id_required` was seen live.
"""

from dataclasses import dataclass

from sandbox.checkout import checks as is_
from sandbox.checkout.amounts import CURRENCIES, MOST, is_amount
from sandbox.checkout.checks import Check
from sandbox.checkout.countries import COUNTRIES

_CHALLENGES = (
    "no_preference",
    "no_challenge_requested",
    "challenge_requested",
    "challenge_requested_mandate",
)
_LOCALES = """ar da-DK de-DE el en-GB es-ES fi-FI fil-PH fr-FR hi-IN id-ID it-IT ja-JP ko-KR ms-MY nb-NO
    nl-NL pt-PT sv-SE th-TH vi-VN zh-CN zh-HK zh-TW""".split()
_EXEMPTIONS = (
    "low_value",
    "secure_corporate_payment",
    "trusted_listing",
    "transaction_risk_assessment",
    "3ds_outage",
    "sca_delegation",
    "out_of_sca_scope",
    "other",
    "low_risk_program",
    "recurring_operation",
    "data_share",
    "none",
)
# Of 2023 and of the official SDKs since: the present list for links was not readable in full.
_METHODS = """ach alipay_cn alipay_hk alipay_plus alma applepay bancontact benefit bizum blik card dana eps
    gcash giropay googlepay ideal kakaopay klarna knet mbway mobilepay multibanco octopus p24 paynow paypal
    plaid sepa sequra sofort stcpay swish tabby tamara tng truemoney twint vipps wechatpay""".split()
_PRODUCT = """name quantity price reference unit_price url image_url total_amount tax_rate tax_amount
    discount_amount sku type""".split()
_PRODUCT_AMOUNTS = ("price", "unit_price", "total_amount", "tax_rate", "tax_amount", "discount_amount")
_PLAN_COUNTS = ("days_between_payments", "total_number_of_payments", "current_payment_number")
_LONGEST_S = 5_184_000  # 60 days


@dataclass(frozen=True, slots=True)
class Rule:
    """`path` names keys by dots, `[]` each item of a list; the codes begin with `name`.

    `required` counts only where the parent is there.
    """

    path: str
    name: str
    fits: Check
    required: bool = False


def _phone(where: str, *, number: bool = False) -> tuple[Rule, ...]:
    """`number`: whether a telephone must have one."""
    return (
        Rule(where, "phone", is_.is_object),
        Rule(f"{where}.country_code", "country_phone_code", is_.text(7, 1)),
        Rule(f"{where}.number", "phone_number", is_.text(25, 6), number),
    )


def _address(where: str, *, required: bool) -> tuple[Rule, ...]:
    """`required`: the address, and its country in it."""
    return (
        Rule(where, "address", is_.is_object, required),
        Rule(f"{where}.country", "country", is_.one_of(COUNTRIES), required),
        Rule(f"{where}.address_line1", "address", is_.text(200)),
        Rule(f"{where}.address_line2", "address", is_.text(200)),
        Rule(f"{where}.city", "city", is_.text(50)),
        Rule(f"{where}.state", "state", is_.text(2)),
        Rule(f"{where}.zip", "zip", is_.text(50)),
    )


# What a link cannot be without.
ESSENTIAL_RULES = (
    Rule("amount", "amount", is_amount, required=True),
    Rule("currency", "currency", is_.one_of(CURRENCIES), required=True),
    Rule("billing", "billing", is_.object_of("address", "phone"), required=True),
    *_address("billing.address", required=True),
    *_phone("billing.phone", number=True),
)
# What nearly every link has.
COMMON_RULES = (
    Rule("reference", "reference", is_.text(50)),
    Rule("description", "description", is_.text(100)),
    Rule("return_url", "return_url", is_.is_web_address),
    Rule("expires_in", "expires_in", is_.whole(1, _LONGEST_S)),
    Rule("metadata", "metadata", is_.is_flat),
)
OTHER_RULES = (
    Rule("display_name", "display_name", is_.is_text),
    Rule("customer", "customer", is_.is_object),
    Rule("customer.id", "customer_id", is_.matches(r"cus_\w{26}")),
    Rule("customer.email", "customer_email", is_.is_email),
    Rule("customer.name", "customer_name", is_.text(255)),
    Rule("customer.summary", "customer_summary", is_.is_object),
    Rule("customer.tax_number", "customer_tax_number", is_.is_text),
    *_phone("customer.phone"),
    Rule("products", "products", is_.list_of(1000)),
    Rule("products[]", "product", is_.object_of(*_PRODUCT)),
    Rule("products[].name", "product_name", is_.is_text, required=True),
    Rule("products[].quantity", "product_quantity", is_.whole(1), required=True),
    *(Rule(f"products[].{name}", f"product_{name}", is_.whole(0)) for name in _PRODUCT_AMOUNTS),
    *(Rule(f"products[].{name}", f"product_{name}", is_.is_text) for name in ("reference", "sku", "type")),
    *(Rule(f"products[].{name}", f"product_{name}", is_.is_web_address) for name in ("url", "image_url")),
    Rule("allow_payment_methods", "allow_payment_methods", is_.list_of(len(_METHODS), str)),
    Rule("allow_payment_methods[]", "allow_payment_methods", is_.one_of(_METHODS)),
    Rule("disabled_payment_methods", "disabled_payment_methods", is_.list_of(len(_METHODS), str)),
    Rule("disabled_payment_methods[]", "disabled_payment_methods", is_.one_of(_METHODS)),
    Rule("payment_type", "payment_type", is_.one_of(("Regular", "Recurring"))),
    Rule("payment_plan", "payment_plan", is_.is_object),
    Rule("payment_plan.name", "payment_plan_name", is_.is_text),
    Rule("payment_plan.amount", "payment_plan_amount", is_amount),
    Rule(
        "payment_plan.amount_variability",
        "payment_plan_amount_variability",
        is_.one_of(("Fixed", "Variable")),
    ),
    *(Rule(f"payment_plan.{name}", f"payment_plan_{name}", is_.whole(1)) for name in _PLAN_COUNTS),
    Rule("payment_plan.expiry", "payment_plan_expiry", is_.is_compact_day),
    Rule("payment_plan.start_date", "payment_plan_start_date", is_.is_compact_day),
    Rule("authorization_type", "authorization_type", is_.one_of(("Final", "Estimated"))),
    Rule("billing_descriptor", "billing_descriptor", is_.is_object),
    Rule("billing_descriptor.name", "billing_descriptor_name", is_.text(25, 1), required=True),
    Rule("billing_descriptor.city", "billing_descriptor_city", is_.text(13, 1), required=True),
    Rule("billing_descriptor.reference", "billing_descriptor_reference", is_.text(50)),
    Rule("shipping", "shipping", is_.is_object),
    *_address("shipping.address", required=True),
    *_phone("shipping.phone", number=True),
    Rule("recipient", "recipient", is_.is_object),
    Rule("recipient.dob", "recipient_dob", is_.is_day),
    Rule("recipient.account_number", "recipient_account_number", is_.text(10, 10)),
    Rule("recipient.first_name", "recipient_first_name", is_.text(50)),
    Rule("recipient.last_name", "recipient_last_name", is_.text(50)),
    Rule("recipient.zip", "recipient_zip", is_.text(10)),
    *_address("recipient.address", required=False),
    Rule("sender", "sender", is_.is_object),
    Rule("instruction", "instruction", is_.is_object),
    Rule("instruction.purpose", "instruction_purpose", is_.is_text),
    Rule("payment_method_configuration", "payment_method_configuration", is_.is_object),
    Rule("processing", "processing", is_.is_object),
    Rule("processing.aft", "processing_aft", is_.is_flag),
    Rule("3ds", "3ds", is_.is_object),
    Rule("3ds.enabled", "3ds_enabled", is_.is_flag),
    Rule("3ds.attempt_n3d", "3ds_attempt_n3d", is_.is_flag),
    Rule("3ds.allow_upgrade", "3ds_allow_upgrade", is_.is_flag),
    Rule("3ds.challenge_indicator", "3ds_challenge_indicator", is_.one_of(_CHALLENGES)),
    Rule("3ds.exemption", "3ds_exemption", is_.one_of(_EXEMPTIONS)),
    Rule("risk", "risk", is_.is_object),
    Rule("risk.enabled", "risk_enabled", is_.is_flag, required=True),
    Rule("risk.device_session_id", "risk_device_session_id", is_.is_text),
    Rule("risk.device", "risk_device", is_.is_object),
    Rule("risk.device.network", "risk_device_network", is_.is_object),
    Rule("risk.device.network.ipv4", "ip_address", is_.is_ipv4),
    Rule("risk.device.network.ipv6", "ip_address", is_.is_ipv6),
    Rule("payment_ip", "ip_address", is_.is_ipv4),
    Rule("locale", "locale", is_.one_of(_LOCALES)),
    Rule("capture", "capture", is_.is_flag),
    Rule("capture_on", "capture_on", is_.is_moment),
    Rule("customer_retry", "customer_retry", is_.is_object),
    Rule("customer_retry.max_attempts", "customer_retry_max_attempts", is_.whole(1)),
    Rule("amount_allocations", "amount_allocations", is_.list_of(50)),
    Rule("amount_allocations[].id", "amount_allocations_id", is_.matches(r"ent_\w{26}"), required=True),
    Rule("amount_allocations[].amount", "amount_allocations_amount", is_.whole(0, MOST), required=True),
    Rule("amount_allocations[].reference", "amount_allocations_reference", is_.text(50)),
    Rule("amount_allocations[].commission", "commission", is_.is_object),
    Rule("amount_allocations[].commission.amount", "commission_amount", is_.whole(0, MOST)),
    Rule("amount_allocations[].commission.percentage", "commission_percentage", is_.number(0, 100)),
    Rule("marketplace", "marketplace", is_.is_object),
)

_NOTE_RULES = (
    Rule("reference", "reference", is_.text(80)),
    Rule("metadata", "metadata", is_.is_flat),
)
_AMOUNT_RULES = (*_NOTE_RULES, Rule("amount", "amount", is_amount))
_REFUND_RULES = (*_AMOUNT_RULES, Rule("amount_allocations", "amount_allocations", is_.list_of(50)))
ACTION_RULES = {
    "voids": (*_NOTE_RULES, Rule("amount", "amount", is_.is_absent)),  # unverified: a void is of everything
    "refunds": _REFUND_RULES,
    "captures": (
        *_REFUND_RULES,
        Rule("capture_type", "capture_type", is_.one_of(("NonFinal", "Final"))),
        Rule("description", "description", is_.text(100)),
    ),
}
